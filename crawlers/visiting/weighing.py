"""What each page says for or against the shape of its address, and the same of a run that was begun before."""

from __future__ import annotations

from collections.abc import Sequence

from crawlers.visiting.visit import Visit
from records.market import Reading
from records.survey import PICTURE_KINDS, FrontierRow, Outcome, Page, PageKind

__all__ = ["weigh", "weigh_again", "weighed"]

_COUNTED = frozenset((Outcome.READ, Outcome.EMPTY, Outcome.BROWSER_AWAY))
_RECORDS = frozenset((PageKind.SHOP, PageKind.LICENCE))


def weighed(visit: Visit, page: Page, reading: Reading | None, rows: Sequence[FrontierRow]) -> Page:
    """The page, marked when it gave something; `rows` are what was found on it."""
    if reading is None or page.outcome not in _COUNTED or page.kind is PageKind.FACET:
        return page
    fruitful = visit.spaces.is_fruitful(
        page.canonical_url,
        content=page.content_sha256,
        gave_records=bool(reading.listings) or page.kind in _RECORDS,
        leads_to=[new.canonical_url for new in rows],
    )
    return page.model_copy(update={"fruitful": True}) if fruitful else page


def weigh(visit: Visit, page: Page) -> None:
    """Count a page, for the brake on spaces without end; one asked for only to prove a rule about addresses is none."""
    if page.outcome not in _COUNTED or page.kind is PageKind.FACET or page.kind in PICTURE_KINDS:
        return
    if page.content_sha256 or page.outcome is not Outcome.READ:
        visit.spaces.saw(page.canonical_url, content=page.content_sha256, fruitful=page.fruitful)


def weigh_again(visit: Visit) -> None:
    """Count the stored pages of a run that is taken up. What is left of a run is seldom the best of a site: counted
    alone it would look like a space without end, and the run would end with less than an unbroken one."""
    learned_at = visit.addresses.learned_at(visit.scope)
    for page in visit.survey.pages(visit.run_id):
        if learned_at is not None and page.fetched_at <= learned_at:
            visit.spaces.saw_content(page.content_sha256)  # shapes are counted anew from there on
        else:
            weigh(visit, page)
