"""robots.txt of an origin, asked for once a run like any page; a change since the last run is noted with the host.

Standard: RFC 9309 section 2.3.1 (redirects, unavailable and unreachable files).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable

import structlog
from scrapy import Request
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import Response

from crawlers.visiting.visit import Visit
from network.budget import retry_after_seconds
from network.hosts import host_key
from network.robots import MAX_ROBOTS_BYTES, RobotsRules, read_robots, unreachable_robots
from records.hosts import RobotsSeen

__all__ = ["ROBOTS", "RobotsReader"]

ROBOTS = "robots_txt"
"""Marks a request for robots.txt in its meta."""

_log = structlog.get_logger(__name__)
_TRIES = 2
_HOPS = 5
_ANY_SIZE = 2**40
_REDIRECTS = range(300, 400)


class RobotsReader:
    """Rules by origin, in `visit.robots`; several that ask at once wait for one answer."""

    def __init__(self, visit: Visit, download: Callable[[Request], Awaitable[Response]]) -> None:
        self._visit = visit
        self._download = download
        self._asking: dict[str, asyncio.Future[RobotsRules]] = {}

    async def rules_of(self, origin: str, *, guest: bool = False) -> RobotsRules:
        """The rules of an origin. A site that cannot be connected to at all raises as any request to it would."""
        if origin in self._visit.robots:
            return self._visit.robots[origin]
        if origin in self._asking:
            return await self._asking[origin]
        future = self._asking[origin] = asyncio.get_running_loop().create_future()
        try:
            rules = await self._ask(origin, guest=guest)
        except BaseException as exc:
            future.set_exception(exc)
            future.exception()  # those who wait raise it; nobody waiting is no fault
            raise
        finally:
            self._asking.pop(origin, None)
        self._visit.robots[origin] = rules
        future.set_result(rules)
        return rules

    async def _ask(self, origin: str, *, guest: bool) -> RobotsRules:
        host = host_key(origin)
        response = None
        for attempt in range(_TRIES):
            response = await self._answer(origin, attempt, guest=guest)
            if response is None or (response.status < 500 and response.status != 429):
                break
            asked = (response.headers.get(b"Retry-After") or b"").decode("latin-1")
            self._visit.budget.refused(host, retry_after=retry_after_seconds(asked, now=self._visit.clock()))
        if response is None:
            self._note(origin, 0, b"")
            return unreachable_robots()
        rules = read_robots(response.status, response.body, user_agent=self._visit.options.user_agent)
        self._note(origin, response.status, response.body if response.status < 300 else b"")
        if rules.delay_seconds:
            self._visit.budget.slow_to(host, rules.delay_seconds)
        _log.info("robots_read", origin=origin, status=response.status, delay_seconds=rules.delay_seconds)
        return rules

    async def _answer(self, origin: str, attempt: int, *, guest: bool) -> Response | None:
        """The last answer of a chain of redirects; None when it led to where we do not go, or could not be unpacked."""
        url = f"{origin}/robots.txt"
        for _ in range(_HOPS + 1):
            meta = {
                ROBOTS: True, "guest": guest, "handle_httpstatus_all": True, "hop": attempt,
                "download_maxsize": _ANY_SIZE,
            }  # fmt: skip
            try:
                response = await self._download(Request(url, meta=meta, dont_filter=True))
            except (IgnoreRequest, DownloadCancelledError):
                if self._visit.stopped:
                    raise
                return None
            location = (response.headers.get(b"Location") or b"").decode("latin-1")
            if response.status not in _REDIRECTS or not location:
                return response
            url = response.urljoin(location)
        return response

    def _note(self, origin: str, status: int, body: bytes) -> None:
        digest = hashlib.sha256(body[:MAX_ROBOTS_BYTES]).hexdigest() if body else ""
        seen = RobotsSeen(sha256=digest, status=status, read_at=self._visit.clock())
        if self._visit.budget.saw_robots(host_key(origin), origin, seen):
            _log.warning("robots_changed", origin=origin, status=status)
