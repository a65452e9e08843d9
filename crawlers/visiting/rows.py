"""Links of a page as frontier rows: in scope, canonical, facets held to their share, each offered to the store once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from crawlers.addresses import canonical_url, is_facet, origin_of
from crawlers.general.reader import MAX_LINKS
from crawlers.page_kinds import kind_of_address, priority_of
from crawlers.sitemaps import sitemap_link
from crawlers.visiting.belonging import belongs
from crawlers.visiting.visit import Visit
from records.base import stable_id
from records.market import Link, Reading
from records.survey import Canary, FrontierRow, Page, PageKind

__all__ = ["MAX_DEPTH", "canary_rows", "discovered_rows", "row_for", "seed_rows"]

MAX_DEPTH = 500
"""Steps from a seed; long lists are one step a page. Spaces without end are held by `crawlers.visiting.spaces`."""


def seed_rows(run_id: str, seeds: Sequence[str]) -> tuple[FrontierRow, ...]:
    """The rows a run begins with; they go before everything."""
    rows = (row_for(run_id, seed, PageKind.HOME, depth=0, found_on="") for seed in dict.fromkeys(seeds))
    return tuple(row.model_copy(update={"priority": 1000}) for row in rows)


def canary_rows(run_id: str, canaries: Sequence[Canary]) -> tuple[FrontierRow, ...]:
    """Pages whose truth is known are visited by every run, right after its seeds, whether anything links to them."""
    rows = (row_for(run_id, one.url, kind_of_address(one.url), depth=1, found_on="") for one in canaries)
    return tuple(row.model_copy(update={"priority": 900}) for row in rows)


def row_for(run_id: str, url: str, kind: PageKind, *, depth: int, found_on: str, canonical: str = "") -> FrontierRow:
    """The row of an address in a run; `canonical` saves making it again."""
    canonical = canonical or canonical_url(url)
    return FrontierRow(
        row_id=stable_id("row", run_id, canonical),
        run_id=run_id,
        url=url,
        canonical_url=canonical,
        host=urlsplit(canonical).hostname or "",
        kind=kind,
        priority=priority_of(kind),
        depth=depth,
        found_on=found_on,
    )


def discovered_rows(visit: Visit, row: FrontierRow, page: Page, reading: Reading) -> tuple[FrontierRow, ...]:
    """New rows of a page. For a licence page `found_on` is the shop whose licence it shows, else the page."""
    if row.depth >= MAX_DEPTH:
        visit.too_deep += 1
        return ()
    visit.pages_cut += len(reading.links) >= MAX_LINKS
    shop_url = reading.shop.url if reading.shop is not None else ""
    found: dict[str, FrontierRow] = {}
    offered = _sitemaps(visit, row) if row.depth == 0 else ()
    for link, canonical in _wanted(visit, (*reading.links, *offered)):
        if not belongs(visit.target, canonical, link.kind, found_on=row):
            continue
        kind = _kind(visit, link, canonical)
        if kind is None:
            continue
        if shape := visit.spaces.closed_by(canonical, kind):
            visit.spaces.leave_out(shape, canonical)
            continue
        source = shop_url if kind is PageKind.LICENCE and shop_url else page.final_url
        new = row_for(visit.run_id, link.url, kind, depth=row.depth + 1, found_on=source, canonical=canonical)
        found.setdefault(
            new.row_id,
            new if kind is not link.kind or not link.priority else new.model_copy(update={"priority": link.priority}),
        )
    return tuple(found.values())


def _sitemaps(visit: Visit, row: FrontierRow) -> tuple[Link, ...]:
    """The sitemaps a site offers in its robots.txt: what no link leads to is found by them."""
    rules = visit.robots.get(origin_of(row.canonical_url))
    links = map(sitemap_link, rules.sitemaps if rules is not None else ())
    return tuple(link for link in links if link is not None)


def _wanted(visit: Visit, links: Sequence[Link]) -> Iterator[tuple[Link, str]]:
    seen: set[str] = set()  # a page that links a filter twice spends one of the share
    for link in links:
        for url in visit.addresses.followed(link.url):
            canonical = canonical_url(url)
            if canonical not in visit.offered and canonical not in seen and visit.in_scope(canonical):
                seen.add(canonical)
                yield link if url == link.url else link.model_copy(update={"url": url}), canonical


def _kind(visit: Visit, link: Link, canonical: str) -> PageKind | None:
    """The link's kind; None for a filter combination beyond the run's share of them."""
    if link.kind is not PageKind.FACET and not is_facet(canonical):
        return link.kind
    if visit.facets >= visit.options.facet_pages:
        visit.facets_left_out += 1
        return None
    visit.facets += 1
    return PageKind.FACET
