"""One budget a host: its pace, its silences, and what it was asked on this day.

One `HostBudget` serves one process and keeps no clock of its own. What a host is owed is handed out as a `HostState`
and taken back from one, so that it outlives the process (`records.host_ports.HostLedger`). Waiting is counted in
seconds that never go back; only what is handed out is in times of the day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

from network.hours import shanghai_day
from network.pace import Pace
from records.hosts import HostState, RobotsSeen

__all__ = ["HostBudget", "retry_after_seconds"]

_FIRST_BACK_OFF_SECONDS = 2.0
_LONGEST_BACK_OFF_SECONDS = 300.0
_LONGEST_OWED_SECONDS = 86_400.0 * 7


@dataclass(slots=True)
class _Host:
    pace: Pace
    not_before: float = 0.0
    asked_at: float | None = None
    silent_until: float = 0.0
    refusals: int = 0
    robots: dict[str, RobotsSeen] = field(default_factory=dict)
    day: date | None = None
    day_requests: int = 0
    day_bytes: int = 0

    def next_at(self) -> float:
        """By the pace as it is now: what the last answer or robots.txt said holds for the very next request."""
        paced = 0.0 if self.asked_at is None else self.asked_at + self.pace.delay_seconds
        return max(self.not_before, paced)


class HostBudget:
    """Tells how long to wait before the next request to a host, and keeps count of the requests.

    Args:
        delay_seconds: Distance between the starts of two requests to the same host, as declared.
        monotonic: Seconds that never go back.
        clock: The time of day, for the day's count.
        at_once: Requests that may be under way at the same time.
    """

    def __init__(
        self,
        *,
        delay_seconds: float,
        monotonic: Callable[[], float],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        at_once: int = 1,
    ) -> None:
        self._delay_seconds = max(0.0, delay_seconds)
        self._at_once = at_once
        self._monotonic = monotonic
        self._clock = clock
        self._hosts: dict[str, _Host] = {}

    def slow_to(self, host: str, delay_seconds: float) -> None:
        """Ask this host no faster than that (its robots.txt said so); never makes it faster."""
        pace = self._host(host).pace
        pace.robots_seconds = max(pace.robots_seconds, delay_seconds)

    def delay_of(self, host: str) -> float:
        """Seconds between two requests to this host."""
        return self._host(host).pace.delay_seconds

    def slowest_delay(self) -> float:
        """The longest distance kept to any host; 0.0 when none was asked."""
        return max((found.pace.delay_seconds for found in self._hosts.values()), default=0.0)

    def take(self, host: str) -> float:
        """0.0: the request may go now, and is counted. Else the seconds to wait before asking again."""
        found, now = self._host(host), self._monotonic()
        wait = max(found.next_at(), found.silent_until) - now
        if wait > 0:
            return wait
        found.asked_at = now
        self._count(found, requests=1)
        return 0.0

    def silence_of(self, host: str) -> float:
        """Seconds for which the host still asked for silence; 0.0 when it did not."""
        return max(0.0, self._host(host).silent_until - self._monotonic())

    def refused(self, host: str, *, retry_after: float | None) -> float:
        """The host answered 429 or 503: be silent as long as it asks, else twice as long each time. Returns seconds."""
        found = self._host(host)
        found.refusals += 1
        own = min(_FIRST_BACK_OFF_SECONDS * 2 ** min(found.refusals - 1, 10), _LONGEST_BACK_OFF_SECONDS)
        seconds = own if retry_after is None else retry_after
        found.silent_until = max(found.silent_until, self._monotonic() + seconds)
        return seconds

    def answered(self, host: str) -> None:
        """The host gave a page as usual again."""
        self._host(host).refusals = 0

    def measured(self, host: str, seconds: float | None, *, strained: bool) -> None:
        """The time to the first bytes of an answer (None: not known); `strained`: it was 5xx, 429 or none."""
        pace = self._host(host).pace
        if strained:
            pace.strained()
        elif seconds is not None:
            pace.answered(seconds)

    def rested(self, host: str) -> None:
        """A page in a browser was more than one request and took long: the distance counts from its end."""
        found = self._host(host)
        found.asked_at = self._monotonic()

    def count(self, host: str, *, requests: int = 0, size_bytes: int = 0) -> None:
        """What was asked beside `take` (a browser's own requests) and what came."""
        self._count(self._host(host), requests=requests, size_bytes=size_bytes)

    def requests_today(self, host: str) -> int:
        """Requests on this day in Asia/Shanghai, those of earlier runs included."""
        found = self._host(host)
        self._count(found)
        return found.day_requests

    def saw_robots(self, host: str, origin: str, seen: RobotsSeen) -> bool:
        """Note the robots.txt of an origin; whether it is another than the last time."""
        known = self._host(host).robots.get(origin)
        changed = known is not None and (known.sha256, known.status) != (seen.sha256, seen.status)
        if known is not None and changed:
            before = {"previous_sha256": known.sha256, "previous_status": known.status, "changed_at": seen.read_at}
            seen = seen.model_copy(update=before)
        elif known is not None:
            seen = known.model_copy(update={"read_at": seen.read_at})
        self._host(host).robots[origin] = seen
        return changed

    def state(self, host: str) -> HostState:
        """What the host is owed, to be kept."""
        found, now, clock = self._host(host), self._monotonic(), self._clock()

        def moment(at: float) -> datetime | None:
            return clock + timedelta(seconds=min(at - now, _LONGEST_OWED_SECONDS)) if at > now else None

        return HostState(
            host=host,
            next_at=moment(found.next_at()),
            silent_until=moment(found.silent_until),
            refusals=found.refusals,
            answer_seconds=found.pace.answer_seconds,
            slow_factor=found.pace.slow_factor,
            robots_delay_seconds=found.pace.robots_seconds,
            robots=dict(found.robots),
            day=found.day,
            day_requests=found.day_requests,
            day_bytes=found.day_bytes,
        )

    def restore(self, state: HostState) -> None:
        """Take over what an earlier run owed the host. robots.txt is read anew, so its delay is not kept."""
        found, now, clock = self._host(state.host), self._monotonic(), self._clock()

        def at(moment: datetime | None) -> float:
            return 0.0 if moment is None else now + min((moment - clock).total_seconds(), _LONGEST_OWED_SECONDS)

        found.not_before = max(found.not_before, min(at(state.next_at), now + _LONGEST_BACK_OFF_SECONDS))
        found.silent_until = max(found.silent_until, at(state.silent_until))
        found.refusals = state.refusals
        found.pace.answer_seconds = state.answer_seconds
        found.pace.slow_factor = state.slow_factor
        found.robots = dict(state.robots)
        found.day, found.day_requests, found.day_bytes = state.day, state.day_requests, state.day_bytes

    def _host(self, host: str) -> _Host:
        found = self._hosts.get(host)
        if found is None:
            pace = Pace(declared_seconds=self._delay_seconds, at_once=self._at_once)
            found = self._hosts[host] = _Host(pace)
        return found

    def _count(self, found: _Host, *, requests: int = 0, size_bytes: int = 0) -> None:
        today = shanghai_day(self._clock())
        if found.day != today:
            found.day, found.day_requests, found.day_bytes = today, 0, 0
        found.day_requests += requests
        found.day_bytes += size_bytes


def retry_after_seconds(value: str, *, now: datetime) -> float | None:
    """Seconds of a Retry-After header, as a number or as a date; None when it says neither.

    Standard: RFC 9110 section 10.2.3.

    >>> retry_after_seconds("120", now=datetime(2026, 1, 1, tzinfo=UTC))
    120.0
    """
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(int(text[:9]))
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
