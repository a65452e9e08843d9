"""The file of a backup: a tar file any tool can list, of which every byte is vouched for.

Members follow one another and are written as they come; so a backup needs no room beside its file and no more memory
for ten million objects than for ten. At the end stand the list of all members with their digests, the manifest, which
names the list's, and the seal, which names the digest of every byte before it. Headers and padding are made in one way
only, so that a byte that differs there is seen too.
"""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Callable, Iterable, Iterator
from tempfile import TemporaryFile
from typing import BinaryIO
from urllib.parse import quote

from pydantic import Field

from records.backups import BackupManifest, BackupMember
from records.base import DigestHex, Record
from records.canonical import canonical_bytes
from records.digests import Digests
from records.errors import InvalidInputError

__all__ = [
    "BLOCK",
    "CHUNK_BYTES",
    "END",
    "FIRST",
    "LIST",
    "MANIFEST",
    "SEAL",
    "BackupSeal",
    "BackupWriter",
    "header_of",
    "member_name",
    "seal_bytes",
]

FIRST, LIST, MANIFEST, SEAL = "wangjian-backup-1.txt", "members.jsonl", "manifest.json", "seal.json"
BLOCK, CHUNK_BYTES, END = 512, 1 << 20, bytes(1024)
"""Of a tar file: its unit, what is read or written at once, what it ends with."""
_LONGEST_NAME = 100
_PLAIN = "/-_.~+@="


class BackupSeal(Record):
    """The last member: digest of every byte before it, digests of the manifest, signed by the organisation's key."""

    format: str = "wangjian-backup-seal/1"
    before_sha256: DigestHex
    manifest: Digests
    certificates: str = ""
    signature: str = Field(default="", pattern=r"^[0-9a-f]*$")

    def unsigned(self) -> bytes:
        """What is signed."""
        return seal_bytes(self.model_copy(update={"signature": ""}))


def seal_bytes(seal: BackupSeal) -> bytes:
    """As it stands in the file (RFC 8785)."""
    return canonical_bytes(seal.model_dump(mode="json"))


def member_name(*parts: str) -> str:
    """The name in the file, whatever characters the parts are of.

    Raises:
        InvalidInputError: It is longer than a tar header takes.
    """
    name = "/".join(quote(part, safe=_PLAIN) for part in parts)
    if len(name) > _LONGEST_NAME:
        raise InvalidInputError(f"文件名过长，无法写入备份：{'/'.join(parts)[:200]}", cure="缩短该文件的名称")
    return name


class BackupWriter:
    """Writes members one after another. The list of them grows in a file without a name, not in memory."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._all = hashlib.sha256()
        self._listed = TemporaryFile()  # noqa: SIM115  # closed with the writer
        self.members = 0
        self.size_bytes = 0

    def close(self) -> None:
        """Let the list go; nothing can be written any more."""
        self._listed.close()

    def add(self, name: str, content: bytes) -> Digests:
        """A member held in memory."""
        return self.add_stream(name, len(content), iter((content,)))

    def add_stream(self, name: str, size_bytes: int, chunks: Iterable[bytes]) -> Digests:
        """A member of exactly that size; what the source has more is not read.

        Raises:
            InvalidInputError: The source ended sooner; the file that is being written is of no use then.
        """
        digests = self._member(name, size_bytes, chunks)
        line = BackupMember(name=name, content=digests).model_dump(mode="json")
        self._listed.write(canonical_bytes(line) + b"\n")
        self.members += 1
        return digests

    def finish(
        self, manifest: Callable[[Digests, int], BackupManifest], seal: Callable[[BackupSeal], BackupSeal]
    ) -> str:
        """Write list, manifest and seal. `manifest` is told the digests of the list and how many members it has, `seal`
        signs.

        Returns:
            SHA-256 of the whole file.
        """
        size = self._listed.tell()
        self._listed.seek(0)
        members, count = self._member(LIST, size, _read(self._listed)), self.members
        text = canonical_bytes(manifest(members, count).model_dump(mode="json"))
        written = self._member(MANIFEST, len(text), (text,))
        sealed = seal_bytes(seal(BackupSeal(before_sha256=self._all.copy().hexdigest(), manifest=written)))
        self._member(SEAL, len(sealed), (sealed,))
        self._put(END)
        return self._all.hexdigest()

    def _member(self, name: str, size_bytes: int, chunks: Iterable[bytes]) -> Digests:
        self._put(header_of(name, size_bytes))
        sha256, sm3, left = hashlib.sha256(), hashlib.new("sm3"), size_bytes
        for chunk in chunks:
            if not left:
                break
            taken = chunk[:left]
            sha256.update(taken)
            sm3.update(taken)
            self._put(taken)
            left -= len(taken)
        if left:
            raise InvalidInputError(f"内容在写入备份时变短了：{name}", cure="重新备份")
        self._put(bytes(-size_bytes % BLOCK))
        return Digests(size_bytes=size_bytes, sha256=sha256.hexdigest(), sm3=sm3.hexdigest())

    def _put(self, content: bytes) -> None:
        self._file.write(content)
        self._all.update(content)
        self.size_bytes += len(content)


def header_of(name: str, size: int) -> bytes:
    """The one way a member of that name and size begins."""
    if len(name) > _LONGEST_NAME:
        raise InvalidInputError(f"成员名过长：{name[:120]}")
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.GNU_FORMAT, "ascii", "strict")


def _read(file: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: file.read(CHUNK_BYTES), b"")
