"""`wangjian restore`: a whole system out of a backup, into an empty folder, or not at all.

Every byte of the file is looked at before the first is written. What is restored grows under another name and takes its
own when it is whole; a restore that was cut off is begun anew. Keys come from their own file; without it the old
certificates stay as anchors, so that what was sealed still verifies, and new keys are made for what comes.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from urllib.parse import unquote

from evidence.keys import write_private
from records.backups import BackupManifest, DrillCheck, DrillReport, RecordsCopier, RecordsFiller
from records.errors import ConflictError, IntegrityError, StorageFullError
from wangjian.backup import FILES, OBJECTS, RECORDS, VERSIONS
from wangjian.backup_archive import ARCHIVES
from wangjian.backup_file import FIRST
from wangjian.backup_keys import KEYS_FOLDER, open_keys
from wangjian.backup_reader import BackupReader, CheckedBackup
from wangjian.restore_checks import examine_restored, seal_check
from wangjian.settings import Settings
from wangjian.wiring import open_copier, utc_now

__all__ = ["RestorePlan", "drill", "restore"]

_MOST_PIECE_BYTES = 1 << 30
_OLD_ROOTS = frozenset({"evidence-ca.pem", "evidence-sm2-ca.pem", "timestamp-ca.pem"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RestorePlan:
    """Which file; the file of the keys with its passphrase; roots the seal must lead to; whether to re-hash all that
    was restored."""

    path: Path
    keys: Path | None = None
    passphrase: str = ""
    trust_pem: str = ""
    verify: bool = False


def restore(settings: Settings, plan: RestorePlan) -> DrillReport:
    """Restore into the data directory of the settings, and the database they name.

    Raises:
        InvalidInputError: The file is no backup, or of a newer version of the program.
        IntegrityError: It is damaged, or not sealed by whom it should be; nothing was restored.
        ConflictError: The folder or database is not empty; or evidence or archive of the backup lies in a store that
            is not configured.
        StorageFullError: No room left; what was written was taken away again.
    """
    return _restore(settings, plan, place=str(settings.data_dir), only_tried=False)


def drill(settings: Settings, plan: RestorePlan) -> DrillReport:
    """恢复演练: restore beside the data directory into SQLite, look at everything, take it away again. Raises as
    `restore`, but for what is not empty."""
    beside = settings.data_dir.expanduser().absolute().parent
    with _taken_away(beside) as folder:
        there = settings.model_copy(
            update={
                "data_dir": folder / "data",
                "stores": settings.stores.model_copy(update={"records_url": "", "index_url": ""}),
            }
        )
        return _restore(there, plan, place="演练目录，已清除", only_tried=True)


def _restore(settings: Settings, plan: RestorePlan, *, place: str, only_tried: bool) -> DrillReport:
    started_at = utc_now()
    target = settings.data_dir.expanduser().absolute()
    _refuse_filled(target)
    checked = BackupReader(plan.path).check()
    sealed = seal_check(checked, plan.trust_pem)
    manifest = checked.manifest
    _refuse_without_archive(settings, manifest)
    local = _where_evidence_is(settings, manifest)
    keys = open_keys(plan.keys, passphrase=plan.passphrase) if plan.keys else {}
    staging = target.with_name(f"{target.name}.restoring")
    with _named(target):
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True, mode=0o700)
    try:
        with _named(target):
            _extract(local.model_copy(update={"data_dir": staging}), plan, manifest, keys)
            if target.is_dir():
                target.rmdir()
            staging.rename(target)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    checks = [_whole(checked), sealed, _keys_check(keys)]
    checks += examine_restored(local, checked, plan.path, full=plan.verify)
    return DrillReport(
        report_id=f"{'drill' if only_tried else 'restore'}-{started_at:%Y%m%dT%H%M%S%f}",
        drill=only_tried,
        file=plan.path.name,
        content_sha256=checked.sha256,
        backed_up_at=manifest.records_at,
        started_at=started_at,
        finished_at=utc_now(),
        place=place,
        checks=tuple(checks),
    )


def _refuse_filled(target: Path) -> None:
    try:
        filled = target.exists() and (not target.is_dir() or any(target.iterdir()))
    except OSError as exc:
        raise StorageFullError(f"恢复的目标无法读取：{target}（{exc.strerror}）", cure="检查权限") from exc
    if filled:
        raise ConflictError(
            f"恢复的目标不是空目录：{target}",
            cure="用 --to 指定一个空的或不存在的目录；原有数据不会被覆盖",
            path=str(target),
        )


def _refuse_without_archive(settings: Settings, manifest: BackupManifest) -> None:
    """A shared archive is not in the backup; without it no page could be read."""
    if manifest.archive is not None and not settings.stores.archive_url:
        raise ConflictError(
            f"该备份的采集存档在共用的对象存储中（{manifest.archive.place}），现在没有配置",
            cure="先设 WANGJIAN_STORES__ARCHIVE_URL 与 s3 的密钥，再恢复",
        )


def _where_evidence_is(settings: Settings, manifest: BackupManifest) -> Settings:
    """Bytes of the backup go into the folder, wherever evidence is to lie later; versions must be in their store."""
    if manifest.objects.held == "bytes":
        return settings.model_copy(update={"stores": settings.stores.model_copy(update={"blobs_url": ""})})
    if not settings.stores.blobs_url.startswith("s3"):
        raise ConflictError(
            f"该备份的证据在对象存储中（{manifest.objects.place}），现在没有配置",
            cure="先设 WANGJIAN_STORES__BLOBS_URL 与 s3 的密钥，再恢复",
        )
    return settings


def _extract(settings: Settings, plan: RestorePlan, manifest: BackupManifest, keys: dict[str, bytes]) -> None:
    """Write everything: records into the database, the rest as files."""
    folder = settings.data_dir
    held = "blobs" if manifest.objects.held == "bytes" else "blobs-waiting"
    members = BackupReader(plan.path).members()
    with open_copier(settings) as copier:
        for room, group in groupby(members, key=lambda member: member[0].split("/", 1)[0]):
            if room == RECORDS:
                _fill(copier, manifest, group)
                continue
            for name, _, chunks in group:
                parts = _parts(name)
                if room == OBJECTS and len(parts) > 1:
                    _write(folder.joinpath(held, *parts[1:]), chunks, mode=0o444)
                elif room == FILES and len(parts) > 2 and parts[1] == KEYS_FOLDER and not keys:
                    _keep_certificate(folder / KEYS_FOLDER, parts[2:], b"".join(chunks))
                elif room == FILES and len(parts) > 1:
                    _write(folder.joinpath(*parts[1:]), chunks, mode=0o600)
                elif room in (VERSIONS, ARCHIVES, FIRST):
                    _read_over(chunks)
                else:
                    raise IntegrityError(f"备份中有不认识的成员：{name}", cure="换用写成该备份的程序版本")
    for name, content in keys.items():
        path = folder.joinpath(*_parts(name))
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_private(path, content)
    if (folder / KEYS_FOLDER).is_dir():
        (folder / KEYS_FOLDER).chmod(0o700)


def _fill(copier: RecordsCopier, manifest: BackupManifest, group: Iterator[tuple[str, int, Iterator[bytes]]]) -> None:
    filled = dict.fromkeys(manifest.tables, 0)
    with copier.fill(manifest.revision) as filler:
        for name, _, chunks in group:
            table, count = _fill_piece(filler, name, chunks)
            filled[table] = filled.get(table, 0) + count
        if filled != manifest.tables:
            wrong = next(name for name in filled if filled[name] != manifest.tables.get(name))
            raise IntegrityError(
                f"备份的记录与清单不符：表 {wrong} 有 {filled[wrong]} 条，清单记 {manifest.tables.get(wrong)} 条",
                cure="换用另一份备份",
            )


def _fill_piece(filler: RecordsFiller, name: str, chunks: Iterator[bytes]) -> tuple[str, int]:
    try:
        opened = zlib.decompressobj(wbits=31)
        text = opened.decompress(b"".join(chunks), _MOST_PIECE_BYTES)
        lines = text.decode().split("\n")  # splitlines() would cut at characters that stand in texts of pages
        head = json.loads(lines[0])
        table, columns = str(head["table"]), [str(one) for one in head["columns"]]
        rows = [_row(json.loads(line)) for line in lines[1:] if line]
    except (zlib.error, ValueError, KeyError, IndexError, TypeError) as exc:
        raise IntegrityError(f"备份的记录不可读：{name}", cure="换用另一份备份") from exc
    return table, filler.add(table, columns, rows)


def _row(cells: Sequence[object]) -> tuple[str | int | float | bytes | bool | None, ...]:
    return tuple(bytes.fromhex(cell["hex"]) if isinstance(cell, dict) else cell for cell in cells)  # type: ignore[misc]  # JSON values


def _parts(name: str) -> tuple[str, ...]:
    """The parts of a member's name; nothing of it may lead out of the folder."""
    parts = tuple(unquote(part) for part in name.split("/"))
    if any(part in ("", ".", "..") or "/" in part or "\x00" in part for part in parts):
        raise IntegrityError(f"备份中的成员名不可用：{name[:200]}", cure="换用另一份备份")
    return parts


def _keep_certificate(folder: Path, parts: tuple[str, ...], content: bytes) -> None:
    """What is public of keys that are not restored. Their roots become anchors, for new keys will stand under their
    names; each is named by its digest, for a system may be restored so more than once."""
    digest = hashlib.sha256(content).hexdigest()[:16]
    if parts[-1] in _OLD_ROOTS and len(parts) == 1:
        path = folder / "anchors" / f"before-{digest}.pem"
    elif len(parts) == 1 and parts[0].endswith(".pem"):
        path = folder / "before" / f"{digest}-{parts[0]}"
    else:
        path = folder.joinpath(*parts)
    if not path.exists():
        _write(path, iter((content,)), mode=0o600)


def _write(path: Path, chunks: Iterator[bytes], *, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        for chunk in chunks:
            file.write(chunk)
        file.flush()
        os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())


def _read_over(chunks: Iterator[bytes]) -> None:
    for _ in chunks:
        pass


def _whole(checked: CheckedBackup) -> DrillCheck:
    state = f"{checked.manifest.member_count} 个成员、{checked.size_bytes} 字节逐一核对，SHA-256 {checked.sha256}"
    return DrillCheck(part="备份文件", ok=True, state=state)


def _keys_check(keys: dict[str, bytes]) -> DrillCheck:
    state = f"已恢复 {len(keys)} 个" if keys else "未恢复：旧证书留作信任锚，启用时生成新密钥"
    return DrillCheck(part="密钥", ok=True, state=state)


@contextmanager
def _taken_away(beside: Path) -> Iterator[Path]:
    with _named(beside):
        folder = Path(tempfile.mkdtemp(prefix=".wangjian-drill-", dir=beside))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _named(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise StorageFullError(
            f"无法恢复到 {target}（{exc.strerror or exc}）", cure="检查空间与权限；未写完的已清除，可以重来"
        ) from exc
