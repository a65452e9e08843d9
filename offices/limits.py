"""How often one caller may ask: so many times a minute, counted in memory, with nothing to install.

A limit is for a program that has gone wild and for somebody who tries passwords; an officer never meets it.
Standard: draft-ietf-httpapi-ratelimit-headers-03 (RateLimit-Limit, -Remaining, -Reset).
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from dataclasses import dataclass
from typing import Protocol

from records.errors import RateLimitedError
from records.ports import Clock

__all__ = ["CountedHere", "Counting", "RateLimit", "Standing"]

_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a caller stands: `left` more in the next `reset_seconds`."""

    limit: int
    left: int
    reset_seconds: int

    @property
    def headers(self) -> dict[str, str]:
        """As headers of the answer."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.left),
            "RateLimit-Reset": str(self.reset_seconds),
        }


class Counting(Protocol):
    """Counts callers in whole minutes; what was counted is forgotten with the minute, so memory does not grow."""

    def add(self, who: str, *, minute: int) -> int:
        """One more of this caller; how many it makes in this minute."""
        ...


class CountedHere:
    """Counting in this process alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute = 0
        self._counts: Counter[str] = Counter()

    def add(self, who: str, *, minute: int) -> int:
        """See `Counting`."""
        with self._lock:
            if minute != self._minute:
                self._minute = minute
                self._counts.clear()
            self._counts[who] += 1
            return self._counts[who]


class RateLimit:
    """At most so many a minute; `counting` is shared by all processes that serve together."""

    def __init__(self, clock: Clock, *, most: int, what: str = "请求", counting: Counting | None = None) -> None:
        self._clock = clock
        self._most = most
        self._what = what
        self._counting = counting or CountedHere()

    def take(self, who: str) -> Standing:
        """Count one.

        Raises:
            RateLimitedError: There were so many in this minute already; `data` has `seconds` to wait and the standing.
        """
        now = self._clock().timestamp()
        minute, reset = int(now // _SECONDS), math.ceil(_SECONDS - now % _SECONDS)
        count = self._counting.add(who, minute=minute)
        standing = Standing(limit=self._most, left=max(0, self._most - count), reset_seconds=reset)
        if count > self._most:
            raise RateLimitedError(
                f"一分钟内{self._what}超过 {self._most} 次", cure=f"{reset} 秒后再试", seconds=reset, standing=standing
            )
        return standing
