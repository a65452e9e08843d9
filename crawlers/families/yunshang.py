"""云尚: a marketplace whose home and shop pages are drawn by script; products at /goods/N are served whole."""

from __future__ import annotations

from crawlers.addresses import canonical_url
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
    shop_of,
    text_of,
    texts_of,
)
from crawlers.general.reader import read_links
from crawlers.general.shops import marketplace_shop
from records.market import Disclosure, PriceRole, Reading, Speaker
from records.survey import Outcome, PageKind

__all__ = ["FAMILY", "PAGES"]

FAMILY = "yunshang"


class GoodsPage:
    """A product."""

    def recognises(self, doc: Document) -> bool:
        """By its title and its store."""
        return bool(doc.selector.css("h1.goods-title")) and bool(doc.selector.css("a.store-link"))

    def read(self, doc: Document) -> Reading:
        """The listing, its shop's name, its links."""
        link = doc.selector.css("a.store-link")
        shop = marketplace_shop(doc.absolute(link.attrib.get("href", "")), text_of(link))
        unit = text_of(doc.selector.css(".gd-price small"))
        now = prices_of(doc, ".gd-price .now", role=PriceRole.NOW)
        parts = ListingParts(
            title=text_of(doc.selector.css("h1.goods-title")),
            category_path=text_of(doc.selector.css(".ys-main > p.tip")),
            texts=(
                *texts_of(doc, ".gd .service", Speaker.MERCHANT),
                *texts_of(doc, ".attr span", Speaker.MERCHANT),
                *texts_of(doc, ".goods-desc p", Speaker.MERCHANT),
                *texts_of(doc, ".goods-label p", Speaker.LABEL),
                *texts_of(doc, ".platform-tip p", Speaker.PLATFORM),
            ),
            prices=(
                *(price.model_copy(update={"unit": unit.lstrip("/")}) for price in now),
                *prices_of(doc, ".gd-price del", role=PriceRole.STRUCK),
                *prices_of(doc, ".gd-coupon", role=PriceRole.COUPON),
            ),
            reviews=tuple(
                review_of(node, author="b", day="small", text="p") for node in doc.selector.css(".comments .cmt")
            ),
            sales=text_of(doc.selector.css(".gd p.tip")),
            images=tuple(doc.selector.css(".gd img::attr(src), .goods-desc img::attr(src)").getall()),
        )
        disclosure = Disclosure(has_licence_link=bool(doc.selector.css("a.store-licence")))
        return listing_reading(doc, shop, parts, family=FAMILY, disclosure=disclosure)


class CertPage:
    """亮照 of a shop."""

    def recognises(self, doc: Document) -> bool:
        """By its table."""
        return bool(doc.selector.css("table.cert"))

    def read(self, doc: Document) -> Reading:
        """The rows of the table, and the picture."""
        link = doc.selector.css(".sec p a[href*='/store/']")
        if not link:
            return Reading(kind=PageKind.LICENCE, family=FAMILY, links=read_links(doc))
        shop = marketplace_shop(doc.absolute(link.attrib["href"]), text_of(link))
        disclosure = licence_of(doc, rows="table.cert tr", pictures=".sec img::attr(src)", labels=LICENCE_LABELS)
        return licence_reading(doc, shop, disclosure, family=FAMILY)


class DrawnPage:
    """Home and shop pages: an empty shell until script has drawn them."""

    def recognises(self, doc: Document) -> bool:
        """By the holder that script fills."""
        return bool(doc.selector.css("#app[data-page]"))

    def read(self, doc: Document) -> Reading:
        """The drawn page; the shell alone says that a browser is needed."""
        holder = doc.selector.css("#app[data-page]")[0]
        kind = PageKind.HOME if holder.attrib["data-page"] == "home" else PageKind.SHOP
        if not holder.css("a"):
            return Reading(kind=kind, family=FAMILY, problem=Outcome.EMPTY, reason="页面由脚本绘制：静态答复只有空壳")
        if kind is PageKind.HOME:
            return Reading(kind=kind, family=FAMILY, links=read_links(doc))
        shop = marketplace_shop(doc.url.split("?", 1)[0], text_of(holder.css("h1.store-name")))
        record = shop_of(
            doc,
            shop,
            family=FAMILY,
            disclosure=Disclosure(
                has_licence_link=bool(holder.css("a.store-licence")),
                exemption_text=text_of(holder.css(".store-exemption")),
                place=".ys-storehead",
            ),
            contacts=contacts_of(doc, ".store-meta"),
            texts=(
                *texts_of(doc, ".store-slogan", Speaker.MERCHANT),
                *texts_of(doc, ".store-exemption", Speaker.MERCHANT),
                *texts_of(doc, ".store-notice p", Speaker.MERCHANT),
            ),
            front_page_read=canonical_url(doc.url) == shop.url,
        )
        return Reading(kind=kind, family=FAMILY, shop=record, links=read_links(doc))


PAGES: tuple[PageObject, ...] = (GoodsPage(), CertPage(), DrawnPage())
