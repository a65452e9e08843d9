"""How fast a host may be asked: a minimum distance between requests, and silence when it says that it is too much.

One `HostBudget` serves one process; it keeps no clock of its own. A budget over several runs and hours of the day
belongs here too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

__all__ = ["HostBudget", "retry_after_seconds"]

_FIRST_BACK_OFF_SECONDS = 2.0
_LONGEST_BACK_OFF_SECONDS = 300.0


@dataclass(slots=True)
class _Host:
    delay_seconds: float
    next_at: float = 0.0
    silent_until: float = 0.0
    refusals: int = 0


class HostBudget:
    """Tells how long to wait before the next request to a host.

    Args:
        delay_seconds: Distance between the starts of two requests to the same host.
        monotonic: Seconds that never go back.
    """

    def __init__(self, *, delay_seconds: float, monotonic: Callable[[], float]) -> None:
        self._delay_seconds = max(0.0, delay_seconds)
        self._monotonic = monotonic
        self._hosts: dict[str, _Host] = {}

    def slow_to(self, host: str, delay_seconds: float) -> None:
        """Ask this host no faster than that (its robots.txt said so); never makes it faster."""
        found = self._host(host)
        found.delay_seconds = max(found.delay_seconds, delay_seconds)

    def delay_of(self, host: str) -> float:
        """Seconds between two requests to this host."""
        return self._host(host).delay_seconds

    def take(self, host: str) -> float:
        """0.0: the request may go now, and is counted. Else the seconds to wait before asking again."""
        found, now = self._host(host), self._monotonic()
        wait = max(found.next_at, found.silent_until) - now
        if wait > 0:
            return wait
        found.next_at = now + found.delay_seconds
        return 0.0

    def refused(self, host: str, *, retry_after: float | None) -> float:
        """The host answered 429 or 503: be silent as long as it asks, else twice as long each time. Returns seconds."""
        found = self._host(host)
        found.refusals += 1
        own = min(_FIRST_BACK_OFF_SECONDS * 2 ** (found.refusals - 1), _LONGEST_BACK_OFF_SECONDS)
        seconds = own if retry_after is None else retry_after
        found.silent_until = max(found.silent_until, self._monotonic() + seconds)
        return seconds

    def answered(self, host: str) -> None:
        """The host answered as usual again."""
        self._host(host).refusals = 0

    def _host(self, host: str) -> _Host:
        return self._hosts.setdefault(host, _Host(self._delay_seconds))


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
