"""清洁性检查, checked and not only noted: what must not be so in an environment that makes evidence.

Each line passes, fails, or could not be checked. A failed line marks the capture as partial by name, or refuses it
where the policy says so; one that could not be checked is said and proves nothing.
Law: 《人民法院在线诉讼规则》第十七条.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from evidence.capturing.timesources import TimeReading

__all__ = ["CLOCK_BOUND_MS", "CleanlinessLine", "State", "hosts_entries", "judge"]

CLOCK_BOUND_MS = 3000
_DRIFT_BOUND_MS = 2000
_LOOPBACK_NAMES = {"localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"}
_PRELOADING = {
    *("LD_PRELOAD", "LD_AUDIT", "LD_LIBRARY_PATH", "DYLD_INSERT_LIBRARIES", "NODE_OPTIONS", "SSLKEYLOGFILE"),
    *("PYTHONSTARTUP", "PYTHONINSPECT", "PYTHONBREAKPOINT", "OPENSSL_CONF"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is known of the environment. None means it could not be had."""

    hosts_text: str | None = None
    captured_hosts: frozenset[str] = frozenset()
    proxies: tuple[str, ...] = ()
    variables: frozenset[str] | None = None
    traced: bool | None = None
    code: tuple[bool | None, str] = (None, "")
    readings: tuple[TimeReading, ...] = ()
    drift_ms: int | None = None
    cookies: int | None = None
    extensions: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanlinessLine:
    """One line of the check: `clean` is None when it could not be made."""

    check_id: str
    title: str
    clean: bool | None
    detail: str

    def in_words(self) -> str:
        """As it is sealed."""
        return f"{ {True: '通过', False: '不通过', None: '未核'}[self.clean] }：{self.detail}"


@dataclass(frozen=True, slots=True)
class _Check:
    check_id: str
    title: str
    look: Callable[[State], tuple[bool | None, str]] = field(repr=False)


def judge(state: State) -> tuple[CleanlinessLine, ...]:
    """Every line of the table, in its order."""
    found = []
    for check in _CHECKS:
        clean, detail = check.look(state)
        found.append(CleanlinessLine(check_id=check.check_id, title=check.title, clean=clean, detail=detail))
    return tuple(found)


def hosts_entries(text: str) -> dict[str, str]:
    """Names of a hosts file with their address.

    >>> hosts_entries("127.0.0.1 localhost\\n1.2.3.4 shop.cn www.shop.cn # x\\n# 5.6.7.8 no.cn")
    {'localhost': '127.0.0.1', 'shop.cn': '1.2.3.4', 'www.shop.cn': '1.2.3.4'}
    """
    made: dict[str, str] = {}
    for line in text.splitlines():
        address, *names = line.partition("#")[0].split() or [""]
        made.update({name.lower(): address for name in names})
    return made


def _hosts(state: State) -> tuple[bool | None, str]:
    if state.hosts_text is None:
        return None, "hosts 文件读不到"
    entries = hosts_entries(state.hosts_text)
    led = sorted(f"{name} → {entries[name]}" for name in state.captured_hosts - _LOOPBACK_NAMES if name in entries)
    if led:
        return False, f"hosts 文件为所固证的主机指定了地址：{'、'.join(led)[:300]}"
    return True, f"hosts 文件共 {len(entries)} 个名称，没有所固证的主机"


def _proxies(state: State) -> tuple[bool | None, str]:
    if state.proxies:
        return False, f"系统设有代理：{'、'.join(state.proxies)}"
    return True, "系统没有设代理"


def _preloading(state: State) -> tuple[bool | None, str]:
    return _none_of(state.variables, _PRELOADING, "预加载或改变运行方式的环境变量")


def _none_of(found: frozenset[str] | None, forbidden: Iterable[str], what: str) -> tuple[bool | None, str]:
    if found is None:
        return None, f"读不到{what}"
    there = sorted(found & set(forbidden))
    return (False, f"设有{what}：{'、'.join(there)}") if there else (True, f"没有{what}")


def _debugger(state: State) -> tuple[bool | None, str]:
    if state.traced is None:
        return None, "读不到是否被调试"
    return (False, "固证程序正被调试器跟踪") if state.traced else (True, "没有调试器跟踪固证程序")


def _clock(state: State) -> tuple[bool | None, str]:
    heard = [reading for reading in state.readings if reading.independent and reading.offset_ms is not None]
    bad = [reading for reading in heard if _surely_off(reading)]
    if bad:
        return False, f"本机时钟超出允许的 {CLOCK_BOUND_MS} 毫秒：{_words(bad)}"
    names = {reading.source for reading in heard}
    if len(names) < 2:
        return None, f"独立时间来源只有 {len(names)} 个，不足两个，时钟是否准确未经核对"
    return True, f"与 {len(names)} 个独立时间来源相差都在 {CLOCK_BOUND_MS} 毫秒以内"


def _surely_off(reading: TimeReading) -> bool:
    return abs(reading.offset_ms or 0) - reading.uncertainty_ms > CLOCK_BOUND_MS


def _words(readings: Sequence[TimeReading]) -> str:
    return "；".join(reading.in_words() for reading in readings)[:300]


def _clock_set(state: State) -> tuple[bool | None, str]:
    if state.drift_ms is None:
        return None, "访问尚未结束"
    if abs(state.drift_ms) > _DRIFT_BOUND_MS:
        return False, f"固证过程中本机时钟被调整了 {state.drift_ms} 毫秒"
    return True, f"固证过程中时钟没有被调整（偏移 {state.drift_ms} 毫秒）"


def _profile(state: State) -> tuple[bool | None, str]:
    if state.cookies is None:
        return None, "浏览器尚未启动"
    if state.cookies:
        return False, f"浏览器在访问前已有 {state.cookies} 个 Cookie"
    return True, "浏览器为新启动，访问前没有 Cookie"


def _extensions(state: State) -> tuple[bool | None, str]:
    if state.extensions is None:
        return None, "浏览器没有说明有无扩展"
    if state.extensions:
        return False, f"浏览器装有扩展：{'、'.join(state.extensions)[:300]}"
    return True, "浏览器没有扩展"


_CHECKS = (
    _Check("hosts", "hosts 文件", _hosts),
    _Check("proxies", "系统代理", _proxies),
    _Check("preloading", "预加载", _preloading),
    _Check("debugger", "调试器", _debugger),
    _Check("code", "取证程序代码", lambda state: state.code),
    _Check("clock", "时钟", _clock),
    _Check("clock-set", "时钟调整", _clock_set),
    _Check("profile", "浏览器配置", _profile),
    _Check("extensions", "浏览器扩展", _extensions),
)
