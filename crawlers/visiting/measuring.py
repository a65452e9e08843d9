"""Downloader middleware next to the wire: every answer, robots.txt and redirects included, is timed and counted."""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Response

from crawlers.visiting.politeness import Postponed, Refusal
from crawlers.visiting.robots import ROBOTS
from crawlers.visiting.visit import Visit
from network.robots import MAX_ROBOTS_BYTES

__all__ = ["Measuring"]

_UNPACKED_ROBOTS_BYTES = 8 * MAX_ROBOTS_BYTES


class Measuring:
    """Tells the host's budget and the impact record how each answer went."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Measuring:
        """Built by Scrapy."""
        spider: Any = crawler.spider
        return cls(spider.visit)

    def process_response(self, request: Request, response: Response) -> Response:
        """An answer came."""
        if request.meta.get(ROBOTS):
            request.meta["download_maxsize"] = _UNPACKED_ROBOTS_BYTES  # a packed one may not unpack without end
        self._tell(request, response.status)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """None came, or not the whole."""
        if isinstance(exception, StopDownload):
            self._tell(request, exception.response.status if exception.response is not None else None)
        elif not isinstance(exception, (Refusal, Postponed)):
            self._tell(request, None)

    def _tell(self, request: Request, status: int | None) -> None:
        seconds = request.meta.get("download_latency")
        self._visit.impact.answered(status, seconds)
        host = request.meta.get("host")
        if host is not None:
            strained = status is None or status >= 500 or status == 429
            self._visit.budget.measured(host, seconds, strained=strained)
