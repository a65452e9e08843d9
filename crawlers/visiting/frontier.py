"""Scrapy's scheduler over the lease rows of the store: pending → leased → done in the transaction of what was read.

Scrapy's own queues lose two thirds of a killed crawl and call it finished; here nothing is held in memory but what is
on its way, and a row is done only when its page, its reading and the rows found on it are written.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler

from crawlers.visiting.conditional import STORED, conditions, stored_page
from crawlers.visiting.guests import is_picture
from crawlers.visiting.pictures import picture_headers
from crawlers.visiting.visit import Visit
from records.survey import BrowserPolicy, FrontierRow, FrontierState

__all__ = ["LeaseScheduler", "row_of"]

_ROW = "row"


def row_of(request: Request) -> FrontierRow:
    """The frontier row a request was made for."""
    row = request.meta[_ROW]
    assert isinstance(row, FrontierRow)
    return row


class LeaseScheduler(BaseScheduler):
    """Hands out leased rows as requests, best kind of page first; redirects of a row on its way go before."""

    def __init__(
        self, visit: Visit, errback: Callable[[Any], Any], leave_out: Callable[[FrontierRow, str], None]
    ) -> None:
        self._visit = visit
        self._leave_out = leave_out
        self._errback = errback
        self._redirects: deque[Request] = deque()
        self._rows: deque[FrontierRow] = deque()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> LeaseScheduler:
        """Built by Scrapy; the spider carries the run."""
        spider: Any = crawler.spider
        return cls(spider.visit, spider.failed, spider.leave_out)

    def has_pending_requests(self) -> bool:
        """Asked by Scrapy when nothing is on its way: whether the run goes on."""
        if self._redirects or self._rows:
            return True
        if self._visit.stopped or self._visit.done >= self._visit.target.max_pages:
            return False
        counts = self._visit.survey.frontier_counts(self._visit.run_id)
        return counts.get(FrontierState.PENDING, 0) > 0 or (counts.get(FrontierState.LEASED, 0) > 0 and self._freed())

    def _freed(self) -> bool:
        """Whether what another holds is ours to visit now. It began this run on a machine that was cut off from the
        records, came back after we had taken the run up, and was ended with rows on its way: nobody else reads them.
        """
        if self._visit.in_flight:
            return False
        self._visit.survey.open_run(self._visit.run, ())
        return True

    def enqueue_request(self, request: Request) -> bool:
        """A redirect followed within its row."""
        self._redirects.append(request)
        return True

    def next_request(self) -> Request | None:
        """The next address to visit, None when nothing may be begun now."""
        if self._redirects:
            return self._redirects.popleft()
        while self._rows or self._lease():
            row = self._rows.popleft()
            if self._visit.stopped:
                self._visit.in_flight.pop(row.row_id, None)
            # What the front page itself lists is finite, however alike (a mall's 766 categories).
            elif row.depth > 1 and (shape := self._visit.spaces.closed_by(row.canonical_url, row.kind)):
                self._leave_out(row, shape)
            else:
                return self._request(row)
        return None

    def _lease(self) -> bool:
        self._rows.extend(self._visit.lease(self._visit.target.concurrency))
        for row in self._rows:
            self._visit.in_flight[row.row_id] = row
        return bool(self._rows)

    def _request(self, row: FrontierRow) -> Request:
        picture = is_picture(row)
        wanted = not picture and (row.use_browser or self._visit.target.browser is BrowserPolicy.ALWAYS)
        browser = wanted and self._visit.browser_there
        stored = None if browser else stored_page(self._visit, row)
        headers = {} if stored is None else conditions(stored, row.url)
        return Request(
            row.url,
            headers={**headers, **picture_headers(row)} if picture else headers or None,
            errback=self._errback,
            meta={_ROW: row, "browser": browser, "handle_httpstatus_all": True, STORED: stored},
            dont_filter=True,
        )
