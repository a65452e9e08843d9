"""What a run asks of a site and how the site fares under it, counted while it is asked (SiteImpact).

Law: 《网络数据安全管理条例》第十八条.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from statistics import median

from records.survey import SiteImpact

__all__ = ["ImpactCount"]

_ANSWERS_COMPARED = 50

Answered = tuple[bool, float | None]
"""Whether it was 5xx, and the seconds to its first bytes where they are known."""


class ImpactCount:
    """Counters of one run; begins with what earlier parts of the run had counted.

    Args:
        monotonic: Seconds that never go back.
        before: The record of the run's earlier parts; None for a run that is new.
    """

    def __init__(self, *, monotonic: Callable[[], float], before: SiteImpact | None = None) -> None:
        self._monotonic = monotonic
        self._before = before if before is not None else SiteImpact()
        self._first: list[Answered] = []
        self._last: deque[Answered] = deque(maxlen=_ANSWERS_COMPARED)
        self._statuses: Counter[str] = Counter(self._before.statuses)
        self._waiting = 0
        self._waiting_since = 0.0
        self._waited = self._before.waited_seconds
        self.requests = self._before.requests_sent
        self.size_bytes = self._before.bytes_received
        self.silences = self._before.silences

    def answered(self, status: int | None, seconds: float | None) -> None:
        """An answer, or None for a request that got none."""
        self._statuses["none" if status is None else f"{status // 100}xx"] += 1
        if status is None:
            return
        found = (status >= 500, seconds)
        if len(self._first) < _ANSWERS_COMPARED:
            self._first.append(found)
        self._last.append(found)

    def wait_begins(self) -> None:
        """A request waits; those that wait at the same time are one waiting."""
        if not self._waiting:
            self._waiting_since = self._monotonic()
        self._waiting += 1

    def wait_ends(self) -> None:
        """It waits no longer."""
        self._waiting -= 1
        if not self._waiting:
            self._waited += self._monotonic() - self._waiting_since

    def record(self, *, delay_seconds: float) -> SiteImpact:
        """As it stands now. The first answers are those of the run's first part that got any."""
        before = self._before
        known = any(name != "none" for name in before.statuses)
        first = (before.first_5xx_share, before.first_seconds) if known else _summary(self._first)
        last = _summary(self._last) if self._last else (before.last_5xx_share, before.last_seconds)
        now = self._monotonic() - self._waiting_since if self._waiting else 0.0
        return SiteImpact(
            requests_sent=self.requests,
            bytes_received=self.size_bytes,
            statuses=dict(sorted(self._statuses.items())),
            first_5xx_share=first[0],
            last_5xx_share=last[0],
            first_seconds=first[1],
            last_seconds=last[1],
            delay_seconds=round(delay_seconds, 3),
            silences=self.silences,
            waited_seconds=round(self._waited + now, 3),
        )


def _summary(answers: Sequence[Answered]) -> tuple[float, float]:
    if not answers:
        return 0.0, 0.0
    times = [seconds for _, seconds in answers if seconds is not None]
    share = sum(bad for bad, _ in answers) / len(answers)
    return round(share, 4), round(median(times), 4) if times else 0.0
