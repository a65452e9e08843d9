"""备份与恢复: what a backup holds, what became of the last ones and of the drills, and what they ask of the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import Literal, Protocol, runtime_checkable

from records.base import DigestHex, Record, UtcDatetime
from records.digests import Digests

__all__ = [
    "ArchiveObject",
    "BackupBook",
    "BackupHeads",
    "BackupManifest",
    "BackupMember",
    "BackupReport",
    "BackupState",
    "ChainHead",
    "DrillCheck",
    "DrillReport",
    "ObjectVersion",
    "ObjectsHeld",
    "RecordsCopier",
    "RecordsFiller",
    "RecordsSnapshot",
    "SharedArchive",
    "VersionedBlobs",
]

Cell = str | int | float | bytes | bool | None


class BackupState(StrEnum):
    """RUNNING has begun and not ended; PARTIAL is whole as a file, but something it should hold was missing or damaged
    in the system itself, and is named."""

    RUNNING = "running"
    COMPLETE = "complete"
    PARTIAL = "partial"
    FAILED = "failed"


class BackupMember(Record):
    """One file in a backup: its name there and the digests of its bytes."""

    name: str
    content: Digests


class ChainHead(Record):
    """The end of a chain of events: its last number and digests."""

    sequence: int
    sha256: DigestHex
    sm3: DigestHex


class BackupHeads(Record):
    """Where the chains ended as the records were copied. `log_size` counts the entries of the evidence log; the newest
    head kept for it is `log_head_sha256`."""

    audit: ChainHead | None = None
    custody: ChainHead | None = None
    log_size: int = 0
    log_head_sha256: str = ""


class ObjectsHeld(Record):
    """What of the evidence store is in the backup: the bytes (`held` = bytes), or where the store keeps copies itself
    and locks them (S3), only which versions there are (`held` = versions)."""

    held: str
    place: str
    count: int = 0
    size_bytes: int = 0


class ObjectVersion(Record):
    """Which version of an object is the one that was put, in a store that keeps and locks versions itself."""

    sha256: DigestHex
    version: str
    size_bytes: int


class ArchiveObject(Record):
    """An archive file in the place that machines share. `sha256` of its bytes; empty in a backup that knew of the file
    from a page alone, which was still with the machine that surveyed it."""

    name: str
    sha256: DigestHex | Literal[""] = ""
    version: str = ""
    size_bytes: int = 0


class BackupManifest(Record):
    """What a backup holds. The digests of every member are in the member `members`, whose own are here.

    Attributes:
        version: Of the program that wrote it; `revision` is that of the tables.
        tables: Rows by table; `left_out` are tables that are not copied, and files that are made anew from others.
        archive: Of the surveys' archive that machines share, which files there are; None where it lies in the data
            directory, and is among the `files`.
        problems: What was missing or damaged in the system itself as it was copied, one Chinese sentence each.
    """

    format: str = "wangjian-backup/1"
    organisation: str
    version: str
    revision: str
    began_at: UtcDatetime
    records_at: UtcDatetime
    tables: dict[str, int]
    left_out: tuple[str, ...]
    heads: BackupHeads
    objects: ObjectsHeld
    archive: ObjectsHeld | None = None
    files: int
    files_bytes: int
    index: str
    keys: str
    members: Digests
    member_count: int
    problems: tuple[str, ...] = ()


class BackupReport(Record):
    """How making a backup went; kept in the records, for the console and the alarms.

    Attributes:
        file: Name of the file, without its folder.
        content_sha256: Of the whole file, to be written down apart from it.
    """

    report_id: str
    state: BackupState
    scheduled: bool = False
    started_at: UtcDatetime
    finished_at: UtcDatetime | None = None
    file: str = ""
    content_sha256: str = ""
    size_bytes: int = 0
    rows: int = 0
    objects: int = 0
    files: int = 0
    keys_file: str = ""
    problems: tuple[str, ...] = ()


class DrillCheck(Record):
    """One thing that was looked at in what was restored."""

    part: str
    ok: bool
    state: str


class DrillReport(Record):
    """How a restore went, and what was found in what was restored. `drill`: it was only tried, and taken away again."""

    report_id: str
    drill: bool
    file: str
    content_sha256: str
    backed_up_at: UtcDatetime
    started_at: UtcDatetime
    finished_at: UtcDatetime
    place: str
    checks: tuple[DrillCheck, ...]

    @property
    def ok(self) -> bool:
        """Whether everything that was looked at is as it was."""
        return all(check.ok for check in self.checks)


class RecordsSnapshot(Protocol):
    """All tables as of one moment, whatever is written meanwhile."""

    @property
    def revision(self) -> str:
        """Of the tables."""
        ...

    @property
    def tables(self) -> Mapping[str, tuple[str, ...]]:
        """The columns of each table that is copied, in an order in which they can be filled."""
        ...

    @property
    def left_out(self) -> tuple[str, ...]:
        """Tables that are not copied."""
        ...

    def rows(self, table: str) -> Iterator[Sequence[Cell]]:
        """As the database holds them."""
        ...

    def heads(self) -> BackupHeads:
        """Where the chains end."""
        ...


class RecordsFiller(Protocol):
    """Tables being filled; all or nothing."""

    def add(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
        """Add rows; how many. Raises InvalidInputError for a table or column that is not known."""
        ...


class RecordsCopier(Protocol):
    """The whole of the records, out and in, in one form for every database."""

    def snapshot(self) -> AbstractContextManager[RecordsSnapshot]:
        """What is there now. Raises StoreAwayError."""
        ...

    def fill(self, revision: str) -> AbstractContextManager[RecordsFiller]:
        """Make the tables of that revision in an empty database and fill them; then they are brought to this version.

        Raises:
            InvalidInputError: The revision is newer than this program, or not known to it.
            ConflictError: The database is not empty.
        """
        ...

    def counts(self) -> Mapping[str, int]:
        """Rows by table."""
        ...


@runtime_checkable
class VersionedBlobs(Protocol):
    """A blob store that keeps copies itself and lets nobody take them away: of it the versions are noted, not the
    bytes."""

    def versions(self) -> Iterator[ObjectVersion]:
        """Of every object in its place, in order."""
        ...

    def waiting(self) -> tuple[str, ...]:
        """As `records.ports.BlobStore.waiting`."""
        ...


@runtime_checkable
class SharedArchive(Protocol):
    """An archive of surveys in a place that machines share: of it is noted what lies there, not the bytes."""

    def objects(self) -> Iterator[ArchiveObject]:
        """Every file that was handed over, in the order of names. Raises StoreAwayError."""
        ...

    def content_of(self, name: str) -> Digests | None:
        """Of a file's bytes, read whole from the shared place, whatever lies on this machine's disk; None when it is
        not there. Raises StoreAwayError."""
        ...

    def keeps(self, noted: ArchiveObject) -> bool:
        """Whether the version that was noted is still there beneath whatever came over it. Raises StoreAwayError."""
        ...


class BackupBook(Protocol):
    """Reports of backups and of restores."""

    def begin_backup(self, report: BackupReport) -> bool:
        """Keep the report of one that begins; False when another process has begun the same."""
        ...

    def save_backup(self, report: BackupReport) -> None:
        """Keep, or replace, the report of a backup."""
        ...

    def backups(self, *, limit: int = 20) -> tuple[BackupReport, ...]:
        """Newest first."""
        ...

    def save_drill(self, report: DrillReport) -> None: ...

    def drills(self, *, limit: int = 20) -> tuple[DrillReport, ...]:
        """Newest first."""
        ...
