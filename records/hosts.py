"""What a host is owed by all runs together: HostState (pace, silences, the day) and HostHold (whose turn it is).

A host is written as `shop.cn`, or `shop.cn:8080` when its port is neither 80 nor 443 (`network.hosts.host_key`).
"""

from __future__ import annotations

from datetime import date

from pydantic import Field

from records.base import Record, UtcDatetime

__all__ = ["HostHold", "HostState", "RobotsSeen"]


class RobotsSeen(Record):
    """robots.txt of one origin as it was last had, so that a change is noticed.

    Attributes:
        sha256: Of the bytes that were read; empty when none came (`status` says why).
        status: HTTP status; 0 when the file could not be asked for at all.
        previous_sha256, previous_status: What stood there before `changed_at`.
        changed_at: When it was first seen as it is now; None while it never changed.
    """

    sha256: str
    status: int
    read_at: UtcDatetime
    previous_sha256: str = ""
    previous_status: int | None = None
    changed_at: UtcDatetime | None = None


class HostState(Record):
    """What a host has asked for and what it was asked; outlives the run that learned it.

    Attributes:
        next_at: No request before; the distance to the last request of the run before.
        silent_until: The host asked for silence until then (429, 503, Retry-After).
        refusals: How often in a row it did; each doubles the silence we choose ourselves.
        answer_seconds: Its own answer time, smoothed; 0.0 when not known.
        slow_factor: 1.0 as usual; doubled by each 5xx, 429 or time-out, halved by every ten good answers.
        robots_delay_seconds: Crawl-delay or Request-rate of its robots.txt.
        robots: By origin.
        day: In Asia/Shanghai; `day_requests` and `day_bytes` are of that day, over all runs.
    """

    host: str
    next_at: UtcDatetime | None = None
    silent_until: UtcDatetime | None = None
    refusals: int = Field(default=0, ge=0)
    answer_seconds: float = Field(default=0.0, ge=0)
    slow_factor: float = Field(default=1.0, ge=1)
    robots_delay_seconds: float = Field(default=0.0, ge=0)
    robots: dict[str, RobotsSeen] = {}
    day: date | None = None
    day_requests: int = Field(default=0, ge=0)
    day_bytes: int = Field(default=0, ge=0)


class HostHold(Record):
    """Which run may ask a host now. `holder` is a run id; empty means nobody."""

    host: str
    holder: str = ""
    until: UtcDatetime | None = None
