"""What a run saw, counted from its stored pages: the fields each family and kind of page gave, and what became of all.

A page stays with the family and kind it had in the last healthy run. Else a template that is no longer recognised would
leave its group empty, and an empty group has no coverage that could fall.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from statistics import median

from crawlers.addresses import canonical_url
from crawlers.health.fields import TEMPLATE_FIELD
from records.health import GroupCoverage
from records.survey import PICTURE_KINDS, Outcome, Page, PageKind

__all__ = ["Group", "LiveTally", "PageTally", "Places", "address_of", "coverage_of"]

Group = tuple[str, PageKind]
"""A family and a kind of page."""

Places = Mapping[str, Group]
"""Canonical address to the group it was of in the last healthy run."""

_SAMPLES = 12
_GENERAL = "general"
_SEEN = frozenset((Outcome.READ, Outcome.UNCHANGED))


def address_of(page: Page) -> str:
    """The one form of a page's address."""
    return page.canonical_url or canonical_url(page.url)


@dataclass(kw_only=True)
class LiveTally:
    """Counts while the pages come: a few numbers, however long the run."""

    groups: dict[Group, Counter[str]] = field(default_factory=dict)
    sizes: Counter[Group] = field(default_factory=Counter)
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    listings: int = 0

    def add(self, page: Page) -> None:
        """Count one page."""
        if page.kind in PICTURE_KINDS:
            return  # a picture host that refuses says nothing of the site's pages; the run's own report names it
        self.outcomes[page.outcome] += 1
        self.listings += _is_listing(page)
        if page.outcome is Outcome.READ and page.family:
            self._count(page, (page.family, page.kind))

    def _count(self, page: Page, group: Group) -> None:
        counter = self.groups.setdefault(group, Counter())
        counter.update(page.fields)
        if _is_of(page, group):
            counter[TEMPLATE_FIELD] += 1
        self.sizes[group] += 1


@dataclass(kw_only=True)
class PageTally(LiveTally):
    """Counts the stored pages of a run that ended, and keeps a dozen of each sort to show."""

    places: Places = field(default_factory=dict)
    listing_urls: set[str] = field(default_factory=set)
    seconds: list[float] = field(default_factory=list)
    bad: dict[Outcome, list[Page]] = field(default_factory=dict)
    samples: dict[Group, dict[frozenset[str], list[Page]]] = field(default_factory=dict)

    def add(self, page: Page) -> None:
        """Count one page, in the group it had in the last healthy run."""
        if page.kind in PICTURE_KINDS:
            return  # a picture host that refuses says nothing of the site's pages; the run's own report names it
        self.outcomes[page.outcome] += 1
        if page.elapsed_seconds is not None:
            self.seconds.append(page.elapsed_seconds)
        if page.outcome not in _SEEN:
            _keep(self.bad.setdefault(page.outcome, []), page)
            return
        address = address_of(page)
        if _is_listing(page):
            self.listing_urls.add(address)
        group = self.places.get(address, (page.family, page.kind))
        if page.outcome is Outcome.READ and group[0]:
            self._count(page, group)
            gave = frozenset((*page.fields, TEMPLATE_FIELD) if _is_of(page, group) else page.fields)
            _keep(self.samples.setdefault(group, {}).setdefault(gave, []), page)

    @property
    def pages(self) -> int:
        """All that were answered or given up."""
        return self.outcomes.total()

    @property
    def median_seconds(self) -> float | None:
        """To an answer; None when no page says."""
        return median(self.seconds) if self.seconds else None

    def lacking(self, group: Group, name: str) -> list[Page]:
        """Sample pages of a group that do not give a field."""
        found = (pages for gave, pages in self.samples.get(group, {}).items() if name not in gave)
        return list(islice(chain.from_iterable(found), _SAMPLES))

    def some(self, group: Group) -> list[Page]:
        """Sample pages of a group, whatever they give."""
        return list(islice(chain.from_iterable(self.samples.get(group, {}).values()), _SAMPLES))


def coverage_of(tally: LiveTally) -> tuple[GroupCoverage, ...]:
    """By family and kind, in order."""
    return tuple(
        GroupCoverage(family=family, kind=kind, pages=tally.sizes[family, kind], fields=dict(sorted(counted.items())))
        for (family, kind), counted in sorted(tally.groups.items())
    )


def _is_of(page: Page, group: Group) -> bool:
    """Whether the same page object took it; the general reader's kinds are guesses, and may change with the weather."""
    return page.family == group[0] and (page.kind is group[1] or page.family == _GENERAL)


def _is_listing(page: Page) -> bool:
    if page.kind is not PageKind.LISTING:
        return False
    return page.outcome is Outcome.UNCHANGED or (page.outcome is Outcome.READ and "listing.title" in page.fields)


def _keep(pages: list[Page], page: Page) -> None:
    if len(pages) < _SAMPLES:
        pages.append(page)
