"""Which parts a reading gave, by names that stay: what the health of a survey is measured in."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from records.market import Category, ContactKind, Disclosure, Listing, PriceRole, Reading, Shop
from records.survey import Outcome, Page, PageKind

__all__ = ["TEMPLATE_FIELD", "FIELD_WORDS", "fields_of", "with_fields", "word_of_field"]

TEMPLATE_FIELD = "page.template"
"""Not of a reading: that a page is still taken by the page object that used to take it."""

_PRICES = MappingProxyType({role: f"listing.price.{role.value}" for role in PriceRole})
_CONTACTS = MappingProxyType({kind: f"shop.{kind.value}" for kind in ContactKind})
_LINKS = MappingProxyType(
    {kind: f"links.{kind.value}" for kind in (PageKind.LISTING, PageKind.LIST, PageKind.SHOP, PageKind.LICENCE)}
)
_DISCLOSED = (
    ("licence_no", "shop.licence_no"),
    ("holder_name", "shop.holder_name"),
    ("has_licence_link", "shop.licence_link"),
    ("licence_image_urls", "shop.licence_image"),
    ("exemption_text", "shop.exemption"),
    ("icp_no", "shop.icp"),
    ("police_no", "shop.police_no"),
)

FIELD_WORDS: Mapping[str, str] = MappingProxyType(
    {
        TEMPLATE_FIELD: "页面模板识别",
        "listing.title": "商品标题",
        "listing.texts": "商品文字",
        "listing.images": "商品图片",
        "listing.category": "商品类目",
        "listing.sales": "销量",
        "listing.reviews": "评价",
        "listing.approval_no": "批准文号",
        "listing.price.now": "现价",
        "listing.price.struck": "划线价",
        "listing.price.from": "起价",
        "listing.price.coupon": "券后价",
        "listing.price.member": "会员价",
        "listing.price.deposit": "定金",
        "shop.name": "店铺名称",
        "shop.texts": "店铺文字",
        "shop.licence_no": "营业执照代码",
        "shop.holder_name": "执照名称",
        "shop.licence_link": "亮照链接",
        "shop.licence_image": "执照图片",
        "shop.exemption": "免登记声明",
        "shop.icp": "ICP备案号",
        "shop.police_no": "公安备案号",
        "shop.phone": "电话",
        "shop.wechat": "微信",
        "shop.email": "邮箱",
        "shop.address": "地址",
        "shop.return_address": "退货地址",
        "links.listing": "商品链接",
        "links.list": "列表链接",
        "links.shop": "店铺链接",
        "links.licence": "亮照页链接",
    }
)


def word_of_field(field: str) -> str:
    """A field in Chinese; an unknown one names itself.

    >>> word_of_field("listing.price.now"), word_of_field("x.y")
    ('现价', 'x.y')
    """
    return FIELD_WORDS.get(field, field)


def with_fields(page: Page, reading: Reading | None) -> Page:
    """The page with who read it and what that gave; as it is when it could not be read."""
    if reading is None or page.outcome is not Outcome.READ:
        return page
    return page.model_copy(update={"family": reading.family, "fields": fields_of(reading)})


def fields_of(reading: Reading) -> tuple[str, ...]:
    """The fields a page gave, in no meaning order. Asked for every page: a few comparisons, no string is made."""
    found: list[str] = []
    for listing in reading.listings[:1]:
        _of_listing(listing, found)
    if reading.shop is not None:
        _of_shop(reading.shop, found)
    kinds = {link.kind for link in reading.links}
    found.extend(name for kind, name in _LINKS.items() if kind in kinds)
    return tuple(found)


def _of_listing(listing: Listing, found: list[str]) -> None:
    said = (
        ("listing.title", listing.title),
        ("listing.texts", listing.texts),
        ("listing.images", listing.image_urls),
        ("listing.category", listing.category is not Category.OTHER),
        ("listing.sales", listing.sales_count is not None),
        ("listing.reviews", listing.reviews),
        ("listing.approval_no", listing.approval_nos),
    )
    found.extend(name for name, there in said if there)
    found.extend(dict.fromkeys(_PRICES[price.role] for price in listing.prices))


def _of_shop(shop: Shop, found: list[str]) -> None:
    if shop.name:
        found.append("shop.name")
    if shop.texts:
        found.append("shop.texts")
    disclosure: Disclosure = shop.disclosure
    found.extend(name for attribute, name in _DISCLOSED if getattr(disclosure, attribute))
    found.extend(dict.fromkeys(_CONTACTS[contact.kind] for contact in shop.contacts))
