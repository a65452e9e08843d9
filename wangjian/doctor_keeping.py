"""The doctor's second half: what keeps the system alive over years. Records, backups, keys, clocks, permissions."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from evidence.capturing.timesources import host_source
from evidence.trust import read_certificates
from network.guard import AddressGuard
from records.backups import BackupState
from records.errors import WangJianError
from records.ports import Clock
from wangjian.doctor import PartState
from wangjian.settings import Settings
from wangjian.wiring import RecordsStanding, records_standing

__all__ = ["examine_keeping"]

_BACKUP_DUE = timedelta(days=2)
_DRILL_DUE = timedelta(days=92)
_ENDING_DAYS = 60
_DRIFT = timedelta(seconds=5)
_ASK_SECONDS = 5.0
_MOST_KEYS = 200


def examine_keeping(settings: Settings, clock: Clock) -> Iterator[PartState]:
    """Every part that is there to be asked; what was never made is not missed."""
    data_dir = settings.data_dir.expanduser().absolute()
    yield from _records(settings, clock)
    yield from _permissions(data_dir)
    yield from _keys(data_dir / "keys", clock())
    yield from _stamps(settings)
    yield from _clocks(settings)


def _records(settings: Settings, clock: Clock) -> Iterator[PartState]:
    part = "记录库"
    try:
        standing = records_standing(settings, clock=clock)
    except WangJianError as exc:
        yield PartState(part=part, ok=False, needed=True, state=exc.message, cure=exc.cure)
        return
    if standing is None:
        return
    if standing.revision == standing.newest:
        yield PartState(part=part, ok=True, needed=True, state=f"版本 {standing.revision}，与程序一致")
    else:
        known = standing.revision.isdigit() and standing.revision < standing.newest
        yield PartState(
            part=part,
            ok=known,
            needed=True,
            state=f"版本 {standing.revision or '未建表'}，本程序为 {standing.newest}"
            + ("，启动时升级；升级前先备份" if known else ""),
            cure="wangjian backup -o FILE && wangjian migrate" if known else "换用不低于该版本的程序",
        )
    yield from _backups(standing, clock())


def _backups(standing: RecordsStanding, now: datetime) -> Iterator[PartState]:
    made = next((one for one in standing.backups if one.state is BackupState.COMPLETE), None)
    cure = "wangjian backup -o FILE，并设 WANGJIAN_BACKUP__DAILY_AT"
    if made is None:
        state = (
            "从未有过完整的备份" if not standing.backups else f"最近的备份没有完成（{standing.backups[0].state.value}）"
        )
        yield PartState(part="备份", ok=False, needed=False, state=state, cure=cure)
    else:
        age = now - made.started_at
        state = f"{made.file}，{age.days} 天 {age.seconds // 3600} 小时前"
        yield PartState(part="备份", ok=age < _BACKUP_DUE, needed=False, state=state, cure=cure)
    tried = next((one for one in standing.drills if one.ok), None)
    state = f"{(now - tried.started_at).days} 天前通过" if tried else "从未演练过"
    ok = tried is not None and now - tried.started_at < _DRILL_DUE
    yield PartState(part="恢复演练", ok=ok, needed=False, state=state, cure="wangjian restore FILE --drill")


def _permissions(data_dir: Path) -> Iterator[PartState]:
    """Keys must be nobody else's; the rest of the directory should be."""
    keys = data_dir / "keys"
    if not data_dir.is_dir():
        return
    opened = [path for path in sorted(keys.rglob("*.key"))[:_MOST_KEYS] if path.stat().st_mode & 0o077]
    if keys.is_dir():
        state = f"可被他人读取：{'、'.join(path.name for path in opened[:5])}" if opened else "私钥只有本账户可读"
        cure = f"chmod 700 {keys} && chmod 600 {keys}/*.key"
        yield PartState(part="密钥权限", ok=not opened, needed=True, state=state, cure=cure)
    mode = stat.S_IMODE(data_dir.stat().st_mode)
    yield PartState(
        part="数据目录权限",
        ok=not mode & 0o007,
        needed=False,
        state=f"{mode:04o}" + ("，其他账户可以进入" if mode & 0o007 else ""),
        cure=f"chmod 750 {data_dir}",
    )


def _keys(keys: Path, now: datetime) -> Iterator[PartState]:
    for path in sorted(keys.glob("*.pem")) if keys.is_dir() else ():
        for certificate in read_certificates(path.read_bytes())[:1]:
            left = certificate.not_valid_after_utc - now
            ended = left <= timedelta(0)
            yield PartState(
                part=f"证书 {path.name}",
                ok=left.days >= _ENDING_DAYS,
                needed=ended,
                state=f"{certificate.not_valid_after_utc:%Y-%m-%d} 到期，{'已过期' if ended else f'剩 {left.days} 天'}",
                cure="wangjian evidence keys rotate；根证书到期见 docs/operations/rotate.md",
            )


def _stamps(settings: Settings) -> Iterator[PartState]:
    """Whether the authorities of time stamps are there; any answer of theirs will do."""
    for url in settings.evidence.timestamp_urls:
        shown = urlsplit(url).netloc.rpartition("@")[2]
        try:
            answer = httpx.get(url, timeout=_ASK_SECONDS, follow_redirects=False)
            state, ok = f"{shown} 有应答（{answer.status_code}）", True
        except (httpx.HTTPError, httpx.InvalidURL) as exc:
            state, ok = f"{shown} 不可用（{type(exc).__name__}）；固证照常，待加戳", False
        yield PartState(
            part="授时机构", ok=ok, needed=False, state=state, cure="检查 WANGJIAN_EVIDENCE__TIMESTAMP_URLS 与出口"
        )


def _clocks(settings: Settings) -> Iterator[PartState]:
    part, hosts = "时钟偏差", settings.evidence.time_hosts
    if not hosts:
        return
    guard = AddressGuard(allow_private=settings.network.allow_private)
    for address in hosts:
        try:
            told, _ = host_source(address, guard).tell()
        except (WangJianError, OSError) as exc:
            yield PartState(part=part, ok=False, needed=False, state=f"{address} 没有应答：{exc}", cure="检查出口")
            continue
        off = abs(datetime.now(told.tzinfo) - told)
        state = f"与 {address} 相差 {off.total_seconds():.1f} 秒"
        yield PartState(part=part, ok=off <= _DRIFT, needed=False, state=state, cure="timedatectl set-ntp true")
