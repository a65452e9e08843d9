"""Lines of a text file whose encoding nobody told: UTF-8, GB18030 or UTF-16, and files pasted together from two.

A line that is not in the file's own encoding is read in the other one and says so; what fits neither is marked U+FFFD.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from pathlib import Path

__all__ = ["decoded_lines", "digest_and_encoding", "surely_utf8"]

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LONGEST_LINE = 1 << 26
"""Bytes read at once: a file without line ends must not fill the memory."""

_TWO_BYTES = frozenset("·×÷°±§¨àáèéêìíòóùúü")  # what Chinese text in UTF-8 really has of two-byte characters
DAMAGED = "有字节既不是UTF-8也不是GB18030，无法解码处记为\ufffd"


def digest_and_encoding(path: Path) -> tuple[str, str]:
    """SHA-256 and the encoding of the file; of a mixed or damaged one, that of most lines."""
    digest, decoder, utf8 = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")(), True
    bom = b""
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            bom = bom or chunk[:3]
            digest.update(chunk)
            utf8 = utf8 and _decodes(decoder, chunk)
    if bom.startswith(_UTF16):
        return digest.hexdigest(), "utf-16"
    utf8 = utf8 or bom == codecs.BOM_UTF8 or _mostly_utf8(path)
    return digest.hexdigest(), "utf-8-sig" if utf8 else "gb18030"


def decoded_lines(path: Path, encoding: str) -> Iterator[tuple[str, str]]:
    """Each line with its end, and a Chinese note when it is not in `encoding` (as `digest_and_encoding` found it)."""
    if encoding == "utf-16":
        with path.open(encoding=encoding, errors="replace", newline="") as text:
            for line in text:
                yield line, ""
        return
    decode = _in_utf8 if encoding.startswith("utf-8") else _in_gb18030
    for raw in _raw_lines(path):
        yield (raw.decode("ascii"), "") if raw.isascii() else decode(raw)


def surely_utf8(raw: bytes) -> bool:
    """Whether bytes are UTF-8 and not GB18030 that happens to pass for it (联通 does): such chance gives letters of
    two bytes that Chinese text has not.

    >>> surely_utf8("上海华翰".encode()), surely_utf8("联通".encode("gb18030"))
    (True, False)
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not any("\u0080" <= character <= "\u07ff" and character not in _TWO_BYTES for character in text)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes) -> bool:
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
    return True


def _mostly_utf8(path: Path) -> bool:
    balance = 0
    for raw in _raw_lines(path):
        if not raw.isascii():
            balance += 1 if surely_utf8(raw) or _damaged_utf8(raw) else -1
    return balance > 0


def _raw_lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        if file.read(3) != codecs.BOM_UTF8:
            file.seek(0)
        while raw := file.readline(_LONGEST_LINE):
            if b"\r" in raw[:-2]:
                yield from raw.splitlines(keepends=True)
            else:
                yield raw


def _in_utf8(raw: bytes) -> tuple[str, str]:
    try:
        return raw.decode("utf-8"), ""
    except UnicodeDecodeError:
        pass
    if not _damaged_utf8(raw):
        try:
            return raw.decode("gb18030"), "该行是GB18030编码，与全文（UTF-8）不同，已按GB18030读入，请核对"
        except UnicodeDecodeError:
            pass
    return raw.decode("utf-8", errors="replace"), DAMAGED


def _in_gb18030(raw: bytes) -> tuple[str, str]:
    if surely_utf8(raw):
        return raw.decode("utf-8"), "该行是UTF-8编码，与全文（GB18030）不同，已按UTF-8读入，请核对"
    try:
        return raw.decode("gb18030"), ""
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace"), DAMAGED


def _damaged_utf8(raw: bytes) -> bool:
    """More Chinese characters come out than bytes fail: GB18030 read as UTF-8 gives next to none."""
    text = raw.decode("utf-8", errors="replace")
    return sum("\u4e00" <= character <= "\u9fff" for character in text) > text.count("\ufffd")
