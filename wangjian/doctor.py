"""`wangjian doctor`: every part the system stands on, really tried, with the command that cures what is missing."""

from __future__ import annotations

import re
import shutil
import socket
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from documents.fonts import FONT_CURE, find_typefaces
from matching.licence_images.engine import installed_engine
from records.errors import AwayError, WangJianError
from records.ports import Clock
from wangjian.browser import browser_version, find_browser
from wangjian.settings import Settings
from wangjian.storing import status_of
from wangjian.wiring import evidence_store, index_lag, page_archive

__all__ = ["PartState", "examine"]

_TREE = Path(__file__).resolve().parents[1]
_SETUP_CURE = "make setup"
_OLDEST_PYTHON = (3, 11)
_SANE_YEARS = range(2026, 2100)
_SPACE_NEEDED_BYTES = 500_000_000
_CLOCK_SLACK_SECONDS = 600.0
_CHINA = timezone(timedelta(hours=8))
_SERVING = ("green", "yellow")
_LOCKED = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)\s*(;[^\\]*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartState:
    """How one part is: `needed` parts must be ok for the system to work; `cure` is a command where there is one."""

    part: str
    ok: bool
    needed: bool
    state: str
    cure: str = ""


def examine(settings: Settings, *, clock: Clock = lambda: datetime.now(UTC)) -> tuple[PartState, ...]:
    """Try every part, the needed ones first. Changes nothing and raises nothing."""
    from wangjian.doctor_keeping import examine_keeping  # it says what it finds in the words of this module

    return (
        _python(),
        _packages(),
        _browser(settings),
        _fonts(settings),
        _data_directory(settings.data_dir.expanduser().absolute()),
        _space(settings.data_dir.expanduser().absolute()),
        _clock(clock, settings.data_dir),
        _port(settings),
        _recognition(),
        *_records_server(settings),
        *_elasticsearch(settings),
        *_index_lag(settings),
        *_register_index(settings),
        *_evidence_store(settings),
        *_page_archive(settings),
        *examine_keeping(settings, clock),
        *_for_tests(),
    )


def _python() -> PartState:
    version = ".".join(str(part) for part in sys.version_info[:3])
    ok = sys.version_info[:2] >= _OLDEST_PYTHON
    return PartState(part="Python", ok=ok, needed=True, state=version, cure="apt-get install -y python3 python3-venv")


def _packages() -> PartState:
    lock = _TREE / "requirements.lock"
    if not lock.is_file():
        return PartState(part="程序包", ok=True, needed=True, state="随安装包提供，无锁定文件可比")
    wrong: list[str] = []
    missing = False
    locked = _locked(lock)
    for name, (versions, always) in locked.items():
        installed = _installed(name)
        if installed not in versions and (installed is not None or always):
            missing = missing or installed is None
            wrong.append(f"{name} {installed or '未安装'}（应为 {'/'.join(versions)}）")
    state = f"{len(locked)} 个，与锁定文件一致" if not wrong else f"{len(wrong)} 个不符：{'；'.join(wrong[:5])}"
    # Another version than the tested one may work and is only said; a package that is not there cannot.
    return PartState(part="程序包", ok=not wrong, needed=missing or not wrong, state=state, cure=_SETUP_CURE)


def _locked(lock: Path) -> dict[str, tuple[list[str], bool]]:
    """The versions the lock file allows of each package (one an interpreter), and whether it is needed everywhere."""
    found: dict[str, tuple[list[str], bool]] = {}
    for line in lock.read_text(encoding="utf-8").splitlines():
        pinned = _LOCKED.match(line)
        if pinned:
            versions, always = found.get(pinned[1], ([], True))
            found[pinned[1]] = ([*versions, pinned[2]], always and not pinned[3])
    return found


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _browser(settings: Settings) -> PartState:
    part = "浏览器 Chromium"
    try:
        executable = find_browser(settings)
        state = f"{browser_version(executable)}，{executable}（已实际启动）"
    except AwayError as exc:
        return PartState(part=part, ok=False, needed=True, state=exc.message, cure=exc.cure)
    return PartState(part=part, ok=True, needed=True, state=state)


def _fonts(settings: Settings) -> PartState:
    try:
        found = find_typefaces((settings.data_dir.expanduser() / "fonts",))
    except AwayError as exc:
        return PartState(part="中文字体", ok=False, needed=True, state=exc.message, cure=exc.cure)
    return PartState(part="中文字体", ok=True, needed=True, state="、".join(found.body[:3]), cure=FONT_CURE)


def _data_directory(data_dir: Path) -> PartState:
    part, cure = "数据目录", "换一个目录：--data-dir 或 WANGJIAN_DATA_DIR，或修改权限"
    place = _nearest(data_dir)
    try:
        with tempfile.TemporaryFile(dir=place) as probe:
            probe.write(b"1")
    except OSError as exc:
        state = f"{data_dir} 不可写（{exc.strerror or exc}）"
        return PartState(part=part, ok=False, needed=True, state=state, cure=cure)
    return PartState(part=part, ok=True, needed=True, state=f"{data_dir}{'' if place == data_dir else '（将新建）'}")


def _space(data_dir: Path) -> PartState:
    part, cure = "剩余空间", "清理磁盘，或换一个目录：--data-dir"
    try:
        free = shutil.disk_usage(_nearest(data_dir)).free
    except OSError as exc:
        return PartState(part=part, ok=False, needed=True, state=f"无法得知（{exc.strerror or exc}）", cure=cure)
    return PartState(
        part=part, ok=free >= _SPACE_NEEDED_BYTES, needed=True, state=f"{free / 1e9:.1f} GB（至少 0.5 GB）", cure=cure
    )


def _nearest(place: Path) -> Path:
    """The folder itself, or the nearest one above it that is there."""
    return next(folder for folder in (place, *place.parents) if folder.is_dir())


def _clock(clock: Clock, data_dir: Path) -> PartState:
    """Whether the clock can be right: a plausible year, and not before what was already stored."""
    now = clock()
    stored = [entry.stat().st_mtime for entry in data_dir.glob("*") if entry.is_file()] if data_dir.is_dir() else []
    state, ok = f"{now.astimezone(_CHINA):%Y-%m-%d %H:%M:%S}（北京时间）", True
    if now.year not in _SANE_YEARS:
        state, ok = f"{state}，年份不可信", False
    elif stored and max(stored) - now.timestamp() > _CLOCK_SLACK_SECONDS:
        state, ok = f"{state}，早于数据目录里已有的文件，时钟可能被调回", False
    return PartState(part="时钟", ok=ok, needed=True, state=state, cure="timedatectl set-ntp true")


def _port(settings: Settings) -> PartState:
    host, port = settings.console.host, settings.console.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    part, cure = "控制台端口", f"换一个端口：wangjian serve --port {port + 1}，或停下占用者（ss -ltnp | grep {port}）"
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as exc:
        state = f"{host}:{port} 不能用（{exc.strerror or exc}）；控制台已在运行时属正常"
        return PartState(part=part, ok=False, needed=False, state=state, cure=cure)
    return PartState(part=part, ok=True, needed=False, state=f"{host}:{port} 空闲")


def _recognition() -> PartState:
    part = "执照图片文字识别"
    try:
        state = f"{installed_engine()}，模型齐全"
    except AwayError as exc:
        state = f"{exc.message}；采集照常，执照图片留待以后识别"
        return PartState(part=part, ok=False, needed=False, state=state, cure=exc.cure)
    return PartState(part=part, ok=True, needed=False, state=state)


def _records_server(settings: Settings) -> tuple[PartState, ...]:
    """The server the records are on, asked only when one is configured."""
    url = settings.stores.records_url
    if not url.startswith("postgresql"):
        return ()
    try:
        index_lag(settings)
    except WangJianError as exc:
        return (PartState(part="PostgreSQL", ok=False, needed=True, state=exc.message, cure=exc.cure),)
    place = urlsplit(url)
    return (
        PartState(part="PostgreSQL", ok=True, needed=True, state=f"{place.hostname}:{place.port or 5432}{place.path}"),
    )


def _elasticsearch(settings: Settings) -> tuple[PartState, ...]:
    """Asked only when it is configured; any answer of its health page but a red one will do."""
    url = settings.stores.index_url
    if not url.startswith("elasticsearch"):
        return ()
    cure = "启动 Elasticsearch，或检查 WANGJIAN_STORES__INDEX_URL；其间写入不会丢失，恢复后自动补上"
    base, health = _health(url)
    ok = health in _SERVING
    return (PartState(part="Elasticsearch", ok=ok, needed=True, state=f"{base}：{health}", cure=cure),)


def _index_lag(settings: Settings) -> tuple[PartState, ...]:
    """How far the search index is behind what was saved; nothing is said before anything was."""
    part = "检索索引"
    try:
        lag = index_lag(settings)
    except WangJianError as exc:
        return (PartState(part=part, ok=False, needed=False, state=exc.message, cure=exc.cure),)
    if lag is None:
        return ()
    state = f"落后记录 {lag} 份；记录未受影响，检索暂时找不到这些更新" if lag else "与记录一致"
    cure = "wangjian index update（wangjian serve 运行时自动补上）"
    return (PartState(part=part, ok=not lag, needed=False, state=state, cure=cure),)


def _register_index(settings: Settings) -> tuple[PartState, ...]:
    """The engine that finds candidates in the register, where one is configured, and whether it has an index."""
    url = settings.stores.register_index_url
    if not url.startswith("elasticsearch"):
        return ()
    part = "Elasticsearch（登记库检索）"
    base, health = _health(url)
    if health not in _SERVING:
        cure = "启动 Elasticsearch，或检查 WANGJIAN_STORES__REGISTER_INDEX_URL；其间不能比对，登记库不受影响"
        return (PartState(part=part, ok=False, needed=True, state=f"{base}：{health}", cure=cure),)
    alias = f"{urlsplit(url).path.strip('/')}-register"
    held = _asked(url, f"/{alias}/_count?q=copy:false", "count")
    built = held.isdigit()
    state = f"{base}：{health}，索引 {alias} {held} 户" if built else f"{base}：{health}，没有索引 {alias}（{held}）"
    return (PartState(part=part, ok=built, needed=True, state=state, cure="wangjian registry index"),)


def _evidence_store(settings: Settings) -> tuple[PartState, ...]:
    """Asked only where it is a server: whether it answers, lets us in and locks, and how much waits before it."""
    part, place = "证据存储（S3）", settings.stores.blobs_url
    if not place.startswith("s3"):
        return ()
    try:
        status = status_of(evidence_store(settings), place)
    except WangJianError as exc:
        return (PartState(part=part, ok=False, needed=True, state=exc.message, cure=exc.cure),)
    waiting = f"；待入库 {len(status.waiting)} 件" if status.waiting else ""
    cure = status.cure or "wangjian evidence store settle（wangjian serve 运行时自动入库）"
    ok = status.ready and not status.waiting
    return (PartState(part=part, ok=ok, needed=not status.ready, state=f"{place}：{status.state}{waiting}", cure=cure),)


def _page_archive(settings: Settings) -> tuple[PartState, ...]:
    """Asked only where machines share it: whether it answers, and what this one has not handed over."""
    part, place = "采集存档（S3）", settings.stores.archive_url
    if not place:
        return ()
    archive = page_archive(settings)
    try:
        archive.ready()
    except WangJianError as exc:
        return (PartState(part=part, ok=False, needed=False, state=exc.message, cure=exc.cure),)
    left = len(archive.waiting())
    state = f"{place}：就绪" + (f"；本机 {left} 个文件尚未交出（正在写的，或等下一分钟）" if left else "")
    return (PartState(part=part, ok=True, needed=False, state=state),)


def _health(url: str) -> tuple[str, str]:
    """The address of a configured engine, without login, and what its health page says."""
    return _base(url), _asked(url, "/_cluster/health", "status")


def _base(url: str) -> str:
    parts = urlsplit(url)
    return f"{'https' if parts.scheme.endswith('+https') else 'http'}://{parts.netloc.rpartition('@')[2]}"


def _asked(url: str, path: str, field: str) -> str:
    user, _, password = urlsplit(url).netloc.rpartition("@")[0].partition(":")
    login = (user, password) if user else None
    try:
        answer = httpx.get(f"{_base(url)}{path}", timeout=5.0, trust_env=False, auth=login)
        return str(answer.json().get(field, "")) if answer.is_success else f"HTTP {answer.status_code}"
    except (httpx.HTTPError, ValueError, AttributeError) as exc:
        return f"没有应答（{exc}）"


def _for_tests() -> tuple[PartState, ...]:
    """Parts only the test suite asks for; nothing of it is said of an installed package."""
    if not (_TREE / "tests").is_dir():
        return ()
    java, maven = shutil.which("javac"), shutil.which("mvn")
    jars = any((_TREE / ".cache/testnode").glob("home-*"))
    cluster = any((_TREE / ".cache/pgnode").glob("empty-*"))
    return (
        PartState(
            part="PostgreSQL 测试服务器（仅测试）",
            ok=cluster,
            needed=False,
            state="已备好" if cluster else "未备好",
            cure="make setup-test",
        ),
        PartState(
            part="Java 与 Maven（仅测试）",
            ok=bool(java and maven),
            needed=False,
            state="有" if java and maven else f"没有 {'javac' if not java else 'mvn'}",
            cure="apt-get install -y default-jdk-headless maven",
        ),
        PartState(
            part="Elasticsearch 测试节点（仅测试）",
            ok=jars,
            needed=False,
            state="已备好" if jars else "未备好",
            cure="make setup-test",
        ),
    )
