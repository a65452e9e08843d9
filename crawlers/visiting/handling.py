"""The download handler of a run: plain HTTP, and Chromium once a row asks for it.

The browser's libraries are heavy and most sites never need them: they are loaded with the first page that does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawlers.archive.keeping import ExchangeKeeper

if TYPE_CHECKING:
    from crawlers.visiting.browser import BrowserHandler
    from crawlers.visiting.visit import Visit

__all__ = ["SurveyHandler"]


class SurveyHandler(HTTP11DownloadHandler):
    """For http and https; rows marked `browser` go to the BrowserHandler."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._of_crawler = crawler
        self._browser: BrowserHandler | None = None
        spider: Any = crawler.spider
        visit: Visit = spider.visit
        kept = visit.archive
        self._keeper = None if kept is None else ExchangeKeeper(kept, visit.clock, self._pool)

    async def download_request(self, request: Request) -> Response:
        """One page. Raises BrowserAwayError when Chromium is wanted and cannot be started."""
        if not request.meta.get("browser"):
            fetch = super().download_request
            return await (fetch(request) if self._keeper is None else self._keeper.download(request, fetch))
        if self._browser is None:
            from crawlers.visiting.browser import BrowserHandler

            self._browser = BrowserHandler(self._of_crawler)
        return await self._browser.download_request(request)

    async def close(self) -> None:
        """Close connections, and the browser if there is one."""
        await super().close()
        if self._browser is not None:
            await self._browser.close()
