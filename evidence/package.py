"""The package: a valid WACZ 1.1.1 with `evidence/` beside the archive, rendered so that no byte is free to choose.

The rendering itself is in `evidence/standalone/verify.py`, which renders again and compares.
Standard: WACZ 1.1.1, Frictionless Data Package 1.0.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evidence.manifest import manifest_bytes
from evidence.standalone.verify import (
    canonical,
    datapackage_bytes,
    digest_statement,
    index_files,
    index_of_index,
    render_box,
    scan_warc,
)
from records.evidence import Manifest
from records.ports import Signer

__all__ = ["Sealed", "chunks_of", "index_members", "write_box", "write_package"]

_CHUNK = 1 << 20

Source = bytes | Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A manifest with its signature, its proof of the evidence log, and the time-stamp answers over it (none while
    待加戳)."""

    manifest: Manifest
    signature: bytes
    log_proof: bytes
    tokens: tuple[bytes, ...]
    sm2_signature: bytes = b""


def write_package(path: Path, sealed: Sealed, members: Mapping[str, Source], *, signer: Signer) -> None:
    """Write the package file. `members` are the manifest's artefacts by path.

    Raises:
        OSError: No room, or the place cannot be written.
    """
    everything: dict[str, Source] = {
        **members,
        "evidence/manifest.json": manifest_bytes(sealed.manifest),
        "evidence/manifest.sig": sealed.signature,
        "evidence/log-proof.json": sealed.log_proof,
    }
    if sealed.sm2_signature:
        everything["evidence/manifest.sm2.sig"] = sealed.sm2_signature
    for number, token in enumerate(sealed.tokens, 1):
        everything[f"evidence/timestamp-{number}.tsr"] = token
    write_box(path, sealed.manifest.model_dump(mode="json"), everything, signer=signer)


def write_box(path: Path, manifest: Mapping[str, Any], members: Mapping[str, Source], *, signer: Signer) -> None:
    """Write the container around these members, with the data package and the signature over all. Raises as
    `write_package`."""
    resources = {name: _size_and_sha256(source) for name, source in members.items()}
    datapackage = datapackage_bytes(dict(manifest), resources)
    sha256 = hashlib.sha256(datapackage).hexdigest()
    everything = dict(members)
    everything["datapackage.json"] = datapackage
    everything["datapackage-digest.json"] = canonical(
        {
            "path": "datapackage.json",
            "hash": f"sha256:{sha256}",
            "wangjian_signature": signer.sign(digest_statement(sha256)).hex(),
        }
    )
    with path.open("wb") as out:
        render_box(out, {name: _reader(source) for name, source in everything.items()})


def index_members(warc: Source) -> tuple[bytes, bytes]:
    """index.cdx.gz and index.idx of a WARC file."""
    text, first = index_files(scan_warc(chunks_of(warc)))
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    compressed = packer.compress(text) + packer.flush()
    return compressed, index_of_index(compressed, first)


def chunks_of(source: Source) -> Iterator[bytes]:
    """The bytes of a member as a stream."""
    if isinstance(source, bytes):
        yield source
        return
    with source.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _reader(source: Source) -> Callable[[], Iterable[bytes]]:
    return lambda: chunks_of(source)


def _size_and_sha256(source: Source) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    for chunk in chunks_of(source):
        size += len(chunk)
        digest.update(chunk)
    return size, digest.hexdigest()
