"""What a page object is: one class a kind of page of one family, with a test that recognises the page.

A family module lists its classes in `PAGES`; `registry.py` lists the families. To add a family: one module, one line
there, and its saved pages in tests/pages/<family>/.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from parsel import Selector, SelectorList

from crawlers.blocks import place_of
from crawlers.categories import category_of
from crawlers.document import Document, folded
from crawlers.general.listings import sales_in
from crawlers.general.reader import read_links
from crawlers.general.reviews import read_date
from crawlers.general.shops import ShopIdentity
from crawlers.identifiers import (
    approval_numbers,
    contacts_in,
    icp_number,
    is_placeholder,
    licence_code,
    police_number,
)
from crawlers.masking import mask_author, mask_personal
from crawlers.prices import read_prices
from records.base import stable_id
from records.market import (
    Contact,
    Disclosure,
    Listing,
    Price,
    PriceRole,
    Reading,
    Review,
    Shop,
    Speaker,
    TextBlock,
)
from records.survey import PageKind

__all__ = [
    "ListingParts",
    "PageObject",
    "contacts_of",
    "licence_of",
    "licence_reading",
    "listing_of",
    "listing_reading",
    "prices_of",
    "review_of",
    "rows_of",
    "shop_of",
    "text_of",
    "texts_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingParts:
    """What a page object found on a product page; `sales` is the line that tells how many were sold."""

    title: str
    category_path: str
    texts: tuple[TextBlock, ...]
    prices: tuple[Price, ...]
    reviews: tuple[Review | None, ...] = ()
    sales: str = ""
    images: tuple[str, ...] = ()


class PageObject(Protocol):
    """One kind of page of one family."""

    def recognises(self, doc: Document) -> bool:
        """Whether the page is of this kind."""
        ...

    def read(self, doc: Document) -> Reading:
        """Everything the page says."""
        ...


def text_of(found: Selector | SelectorList[Selector]) -> str:
    """All text of the first element found, white space folded."""
    node = found if isinstance(found, Selector) else (found[0] if found else None)
    return "" if node is None else folded("".join(node.root.itertext()))


def texts_of(doc: Document, css: str, speaker: Speaker) -> tuple[TextBlock, ...]:
    """One text block an element, each with its place."""
    found = ((node, text_of(node)) for node in doc.selector.css(css))
    return tuple(TextBlock(speaker=speaker, text=text, place=place_of(node.root)) for node, text in found if text)


def prices_of(doc: Document, css: str, *, role: PriceRole | None = None) -> tuple[Price, ...]:
    """The prices in these elements, each once."""
    found: dict[tuple[PriceRole, int, int | None], Price] = {}
    for node in doc.selector.css(css):
        place = place_of(node.root)
        for price in read_prices(text_of(node), role=role, bare=True):
            found.setdefault(
                (price.role, price.amount_fen, price.amount_max_fen), price.model_copy(update={"place": place})
            )
    return tuple(found.values())


def review_of(node: Selector, *, author: str, day: str, text: str) -> Review | None:
    """One review by the selectors of its parts; None when it says nothing."""
    said = text_of(node.css(text))
    if not said:
        return None
    return Review(
        author_masked=mask_author(text_of(node.css(author))),
        text=mask_personal(said),
        written_on=read_date(text_of(node.css(day))),
    )


def rows_of(doc: Document, css: str) -> tuple[tuple[str, str, str], ...]:
    """(label, value, place) of two-celled rows."""
    found = []
    for row in doc.selector.css(css):
        cells = [text_of(cell) for cell in row.xpath("./th|./td")]
        if len(cells) == 2:
            found.append((cells[0], cells[1], place_of(row.root)))
    return tuple(found)


def contacts_of(doc: Document, css: str) -> tuple[Contact, ...]:
    """Contacts in these parts of the page."""
    found: dict[Contact, None] = {}
    for node in doc.selector.css(css):
        for text in text_of(node).split("\u3000") or ():
            for contact in contacts_in(text, place=place_of(node.root)):
                found[contact] = None
    return tuple(found)


def listing_reading(
    doc: Document, shop: ShopIdentity, parts: ListingParts, *, family: str, disclosure: Disclosure
) -> Reading:
    """A page of one product: the listing, what the page says of its shop, its links."""
    listing = listing_of(doc, shop, parts)
    return Reading(
        kind=PageKind.LISTING,
        family=family,
        shop=shop_of(doc, shop, family=family, disclosure=disclosure),
        listings=(listing,) if listing else (),
        links=read_links(doc),
    )


def licence_reading(doc: Document, shop: ShopIdentity, disclosure: Disclosure, *, family: str) -> Reading:
    """A licence page: what it discloses of its shop, its links."""
    record = shop_of(doc, shop, family=family, disclosure=disclosure, licence_page_read=True)
    return Reading(kind=PageKind.LICENCE, family=family, shop=record, links=read_links(doc))


def licence_of(doc: Document, *, rows: str, pictures: str, labels: dict[str, str]) -> Disclosure:
    """亮照 of a licence page, by the selectors of its rows and of the addresses of its pictures; labels as of rows."""
    found = tuple(doc.absolute(source) for source in doc.selector.css(pictures).getall())
    return _disclosure_of_rows(
        rows_of(doc, rows), labels=labels, has_licence_link=True, licence_image_urls=tuple(filter(None, found))
    )


def _disclosure_of_rows(rows: Sequence[tuple[str, str, str]], *, labels: dict[str, str], **more: object) -> Disclosure:
    """亮照 from the rows of a licence page.

    Args:
        labels: Words of a row to the field it fills; the code is found by its own form.
    """
    fields: dict[str, object] = {}
    for label, value, _ in rows:
        name = next((field for words, field in labels.items() if words in label), "")
        if name == "licence_no":
            fields.setdefault(name, licence_code("", labelled=value))
        elif name and value and not set(value) <= set("-—/无暂") and not (len(value) < 40 and is_placeholder(value)):
            fields.setdefault(name, value)
    said = "\n".join(f"{label}：{value}" for label, value, _ in rows)
    return Disclosure.model_validate(
        {
            **fields,
            "approval_nos": approval_numbers(said),
            "icp_no": icp_number(said),
            "police_no": police_number(said),
            "place": rows[0][2] if rows else "",
            **more,
        }
    )


def listing_of(doc: Document, shop: ShopIdentity, parts: ListingParts) -> Listing | None:
    """The listing of a product page; None for a page without title or stored bytes."""
    source = doc.source
    if not parts.title or source is None:
        return None
    own = "\n".join(block.text for block in parts.texts if block.speaker in (Speaker.MERCHANT, Speaker.LABEL))
    return Listing(
        listing_id=stable_id("listing", doc.canonical),
        shop_id=shop.shop_id,
        target_id=doc.target.target_id,
        url=doc.canonical,
        title=parts.title,
        category=category_of(parts.category_path, title=parts.title),
        texts=parts.texts,
        prices=parts.prices,
        image_urls=tuple(dict.fromkeys(filter(None, (doc.absolute(image) for image in parts.images)))),
        sales_count=sales_in(parts.sales),
        approval_nos=approval_numbers(f"{parts.title}\n{own}"),
        reviews=tuple(review for review in parts.reviews if review is not None),
        source=source,
        first_seen_at=doc.page.fetched_at,
        last_seen_at=doc.page.fetched_at,
    )


def shop_of(doc: Document, shop: ShopIdentity, *, family: str, **fields: object) -> Shop | None:
    """The shop as far as this page says it; None for a page without stored bytes."""
    source = doc.source
    if source is None:
        return None
    return Shop.model_validate(
        {
            "shop_id": shop.shop_id,
            "target_id": doc.target.target_id,
            "url": shop.url,
            "name": shop.name,
            "family": family,
            "sources": (source,),
            "first_seen_at": doc.page.fetched_at,
            "last_seen_at": doc.page.fetched_at,
            **fields,
        }
    )
