"""集市: a server-rendered marketplace. Shops at /shop/N/, products at /item/N.html, 亮照 at /shop/N/licence."""

from __future__ import annotations

from crawlers.addresses import canonical_url
from crawlers.document import Document
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
from crawlers.general.shops import ShopIdentity, marketplace_shop
from records.market import Disclosure, PriceRole, Reading, Speaker, TextBlock
from records.survey import PageKind

__all__ = ["FAMILY", "LICENCE_LABELS", "PAGES"]

FAMILY = "jishi"
LICENCE_LABELS = {
    "信用代码": "licence_no",
    "注册号": "licence_no",
    "法定代表人": "legal_representative",
    "负责人": "legal_representative",
    "经营者姓名": "legal_representative",
    "名称": "holder_name",
    "类型": "subject_kind",
    "住所": "address",
    "经营场所": "address",
    "地址": "address",
    "成立日期": "registered_on",
    "注册日期": "registered_on",
    "期限": "valid_until",
    "经营范围": "scope",
}


class ItemPage:
    """A product."""

    def recognises(self, doc: Document) -> bool:
        """By its information box and the shop beside it."""
        return bool(doc.selector.css(".detail .info h1.title")) and bool(doc.selector.css(".side .shop-name a"))

    def read(self, doc: Document) -> Reading:
        """The listing, its shop's name, its links."""
        link = doc.selector.css(".side .shop-name a")
        shop = marketplace_shop(doc.absolute(link.attrib.get("href", "")), text_of(link))
        plain = prices_of(doc, ".price-box p:not(.sold)")
        struck = {price.amount_fen for price in prices_of(doc, ".price-box del", role=PriceRole.STRUCK)}
        prices = tuple(
            price.model_copy(update={"role": PriceRole.STRUCK}) if price.amount_fen in struck else price
            for price in plain
        )
        parts = ListingParts(
            title=text_of(doc.selector.css("h1.title")),
            category_path=" > ".join(text_of(node) for node in doc.selector.css(".crumb a, .crumb span")[1:]),
            texts=(
                *texts_of(doc, ".info .service li", Speaker.MERCHANT),
                *_parameters(doc),
                *texts_of(doc, ".description p", Speaker.MERCHANT),
                *texts_of(doc, ".label-info p", Speaker.LABEL),
                *texts_of(doc, ".platform-notice p", Speaker.PLATFORM),
            ),
            prices=prices,
            reviews=tuple(
                review_of(node, author=".author", day="time", text=".content")
                for node in doc.selector.css(".reviews .review")
            ),
            sales=text_of(doc.selector.css(".price-box .sold")),
            images=tuple(doc.selector.css(".gallery img::attr(src), .description img::attr(src)").getall()),
        )
        disclosure = Disclosure(has_licence_link=bool(doc.selector.css(".side a.licence-link")))
        return listing_reading(doc, shop, parts, family=FAMILY, disclosure=disclosure)


class ShopPage:
    """A shop's front page and its pages of products."""

    def recognises(self, doc: Document) -> bool:
        """By its head."""
        return bool(doc.selector.css(".shop-head h1.shop-name"))

    def read(self, doc: Document) -> Reading:
        """The shop's name, notices, contacts and marks."""
        shop = _shop(doc)
        exemption = text_of(doc.selector.css(".shop-head .exemption"))
        record = shop_of(
            doc,
            shop,
            family=FAMILY,
            disclosure=Disclosure(
                has_licence_link=bool(doc.selector.css(".shop-head a.licence-link")),
                exemption_text=exemption,
                place=".shop-head",
            ),
            contacts=contacts_of(doc, ".shop-head .meta"),
            texts=(
                *texts_of(doc, ".shop-head .slogan", Speaker.MERCHANT),
                *texts_of(doc, ".shop-head .exemption", Speaker.MERCHANT),
                *texts_of(doc, ".notice p", Speaker.MERCHANT),
            ),
            front_page_read=canonical_url(doc.url) == shop.url,
        )
        return Reading(kind=PageKind.SHOP, family=FAMILY, shop=record, links=read_links(doc))


class LicencePage:
    """亮照 of a shop."""

    def recognises(self, doc: Document) -> bool:
        """By its table."""
        return bool(doc.selector.css("table.licence"))

    def read(self, doc: Document) -> Reading:
        """The rows of the table, and the picture."""
        link = next((node for node in doc.selector.css(".crumb a") if "/shop/" in node.attrib.get("href", "")), None)
        if link is None:
            return Reading(kind=PageKind.LICENCE, family=FAMILY, links=read_links(doc))
        shop = marketplace_shop(doc.absolute(link.attrib["href"]), text_of(link))
        disclosure = licence_of(
            doc, rows="table.licence tr", pictures="img.licence-img::attr(src)", labels=LICENCE_LABELS
        )
        return licence_reading(doc, shop, disclosure, family=FAMILY)


class OwnPage:
    """The marketplace's own pages: home, lists, help. They are nobody's shop."""

    def recognises(self, doc: Document) -> bool:
        """By the site's head and foot."""
        return bool(doc.selector.css(".header a.logo")) and "集市网" in text_of(doc.selector.css(".header a.logo"))

    def read(self, doc: Document) -> Reading:
        """Links only."""
        kind = (
            PageKind.HOME if doc.path == "/" else PageKind.LIST if doc.selector.css(".goods-list") else PageKind.RULES
        )
        return Reading(kind=kind, family=FAMILY, links=read_links(doc))


PAGES: tuple[PageObject, ...] = (ItemPage(), LicencePage(), ShopPage(), OwnPage())


def _shop(doc: Document) -> ShopIdentity:
    base = doc.url.split("?", 1)[0]
    return marketplace_shop(base, text_of(doc.selector.css(".shop-head h1.shop-name")))


def _parameters(doc: Document) -> tuple[TextBlock, ...]:
    found = rows_of(doc, "table.params tr")
    return tuple(
        TextBlock(speaker=Speaker.MERCHANT, text=f"{label}：{value}", place=place) for label, value, place in found
    )
