"""What a survey would visit, found out by asking for its seeds and sitemaps alone; nothing of it is stored.

The hosts' pace, hours and day's budget hold here as in a survey, and what is asked counts among them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import BinaryIO

from crawlers.addresses import canonical_url, is_surveyable, origin_of
from crawlers.discovery.asking import HostTerms, Manners, PoliteAsker
from crawlers.page_kinds import kind_of_address
from crawlers.reading import read_page
from network.guard import AddressGuard
from network.hours import is_open, next_opening
from network.robots import RobotsRules
from records.base import Record, UtcDatetime, stable_id
from records.digests import Digests, digests_of
from records.errors import FetchError, NotFoundError, RefusedError
from records.ports import Services
from records.survey import Outcome, Page, PageKind, Target
from wangjian.settings import Settings

__all__ = ["DryRun", "Fetched", "dry_run"]

_LOCATION = re.compile(rb"<loc>\s*([^<\s]{1,2000})\s*</loc>")
_MAX_SITEMAPS = 5
_MAX_ADDRESSES = 50_000
_SAMPLES = 3


class Fetched(Record):
    """One address that was asked for; `status` None: it could not be had, `reason` says why."""

    url: str
    status: int | None = None
    size_bytes: int = 0
    reason: str = ""


class DryRun(Record):
    """What a survey of a target would begin with.

    Attributes:
        scope: Origins that belong to it.
        robots_delay_seconds: Of its robots.txt; `delay_seconds` is what would be kept.
        kinds: In-scope addresses found so far by what they seem to be; `samples` a few of each.
        outside, refused: Addresses left out as of another site, and as forbidden by robots.txt.
        least_seconds: Time for the addresses found at that distance; the survey finds more on its way.
    """

    target_id: str
    name: str
    scope: tuple[str, ...]
    fetched: tuple[Fetched, ...]
    robots_reachable: bool = True
    robots_delay_seconds: float = 0.0
    delay_seconds: float = 0.0
    sitemaps: tuple[str, ...] = ()
    kinds: dict[PageKind, int] = {}
    samples: dict[PageKind, tuple[str, ...]] = {}
    outside: int = 0
    refused: int = 0
    max_pages: int
    daily_pages: int
    open_now: bool
    opens_at: UtcDatetime
    least_seconds: float = 0.0
    problem: str = ""


def dry_run(services: Services, settings: Settings, target: Target) -> DryRun:
    """Ask for the seeds and the sitemaps of a target and tell what a survey would do.

    Raises:
        InvalidInputError, AddressRefusedError: A seed is no address that may be visited.
    """
    guard = AddressGuard(allow_private=settings.network.allow_private)
    for seed in target.seeds:
        guard.destination(*guard.check_url(seed))
    with _asking(services, settings, target, guard) as asker:
        return _Look(services, target, asker).report()


class _Look:
    def __init__(self, services: Services, target: Target, asker: PoliteAsker) -> None:
        self._now: datetime = services.clock()
        self._target = target
        self._asker = asker
        self._scope = tuple(dict.fromkeys(origin_of(seed) for seed in target.seeds))
        self._fetched: list[Fetched] = []
        self._found: dict[str, PageKind] = {}
        self._outside: set[str] = set()

    def report(self) -> DryRun:
        target, rules, problem = self._target, None, ""
        try:
            rules = self._asker.rules_of(target.seeds[0])
        except (FetchError, RefusedError) as exc:
            problem = exc.message
        if rules is not None:
            for seed in target.seeds:
                self._read_seed(seed)
            for sitemap in rules.sitemaps[:_MAX_SITEMAPS]:
                self._read_sitemap(sitemap)
        allowed = [url for url in self._found if rules is None or target.authorisation or rules.allows(url)]
        return self._told(rules, allowed, problem)

    def _told(self, rules: RobotsRules | None, allowed: list[str], problem: str) -> DryRun:
        target = self._target
        kinds = Counter(self._found[url] for url in allowed)
        robots_delay = rules.delay_seconds if rules is not None else 0.0
        delay = max(target.delay_seconds, robots_delay)
        samples: dict[PageKind, list[str]] = {}
        for url in allowed:
            if len(some := samples.setdefault(self._found[url], [])) < _SAMPLES:
                some.append(url)
        return DryRun(
            target_id=target.target_id,
            name=target.name,
            scope=(*self._scope, *target.scope),
            fetched=tuple(self._fetched),
            robots_reachable=rules is not None and rules.reachable,
            robots_delay_seconds=robots_delay,
            delay_seconds=delay,
            sitemaps=rules.sitemaps if rules is not None else (),
            kinds=dict(kinds.most_common()),
            samples={kind: tuple(some) for kind, some in samples.items()},
            outside=len(self._outside),
            refused=len(self._found) - len(allowed),
            max_pages=target.max_pages,
            daily_pages=target.daily_pages,
            open_now=is_open(target.allowed_hours, self._now),
            opens_at=next_opening(target.allowed_hours, self._now),
            least_seconds=round(min(len(allowed), target.max_pages) * delay, 1),
            problem=problem,
        )

    def _read_seed(self, seed: str) -> None:
        body = self._get(seed)
        if body is None:
            return
        answer, content_type, url = body
        self._add(url, PageKind.HOME)
        page = Page(
            page_id="dry-run", run_id="dry-run", target_id=self._target.target_id, url=seed, final_url=url,
            kind=PageKind.HOME, outcome=Outcome.READ, status=self._fetched[-1].status, fetched_at=self._now,
            headers=(("Content-Type", content_type),), body=digests_of(answer),
        )  # fmt: skip
        reading = read_page(page, answer, self._target)
        for link in reading.links:
            self._add(link.url, link.kind)
        if reading.problem is not None:
            self._fetched[-1] = self._fetched[-1].model_copy(update={"reason": reading.reason})

    def _read_sitemap(self, url: str) -> None:
        body = self._get(url)
        if body is None:
            return
        for found in _LOCATION.findall(body[0])[:_MAX_ADDRESSES]:
            address = unescape(found.decode("utf-8", "replace"))
            self._add(address, kind_of_address(address))

    def _get(self, url: str) -> tuple[bytes, str, str] | None:
        try:
            asked = self._asker.get(url, max_bytes=self._target.max_body_bytes)
        except (FetchError, RefusedError) as exc:
            self._fetched.append(Fetched(url=url, reason=exc.message))
            return None
        self._fetched.append(Fetched(url=url, status=asked.status, size_bytes=len(asked.body)))
        return asked.body, asked.content_type, asked.url

    def _add(self, url: str, kind: PageKind) -> None:
        if len(self._found) >= _MAX_ADDRESSES or not is_surveyable(url):
            return
        canonical = canonical_url(url)
        if origin_of(canonical) in self._scope or canonical.startswith(self._target.scope):
            self._found.setdefault(canonical, kind)
        else:
            self._outside.add(canonical)


@contextmanager
def _asking(services: Services, settings: Settings, target: Target, guard: AddressGuard) -> Iterator[PoliteAsker]:
    terms = HostTerms(
        delay_seconds=target.delay_seconds,
        allowed_hours=target.allowed_hours,
        daily_pages=target.daily_pages,
        authorised=bool(target.authorisation),
    )
    holder = stable_id("dryrun", target.target_id, services.clock().isoformat())
    asker = PoliteAsker(
        guard,
        services.hosts,
        blobs=_Nowhere(),
        clock=services.clock,
        manners=Manners(user_agent=settings.network.user_agent, contact=settings.network.contact),
        terms_of=lambda _: terms,
        holder=holder,
    )
    with asker:
        yield asker


class _Nowhere:
    """A blob store that keeps nothing."""

    def put(self, content: bytes) -> Digests:
        """Digests only."""
        return digests_of(content)

    def put_file(self, path: Path) -> Digests:
        """As put."""
        return digests_of(path.read_bytes())

    def get(self, sha256: str) -> bytes:
        """Never there."""
        raise NotFoundError(f"试跑不保存内容：{sha256[:16]}")

    @contextmanager
    def open(self, sha256: str) -> Iterator[BinaryIO]:
        """Never there."""
        raise NotFoundError(f"试跑不保存内容：{sha256[:16]}")
        yield

    def holds(self, sha256: str) -> bool:
        """Never."""
        return False

    def digests(self) -> Iterator[str]:
        """None."""
        return iter(())

    def ready(self) -> None:
        """Always."""

    def waiting(self) -> tuple[str, ...]:
        """None."""
        return ()

    def settle(self) -> int:
        """Nothing waits."""
        return 0

    def locked_until(self, sha256: str) -> datetime | None:
        """Never."""
        return None

    def hold(self, sha256: str, *, held: bool) -> None:
        """Nothing to hold."""

    def flaws(self, *, full: bool = False) -> Iterator[str]:
        """None."""
        return iter(())

    def destroy(self, sha256: str, *, certificate_sha256: str) -> None:
        """Never there."""
        raise NotFoundError(f"试跑不保存内容：{sha256[:16]}")
