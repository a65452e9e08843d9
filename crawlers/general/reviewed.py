"""Reviews on a page of their own, joined to the product they are of."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawlers.addresses import canonical_url
from crawlers.blocks import Anchor
from crawlers.document import Document
from crawlers.general.reviews import read_reviews
from crawlers.general.shops import ShopIdentity
from crawlers.page_kinds import kind_of_link
from crawlers.zones import Zone
from records.base import stable_id
from records.market import Listing
from records.survey import PageKind

__all__ = ["reviewed_on"]

_ELSEWHERE = frozenset((Zone.NAV, Zone.HEADER, Zone.FOOTER, Zone.RELATED))


def reviewed_on(doc: Document, shop: ShopIdentity) -> tuple[Listing, ...]:
    """The product of a page of reviews, with them and no more (`complete` is false); none when it cannot be told."""
    source = doc.source
    anchor = _of_product(doc)
    reviews, _ = read_reviews(doc)
    if source is None or anchor is None or not reviews:
        return ()
    url = canonical_url(doc.absolute(anchor.href))
    listing = Listing(
        listing_id=stable_id("listing", url),
        shop_id=shop.shop_id,
        target_id=doc.target.target_id,
        url=url,
        title=anchor.text or anchor.title,
        reviews=reviews,
        complete=False,
        source=source,
        first_seen_at=doc.page.fetched_at,
        last_seen_at=doc.page.fetched_at,
    )
    return (listing,)


def _of_product(doc: Document) -> Anchor | None:
    """The link back: to a product whose number stands in the page's own address, else the only product linked."""
    own = set(re.findall(r"\d+", doc.url.split("://", 1)[-1].partition("/")[2]))
    found: dict[str, Anchor] = {}
    for anchor in doc.anchors:
        url = doc.absolute(anchor.href)
        words = anchor.text or anchor.title
        if not url or not words or anchor.zone in _ELSEWHERE or kind_of_link(url, "") is not PageKind.LISTING:
            continue
        parts = urlsplit(url)
        if own & set(re.findall(r"\d+", f"{parts.path}?{parts.query}")):
            return anchor
        found.setdefault(canonical_url(url), anchor)
    return next(iter(found.values())) if len(found) == 1 else None
