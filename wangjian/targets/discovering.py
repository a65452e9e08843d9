"""New shops looked for and decided on: a look becomes candidates, an accepted candidate becomes a target."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from crawlers.archive.reading import page_bytes
from crawlers.decoding import decode_body
from crawlers.discovery.asking import HostTerms, Manners, PoliteAsker
from crawlers.discovery.identity import site_address
from crawlers.discovery.looking import (
    Look,
    Place,
    SearchPlan,
    look_at_declarations,
    look_at_file,
    look_at_page,
    look_at_platform,
    look_at_search,
    look_at_sitemaps,
)
from crawlers.document import Document
from network.guard import AddressGuard
from network.hosts import host_key
from records.base import Record, stable_id
from records.candidates import CandidateState, DiscoveryMethod, TargetCandidate, candidate_id_of, decided
from records.errors import IntegrityError, InvalidInputError, NotFoundError, RefusedError
from records.market import Shop
from records.ports import Services
from records.survey import Outcome, Page, PageKind, Target, TargetKind
from wangjian.settings import Settings
from wangjian.targets.keeping import keep
from wangjian.targets.registering import Change, TargetBook, register
from wangjian.targets.wishes import TargetWish

__all__ = ["Discovery", "DiscoveryReport", "accept", "alike_of", "candidate_at", "ignore"]

_MAX_FILE_BYTES = 100_000_000
_MAX_PROBLEMS = 200
_PAGES_A_SHOP = 3


class DiscoveryReport(Record):
    """What a look came to. `problems` say in Chinese what was not read; with any, the look is not complete."""

    method: DiscoveryMethod
    places: int
    links: int
    found: int
    new: int
    seen_again: int
    already_targets: int
    candidates: tuple[TargetCandidate, ...] = ()
    problems: tuple[str, ...] = ()


class Discovery:
    """The ways to look; each writes what it found as candidates and says how it went.

    Args:
        delay_seconds: Least distance between two requests to a host that is no target's; a target's own is kept to.
    """

    def __init__(self, services: Services, settings: Settings, *, delay_seconds: float = 1.0) -> None:
        self._services = services
        self._settings = settings
        self._delay_seconds = delay_seconds
        self._targets = services.survey.targets()
        self._by_host: dict[str, list[Target]] = {}
        for target in self._targets:
            for host in {host_key(seed) for seed in target.seeds}:
                self._by_host.setdefault(host, []).append(target)

    def links(self, place: str) -> DiscoveryReport:
        """In a file of links (text, web page, xlsx) or on a page of them.

        Raises:
            NotFoundError, InvalidInputError: No such file; nothing that can be read.
            FetchError, RefusedError: The page could not be had.
        """
        look = self._look(DiscoveryMethod.LINKS)
        if place.lower().startswith(("http://", "https://")):
            with self._asker() as asker:
                look_at_page(look, asker, place)
            return self._written(look)
        path = Path(place)
        if not path.is_file():
            raise NotFoundError(f"找不到文件 {place[:200]}", cure="给出文件路径，或以 http:// 开头的网址")
        if path.stat().st_size > _MAX_FILE_BYTES:
            raise InvalidInputError(f"文件 {path.name} 超过 {_MAX_FILE_BYTES // 1_000_000} MB", cure="分成几个文件")
        content = path.read_bytes()
        kept = self._services.blobs.put(content)
        look_at_file(look, content, Place(name=path.name, at=self._services.clock(), sha256=kept.sha256, sm3=kept.sm3))
        return self._written(look)

    def sitemaps(self, url: str) -> DiscoveryReport:
        """In a sitemap, or in those a site's robots.txt names. Raises as `links` does for a page."""
        look = self._look(DiscoveryMethod.SITEMAP)
        with self._losing_nothing(look), self._asker() as asker:
            look_at_sitemaps(look, asker, site_address(url, TargetKind.SHOP).url)
        return self._written(look)

    def search(self, plan: SearchPlan) -> DiscoveryReport:
        """On a marketplace's search pages. Raises InvalidInputError for a template without `{词}`, or no word."""
        if not plan.words:
            raise InvalidInputError("没有检索词", cure="加 --word 龙井，可重复")
        look = self._look(DiscoveryMethod.SEARCH)
        with self._losing_nothing(look), self._asker() as asker:
            look_at_search(look, asker, plan)
        return self._written(look)

    def declarations(self, *, region: str = "") -> DiscoveryReport:
        """In the register's 年报网站网店, of one region or of all."""
        look = self._look(DiscoveryMethod.REGISTER)
        look_at_declarations(look, self._services.register.with_addresses(), region=region, at=self._services.clock())
        return self._written(look)

    def platform(self, target: Target) -> DiscoveryReport:
        """On what was already read of a platform's shops: sites of their own they lead to. Nothing is fetched."""
        look = self._look(DiscoveryMethod.PLATFORM)
        shops = list(self._services.survey.shops(target.target_id))
        if not shops:
            raise InvalidInputError(
                f"{target.name} 还没有读到网店", cure=f"先运行 wangjian survey run {target.seeds[0]}"
            )
        pages = _ReadPages(services=self._services, target=target, problems=look.problems)
        look_at_platform(look, shops, pages_of=pages.of, at=self._services.clock())
        return self._written(look)

    def _look(self, method: DiscoveryMethod) -> Look:
        platforms = (target for target in self._targets if target.kind is TargetKind.PLATFORM)
        return Look(method=method, platforms=frozenset(_site_key(seed) for each in platforms for seed in each.seeds))

    @contextmanager
    def _losing_nothing(self, look: Look) -> Iterator[None]:
        """A look that is broken off (Ctrl-C, a part of ours away) has what it found so far written all the same."""
        try:
            yield
        except BaseException:
            self._services.candidates.record(self._fresh(look))
            raise

    def _fresh(self, look: Look) -> list[TargetCandidate]:
        """The finds that are no targets yet."""
        book = TargetBook(self._targets)
        return [each for each in look.found.values() if book.at(site_address(each.url, each.kind)) is None]

    def _asker(self) -> PoliteAsker:
        services, network = self._services, self._settings.network
        return PoliteAsker(
            AddressGuard(allow_private=network.allow_private),
            services.hosts,
            blobs=services.blobs,
            clock=services.clock,
            manners=Manners(user_agent=network.user_agent, contact=network.contact),
            terms_of=self._terms_of,
            holder=stable_id("discovery", services.clock().isoformat()),
        )

    def _terms_of(self, url: str) -> HostTerms:
        """The strictest terms of the targets on a host; an authorisation holds only for its own target's site."""
        mine = self._by_host.get(host_key(url), [])
        if not mine:
            return HostTerms(delay_seconds=self._delay_seconds)
        return HostTerms(
            delay_seconds=max(target.delay_seconds for target in mine),
            allowed_hours=next((target.allowed_hours for target in mine if target.allowed_hours), ()),
            daily_pages=min((target.daily_pages for target in mine if target.daily_pages), default=0),
            authorised=any(target.authorisation and target.kind is not TargetKind.SHOP for target in mine),
        )

    def _written(self, look: Look) -> DiscoveryReport:
        """The finds that are no targets yet, recorded."""
        fresh = self._fresh(look)
        new, again = self._services.candidates.record(fresh)
        now = [self._services.candidates.candidate(each.candidate_id) for each in fresh]
        problems = look.problems[:_MAX_PROBLEMS]
        if len(look.problems) > _MAX_PROBLEMS:
            problems.append(f"另有 {len(look.problems) - _MAX_PROBLEMS} 处未读，未一一列出")
        return DiscoveryReport(
            method=look.method,
            places=look.places,
            links=look.links,
            found=len(look.found),
            new=new,
            seen_again=again,
            already_targets=len(look.found) - len(fresh),
            candidates=tuple(each for each in now if each.state is CandidateState.NEW),
            problems=tuple(problems),
        )


def accept(services: Services, candidate: TargetCandidate, wish: TargetWish | None = None) -> Target:
    """Make a candidate a target; the same site under another spelling becomes no second one.

    Args:
        wish: Further fields of the target (cadence, limits); its address is the candidate's.

    Raises:
        TransitionRefusedError, ConflictError: It was accepted before; somebody else decided meanwhile.
    """
    now = services.clock()
    said = wish or TargetWish()
    said = replace(
        said,
        seeds=(candidate.url,),
        kind=said.kind or candidate.kind,
        name=said.name or candidate.name or None,
        region_code=said.region_code or candidate.region_code or None,
        note=said.note or f"发现于 {candidate.sightings[0].place}",
    )
    book = TargetBook(services.survey.targets())
    known = book.meant(candidate.url, said.kind)
    found = register(book, TargetWish(seeds=(candidate.url,)) if known else said, now=now)
    accepted = decided(candidate, CandidateState.ACCEPTED, now=now, target_id=found.target.target_id)
    if found.change is not Change.UNCHANGED:
        keep(services, found.target, said.cadence)
    services.candidates.decide(accepted, was=candidate.state)
    return found.target


def ignore(services: Services, candidate: TargetCandidate, *, reason: str) -> TargetCandidate:
    """Leave a candidate alone, also when it is seen again.

    Raises:
        TransitionRefusedError, ConflictError: It was decided before; somebody else decided meanwhile.
    """
    ignored = decided(candidate, CandidateState.IGNORED, now=services.clock(), reason=reason)
    services.candidates.decide(ignored, was=candidate.state)
    return ignored


def alike_of(services: Services, candidates: Iterable[TargetCandidate]) -> dict[str, str]:
    """For each candidate that may be the same site as a target or another candidate, a Chinese word about it."""
    listed = list(candidates)
    twins = Counter(each.twin_key for each in listed)
    book = TargetBook(services.survey.targets())
    found: dict[str, str] = {}
    for each in listed:
        others = book.alike(site_address(each.url, each.kind))
        if others:
            found[each.candidate_id] = f"可能是监测对象 {others[0].name}"
        elif twins[each.twin_key] > 1:
            found[each.candidate_id] = "与另一候选疑为同一网站"
    return found


def candidate_at(services: Services, text: str) -> TargetCandidate:
    """The candidate of a number or an address. Raises NotFoundError."""
    if text.startswith("candidate_"):
        return services.candidates.candidate(text)
    for kind in (TargetKind.SHOP, TargetKind.SITE):
        try:
            return services.candidates.candidate(candidate_id_of(site_address(text, kind).key))
        except (NotFoundError, InvalidInputError, RefusedError):
            continue
    raise NotFoundError(f"没有这个候选对象：{text[:200]}", cure="用 wangjian targets candidates list 查看")


@dataclass(kw_only=True)
class _ReadPages:
    """Stored pages of a platform's shops, from its newest run that read any."""

    services: Services
    target: Target
    problems: list[str]

    def of(self, shop: Shop) -> Iterator[tuple[Document, Place]]:
        """The shop's own pages, taken apart."""
        for page in self._by_address.get(shop.url.rstrip("/"), [])[:_PAGES_A_SHOP]:
            try:
                body = page_bytes(self.services.archive, page, blob=self.services.blobs.get)
            except (NotFoundError, IntegrityError) as exc:
                self.problems.append(f"{page.url}：{exc.message}")
                continue
            content_type = next((value for name, value in page.headers if name.lower() == "content-type"), "")
            markup = decode_body(body, content_type=content_type).text
            digests = page.body
            place = Place(
                name=page.final_url, at=self.services.clock(),
                sha256=digests.sha256 if digests else "", sm3=digests.sm3 if digests else "",
            )  # fmt: skip
            yield Document(page=page, target=self.target, markup=markup), place

    @cached_property
    def _by_address(self) -> dict[str, list[Page]]:
        found: dict[str, list[Page]] = {}
        for run in self.services.survey.runs(self.target.target_id):
            for page in self.services.survey.pages(run.run_id):
                if page.outcome is Outcome.READ and page.body and page.kind in (PageKind.SHOP, PageKind.LICENCE):
                    found.setdefault(page.final_url.rstrip("/"), []).append(page)
            if found:
                break
        return found


def _site_key(url: str) -> str:
    try:
        return site_address(url, TargetKind.SITE).site_key
    except (InvalidInputError, RefusedError):
        return ""
