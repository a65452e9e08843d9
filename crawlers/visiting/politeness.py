"""What stands before every request: the guard, robots.txt with its delays, the host's budget and its silences.

Law: 《网络数据安全管理条例》第十八条 (no disturbance of the service).
"""

from __future__ import annotations

import asyncio
import ipaddress
from typing import Any
from urllib.parse import urlsplit

import structlog
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, StopDownload
from scrapy.http import Response

from crawlers.addresses import origin_of
from crawlers.visiting.visit import Visit
from network.robots import MAX_ROBOTS_BYTES, RobotsRules, read_robots, unreachable_robots
from records.errors import AddressRefusedError, InvalidInputError
from records.survey import Outcome

__all__ = ["Politeness", "Postponed", "Refusal"]

_log = structlog.get_logger(__name__)
_ROBOTS = "robots_txt"
_ROBOTS_TRIES = 2


class Refusal(IgnoreRequest):  # noqa: N818  # a decision, not a fault
    """A request that is not made."""

    def __init__(self, outcome: Outcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason


class Postponed(IgnoreRequest):  # noqa: N818  # as above
    """A request not made in this run, because the run is stopping; its row stays for the next."""


class Politeness:
    """Downloader middleware; one for the run."""

    def __init__(self, crawler: Crawler) -> None:
        spider: Any = crawler.spider
        self._crawler = crawler
        self._visit: Visit = spider.visit
        self._asking: dict[str, asyncio.Future[RobotsRules]] = {}
        crawler.signals.connect(self._robots_bytes, signal=_bytes_received())

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Politeness:
        """Built by Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let the request pass when and if it may. Raises Refusal, Postponed."""
        host = self._checked_host(request.url)
        if not request.meta.get(_ROBOTS):
            await self._obey_robots(request.url)
        while (wait := self._visit.budget.take(host)) > 0:
            if self._visit.stopped:
                raise Postponed
            await asyncio.sleep(min(wait, 5.0))
        if self._visit.stopped and not request.meta.get(_ROBOTS):
            raise Postponed

    def _checked_host(self, url: str) -> str:
        try:
            host, _ = self._visit.guard.check_url(url)
            if _is_numeric(host):
                self._visit.guard.check_address(host.strip("[]"), host=host)
        except (AddressRefusedError, InvalidInputError) as exc:
            raise Refusal(Outcome.ADDRESS_REFUSED, exc.message) from exc
        return host

    async def _obey_robots(self, url: str) -> None:
        if self._visit.target.authorisation:
            return
        rules = await self._rules_of(origin_of(url))
        if not rules.reachable:
            self._visit.stop("robots.txt 无法读取，按规定视为不允许访问（RFC 9309）")
            raise Refusal(Outcome.ROBOTS_REFUSED, "robots.txt 无法读取，按规定视为不允许访问")
        if not rules.allows(url):
            raise Refusal(Outcome.ROBOTS_REFUSED, "robots.txt 不允许访问该地址")

    async def _rules_of(self, origin: str) -> RobotsRules:
        if origin in self._visit.robots:
            return self._visit.robots[origin]
        if origin in self._asking:
            return await self._asking[origin]
        future = self._asking[origin] = asyncio.get_running_loop().create_future()
        try:
            rules = await self._fetch_rules(origin)
        except BaseException as exc:
            future.set_exception(exc)
            future.exception()  # those who wait raise it; nobody waiting is no fault
            raise
        finally:
            self._asking.pop(origin, None)
        self._visit.robots[origin] = rules
        future.set_result(rules)
        return rules

    async def _fetch_rules(self, origin: str) -> RobotsRules:
        """Ask for robots.txt; a site that cannot be connected to at all raises as any request to it would."""
        url = f"{origin}/robots.txt"
        for attempt in range(_ROBOTS_TRIES):
            for _ in range(5):
                request = Request(
                    url, meta={_ROBOTS: True, "handle_httpstatus_all": True, "hop": attempt}, dont_filter=True
                )
                response = await self._crawler.engine.download_async(request)
                location = (response.headers.get(b"Location") or b"").decode("latin-1")
                if not (300 <= response.status < 400 and location):
                    break
                url = response.urljoin(location)
            if response.status < 500:
                break
            self._visit.budget.refused(urlsplit(origin).hostname or "", retry_after=None)
        rules = read_robots(response.status, _body(response), user_agent=self._visit.options.user_agent)
        if not rules.reachable:
            return unreachable_robots()
        if rules.delay_seconds:
            self._visit.budget.slow_to(urlsplit(origin).hostname or "", rules.delay_seconds)
        _log.info("robots_read", origin=origin, status=response.status, delay_seconds=rules.delay_seconds)
        return rules

    def _robots_bytes(self, data: bytes, request: Request) -> None:
        """Stop at the size RFC 9309 asks to read; what came is used."""
        if request.meta.get(_ROBOTS):
            request.meta["robots_bytes"] = request.meta.get("robots_bytes", 0) + len(data)
            if request.meta["robots_bytes"] > MAX_ROBOTS_BYTES:
                raise StopDownload(fail=False)


def _bytes_received() -> object:
    from scrapy import signals

    return signals.bytes_received


def _body(response: Response) -> bytes:
    return response.body


def _is_numeric(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]").split("%", 1)[0])
    except ValueError:
        return False
    return True
