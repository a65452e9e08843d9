"""How far apart two requests to a host are: plain arithmetic on what was asked for and on how the host fares.

The distance is the largest of three:

1. what the target declares (`delay_seconds`);
2. what the host's robots.txt asks for (Crawl-delay, Request-rate);
3. the host's own pace: `2 × its answer time ÷ requests at once`, so that a host that needs long to answer has at least
   as long again to itself, times the slow factor.

The answer time is smoothed: a slower answer than what was known counts for half, a quicker one for a quarter. The slow
factor is 1; a 5xx, a 429 or a time-out doubles it (up to 8), ten good answers in a row halve it. While it is above 1,
the declared distance is stretched by it as well. The host's own pace ends at half a minute: beyond that the host is not
slow but away, and silences (`network.budget`) speak. A declared distance of 0 sets the host's pace aside: it is for
sites of one's own, tests and measurements.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Pace"]

_SHARE_OF_TIME = 2.0
_SHARE_OF_SLOWER = 0.5
_SHARE_OF_QUICKER = 0.25
_LONGEST_OWN_SECONDS = 30.0
_SLOWEST_FACTOR = 8.0
_GOOD_ANSWERS = 10


@dataclass(slots=True, kw_only=True)
class Pace:
    """The pace of one host.

    Attributes:
        declared_seconds: Of the target.
        at_once: Requests that may be under way at the same time.
        robots_seconds: Of robots.txt.
        answer_seconds: Smoothed; 0.0 while nothing was answered.
        slow_factor: 1.0 to 8.0.
        good_answers: In a row since the factor last changed.
    """

    declared_seconds: float
    at_once: int = 1
    robots_seconds: float = 0.0
    answer_seconds: float = 0.0
    slow_factor: float = 1.0
    good_answers: int = 0

    @property
    def delay_seconds(self) -> float:
        """The distance between the starts of two requests.

        >>> Pace(declared_seconds=1.0, answer_seconds=0.2).delay_seconds
        1.0
        >>> Pace(declared_seconds=1.0, answer_seconds=3.0).delay_seconds
        6.0
        """
        return max(self.declared_seconds, self.robots_seconds, self._own_seconds())

    def answered(self, seconds: float) -> None:
        """The host answered as usual, after so long."""
        known = self.answer_seconds
        share = _SHARE_OF_SLOWER if seconds > known else _SHARE_OF_QUICKER
        self.answer_seconds = seconds if not known else known + share * (seconds - known)
        self.good_answers += 1
        if self.good_answers >= _GOOD_ANSWERS:
            self.good_answers = 0
            self.slow_factor = max(1.0, self.slow_factor / 2)

    def strained(self) -> None:
        """The host answered that it is at its limit, or did not answer in time."""
        self.good_answers = 0
        self.slow_factor = min(_SLOWEST_FACTOR, self.slow_factor * 2)

    def _own_seconds(self) -> float:
        if self.declared_seconds <= 0:
            return 0.0
        by_answers = _SHARE_OF_TIME * self.answer_seconds / max(1, self.at_once)
        base = max(by_answers, self.declared_seconds if self.slow_factor > 1 else 0.0)
        return min(base * self.slow_factor, _LONGEST_OWN_SECONDS)
