"""The machine, its software and its clock at the time of a capture (清洁性检查): facts to be sealed with it.

Law: 《人民法院在线诉讼规则》第十七条（清洁性、安全性、可靠性、可用性）; 《市场监督管理行政处罚程序规定》第二十六条.
"""

from __future__ import annotations

import hashlib
import platform
import ssl
import sys
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path

import evidence
import network
import records
from evidence.capturing.recording import iso
from evidence.timestamping import read_time
from records.errors import TimestampAwayError, VerificationError
from records.ports import Clock, TimestampAuthority

__all__ = ["SOFTWARE", "ClockReading", "clock_facts", "gather", "read_clock"]

SOFTWARE = f"wangjian {metadata.version('wangjian')}"

_PROBE = hashlib.sha256(b"wangjian clock probe").hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockReading:
    """Wall clock and monotonic clock read together, so that a clock set in the middle of a visit shows."""

    wall: datetime
    monotonic_ns: int


def read_clock(clock: Clock) -> ClockReading:
    """Both clocks now."""
    return ClockReading(wall=clock(), monotonic_ns=time.monotonic_ns())


def clock_facts(before: ClockReading, after: ClockReading) -> dict[str, str]:
    """What the two readings say: a drift of more than some milliseconds means the clock was set meanwhile."""
    drift_ns = round((after.wall - before.wall).total_seconds() * 1e9) - (after.monotonic_ns - before.monotonic_ns)
    return {
        "clock_before": iso(before.wall),
        "clock_after": iso(after.wall),
        "clock_drift_ms": str(round(drift_ns / 1e6)),
    }


def gather(*, clock: Clock, executable: str, authorities: Sequence[TimestampAuthority]) -> dict[str, str]:
    """Facts by name, all as text. Nothing secret is among them: of variables only the proxies' names."""
    facts = {
        "software": SOFTWARE,
        "code_sha256": _code_digest(),
        "python": sys.version.split()[0],
        "openssl": ssl.OPENSSL_VERSION,
        "playwright": metadata.version("playwright"),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "device": platform.node(),
        "browser_executable": executable,
        "browser_executable_sha256": _file_digest(Path(executable)),
        "browser_profile": "全新空白，无扩展，用后销毁",
        "proxies_of_system": "、".join(sorted(urllib.request.getproxies())) or "无",
        "hosts_file_sha256": _file_digest(Path("/etc/hosts")),
        "resolvers": _resolvers(),
        "ca_store_sha256": _file_digest(Path(ssl.get_default_verify_paths().cafile or "")),
    }
    for number, authority in enumerate(authorities, 1):
        facts[f"clock_offset_{number}"] = _offset(authority, clock)
    return facts


def _offset(authority: TimestampAuthority, clock: Clock) -> str:
    try:
        asked = clock()
        told = read_time(authority.stamp(_PROBE))
        answered = clock()
    except (TimestampAwayError, VerificationError):
        return f"{authority.name}：没有应答，未能比对"
    middle = asked + (answered - asked) / 2
    note = "（内部授时即本机时钟，不能证明时钟准确）" if authority.internal else ""
    return f"{authority.name}：相差 {round((told - middle).total_seconds() * 1000)} 毫秒{note}"


def _code_digest() -> str:
    digest = hashlib.sha256()
    for package in (evidence, network, records):
        folder = Path(str(package.__file__)).parent
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.relative_to(folder.parent).as_posix().encode() + b"\0")
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def _file_digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return "无法读取"


def _resolvers() -> str:
    try:
        lines = Path("/etc/resolv.conf").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return "无法读取"
    return "、".join(line.split()[1] for line in lines if line.startswith("nameserver ") and len(line.split()) > 1)
