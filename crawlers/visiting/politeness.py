"""What stands before every request: the guard, the host's turn, robots.txt with its delays, hours, budgets, silences.

Law: 《网络数据安全管理条例》第十八条 (no disturbance of the service).
"""

from __future__ import annotations

import asyncio
import ipaddress
from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, StopDownload

from crawlers.addresses import origin_of
from crawlers.visiting.guests import is_guest
from crawlers.visiting.keeping import Held
from crawlers.visiting.limits import reason_to_stop, seconds_until_open
from crawlers.visiting.robots import ROBOTS, RobotsReader
from crawlers.visiting.visit import Visit
from network.hosts import host_key
from network.hours import shanghai_words
from network.robots import MAX_ROBOTS_BYTES
from records.errors import AddressRefusedError, InvalidInputError, WangJianError
from records.survey import Outcome

__all__ = ["Politeness", "Postponed", "Refusal"]

_BEAT_SECONDS = 2.0
_LONGEST_SLEEP_SECONDS = 1.0


class Refusal(IgnoreRequest):  # a decision, not a fault
    """A request that is not made."""

    def __init__(self, outcome: Outcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason


class Postponed(IgnoreRequest):  # as above
    """A request not made in this run, because the run is stopping; its row stays for the next."""


class Politeness:
    """Downloader middleware; one for the run."""

    def __init__(self, crawler: Crawler) -> None:
        spider: Any = crawler.spider
        self._crawler = crawler
        self._visit: Visit = spider.visit
        self._robots = RobotsReader(self._visit, lambda request: crawler.engine.download_async(request))
        self._beating: asyncio.Task[None] | None = None
        crawler.signals.connect(self._bytes_came, signal=signals.bytes_received)
        crawler.signals.connect(self._begin_beating, signal=signals.spider_opened)
        crawler.signals.connect(self._end_beating, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Politeness:
        """Built by Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let the request pass when and if it may. Raises Refusal, Postponed."""
        host = request.meta["host"] = self._checked_host(request.url)
        if host not in self._visit.hosts.held:
            await self._take_host(host)
        row = request.meta.get("row")
        guest = bool(request.meta.get("guest")) or (row is not None and is_guest(self._visit, row))
        if not request.meta.get(ROBOTS):
            await self._obey_robots(request.url, guest=guest)
        await self._take_turn(host, guest=guest)
        self._visit.impact.requests += 1

    def _checked_host(self, url: str) -> str:
        try:
            host, _ = self._visit.guard.check_url(url)
            if _is_numeric(host):
                self._visit.guard.check_address(host.strip("[]"), host=host)
        except (AddressRefusedError, InvalidInputError) as exc:
            raise Refusal(Outcome.ADDRESS_REFUSED, exc.message) from exc
        return host_key(url)

    async def _take_host(self, host: str) -> None:
        """Wait for our turn with the host; one beside the target's own is not waited for as long."""
        visit = self._visit
        own = any(host_key(origin) == host for origin in visit.scope)
        patience = visit.options.hold_patience_seconds if own else visit.options.max_wait_seconds
        try:
            held = await visit.hosts.take(host, patience_seconds=patience, stopped=self._is_stopping)
        except WangJianError as exc:
            visit.fail(exc)
            raise Postponed from exc
        if held is Held.OTHERS and own:
            visit.stop(f"主机 {host} 一直由另一次采集访问，等候超过 {int(patience)} 秒")
        elif held is Held.OTHERS:
            raise Refusal(Outcome.FAILED, f"主机 {host} 正由另一次采集访问")
        if held is not Held.OURS:
            raise Postponed

    async def _obey_robots(self, url: str, *, guest: bool) -> None:
        if self._visit.target.authorisation and not guest:
            return
        rules = self._visit.robots.get(origin_of(url)) or await self._robots.rules_of(origin_of(url), guest=guest)
        if not rules.reachable:
            if not guest:
                self._visit.stop("robots.txt 无法读取，按规定视为不允许访问（RFC 9309）")
            raise Refusal(Outcome.ROBOTS_REFUSED, "robots.txt 无法读取，按规定视为不允许访问")
        if not rules.allows(url):
            raise Refusal(Outcome.ROBOTS_REFUSED, "robots.txt 不允许访问该地址")

    async def _take_turn(self, host: str, *, guest: bool) -> None:
        """Wait for the pace, the silence and the hours of the host. Raises Postponed when the run is stopping."""
        visit = self._visit
        waiting = False
        try:
            while (wait := self._wait_before(host, guest=guest)) > 0:
                if not waiting:
                    visit.impact.wait_begins()
                    waiting = True
                await asyncio.sleep(min(wait, _LONGEST_SLEEP_SECONDS))
        finally:
            if waiting:
                visit.impact.wait_ends()
                visit.waiting = ""

    def _wait_before(self, host: str, *, guest: bool) -> float:
        visit = self._visit
        if guest and visit.target.daily_pages and visit.budget.requests_today(host) >= visit.target.daily_pages:
            raise Refusal(Outcome.FAILED, f"主机 {host} 今日的访问已达 {visit.target.daily_pages} 次上限，执照图片未取")
        if reason := reason_to_stop(visit, host):
            visit.stop(reason)
        if self._is_stopping():
            raise Postponed
        if (wait := seconds_until_open(visit)) > 0:
            visit.waiting = "等到允许采集的时段"
            return wait
        wait = visit.budget.take(host)
        silence = visit.budget.silence_of(host) if wait > 0 else 0.0
        if silence > visit.options.max_wait_seconds and guest:
            raise Refusal(Outcome.FAILED, f"主机 {host} 要求静默，执照图片未取")
        if silence > visit.options.max_wait_seconds:
            until = shanghai_words(visit.clock_after(silence))
            visit.stop(f"站点此前要求静默到 {until}（北京时间），本次不再等待")
            raise Postponed
        if silence > 0:
            visit.waiting = f"主机 {host} 要求静默，还有 {int(silence) + 1} 秒"
        return wait

    def _is_stopping(self) -> bool:
        engine = self._crawler.engine
        if engine is not None and not engine.running:
            self._visit.stop("采集被中断")
        return bool(self._visit.stopped)

    def _bytes_came(self, data: bytes, request: Request) -> None:
        """Count what comes, cut-off bodies included; stop robots.txt at the size RFC 9309 asks to read."""
        host = request.meta.get("host")
        if host is None:
            return
        self._visit.impact.size_bytes += len(data)
        self._visit.budget.count(host, size_bytes=len(data))
        if request.meta.get(ROBOTS):
            request.meta["robots_bytes"] = request.meta.get("robots_bytes", 0) + len(data)
            if request.meta["robots_bytes"] > MAX_ROBOTS_BYTES:
                raise StopDownload(fail=False)

    def _begin_beating(self) -> None:
        self._beating = asyncio.ensure_future(self._beat())

    def _end_beating(self) -> None:
        if self._beating is not None:
            self._beating.cancel()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(_BEAT_SECONDS)
            try:
                self._visit.keep_hosts()
            except WangJianError as exc:
                self._visit.fail(exc)
                return


def _is_numeric(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]").split("%", 1)[0])
    except ValueError:
        return False
    return True
