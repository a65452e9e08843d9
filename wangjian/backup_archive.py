"""What a backup says of the surveys' archive: which files rows name, and what lies in a place that machines share.

A file in the data directory is in the backup itself. In a shared place files are never changed, and taken away by two
persons alone; so a backup names each with the digest of its bytes, and its restore reads every one again. A page names
its file as soon as it is read, and the file is handed over a minute later: one that is still with its machine is named
without a digest, and only its being there is asked for.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from crawlers.archive.files import COMES_WITHIN
from crawlers.archive.verifying import is_there
from evidence.verify import LibraryTrust
from records.backups import ArchiveObject, DrillCheck, ObjectsHeld, SharedArchive
from records.disposals import DisposalState, RetentionClass
from records.errors import ConflictError
from records.ports import Services
from wangjian.backup_file import BackupWriter, member_name
from wangjian.backup_reader import BackupReader, CheckedBackup
from wangjian.disposed import certified_archives, disposed_archives

__all__ = ["ARCHIVES", "ArchiveNames", "check_archive", "note_archive"]

ARCHIVES = "archive-objects"
"""The folder of the backup."""

_PLACE = re.compile(r'"archive":\{"file":"([^"\\]+)"')
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_A_PIECE = 20_000
_READ_AT_ONCE, _HANDS = 64, 4
_SHOWN = 20


class ArchiveNames:
    """Files that pages name, found as their rows go by, each with the time of its newest page."""

    def __init__(self) -> None:
        self._newest: dict[str, int] = {}

    def look_at(self, table: str, columns: Sequence[str], row: Sequence[object]) -> None:
        """Note what this row names."""
        if table != "pages":
            return
        found = _PLACE.search(str(row[columns.index("body")]))
        if found:
            fetched_at = row[columns.index("fetched_at")]
            assert isinstance(fetched_at, int)
            self._newest[found[1]] = max(self._newest.get(found[1], 0), fetched_at)

    def besides(self, there: Collection[str]) -> dict[str, datetime]:
        """Those that are not among these, with the time of the newest page of each."""
        left = sorted(self._newest.keys() - there)
        return {name: _EPOCH + timedelta(microseconds=self._newest[name]) for name in left}


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedArchive:
    """What was written of it. `under_way`: files that are still with other machines; `problems`: files that are gone
    and nobody destroyed, one Chinese sentence each."""

    held: ObjectsHeld | None
    under_way: tuple[str, ...]
    problems: tuple[str, ...]


def note_archive(
    services: Services, writer: BackupWriter, names: ArchiveNames, *, copied: Collection[str], at: datetime, place: str
) -> NotedArchive:
    """Write what lies in a shared place, and look whether all that rows name is there or in the backup.

    Args:
        copied: Files of this machine's disk, whose bytes are in the backup.
        at: The moment the rows are of.
        place: The address of the shared place.

    Raises:
        ConflictError: An archive file was destroyed since that moment.
        StoreAwayError: The shared place does not answer.
    """
    archive = services.archive
    if not isinstance(archive, SharedArchive):
        gone = _unexplained(services, names.besides(copied), at)
        return NotedArchive(held=None, under_way=(), problems=tuple(map(_missing, gone)))
    there, size = set(copied), 0
    listed = set[str]()

    def seen() -> Iterator[ArchiveObject]:
        nonlocal size
        for one in archive.objects():
            listed.add(one.name)
            size += one.size_bytes
            yield one

    _write(writer, seen(), "there")
    left = names.besides(there | listed)
    coming = tuple(name for name, newest in left.items() if newest > at - COMES_WITHIN)
    _write(writer, (ArchiveObject(name=name) for name in coming), "under-way")
    gone = _unexplained(services, {name: left[name] for name in left if name not in coming}, at)
    held = ObjectsHeld(held="versions", place=place, count=len(listed) + len(coming), size_bytes=size)
    return NotedArchive(held=held, under_way=coming, problems=tuple(map(_missing, gone)))


def check_archive(services: Services, checked: CheckedBackup, path: Path) -> Iterator[DrillCheck]:
    """Read every file of the shared place that the backup names, and tell what is gone from what was destroyed. Nothing
    is said where the archive lies in the data directory: its files are members of the backup."""
    held = checked.manifest.archive
    if held is None or not isinstance(services.archive, SharedArchive):
        return
    found = _Found()
    fresh = services.clock() - checked.manifest.records_at < COMES_WITHIN
    noted = _noted(path)
    while some := list(islice(noted, _READ_AT_ONCE)):
        found.count += len(some)
        _look(services, services.archive, some, found)
    absent = [*found.gone, *found.late]
    destroyed = certified_archives(services, LibraryTrust(services.trust_anchors_pem)) if absent else {}
    gone = [f"{name}{kept}" for name, kept in found.gone.items() if name not in destroyed]
    late = [name for name in found.late if name not in destroyed]
    told = [
        f"{len(gone)} 个存档文件不在，也没有销毁证书：{_some(gone)}" if gone else "",
        f"{len(found.changed)} 个存档文件已被改动：{_some(found.changed)}" if found.changed else "",
        f"{len(late)} 个备份时尚在采集它的机器上，{'还在路上' if fresh else '至今没有交出'}：{_some(late)}"
        if late
        else "",
        _destroyed([f"{name}（证书 {destroyed[name].certificate}）" for name in absent if name in destroyed]),
    ]
    count = found.count - len(absent) - len(found.changed)
    state = "；".join(
        filter(None, (f"备份所记 {found.count} 个文件中 {count} 个在共用存档中，逐一重新计算相符", *told))
    )
    ok = not gone and not found.changed and (fresh or not late) and found.count == held.count
    yield DrillCheck(part="共用存档", ok=ok, state=state)


@dataclass(slots=True)
class _Found:
    count: int = 0
    gone: dict[str, str] = field(default_factory=dict)
    late: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)


def _look(services: Services, archive: SharedArchive, some: Sequence[ArchiveObject], found: _Found) -> None:
    with ThreadPoolExecutor(max_workers=_HANDS) as hands:
        digests = hands.map(lambda one: archive.content_of(one.name) if one.sha256 else None, some)
        for noted, content in zip(some, digests, strict=True):
            if not noted.sha256:
                if not is_there(services.archive, noted.name):
                    found.late.append(noted.name)
            elif content is None:
                found.gone[noted.name] = "（原版本仍在桶中）" if archive.keeps(noted) else ""
            elif content.sha256 != noted.sha256:
                kept = "，原版本仍在桶中" if archive.keeps(noted) else ""
                found.changed.append(f"{noted.name}（应为 {noted.sha256}{kept}）")


def _unexplained(services: Services, names: dict[str, datetime], at: datetime) -> list[str]:
    """Those nobody destroyed under a certificate."""
    if not names:
        return []
    for one in services.disposals.disposals():
        ended = one.kind is RetentionClass.CRAWL and one.state in (DisposalState.APPROVED, DisposalState.DONE)
        since = ended and one.approved_at is not None and one.approved_at >= at
        if since and any(item.item_id in names for item in one.destroyed):
            raise ConflictError(f"备份期间有采集存档被销毁：{one.disposal_id}", cure="重新备份")
    destroyed = disposed_archives(services, LibraryTrust(services.trust_anchors_pem))
    return [name for name in names if name not in destroyed]


def _missing(name: str) -> str:
    return f"记录所指的存档文件不在采集存档中，也没有销毁证书：{name}"


def _destroyed(names: Sequence[str]) -> str:
    return f"{len(names)} 个已依证书销毁，不算缺失：{_some(names)}" if names else ""


def _some(names: Sequence[str]) -> str:
    more = f"等 {len(names)} 个" if len(names) > _SHOWN else ""
    return "、".join(names[:_SHOWN]) + more


def _write(writer: BackupWriter, objects: Iterator[ArchiveObject], what: str) -> None:
    number = 0
    while some := list(islice(objects, _A_PIECE)):
        number += 1
        lines = "".join(f"{one.model_dump_json()}\n" for one in some)
        content = gzip.compress(lines.encode(), compresslevel=1, mtime=0)
        writer.add(member_name(ARCHIVES, f"{what}-{number:06}.jsonl.gz"), content)


def _noted(path: Path) -> Iterator[ArchiveObject]:
    for name, _, chunks in BackupReader(path).members():
        content = b""
        for chunk in chunks:  # each is read, ours or not, before the next is asked for
            content += chunk if name.startswith(f"{ARCHIVES}/") else b""
        for line in gzip.decompress(content).splitlines() if content else ():
            yield ArchiveObject.model_validate_json(line)
