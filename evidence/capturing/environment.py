"""The machine, its software and its clock at the time of a capture (清洁性检查): facts to be sealed, and checked.

Law: 《人民法院在线诉讼规则》第十七条（清洁性、安全性、可靠性、可用性）; 《市场监督管理行政处罚程序规定》第二十六条.
"""

from __future__ import annotations

import os
import platform
import pwd
import ssl
import sys
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib import metadata
from ipaddress import ip_address
from pathlib import Path

from evidence.capturing.cleanliness import CleanlinessLine, State, judge
from evidence.capturing.processes import environment_names, processes, traced
from evidence.capturing.recording import iso
from evidence.capturing.software import FileDigests, code_sha256, packages, release_record, system_packages
from evidence.capturing.timesources import (
    TimeReading,
    TimeSource,
    ask_https,
    authority_source,
    host_source,
    read_sources,
)
from network.guard import AddressGuard
from records.errors import WangJianError
from records.ports import Clock, TimestampAuthority

__all__ = [
    "SOFTWARE",
    "Before",
    "ClockReading",
    "Surroundings",
    "conclude",
    "examine",
    "programs",
    "read_clock",
    "time_sources",
]

SOFTWARE = f"wangjian {metadata.version('wangjian')}"
_ENOUGH_HOSTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is looked at, and by what. `egress_url` is an HTTPS service that answers with the caller's address."""

    clock: Clock
    executable: str
    guard: AddressGuard
    sources: Sequence[TimeSource] = ()
    digests: FileDigests = field(default_factory=FileDigests)
    egress_url: str = ""
    hosts_file: Path = Path("/etc/hosts")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockReading:
    """Wall clock and monotonic clock read together, so that a clock set in the middle of a visit shows."""

    wall: datetime
    monotonic_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What was found before the visit."""

    facts: dict[str, str]
    state: State

    def unclean(self) -> tuple[CleanlinessLine, ...]:
        """What already fails."""
        return tuple(finding for finding in judge(self.state) if finding.clean is False)


def time_sources(
    hosts: Sequence[str], authorities: Sequence[TimestampAuthority], guard: AddressGuard
) -> tuple[TimeSource, ...]:
    """Configured hosts; with fewer than two, the time-stamp authorities too (each question to one may cost)."""
    found = [host_source(host, guard) for host in hosts]
    asked = [authority for authority in authorities if authority.internal or len(found) < _ENOUGH_HOSTS]
    return (*found, *(authority_source(authority) for authority in asked))


def read_clock(clock: Clock) -> ClockReading:
    """Both clocks now."""
    return ClockReading(wall=clock(), monotonic_ns=time.monotonic_ns())


def examine(around: Surroundings) -> Before:
    """Everything that can be known before the browser is there. Nothing secret is among it: of variables only names."""
    readings = read_sources(around.sources, around.clock)
    proxies = tuple(sorted(urllib.request.getproxies()))
    code, record = code_sha256(), release_record()
    facts = {
        "software": SOFTWARE,
        "code_sha256": code,
        "code_record": record[1],
        "python": sys.version.split()[0],
        "python_packages": packages(),
        "system_packages": system_packages(),
        "openssl": ssl.OPENSSL_VERSION,
        "playwright": metadata.version("playwright"),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "device": platform.node(),
        "account": _account(),
        "browser_executable": around.executable,
        "browser_executable_sha256": around.digests.of(Path(around.executable)),
        "browser_profile": "全新空白，无扩展，用后销毁",
        "proxies_of_system": "、".join(proxies) or "无",
        "hosts_file_sha256": around.digests.of(around.hosts_file),
        "resolvers": _resolvers(),
        "ca_store_sha256": around.digests.of(Path(ssl.get_default_verify_paths().cafile or "")),
    }
    if around.egress_url:
        facts["egress_public"] = _egress(around)
    state = State(
        hosts_text=_text(around.hosts_file),
        proxies=proxies,
        variables=environment_names(),
        traced=traced(),
        code=record,
        readings=readings,
    )
    return Before(facts=facts, state=state)


def programs(around: Surroundings) -> dict[str, str]:
    """Facts about what is running now: to be asked while the browser is there."""
    found = processes(around.digests)
    if found.others is None:
        return {"processes": "本机没有进程清单可读"}
    return {"processes": "；".join(found.ours), "processes_others": f"{found.others} 个（不属于本程序，未记名称）"}


def conclude(
    before: Before, around: Surroundings, *, clocks: tuple[ClockReading, ClockReading], seen: State
) -> tuple[dict[str, str], tuple[CleanlinessLine, ...]]:
    """Facts and findings once the visit has ended; of `seen` hosts, cookies and extensions are taken."""
    after = read_sources([source for source in around.sources if source.independent], around.clock)
    first, last = clocks
    drift_ns = round((last.wall - first.wall).total_seconds() * 1e9) - (last.monotonic_ns - first.monotonic_ns)
    state = replace(
        before.state,
        captured_hosts=seen.captured_hosts,
        cookies=seen.cookies,
        extensions=seen.extensions,
        readings=(*before.state.readings, *after),
        drift_ms=round(drift_ns / 1e6),
    )
    findings = judge(state)
    facts = {
        **before.facts,
        "clock_before": iso(first.wall),
        "clock_after": iso(last.wall),
        "clock_drift_ms": str(state.drift_ms),
        **_offsets(before.state.readings, after),
        **{f"clean_{finding.check_id}": finding.in_words() for finding in findings},
    }
    return facts, findings


def _offsets(before: Sequence[TimeReading], after: Sequence[TimeReading]) -> dict[str, str]:
    later = {reading.source: reading for reading in after}
    made = {}
    for number, reading in enumerate(before, 1):
        words = reading.in_words()
        if reading.source in later:
            words = f"固证前 {words}；固证后 {later[reading.source].in_words().removeprefix(reading.source + '：')}"
        made[f"clock_offset_{number}"] = words
    return made


def _account() -> str:
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        name = ""
    return f"{name}（uid {os.getuid()}）"


def _egress(around: Surroundings) -> str:
    try:
        _, body = ask_https(around.egress_url, around.guard, method="GET")
        return f"{ip_address(body.decode('ascii').strip())}（{around.egress_url} 所述）"
    except (OSError, WangJianError, ValueError) as exc:
        return f"{around.egress_url} 没有说明（{str(exc)[:100]}）"


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


def _resolvers() -> str:
    text = _text(Path("/etc/resolv.conf"))
    if text is None:
        return "无法读取"
    lines = text.splitlines()
    return "、".join(line.split()[1] for line in lines if line.startswith("nameserver ") and len(line.split()) > 1)
