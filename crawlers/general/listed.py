"""What a list says of its products: title and price of each card, as listings read in part.

A shop whose product pages ask for a login still shows its prices on its lists; and a price on a list beside another on
the product page is a fact of its own. A whole reading of the product page takes the place of these.
"""

from __future__ import annotations

from crawlers.addresses import canonical_url
from crawlers.categories import category_of
from crawlers.document import Document
from crawlers.general.cards import Card
from crawlers.general.shops import ShopIdentity
from crawlers.page_kinds import kind_of_link
from records.base import stable_id
from records.market import Listing, Price, PriceRole
from records.survey import PageKind

__all__ = ["listed_on", "price_of_card"]

_ASKED = frozenset((PriceRole.NOW, PriceRole.FROM))


def listed_on(doc: Document, shop: ShopIdentity, cards: tuple[Card, ...]) -> tuple[Listing, ...]:
    """A listing read in part (`complete` is false) for each card with a title and a price that leads to a product."""
    source = doc.source
    if source is None:
        return ()
    found: dict[str, Listing] = {}
    for card in cards:
        price = price_of_card(card)
        url = canonical_url(card.url)
        if price is None or not card.title or url in found or kind_of_link(card.url, "") is not PageKind.LISTING:
            continue
        found[url] = Listing(
            listing_id=stable_id("listing", url),
            shop_id=shop.shop_id,
            target_id=doc.target.target_id,
            url=url,
            title=card.title,
            category=category_of("", title=card.title),
            prices=card.prices,
            list_price_fen=price.amount_fen,
            complete=False,
            source=source,
            first_seen_at=doc.page.fetched_at,
            last_seen_at=doc.page.fetched_at,
        )
    return tuple(found.values())


def price_of_card(card: Card) -> Price | None:
    """The price asked on the card; the struck one and the coupon's are not it."""
    return next((price for price in card.prices if price.role in _ASKED), None)
