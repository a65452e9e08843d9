"""How the run stands, told about once a second to whoever watches; and heard there whether it is to stop.

Counted from what this process did and what the frontier holds: one read and one write a second, whatever the pace.
"""

from __future__ import annotations

from collections import Counter, deque
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from crawlers.health.statistics import coverage_of
from crawlers.visiting.visit import Visit, monotonic_seconds
from records.errors import WangJianError
from records.health import RunProgress
from records.health_ports import RunBoard
from records.survey import FrontierState

__all__ = ["BoardKeeper"]

_EVERY_SECONDS = 1.0
_PACE_OVER_SECONDS = 60.0
_SHOWN_IN_FLIGHT = 8


class BoardKeeper:
    """Scrapy extension; not there when the run has no board."""

    def __init__(self, visit: Visit, board: RunBoard) -> None:
        self._visit = visit
        self._board = board
        self._paces: deque[tuple[float, int]] = deque([(monotonic_seconds(), visit.done)])
        self._asking: Any = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> BoardKeeper:
        """Built by Scrapy."""
        spider: Any = crawler.spider
        visit: Visit = spider.visit
        if visit.parts.boards is None:
            raise NotConfigured
        keeper = cls(visit, visit.parts.boards)
        crawler.signals.connect(keeper.begin, signal=signals.spider_opened)
        crawler.signals.connect(keeper.end, signal=signals.spider_closed)
        return keeper

    def begin(self) -> None:
        """Tell at once, then every second."""
        self._asking = create_looping_call(self._tell)
        self._asking.start(_EVERY_SECONDS, now=True)

    def end(self) -> None:
        """Tell once more, so that the last word is the last state."""
        if self._asking is not None and self._asking.running:
            self._asking.stop()
        self._tell()

    def _tell(self) -> None:
        visit = self._visit
        try:
            reason = self._board.report(self._progress())
        except WangJianError as exc:
            visit.fatal = visit.fatal or exc
            visit.stop(exc.message)
            return
        if reason and not visit.stopped:
            visit.stop(f"应要求停止：{reason}")

    def _progress(self) -> RunProgress:
        visit, tally = self._visit, self._visit.tally
        counts = visit.survey.frontier_counts(visit.run_id)
        done = counts.get(FrontierState.DONE, 0) + counts.get(FrontierState.FAILED, 0)
        known = sum(counts.values())
        left = known - done
        pace = self._pages_per_minute(done)
        reachable = min(left, max(0, visit.target.max_pages - done))
        return RunProgress(
            run_id=visit.run_id,
            target_id=visit.target.target_id,
            at=visit.clock(),
            done=done,
            known=known,
            left=left,
            in_flight=tuple(row.url for row in list(visit.in_flight.values())[:_SHOWN_IN_FLIGHT]),
            waiting=self._waiting(),
            pages_per_minute=round(pace, 1),
            left_seconds=round(reachable / pace * 60, 1) if pace else None,
            listings=tally.listings,
            outcomes=dict(tally.outcomes),
            coverage=coverage_of(tally),
            stopping=visit.stopped,
        )

    def _pages_per_minute(self, done: int) -> float:
        now = monotonic_seconds()
        self._paces.append((now, done))
        while len(self._paces) > 2 and now - self._paces[0][0] > _PACE_OVER_SECONDS:
            self._paces.popleft()
        since, before = self._paces[0]
        return (done - before) / (now - since) * 60 if now > since else 0.0

    def _waiting(self) -> str:
        visit = self._visit
        if visit.stopped:
            return f"正在收尾：{visit.stopped}" if visit.in_flight else ""
        if said := visit.waiting:
            return said
        rows = list(visit.in_flight.values())
        if rows and all(row.use_browser for row in rows):
            return "浏览器打开中"
        slow = [row.host for row in rows if visit.budget.delay_of(row.host) >= _EVERY_SECONDS]
        if not slow:
            return ""
        host = Counter(slow).most_common(1)[0][0]
        asked = any(rules.delay_seconds for rules in visit.robots.values())
        return f"{'等待 robots 间隔' if asked else '按间隔访问'}：每 {visit.budget.delay_of(host):g} 秒一次"
