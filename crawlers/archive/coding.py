"""Content codings undone as the survey undid them, so that the body of a page can be had from its archived payload."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from gzip import GzipFile
from io import BytesIO

import brotli  # type: ignore[import-untyped]  # it has no types
from backports import zstd

from records.errors import IntegrityError

__all__ = ["undo_codings"]

_PIECE = 65_536


def undo_codings(payload: bytes, codings: Sequence[str]) -> bytes:
    """The body; codings are undone from the last one on, up to one that is not known, as far as the bytes go.

    Raises:
        IntegrityError: Nothing of it can be read.
    """
    body = payload
    for coding in reversed(codings):
        try:
            if coding in ("gzip", "x-gzip"):
                body = _stream(GzipFile(fileobj=BytesIO(body)).read1)
            elif coding == "deflate":
                body = _inflated(body)
            elif coding == "br":
                body = _unbrotlied(body)
            elif coding == "zstd":
                body = _stream(zstd.ZstdFile(BytesIO(body)).read)
            else:
                return body
        except (OSError, EOFError, zlib.error, zstd.ZstdError, brotli.error) as exc:
            raise IntegrityError(f"存档内容无法按 {coding} 解码：{exc}") from exc
    return body


def _stream(read: Callable[[int], bytes]) -> bytes:
    """What can be read before the bytes end or break."""
    pieces: list[bytes] = []
    while True:
        try:
            piece = read(_PIECE)
        except (OSError, EOFError):
            if pieces:
                break
            raise
        if not piece:
            break
        pieces.append(piece)
    return b"".join(pieces)


def _inflated(body: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(body)
    except zlib.error:
        return zlib.decompressobj(-15).decompress(body)  # without the header, as some servers send it


def _unbrotlied(body: bytes) -> bytes:
    return bytes(brotli.Decompressor().process(body))
