"""The listing a browser shows now, as the survey's own reader reads it."""

from __future__ import annotations

from datetime import UTC, datetime

from playwright.sync_api import Page as BrowserPage

from crawlers.reading import read_page
from records.digests import digests_of
from records.market import Listing
from records.survey import Outcome, Page, PageKind, Target

__all__ = ["listing_on"]


def listing_on(page: BrowserPage, target: Target) -> Listing | None:
    """The page's own listing, read whole; None when it is the page of none. Raises playwright's Error as it comes."""
    body = page.content().encode("utf-8", "replace")
    read = read_page(
        Page(
            page_id="act",
            run_id="act",
            target_id=target.target_id,
            url=page.url,
            final_url=page.url,
            canonical_url=page.url,
            kind=PageKind.LISTING,
            outcome=Outcome.READ,
            status=200,
            fetched_at=datetime.now(UTC),
            body=digests_of(body),
            rendered=True,
        ),
        body,
        target,
    )
    whole = [listing for listing in read.listings if listing.complete]
    return next((one for one in whole if one.prices), whole[0] if whole else None)
