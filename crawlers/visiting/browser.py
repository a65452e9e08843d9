"""Pages that only script can build, opened in Chromium through the guarded proxy; started when the first one needs it.

scrapy-playwright starts its driver with the engine; most sites never need one, so the start waits for the first page.
Pictures, fonts and media are not fetched; what robots.txt forbids is not fetched by scripts either.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import structlog
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page as BrowserPage
from playwright.async_api import Request as BrowserRequest
from playwright.async_api import TimeoutError as PlaywrightTimeout
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
from scrapy_playwright.page import PageMethod

from crawlers.addresses import origin_of
from crawlers.archive.browsing import BrowserKeeper
from crawlers.visiting.unfolding import Answers, unfold
from crawlers.visiting.visit import Visit
from network.hosts import host_key
from network.proxy import GuardedProxy, ProxyLimits
from records.errors import BrowserAwayError

__all__ = ["BrowserHandler"]

_log = structlog.get_logger(__name__)
_BLOCKED = frozenset(("image", "font", "media", "texttrack", "manifest", "eventsource", "websocket"))
_ARGS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    "--no-first-run",
)
_PAGES_A_CONTEXT = 100
_LONGEST_FETCHING = 8_000.0
# Settled: loaded, and for a while nothing was added and nothing fetched. Script pages fetch first and draw after.
_SETTLED = """() => new Promise(resolve => {
  const quiet = 350, longest = 6000, began = Date.now();
  let last = Date.now(), fetched = performance.getEntriesByType('resource').length;
  const seen = new MutationObserver(() => { last = Date.now(); });
  seen.observe(document, {subtree: true, childList: true, characterData: true});
  const look = setInterval(() => {
    const now = performance.getEntriesByType('resource').length;
    if (now !== fetched) { fetched = now; last = Date.now(); }
    if (Date.now() - last < quiet && Date.now() - began < longest) { return; }
    clearInterval(look);
    seen.disconnect();
    resolve(true);
  }, 50);
})"""


class BrowserHandler(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]  # scrapy-playwright has no types
    """Opens every request it is given in Chromium (see `SurveyHandler`)."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        spider: Any = crawler.spider
        self._visit: Visit = spider.visit
        self._proxy: GuardedProxy | None = None
        self._starting = asyncio.Lock()
        self._opened = 0
        self._bytes_counted = 0
        kept = self._visit.archive
        self._keeper = None if kept is None else BrowserKeeper(kept, self._visit.clock)
        self._answers = Answers()
        self.abort_request = self._is_unwanted

    async def _maybe_launch_in_thread(self) -> None:
        """Not with the engine: see `_start_browser`."""

    async def download_request(self, request: Request) -> Response:
        """One page. Raises BrowserAwayError when Chromium cannot be started."""
        await self._start_browser()
        self._opened += 1
        request.meta.update(
            {
                "playwright": True,
                "playwright_context": f"survey-{self._opened // _PAGES_A_CONTEXT}",
                "playwright_context_kwargs": {
                    "user_agent": self._visit.options.user_agent,
                    "locale": "zh-CN",
                    "service_workers": "block",
                    "accept_downloads": False,
                    "ignore_https_errors": False,
                },
                "playwright_page_goto_kwargs": {
                    "wait_until": "load",
                    "timeout": self._visit.options.browser_timeout_seconds * 1000,
                },
                "playwright_page_init_callback": self._answers.listen,
                "playwright_page_methods": [PageMethod(_settle), PageMethod(unfold, self._answers)],
            }
        )
        limit = self._visit.options.browser_timeout_seconds + 15
        response: Response | None = None
        try:
            drawn: Response = await asyncio.wait_for(super().download_request(request), timeout=limit)
            response = drawn
        finally:
            self._count_bytes(request)
            if self._keeper is not None:
                self._keeper.keep(request, response)
        return drawn

    async def close(self) -> None:
        """Close the browser, then its proxy."""
        await super().close()
        if self._proxy is not None:
            self._proxy.stop()

    async def _start_browser(self) -> None:
        async with self._starting:
            if self._proxy is not None:
                return
            limits = ProxyLimits(total_bytes=self._visit.target.max_bytes)
            proxy = GuardedProxy(self._visit.guard, self._keeper, limits=limits, clock=self._visit.clock)
            accepted = (f"--ignore-certificate-errors-spki-list={proxy.spki_sha256}",) if self._keeper else ()
            self.config.launch_options = {
                "executable_path": self._visit.options.browser_executable,
                "args": [*_ARGS, *accepted],
                "proxy": {"server": proxy.start(), "bypass": "<-loopback>"},
                "timeout": 30_000,
            }
            try:
                await self._launch()
                await self._maybe_launch_browser()
            except (PlaywrightError, OSError) as exc:
                proxy.stop()
                raise BrowserAwayError(
                    f"浏览器无法启动：{self._visit.options.browser_executable}", cure="wangjian doctor"
                ) from exc
            self._proxy = proxy
            _log.info("browser_started", executable=self._visit.options.browser_executable)

    def _is_unwanted(self, request: BrowserRequest) -> bool:
        """Whether a request of a page is not made: pictures and the like, other schemes, what robots.txt forbids."""
        if request.resource_type in _BLOCKED or not request.url.startswith(("http://", "https://")):
            return True
        rules = self._visit.robots.get(origin_of(request.url))
        if rules is not None and not self._visit.target.authorisation and not rules.allows(request.url):
            return True
        if not request.is_navigation_request() or request.redirected_from is not None:
            self._visit.impact.requests += 1  # the page itself was counted when it took its turn
            if (host := host_key(request.url)) in self._visit.hosts.held:
                self._visit.budget.count(host, requests=1)
        return False

    def _count_bytes(self, request: Request) -> None:
        """What came for a page and its scripts; the distance to the next request counts from its end."""
        host = request.meta.get("host")
        if self._proxy is None or host is None:
            return
        came = self._proxy.bytes_came
        self._visit.impact.size_bytes += came - self._bytes_counted
        self._visit.budget.count(host, size_bytes=came - self._bytes_counted)
        self._bytes_counted = came
        self._visit.budget.rested(host)


async def _settle(page: BrowserPage) -> None:
    """Wait until nothing is being fetched and the page has stopped building itself, some seconds at most each.

    What is still on its way shows in no list of what was fetched: under load a list came after the quiet.
    """
    with suppress(PlaywrightTimeout):  # a page that never stops asking is read as far as it has come
        await page.wait_for_load_state("networkidle", timeout=_LONGEST_FETCHING)
    await page.evaluate(_SETTLED)
