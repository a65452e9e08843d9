"""独立站 on ShopBox: one shop a site, products at /product/N.html, 亮照 in the foot; some are served in GBK."""

from __future__ import annotations

from crawlers.document import Document
from crawlers.families.jishi import LICENCE_LABELS
from crawlers.families.page_object import (
    ListingParts,
    PageObject,
    contacts_of,
    licence_of,
    licence_reading,
    listing_reading,
    prices_of,
    review_of,
    rows_of,
    shop_of,
    text_of,
    texts_of,
)
from crawlers.general.reader import read_links
from crawlers.general.shops import ShopIdentity, independent_shop
from crawlers.identifiers import icp_number, police_number
from records.market import Disclosure, Price, PriceRole, Reading, Speaker
from records.survey import PageKind

__all__ = ["FAMILY", "PAGES"]

FAMILY = "duli"


class ProductPage:
    """A product."""

    def recognises(self, doc: Document) -> bool:
        """ShopBox with a product title."""
        return _is_shopbox(doc) and bool(doc.selector.css("h1#ptitle"))

    def read(self, doc: Document) -> Reading:
        """The listing and what the page's foot says of the shop."""
        shop = _shop(doc)
        parts = ListingParts(
            title=text_of(doc.selector.css("h1#ptitle")),
            category_path=text_of(doc.selector.css("p.where")),
            texts=(
                *texts_of(doc, "#buy table.kv tr:last-child td:last-child", Speaker.MERCHANT),
                *texts_of(doc, "ul.attrs li", Speaker.MERCHANT),
                *texts_of(doc, "#content p", Speaker.MERCHANT),
                *texts_of(doc, "#biaoqian p", Speaker.LABEL),
                *texts_of(doc, ".platform-notice p", Speaker.PLATFORM),
            ),
            prices=_prices(doc),
            reviews=tuple(
                review_of(node, author=".who", day=".when", text="p") for node in doc.selector.css("#pinglun .pl")
            ),
            sales="".join(f"{label}{value}" for label, value, _ in rows_of(doc, "#buy table.kv tr") if label == "销量"),
            images=tuple(doc.selector.css("#pic img::attr(src), #content img::attr(src)").getall()),
        )
        return listing_reading(doc, shop, parts, family=FAMILY, disclosure=_foot(doc))


class LicencePage:
    """亮照."""

    def recognises(self, doc: Document) -> bool:
        """ShopBox with a table of the licence."""
        return _is_shopbox(doc) and bool(doc.selector.css("table.zz"))

    def read(self, doc: Document) -> Reading:
        """The rows of the table, the picture, the foot."""
        foot = _foot(doc)
        disclosure = licence_of(doc, rows="table.zz tr", pictures="#body img::attr(src)", labels=LICENCE_LABELS)
        if foot.icp_no and not disclosure.icp_no:
            disclosure = disclosure.model_copy(update={"icp_no": foot.icp_no})
        return licence_reading(doc, _shop(doc), disclosure, family=FAMILY)


class OwnPage:
    """Front page, lists, contact."""

    def recognises(self, doc: Document) -> bool:
        """Any other page of ShopBox."""
        return _is_shopbox(doc)

    def read(self, doc: Document) -> Reading:
        """The shop's name, notices, contacts and marks."""
        front = doc.path == "/"
        record = shop_of(
            doc,
            _shop(doc),
            family=FAMILY,
            disclosure=_foot(doc),
            contacts=contacts_of(doc, "#foot p, #body > p"),
            texts=(
                *texts_of(doc, "#banner p", Speaker.MERCHANT),
                *texts_of(doc, "#news li", Speaker.MERCHANT),
                *texts_of(doc, "#body > p:not(.more)", Speaker.MERCHANT),
                *texts_of(doc, "#foot .statement", Speaker.MERCHANT),
            ),
            front_page_read=front,
        )
        kind = PageKind.HOME if front else PageKind.LIST if doc.selector.css(".plist") else PageKind.OTHER
        return Reading(kind=kind, family=FAMILY, shop=record, links=read_links(doc))


PAGES: tuple[PageObject, ...] = (ProductPage(), LicencePage(), OwnPage())


def _is_shopbox(doc: Document) -> bool:
    return doc.meta("generator").startswith("ShopBox") and bool(doc.selector.css("#foot"))


def _shop(doc: Document) -> ShopIdentity:
    found = independent_shop(doc)
    return ShopIdentity(
        shop_id=found.shop_id, url=found.url, name=text_of(doc.selector.css("#brand")) or found.name, independent=True
    )


def _foot(doc: Document) -> Disclosure:
    said = text_of(doc.selector.css("#foot"))
    return Disclosure(
        has_licence_link=bool(doc.selector.css("#foot a[href*='licence'], #menu a[href*='licence']")),
        icp_no=icp_number(said),
        police_no=police_number(said),
        exemption_text=text_of(doc.selector.css("#foot .statement")),
        place="#foot",
    )


def _prices(doc: Document) -> tuple[Price, ...]:
    return (
        *prices_of(doc, "#buy td.money", role=PriceRole.NOW),
        *prices_of(doc, "#buy table.kv s", role=PriceRole.STRUCK),
        *prices_of(doc, "#buy td.coupon", role=PriceRole.COUPON),
    )
