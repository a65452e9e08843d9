"""A few pages asked for as politely as a survey asks: guard, robots.txt, one budget a host over all runs, its hours."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from crawlers.addresses import absolute_url, origin_of
from crawlers.discovery.connecting import RawAnswer, fetch_once
from network.budget import HostBudget, retry_after_seconds
from network.guard import AddressGuard
from network.hosts import host_key
from network.hours import is_open, next_opening, shanghai_words
from network.robots import MAX_ROBOTS_BYTES, RobotsRules, read_robots, unreachable_robots
from records.digests import Digests
from records.errors import FetchError, RobotsRefusedError
from records.host_ports import HostLedger
from records.ports import BlobStore, Clock
from records.schedules import HoursWindow

__all__ = ["Asked", "HostTerms", "Manners", "PoliteAsker", "TermsOf"]

_log = structlog.get_logger(__name__)
_MAX_HOPS = 5
_HOLD = timedelta(minutes=3)
_STRAINED = frozenset((429, 503))


@dataclass(frozen=True, slots=True, kw_only=True)
class HostTerms:
    """On what terms a host may be asked: those of the target it belongs to, where there is one."""

    delay_seconds: float = 1.0
    allowed_hours: tuple[HoursWindow, ...] = ()
    daily_pages: int = 0
    authorised: bool = False


TermsOf = Callable[[str], HostTerms]
"""The terms of an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An answer with its digests; its bytes are in the blob store too."""

    url: str
    status: int
    body: bytes
    digests: Digests
    content_type: str
    truncated: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How we present ourselves, and how long we wait.

    Attributes:
        longest_wait_seconds: Longest silence or distance that is waited out; beyond it the look ends here.
        deadline_seconds: Longest one answer may take.
    """

    user_agent: str
    contact: str = ""
    longest_wait_seconds: float = 120.0
    deadline_seconds: float = 60.0


class PoliteAsker:
    """Asks for pages one after another; `close` gives the hosts back with what they are owed.

    Args:
        holder: Under which name hosts are held against surveys that run at the same time.
        sleep: Waits so many seconds.
    """

    def __init__(  # noqa: PLR0913  # the parts it works with
        self,
        guard: AddressGuard,
        hosts: HostLedger,
        *,
        blobs: BlobStore,
        clock: Clock,
        manners: Manners,
        terms_of: TermsOf,
        holder: str,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._guard = guard
        self._hosts = hosts
        self._blobs = blobs
        self._clock = clock
        self._manners = manners
        self._terms_of = terms_of
        self._holder = holder
        self._sleep = sleep
        self._budgets: dict[str, HostBudget] = {}
        self._robots: dict[str, RobotsRules] = {}

    def __enter__(self) -> PoliteAsker:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def get(self, url: str, *, max_bytes: int) -> Asked:
        """One page, its redirects followed, each step of them asked for on its own terms.

        Raises:
            InvalidInputError, AddressRefusedError: The guard refuses an address on the way.
            RobotsRefusedError: robots.txt forbids it, or cannot be had.
            FetchError: It could not be had, or not now (its hours, its day's budget, its silence, another run).
        """
        wanted = absolute_url(url, url) or url
        for _ in range(_MAX_HOPS + 1):
            self._guard.check_url(wanted)
            if not self._terms_of(wanted).authorised:
                self._obey_robots(wanted)
            answer = self._ask(wanted, max_bytes=max_bytes)
            location = answer.header("Location")
            if not (300 <= answer.status < 400 and location):
                return self._kept(wanted, answer)
            wanted = absolute_url(wanted, location)
            if not wanted:
                raise FetchError(f"跳转到不可访问的地址：{location[:200]}", url=url)
        raise FetchError(f"跳转次数过多：{url[:200]}", url=url)

    def rules_of(self, url: str) -> RobotsRules:
        """The rules of the site of an address. Raises as `get`, but for RobotsRefusedError."""
        return self._rules(origin_of(url))

    def sitemaps_of(self, url: str) -> tuple[str, ...]:
        """The sitemaps the site of an address names in its robots.txt. Raises as `get`, but for RobotsRefusedError."""
        return self._rules(origin_of(url)).sitemaps

    def close(self) -> None:
        """Give back the hosts."""
        self._keep()
        self._hosts.release(self._holder)

    def _obey_robots(self, url: str) -> None:
        rules = self._rules(origin_of(url))
        if not rules.reachable:
            raise RobotsRefusedError(f"robots.txt 无法读取，按规定视为不允许访问：{origin_of(url)}", cure="稍后再试")
        if not rules.allows(url):
            raise RobotsRefusedError(
                f"robots.txt 不允许访问：{url[:200]}", cure="跳过；确有依据的，为该平台登记授权（案号、人员、理由）"
            )

    def _rules(self, origin: str) -> RobotsRules:
        if origin not in self._robots:
            self._robots[origin] = self._fetch_rules(origin)
        return self._robots[origin]

    def _fetch_rules(self, origin: str) -> RobotsRules:
        url = f"{origin}/robots.txt"
        for _ in range(_MAX_HOPS + 1):
            answer = self._ask(url, max_bytes=MAX_ROBOTS_BYTES)
            location = answer.header("Location")
            if not (300 <= answer.status < 400 and location):
                break
            url = absolute_url(url, location)
            if not url:
                return unreachable_robots()
        rules = read_robots(answer.status, answer.body, user_agent=self._manners.user_agent)
        if rules.delay_seconds:
            self._budget(url).slow_to(host_key(origin), rules.delay_seconds)
        return rules

    def _ask(self, url: str, *, max_bytes: int) -> RawAnswer:
        host, budget = host_key(url), self._budget(url)
        self._check_hours(url, host, budget)
        while (wait := budget.take(host)) > 0:
            if wait > self._manners.longest_wait_seconds:
                raise FetchError(f"主机 {host} 还要等 {int(wait)} 秒才可访问，本次不再等待", cure="稍后再试", url=url)
            self._sleep(min(wait, 5.0))
        headers = {
            "User-Agent": self._manners.user_agent,
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5",
            "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
            **({"From": self._manners.contact} if self._manners.contact.isascii() and self._manners.contact else {}),
        }
        try:
            answer = fetch_once(
                url,
                self._guard,
                headers=headers,
                max_bytes=max_bytes,
                deadline_seconds=self._manners.deadline_seconds,
            )
        except FetchError:
            budget.measured(host, None, strained=True)
            raise
        budget.count(host, size_bytes=len(answer.body))
        budget.measured(host, None, strained=answer.status >= 500 or answer.status == 429)
        if answer.status in _STRAINED:
            asked = retry_after_seconds(answer.header("Retry-After"), now=self._clock())
            seconds = budget.refused(host, retry_after=asked)
            self._keep()
            raise FetchError(
                f"主机 {host} 要求 {int(seconds)} 秒内不再访问（{answer.status}）", cure="稍后再试", url=url
            )
        self._keep()
        return answer

    def _check_hours(self, url: str, host: str, budget: HostBudget) -> None:
        terms, now = self._terms_of(url), self._clock()
        if not is_open(terms.allowed_hours, now):
            opens = shanghai_words(next_opening(terms.allowed_hours, now))
            raise FetchError(f"主机 {host} 现在不在允许时段，下次为 {opens}", cure="到时再试", url=url)
        if terms.daily_pages and budget.requests_today(host) >= terms.daily_pages:
            raise FetchError(f"主机 {host} 今天的 {terms.daily_pages} 次已用完", cure="明天再试", url=url)

    def _budget(self, url: str) -> HostBudget:
        """The budget of a host, held for us against everybody else."""
        host = host_key(url)
        if host not in self._budgets:
            now = self._clock()
            hold = self._hosts.hold(host, holder=self._holder, now=now, until=now + _HOLD)
            if hold.holder != self._holder:
                raise FetchError(f"主机 {host} 正由另一次采集（{hold.holder}）访问", cure="等它结束再试", url=url)
            budget = HostBudget(
                delay_seconds=self._terms_of(url).delay_seconds, monotonic=time.monotonic, clock=self._clock
            )
            budget.restore(self._hosts.state(host))
            self._budgets[host] = budget
        return self._budgets[host]

    def _keep(self) -> None:
        now = self._clock()
        states = [budget.state(host) for host, budget in self._budgets.items()]
        if not states:
            return
        for host in self._hosts.keep(states, holder=self._holder, now=now, until=now + _HOLD):
            _log.warning("host_lost_to_another_run", host=host)
            del self._budgets[host]

    def _kept(self, url: str, answer: RawAnswer) -> Asked:
        return Asked(
            url=url,
            status=answer.status,
            body=answer.body,
            digests=self._blobs.put(answer.body),
            content_type=answer.header("Content-Type"),
            truncated=answer.truncated,
            at=self._clock(),
        )
