"""Whether the archive of a run is whole: every record reads, every digest holds, every page's place leads to its page.

A torn last record of a file (a run that was killed) is said and is no damage: no page can point at it. Nor is a file
that two persons destroyed, which is named with its certificate; one that is gone without any is.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

from crawlers.archive.members import parse_record
from crawlers.archive.reading import page_bytes, read_exchange
from records.archive_ports import ArchiveFiles
from records.base import DigestHex, Record
from records.errors import IntegrityError, NotFoundError
from records.ports import BlobStore
from records.survey import Page

__all__ = ["ArchiveReport", "DestroyedFile", "is_there", "verify_archive"]

_PIECE = 1 << 18
_GZIP = 31


class DestroyedFile(Record):
    """An archive file two persons destroyed.

    Attributes:
        certificate: Number of the certificate: the disposal it was issued for; `certificate_sha256` names its bytes.
        destroyed_on: The certificate's day in Asia/Shanghai.
        pages: How many pages can no longer be read for it.
        present: The file lies there all the same: the disposal was cut off, or a backup brought it back.
    """

    file: str
    certificate: str
    certificate_sha256: DigestHex
    destroyed_on: date
    pages: int = 0
    present: bool = False


class ArchiveReport(Record):
    """What a verification found. `damaged` names in Chinese every record and page that does not hold; `torn` the files
    whose last record was cut off by the end of a process, which no page points at; `destroyed` those that went under a
    certificate.

    Attributes:
        unarchived: Pages without an exchange of their own: nothing came, or they were read before there was an archive.
    """

    run_id: str
    files: int = 0
    records: int = 0
    size_bytes: int = 0
    pages: int = 0
    unarchived: int = 0
    torn: tuple[str, ...] = ()
    destroyed: tuple[DestroyedFile, ...] = ()
    damaged: tuple[str, ...] = ()


@dataclass(slots=True)
class _FileCheck:
    name: str
    records: int = 0
    size_bytes: int = 0
    torn: bool = False
    damage: str = ""


@dataclass(slots=True)
class _Gone:
    """Files that were destroyed, and how many pages rested on each that is not there any more."""

    archive: ArchiveFiles
    files: Mapping[str, DestroyedFile]
    pages: dict[str, int] = field(default_factory=dict)

    def explains(self, name: str) -> bool:
        """Whether a page cannot be read since this file was destroyed."""
        if name not in self.files or is_there(self.archive, name):
            return False
        self.pages[name] = self.pages.get(name, 0) + 1
        return True

    def of(self, run_id: str) -> tuple[DestroyedFile, ...]:
        """Those of a run and those its pages rested on."""
        names = {name for name in self.files if name.rpartition("/")[2].rpartition("-")[0] == run_id} | {*self.pages}
        return tuple(
            self.files[name].model_copy(
                update={"pages": self.pages.get(name, 0), "present": is_there(self.archive, name)}
            )
            for name in sorted(names)
        )


def verify_archive(
    files: ArchiveFiles,
    run_id: str,
    pages: Iterable[Page],
    *,
    blobs: BlobStore,
    destroyed: Mapping[str, DestroyedFile] | None = None,
) -> ArchiveReport:
    """Read everything of a run again; nothing is changed.

    Args:
        destroyed: By name, files that went under certificates that hold.
    """
    gone = _Gone(files, destroyed or {})
    checks = [_check_file(files, name) for name in files.names_of(run_id)]
    damaged = [f"{check.name}：{check.damage}" for check in checks if check.damage]
    count = unarchived = 0
    for page in pages:
        count += 1
        unarchived += page.archive is None
        if problem := _problem_of(files, page, blobs, gone):
            damaged.append(f"{page.page_id} {page.url[:200]}：{problem}")
    return ArchiveReport(
        run_id=run_id,
        files=len(checks),
        records=sum(check.records for check in checks),
        size_bytes=sum(check.size_bytes for check in checks),
        pages=count,
        unarchived=unarchived,
        torn=tuple(check.name for check in checks if check.torn),
        destroyed=gone.of(run_id),
        damaged=tuple(damaged),
    )


def is_there(files: ArchiveFiles, name: str) -> bool:
    """Whether an archive has a file of this name."""
    try:
        files.size_bytes(name)
    except NotFoundError:
        return False
    return True


def _problem_of(files: ArchiveFiles, page: Page, blobs: BlobStore, gone: _Gone) -> str:
    """What does not hold of a page's exchange; empty when all does, or when what it rests on was destroyed."""
    try:
        if page.archive is not None and read_exchange(files, page.archive).fits(page) is False:
            return "存档内容的摘要与网页记录不符"
        if page.body is not None:
            page_bytes(files, page, blob=blobs.get)
    except NotFoundError as exc:
        return "" if gone.explains(str(exc.data.get("file", ""))) else exc.message
    except IntegrityError as exc:
        return exc.message
    return ""


def _check_file(files: ArchiveFiles, name: str) -> _FileCheck:
    with files.open(name) as stream:
        return _check_records(stream, _FileCheck(name, size_bytes=files.size_bytes(name)))


def _check_records(stream: BinaryIO, check: _FileCheck) -> _FileCheck:
    """Every record of a file in turn."""
    for start, content in _members(stream):
        if content is None:
            check.torn = True
            return check
        if not content:
            check.damage = f"偏移 {start}：记录已损坏，无法解压；其后的记录只按各网页的位置核验"
            return check
        try:
            whole = parse_record(content).block_is_whole
        except IntegrityError as exc:
            check.damage = f"偏移 {start}：{exc.message}"
            return check
        if not whole:
            check.damage = f"偏移 {start}：记录与其 SHA-256 不符，可能被改动"
            return check
        check.records += 1
    return check


def _members(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """(offset, content) of each gzip member; None for one that the file ends in, no bytes for one that is broken."""
    start, held = 0, b""
    while True:
        reader, pieces, used = zlib.decompressobj(_GZIP), [], 0
        while not reader.eof:
            held = held or stream.read(_PIECE)
            if not held:
                if used:
                    yield start, None
                return
            used += len(held)
            try:
                pieces.append(reader.decompress(held))
            except zlib.error:
                yield start, b""
                return
            held = b""
        held = reader.unused_data
        start, begun = start + used - len(held), start
        yield begun, b"".join(pieces)
