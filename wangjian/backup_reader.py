"""Reading the file of a backup (`wangjian/backup_file.py`): first every byte is looked at, then it is restored from."""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from pydantic import ValidationError

from records.backups import BackupManifest, BackupMember
from records.canonical import canonical_bytes
from records.digests import Digests
from records.errors import IntegrityError, InvalidInputError
from wangjian.backup_file import BLOCK, CHUNK_BYTES, END, FIRST, LIST, MANIFEST, SEAL, BackupSeal, header_of, seal_bytes

__all__ = ["BackupReader", "CheckedBackup"]

_MOST_TEXT_BYTES = 64 << 20
_FOREIGN_CURE = "只有 wangjian backup 写成的文件能恢复"
_DAMAGED_CURE = "这份备份不可用，换用另一份；没有恢复任何内容"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedBackup:
    """A file of which every byte was looked at."""

    manifest: BackupManifest
    seal: BackupSeal
    sha256: str
    size_bytes: int


class BackupReader:
    """Reads a backup from its beginning to its end."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def check(self) -> CheckedBackup:
        """Look at every byte; nothing is written.

        Raises:
            InvalidInputError: The file cannot be read, is no backup, or of a newer format.
            IntegrityError: It is damaged or cut off; where is said.
        """
        with self._opened() as file, TemporaryFile() as seen:
            everything = _Hashed(file)
            texts: dict[str, bytes] = {}
            digests: dict[str, Digests] = {}
            before, count = "", 0
            while True:
                if MANIFEST in texts:
                    before = everything.sha256()
                name, size = everything.header()
                if count == 0 and name != FIRST:
                    raise InvalidInputError(f"不是网鉴的备份文件：{self.path}", cure=_FOREIGN_CURE)
                kept = name in (MANIFEST, SEAL)
                read = _take(everything, name, size, keep=kept, listing=seen if name == LIST else None)
                digests[name if name in (LIST, MANIFEST, SEAL) else ""] = read.digests
                if kept:
                    texts[name] = read.content
                if name == SEAL:
                    break
                if name not in (LIST, MANIFEST):
                    line = BackupMember(name=name, content=read.digests).model_dump(mode="json")
                    seen.write(canonical_bytes(line) + b"\n")
                    count += 1
            everything.ends()
            return _judged(texts, digests, before=before, count=count, everything=everything)

    def members(self) -> Iterator[tuple[str, int, Iterator[bytes]]]:
        """Name, size and content of each member but the last three, of a file that was checked; the content of one must
        be read before the next is asked for."""
        with self._opened() as file:
            while True:
                name, size = _Hashed(file).header()
                if name in (LIST, MANIFEST, SEAL):
                    return
                yield name, size, _content(file, size)

    @contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        try:
            with self.path.open("rb") as file:
                yield file
        except OSError as exc:
            raise InvalidInputError(f"备份文件无法读取：{self.path}（{exc.strerror}）", cure="检查路径与权限") from exc


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    digests: Digests
    content: bytes = b""


class _Hashed:
    """The file as it is read, with the digest of what was."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._all = hashlib.sha256()
        self.place = 0
        self.last = ""

    def read(self, size: int) -> bytes:
        content = self._file.read(size)
        self._all.update(content)
        self.place += len(content)
        if len(content) < size:
            after = f"，最后一个成员是 {self.last}" if self.last else ""
            raise IntegrityError(f"备份文件不完整：在第 {self.place} 字节处中断{after}", cure=_DAMAGED_CURE)
        return content

    def header(self) -> tuple[str, int]:
        """Name and size of the member that begins here."""
        place = self.place
        block = self.read(BLOCK)
        try:
            found = tarfile.TarInfo.frombuf(block, "ascii", "strict")
            right = header_of(found.name, found.size) == block
        except (tarfile.HeaderError, UnicodeError, ValueError, InvalidInputError):
            right = False
        if not right:
            if not place:
                raise InvalidInputError("不是网鉴的备份文件，或其开头已损坏", cure=_FOREIGN_CURE)
            raise IntegrityError(
                f"备份文件已损坏：第 {place} 字节处的成员头（在 {self.last} 之后）", cure=_DAMAGED_CURE
            )
        self.last = found.name
        return found.name, found.size

    def padding(self, size: int) -> None:
        if any(self.read(-size % BLOCK)):
            raise IntegrityError(f"备份文件已损坏：成员 {self.last} 之后的填充", cure=_DAMAGED_CURE)

    def ends(self) -> None:
        if self.read(len(END)) != END or self._file.read(1):
            raise IntegrityError("备份文件已损坏：结尾处有多出或改动的字节", cure=_DAMAGED_CURE)

    def sha256(self) -> str:
        return self._all.hexdigest()


def _take(everything: _Hashed, name: str, size: int, *, keep: bool, listing: BinaryIO | None) -> _Read:
    """Read a member; the list of members is held against what was seen (`listing`) line by line."""
    if keep and size > _MOST_TEXT_BYTES:
        raise IntegrityError(f"备份文件已损坏：成员 {name} 的大小 {size} 不可能", cure=_DAMAGED_CURE)
    sha256, sm3, left, kept = hashlib.sha256(), hashlib.new("sm3"), size, bytearray()
    compared = _Compared(listing) if listing is not None else None
    while left:
        chunk = everything.read(min(left, CHUNK_BYTES))
        sha256.update(chunk)
        sm3.update(chunk)
        left -= len(chunk)
        if keep:
            kept += chunk
        if compared is not None:
            compared.take(chunk)
    everything.padding(size)
    if compared is not None:
        compared.end()
    return _Read(digests=Digests(size_bytes=size, sha256=sha256.hexdigest(), sm3=sm3.hexdigest()), content=bytes(kept))


class _Compared:
    """The list of members against what was seen of them."""

    def __init__(self, seen: BinaryIO) -> None:
        seen.seek(0)
        self._seen = seen
        self._rest = b""

    def take(self, chunk: bytes) -> None:
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            found = self._seen.readline().rstrip(b"\n")
            if found != line:
                raise IntegrityError(_difference(line, found), cure=_DAMAGED_CURE)

    def end(self) -> None:
        extra = self._seen.readline()
        if self._rest or extra:
            raise IntegrityError(_difference(self._rest, extra), cure=_DAMAGED_CURE)


def _difference(listed: bytes, found: bytes) -> str:
    wanted, seen = _name_in(listed), _name_in(found)
    if wanted and wanted == seen:
        return f"备份文件已损坏：成员 {wanted} 的内容与清单不符"
    if not wanted:
        return f"备份文件已损坏：成员清单在 {seen or '结尾'} 处不可读，或缺了一行"
    return f"备份文件已损坏：缺少成员 {wanted}" + (f"，其处为 {seen}" if seen else "")


def _name_in(line: bytes) -> str:
    try:
        return str(BackupMember.model_validate_json(line).name)
    except ValidationError:
        return ""


def _judged(
    texts: dict[str, bytes], digests: dict[str, Digests], *, before: str, count: int, everything: _Hashed
) -> CheckedBackup:
    try:
        seal = BackupSeal.model_validate_json(texts[SEAL])
    except (ValidationError, KeyError) as exc:
        raise IntegrityError("备份文件已损坏：封签 seal.json 不可读", cure=_DAMAGED_CURE) from exc
    if MANIFEST not in texts or seal.manifest != digests[MANIFEST]:
        raise IntegrityError("备份文件已损坏：清单 manifest.json 与封签不符", cure=_DAMAGED_CURE)
    manifest = _manifest(texts[MANIFEST])
    if digests.get(LIST) != manifest.members or manifest.member_count != count:
        raise IntegrityError("备份文件已损坏：成员清单 members.jsonl 与 manifest.json 不符", cure=_DAMAGED_CURE)
    if seal.before_sha256 != before or seal_bytes(seal) != texts[SEAL]:
        raise IntegrityError("备份文件已损坏：封签 seal.json 与文件内容不符", cure=_DAMAGED_CURE)
    return CheckedBackup(manifest=manifest, seal=seal, sha256=everything.sha256(), size_bytes=everything.place)


def _manifest(text: bytes) -> BackupManifest:
    try:
        told = json.loads(text)
        if isinstance(told, dict) and str(told.get("format", "")) != "wangjian-backup/1":
            raise InvalidInputError(
                f"备份格式不认识：{str(told.get('format'))[:60]}", cure="换用不低于备份时版本的程序再恢复"
            )
        return BackupManifest.model_validate(told)
    except (ValidationError, ValueError) as exc:
        raise IntegrityError("备份文件已损坏：清单 manifest.json 不可读", cure=_DAMAGED_CURE) from exc


def _content(file: BinaryIO, size: int) -> Iterator[bytes]:
    left = size
    while left:
        chunk = file.read(min(left, CHUNK_BYTES))
        if not chunk:
            raise IntegrityError("备份文件在恢复时变短了", cure=_DAMAGED_CURE)
        left -= len(chunk)
        yield chunk
    file.seek(-size % BLOCK, os.SEEK_CUR)
