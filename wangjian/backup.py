"""`wangjian backup`: one file from which the whole system can be restored, made while others work.

The order is what makes it one moment. Evidence and pages are on the disk before the row that names them, and nothing
takes them away but two persons under a certificate; so the records are copied as of one moment, and objects and
archives after it: every byte a copied row names is there. Objects that came later are left out, for no row of the copy
knows of them (`wangjian/backup_naming.py`). An archive file that is being written is copied up to its length at that
time; a record cut in half at its end is what a loss of power would leave, and is read over.
"""

from __future__ import annotations

import fcntl
import gzip
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import BinaryIO

from evidence.retention import standing_of
from records.backups import (
    BackupHeads,
    BackupManifest,
    BackupReport,
    BackupState,
    ObjectsHeld,
    RecordsCopier,
    RecordsSnapshot,
    VersionedBlobs,
)
from records.digests import Digests
from records.errors import ConflictError, InvalidInputError, NotFoundError, StorageFullError
from records.ports import Services
from wangjian.backup_archive import ArchiveNames, note_archive
from wangjian.backup_file import CHUNK_BYTES, FIRST, BackupSeal, BackupWriter, member_name
from wangjian.backup_keys import KEYS_FOLDER, SETTINGS_FILE, private_files, public_files, write_keys
from wangjian.backup_naming import NamedObjects, ObjectList

__all__ = ["FILES", "OBJECTS", "RECORDS", "VERSIONS", "BackupPlan", "back_up"]

RECORDS, OBJECTS, VERSIONS, FILES = "records", "objects", "object-versions", "files"
"""The folders of the file."""

_PIECE_BYTES = 4 << 20
_VERSIONS_A_PIECE = 20_000
_MADE_ANEW = frozenset({"backups", "blobs", "blobs-waiting", "jobs", "logs", "packages", "search.db", "wangjian.db"})
"""Of the data directory: what is copied in another way, or made anew from what is copied."""
_README = """网鉴备份文件（wangjian-backup/1）

records/          全部记录，每表若干段：首行为表名与列名，其后一行一条（gzip，JSON）
files/            数据目录中的采集存档（WARC）、字体、地图等；证书在 files/keys/
objects/          证据存储中的全部对象，以其 SHA-256 命名
object-versions/  证据在 S3（对象锁定）时，桶中每个对象的版本号
archive-objects/  采集存档由几台机器共用（S3）时，其中每个文件的名称、SHA-256、版本号
members.jsonl     以上每个成员的大小、SHA-256、SM3
manifest.json     清单：条数、版本、审计链与保管链的末端、存证日志的大小
seal.json         封签：此前全部字节的 SHA-256，由本单位签名

私钥与口令不在其中：它们另存于 backup --keys 指定的文件，以口令加密。
检索索引不在其中：恢复后由记录重建（wangjian index rebuild，serve 启动时自动进行）。
恢复：wangjian restore 本文件 --verify
"""
_INDEX_NOTE = "不含检索索引；恢复后由记录重建（wangjian index rebuild，serve 启动时自动进行）"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupPlan:
    """Where to, and whether the keys are written too (beside, never into it). `place`, `archive_place`: addresses of
    the evidence store and of the archive that machines share, to be told in the backup."""

    path: Path
    keys: Path | None = None
    passphrase: str = ""
    place: str = ""
    archive_place: str = ""
    report_id: str = ""
    scheduled: bool = False


def back_up(services: Services, copier: RecordsCopier, plan: BackupPlan) -> BackupReport:
    """Write the backup; the file has its name when it is whole, and before that ends in `.partial`.

    Returns:
        The report, which is kept in the records too. Its state is PARTIAL when something the system should have was
        missing or altered in the system itself; the file then holds what there is.

    Raises:
        InvalidInputError: The file is there already, or the passphrase of the keys is too short.
        ConflictError: Another process writes this file; or evidence was destroyed meanwhile: begin again.
        StorageFullError: No room left, or the place cannot be written.
        StoreAwayError: Database or evidence store is away.
    """
    report = BackupReport(
        report_id=plan.report_id or f"backup-{services.clock():%Y%m%dT%H%M%S%f}",
        state=BackupState.RUNNING,
        scheduled=plan.scheduled,
        started_at=services.clock(),
        file=plan.path.name,
        keys_file=plan.keys.name if plan.keys else "",
    )
    with _writing(plan.path) as file, closing(BackupWriter(file)) as writer:
        if plan.keys is not None:
            write_keys(plan.keys, private_files(services.data_dir), passphrase=plan.passphrase)
        work = _Work(services, writer, plan)
        work.run(copier)
        content_sha256 = work.finish()
        size_bytes = work.writer.size_bytes
    done = report.model_copy(
        update={
            "state": BackupState.PARTIAL if work.problems else BackupState.COMPLETE,
            "finished_at": services.clock(),
            "content_sha256": content_sha256,
            "size_bytes": size_bytes,
            "rows": sum(work.tables.values()),
            "objects": work.objects.count,
            "files": work.files,
            "problems": tuple(work.problems),
        }
    )
    services.backups.save_backup(done)
    return done


@contextmanager
def _writing(path: Path) -> Iterator[BinaryIO]:
    """The file under another name until it is whole and on the disk. One that was cut off is begun anew."""
    if path.exists():
        raise InvalidInputError(f"备份文件已存在：{path}", cure="换一个文件名；备份从不覆盖已有的文件")
    partial = path.with_name(f"{path.name}.partial")
    try:
        handle = os.open(partial, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(handle, "r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as exc:
                raise ConflictError(f"另一个进程正在写这份备份：{partial}", cure="等它写完，或换一个文件名") from exc
            file.truncate()
            yield file  # what is cut off here keeps the other name, and is begun anew under it
            file.flush()
            os.fsync(file.fileno())
            os.replace(partial, path)
            _sync_folder(path.parent)
    except OSError as exc:
        raise StorageFullError(
            f"备份无法写入：{path}（{exc.strerror or exc}）", cure="清出空间或换一个地方后重试，未写完的部分可以删除"
        ) from exc


@dataclass(slots=True)
class _Work:
    """What has been written so far."""

    services: Services
    writer: BackupWriter
    plan: BackupPlan
    began_at: datetime = field(init=False)
    records_at: datetime = field(init=False)
    revision: str = ""
    tables: dict[str, int] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    heads: BackupHeads = BackupHeads()
    objects: ObjectsHeld = ObjectsHeld(held="bytes", place="")
    named: NamedObjects = field(default_factory=lambda: NamedObjects(set()))
    pages: ArchiveNames = field(default_factory=ArchiveNames)
    archive: ObjectsHeld | None = None
    archive_files: set[str] = field(default_factory=set)
    files: int = 0
    files_bytes: int = 0
    problems: list[str] = field(default_factory=list)

    def run(self, copier: RecordsCopier) -> None:
        self.began_at = self.services.clock()
        self.writer.add(FIRST, _README.encode())
        blobs = self.services.blobs
        with closing(ObjectList(() if isinstance(blobs, VersionedBlobs) else blobs.digests())) as before:
            with copier.snapshot() as snapshot:
                self.records_at = self.services.clock()
                if not isinstance(blobs, VersionedBlobs):
                    self.named = NamedObjects(before.lacks(blobs.digests()))
                self._records(snapshot)
            self._objects(before)
        self._data_files()
        self._archive()
        self._look_for_missing()

    def finish(self) -> str:
        signer = self.services.signer

        def manifest(members: Digests, count: int) -> BackupManifest:
            return BackupManifest(
                organisation=self.services.organisation,
                version=_program_version(),
                revision=self.revision,
                began_at=self.began_at,
                records_at=self.records_at,
                tables=self.tables,
                left_out=tuple(sorted(self.left_out)),
                heads=self.heads,
                objects=self.objects,
                archive=self.archive,
                files=self.files,
                files_bytes=self.files_bytes,
                index=_INDEX_NOTE,
                keys=f"另存于 {self.plan.keys.name}（以口令加密）" if self.plan.keys else "未备份；不在本文件中",
                members=members,
                member_count=count,
                problems=tuple(self.problems[:1000]),
            )

        def seal(unsigned: BackupSeal) -> BackupSeal:
            named = unsigned.model_copy(update={"certificates": signer.certificate_pem})
            return named.model_copy(update={"signature": signer.sign(named.unsigned()).hex()})

        return self.writer.finish(manifest, seal)

    def _records(self, snapshot: RecordsSnapshot) -> None:
        self.revision, self.heads = snapshot.revision, snapshot.heads()
        self.left_out += [f"表 {name}" for name in snapshot.left_out]
        for table, columns in snapshot.tables.items():
            self.tables[table] = 0
            for number, (rows, piece) in enumerate(_pieces(table, columns, self._seen(snapshot, table, columns)), 1):
                self.tables[table] += rows
                self.writer.add(member_name(RECORDS, table, f"{number:06}.jsonl.gz"), piece)

    def _seen(self, snapshot: RecordsSnapshot, table: str, columns: tuple[str, ...]) -> Iterator[Sequence[object]]:
        for row in snapshot.rows(table):
            self.named.look_at(table, columns, row)
            self.pages.look_at(table, columns, row)
            yield row

    def _objects(self, before: ObjectList) -> None:
        blobs = self.services.blobs
        if isinstance(blobs, VersionedBlobs):
            waiting = blobs.waiting()
            count = self._versions(blobs)
            _, size = self._bytes(waiting)
            self.objects = ObjectsHeld(held="versions", place=self.plan.place, count=count, size_bytes=size)
        else:
            count, size = self._bytes(before.together_with(self.named.named))
            self.objects = ObjectsHeld(held="bytes", place=self.plan.place, count=count, size_bytes=size)

    def _bytes(self, digests: Iterator[str] | Sequence[str]) -> tuple[int, int]:
        count = size = 0
        for sha256 in digests:
            try:
                with self.services.blobs.open(sha256) as stream:
                    length = stream.seek(0, os.SEEK_END)
                    stream.seek(0)
                    name = member_name(OBJECTS, sha256[:2], sha256[2:4], sha256)
                    kept = self.writer.add_stream(name, length, _chunks(stream))
            except NotFoundError:
                continue  # destroyed, or brought to its place, since it was listed
            count, size = count + 1, size + length
            if kept.sha256 != sha256:
                self.problems.append(f"存储中的对象已被改动：{sha256}（现为 {kept.sha256}）")
        return count, size

    def _versions(self, blobs: VersionedBlobs) -> int:
        count, lines = 0, []
        for one in blobs.versions():
            count += 1
            lines.append(one.model_dump_json())
            if len(lines) == _VERSIONS_A_PIECE:
                self.writer.add(member_name(VERSIONS, f"{count:012}.jsonl.gz"), _zipped(lines))
                lines = []
        if lines:
            self.writer.add(member_name(VERSIONS, f"{count:012}.jsonl.gz"), _zipped(lines))
        return count

    def _data_files(self) -> None:
        for name, content in public_files(self.services.data_dir).items():
            self._keep(name, len(content), iter((content,)))
        for entry in sorted(self.services.data_dir.iterdir()):
            if entry.name in (KEYS_FOLDER, SETTINGS_FILE):
                continue
            if entry.name in _MADE_ANEW or entry.name.startswith(("wangjian.db", "search.db")):
                self.left_out.append(f"文件 {entry.name}")
                continue
            for path in [entry] if entry.is_file() else sorted(entry.rglob("*")):
                self._data_file(path)

    def _data_file(self, path: Path) -> None:
        if path.is_symlink() or not path.is_file() or path.name.endswith(".partial"):
            return
        name = path.relative_to(self.services.data_dir).as_posix()
        try:
            with path.open("rb") as file:
                self._keep(name, os.fstat(file.fileno()).st_size, _chunks(file))
            if path.is_relative_to(self.services.archive.root):
                self.archive_files.add(path.relative_to(self.services.archive.root).as_posix())
        except FileNotFoundError:
            return
        except OSError as exc:
            self.problems.append(f"文件无法读取，未备份：{name}（{exc.strerror}）")

    def _keep(self, name: str, size: int, chunks: Iterator[bytes]) -> None:
        try:
            member = member_name(FILES, name)
        except InvalidInputError as exc:
            self.problems.append(exc.message)
            return
        self.writer.add_stream(member, size, chunks)
        self.files, self.files_bytes = self.files + 1, self.files_bytes + size

    def _archive(self) -> None:
        """After the files of this machine: one that is handed over meanwhile is in both, and none in neither."""
        noted = note_archive(
            self.services,
            self.writer,
            self.pages,
            copied=self.archive_files,
            at=self.records_at,
            place=self.plan.archive_place,
        )
        self.archive = noted.held
        self.problems += noted.problems
        if noted.under_way:
            self.left_out.append(f"尚在采集机器上、未交出的存档文件 {len(noted.under_way)} 个（恢复时另行核对）")

    def _look_for_missing(self) -> None:
        """What a copied row names and the store does not have: destroyed while we copied, or gone before."""
        for sha256, capture_id in self.named.items():
            if self.services.blobs.holds(sha256):
                continue
            standing = standing_of(self.services.evidence, capture_id) if capture_id else None
            if standing is None or standing.destroyed is None:
                self.problems.append(f"记录所指的内容不在证据存储中：{sha256}")
            elif standing.destroyed.at >= self.records_at:
                raise ConflictError(f"备份期间有证据被销毁：{capture_id}", cure="重新备份")


def _pieces(table: str, columns: tuple[str, ...], rows: Iterator[Sequence[object]]) -> Iterator[tuple[int, bytes]]:
    """Rows as gzipped lines, a few megabytes a piece; a table without rows has one piece too."""
    head = _line({"table": table, "columns": columns})
    lines, size, pieces = [head], 0, 0
    for row in rows:
        line = _line([{"hex": value.hex()} if isinstance(value, bytes) else value for value in row])
        lines.append(line)
        size += len(line)
        if size >= _PIECE_BYTES:
            yield len(lines) - 1, _zipped(lines)
            lines, size, pieces = [head], 0, pieces + 1
    if len(lines) > 1 or not pieces:
        yield len(lines) - 1, _zipped(lines)


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _zipped(lines: Sequence[str]) -> bytes:
    return gzip.compress(("\n".join(lines) + "\n").encode(), compresslevel=1, mtime=0)


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: stream.read(CHUNK_BYTES), b"")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _program_version() -> str:
    try:
        return version("wangjian")
    except PackageNotFoundError:
        return "0"
