"""How the machinery of this installation stands, read and never changed: storage, clocks, keys, backups.

A part that cannot be asked is a line that says so; nothing is raised, so that the page opens when it is needed most.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from itertools import islice
from urllib.parse import urlsplit

from evidence.rotating import signing_keys
from evidence.signing import signing_usage
from evidence.standalone.verify import RefusedError
from evidence.timestamping import verify_token
from evidence.transparency import read_head
from evidence.trust import read_certificates, subject_of
from records.backups import BackupReport, BackupState, DrillReport
from records.errors import WangJianError
from records.evidence import TimestampState
from records.evidence_log import LogHead
from records.ports import Services
from records.search import SearchKind
from records.system_state import StateLine, StateSection, Tone
from wangjian.settings import Settings
from wangjian.storing import store_status

__all__ = ["system_state"]

_CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
_LEAST_FREE_BYTES = 500_000_000
_LITTLE_FREE = 0.1
_MOST_COUNTED = 100_000
_DUE_DAYS = 90
_DRIFT_SECONDS = (5.0, 60.0)
_HEADS_ASKED = 5
_BACKUP_DUE = timedelta(days=2)
_DRILL_DUE = timedelta(days=92)
_KINDS = {SearchKind.LEAD: "线索", SearchKind.SHOP: "网店", SearchKind.LISTING: "商品", SearchKind.PAGE: "页面"}
_MAKE_BACKUP = "wangjian backup -o 文件"
_DRILL = "wangjian restore 文件 --verify"
_ROTATE = "wangjian evidence keys rotate"


def system_state(services: Services, settings: Settings) -> tuple[StateSection, ...]:
    """Every section, in the order it is read. Raises nothing."""
    sections: tuple[tuple[str, Callable[[Services, Settings], Iterator[StateLine]]], ...] = (
        ("存储", _storage),
        ("时钟", _clocks),
        ("密钥与证书", _keys),
        ("备份", _backups),
    )
    return tuple(StateSection(title=title, lines=_asked(title, read, services, settings)) for title, read in sections)


def _asked(
    title: str, read: Callable[[Services, Settings], Iterator[StateLine]], services: Services, settings: Settings
) -> tuple[StateLine, ...]:
    lines: list[StateLine] = []
    try:
        for line in read(services, settings):
            lines.append(line)  # what was read before the part that fails stays
    except (WangJianError, OSError) as exc:
        lines.append(StateLine(part=title, state=f"无法得知：{exc}", tone=Tone.BAD, cure="wangjian doctor"))
    return tuple(lines)


def _storage(services: Services, settings: Settings) -> Iterator[StateLine]:
    yield _database(services, settings)
    yield from _index(services, settings)
    yield from _objects(services, settings)
    disk = shutil.disk_usage(services.data_dir)
    tone = (
        Tone.BAD if disk.free < _LEAST_FREE_BYTES else Tone.MID if disk.free < disk.total * _LITTLE_FREE else Tone.GOOD
    )
    state = f"{disk.free / 1e9:,.1f} GB 可用，共 {disk.total / 1e9:,.1f} GB"
    yield StateLine(
        part="数据目录所在磁盘", state=state, tone=tone, cure="" if tone is Tone.GOOD else "清理磁盘，或扩容"
    )


def _database(services: Services, settings: Settings) -> StateLine:
    url = settings.stores.records_url
    if url and not url.startswith("sqlite"):
        return StateLine(part="记录数据库", state=f"PostgreSQL，{_without_login(url)}", tone=Tone.GOOD)
    files = [path for path in services.data_dir.glob("wangjian.db*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    return StateLine(part="记录数据库", state=f"SQLite，{size / 1e6:,.1f} MB", tone=Tone.GOOD)


def _index(services: Services, settings: Settings) -> Iterator[StateLine]:
    url = settings.stores.index_url
    kind = f"Elasticsearch，{_without_login(url)}" if url.startswith("elasticsearch") else "内置（SQLite FTS5）"
    counted = "、".join(f"{title} {services.index.count(one):,}" for one, title in _KINDS.items())
    yield StateLine(part="检索索引", state=f"{kind}：{counted}", tone=Tone.GOOD)
    lag = services.outbox.lag()
    if lag:
        state = "、".join(f"{_KINDS.get(one, one.value)} {count:,}" for one, count in lag.items())
        cure, elsewhere = "wangjian index update（serve 运行时自动补上）", services.outbox.aside()
        state += f"；其中 {elsewhere:,} 个页面的正文尚在采集它的机器上" if elsewhere else ""
        yield StateLine(part="待索引", state=f"{state}；记录未受影响", tone=Tone.MID, cure=cure)
    else:
        yield StateLine(part="待索引", state="没有，索引与记录一致", tone=Tone.GOOD)


def _objects(services: Services, settings: Settings) -> Iterator[StateLine]:
    status = store_status(services, settings)
    tone = Tone.GOOD if status.ready else Tone.BAD
    yield StateLine(part="证据存储", state=f"{status.kind}：{status.state}", tone=tone, cure=status.cure)
    if status.ready:
        count = sum(1 for _ in islice(services.blobs.digests(), _MOST_COUNTED))
        more = " 件以上" if count == _MOST_COUNTED else " 件"
        yield StateLine(part="证据对象", state=f"{count:,}{more}")
    waiting = len(status.waiting)
    yield StateLine(
        part="待入库",
        state=f"{waiting} 件暂存本机，尚未进入证据存储" if waiting else "没有",
        tone=Tone.MID if waiting else Tone.GOOD,
        cure="wangjian evidence store settle（serve 运行时自动入库）" if waiting else "",
    )
    unstamped = sum(
        one.timestamp is TimestampState.PENDING and one.package is not None for one in services.evidence.captures()
    )
    yield StateLine(
        part="待加戳",
        state=f"{unstamped} 件证据还没有时间戳" if unstamped else "没有",
        tone=Tone.MID if unstamped else Tone.GOOD,
    )


def _clocks(services: Services, settings: Settings) -> Iterator[StateLine]:
    yield StateLine(part="系统时钟", state=f"{services.clock().astimezone(_CHINA):%Y-%m-%d %H:%M:%S}（北京时间）")
    hosts = settings.evidence.time_hosts
    state = f"固证前后各问一次：{'、'.join(hosts)}" if hosts else "没有配置；固证时不与外部校时"
    yield StateLine(part="校时来源", state=state, cure="" if hosts else "设置 evidence.time_hosts")
    heads = [head for head in services.evidence_log.heads() if head.timestamp is not TimestampState.PENDING]
    newest = max(heads, key=lambda head: head.at, default=None)
    if newest is None:
        yield StateLine(part="与时间戳的偏差", state="还没有加过时间戳的日志头，无从比较")
        return
    yield from _drift(services, newest)


def _drift(services: Services, head: LogHead) -> Iterator[StateLine]:
    part = "与时间戳的偏差"
    try:
        kept = read_head(services.blobs.get(head.head_sha256))
    except RefusedError as exc:
        yield StateLine(part=part, state=f"最近的日志头无法读取：{exc}", tone=Tone.BAD, cure="wangjian evidence audit")
        return
    for token in kept.tokens[:_HEADS_ASKED]:
        digests = kept.digests
        found = verify_token(token, digests.sha256, sm3=digests.sm3, anchors_pem=services.trust_anchors_pem)
        seconds = (found.gen_time - head.at).total_seconds()
        said = f"{head.at.astimezone(_CHINA):%Y-%m-%d %H:%M:%S} 本机加戳，时间戳时间{_later(seconds)}"
        if found.internal:
            yield StateLine(part=part, state=f"{said}；内部授时取自本机，不能说明本机走准", tone=Tone.MID)
            continue
        soon, now = _DRIFT_SECONDS
        tone = Tone.BAD if abs(seconds) > now else Tone.MID if abs(seconds) > soon else Tone.GOOD
        cure = "" if tone is Tone.GOOD else "timedatectl set-ntp true"
        yield StateLine(part=part, state=said, tone=tone, cure=cure)


def _later(seconds: float) -> str:
    if abs(seconds) < 1:
        return "相差不到 1 秒"
    return f"{'晚' if seconds > 0 else '早'} {abs(seconds):.0f} 秒"


def _keys(services: Services, settings: Settings) -> Iterator[StateLine]:
    now = services.clock()
    usage = signing_usage(settings.evidence.organisation)
    for key in signing_keys(services.data_dir / "keys", usage):
        title = "签名密钥（现用）" if key.current else "签名密钥（停用）"
        state = f"{key.sha256[:16]}…，{_day(key.since)} 至 {_day(key.until)}"
        yield _ending(title, state, key.until, now) if key.current else StateLine(part=title, state=state)
    sm2 = services.sm2_signer
    yield StateLine(part="国密签名（SM2）", state="已启用" if sm2 is not None else "未启用（evidence.sm2_signature）")
    outside = [one.name for one in services.timestamp_authorities if not one.internal]
    yield StateLine(
        part="时间戳服务",
        state="、".join(outside) if outside else "只有内部授时；对外证明力弱于第三方授时",
        tone=Tone.GOOD if outside else Tone.MID,
        cure="" if outside else "设置 evidence.timestamp_urls",
    )
    for root in read_certificates(services.trust_anchors_pem):
        last = root.not_valid_after_utc
        yield _ending("信任的根证书", f"{subject_of(root)}，至 {_day(last)}", last, now, cure="换发根证书后重新公布")


def _ending(part: str, state: str, until: datetime, now: datetime, *, cure: str = _ROTATE) -> StateLine:
    days = (until - now).days
    if days < 0:
        return StateLine(part=part, state=f"{state}，已过期", tone=Tone.BAD, cure=cure)
    if days < _DUE_DAYS:
        return StateLine(part=part, state=f"{state}，还有 {days} 天，该更换了", tone=Tone.MID, cure=cure)
    return StateLine(part=part, state=f"{state}，还有 {days:,} 天", tone=Tone.GOOD)


def _backups(services: Services, settings: Settings) -> Iterator[StateLine]:
    daily = settings.backup.daily_at
    yield StateLine(
        part="自动备份",
        state=f"每天 {daily}（北京时间），保留 {settings.backup.keep} 份" if daily else "没有安排",
        tone=Tone.GOOD if daily else Tone.MID,
        cure="" if daily else "设置 backup.daily_at",
    )
    made = services.backups.backups(limit=20)
    whole = next((one for one in made if one.state is BackupState.COMPLETE), None)
    if made and made[0] is not whole:
        yield _last_try(made[0])
    if whole is None:
        yield StateLine(part="最近的备份", state="尚无完整的备份", tone=Tone.BAD, cure=_MAKE_BACKUP)
    else:
        yield _whole(whole, services.clock())
    yield _drilled(next(iter(services.backups.drills(limit=1)), None), services.clock())


def _last_try(report: BackupReport) -> StateLine:
    said = {BackupState.RUNNING: "正在进行", BackupState.PARTIAL: "不完整", BackupState.FAILED: "没有做成"}
    why = f"：{'；'.join(report.problems[:3])}" if report.problems else ""
    tone = Tone.NONE if report.state is BackupState.RUNNING else Tone.BAD
    state = f"{report.started_at.astimezone(_CHINA):%Y-%m-%d %H:%M} {said[report.state]}{why}"
    return StateLine(part="最近一次备份", state=state, tone=tone, cure="" if tone is Tone.NONE else _MAKE_BACKUP)


def _whole(report: BackupReport, now: datetime) -> StateLine:
    ended = report.finished_at or report.started_at
    age = now - ended
    old = age > _BACKUP_DUE
    state = (
        f"{ended.astimezone(_CHINA):%Y-%m-%d %H:%M}（{_age(age)}前）{report.file}，"
        f"{report.size_bytes / 1e6:,.1f} MB，{report.rows:,} 行记录，{report.objects:,} 件证据"
    )
    return StateLine(
        part="最近的备份", state=state, tone=Tone.MID if old else Tone.GOOD, cure=_MAKE_BACKUP if old else ""
    )


def _drilled(report: DrillReport | None, now: datetime) -> StateLine:
    part = "恢复验证"
    if report is None:
        return StateLine(part=part, state="还没有做过：没有恢复过的备份不能算数", tone=Tone.MID, cure=_DRILL)
    state = f"{report.finished_at.astimezone(_CHINA):%Y-%m-%d %H:%M} 验证 {report.file}："
    if not report.ok:
        wrong = "；".join(f"{check.part} {check.state}" for check in report.checks if not check.ok)
        return StateLine(part=part, state=state + wrong, tone=Tone.BAD, cure=_DRILL)
    due = now - report.finished_at > _DRILL_DUE
    said = f"{len(report.checks)} 项全部相符{'，已超过一个季度' if due else ''}"
    return StateLine(part=part, state=state + said, tone=Tone.MID if due else Tone.GOOD, cure=_DRILL if due else "")


def _age(age: timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    return f"{age.days} 天" if age.days else f"{hours} 小时"


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(_CHINA):%Y-%m-%d}"


def _without_login(url: str) -> str:
    """An address without user and password, which may stand in it."""
    parts = urlsplit(url)
    return f"{parts.netloc.rpartition('@')[2]}{parts.path}"
