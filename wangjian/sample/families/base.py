"""What every origin of the market answers with, and the display values all families print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from jinja2 import Environment, PackageLoader, StrictUndefined

from records.register import EntityKind
from wangjian.sample.market import Market
from wangjian.sample.models import PriceForm, SampleListing, SampleShop, SellerCase, yuan
from wangjian.sample.paths import licence_path, listing_path, shop_path
from wangjian.sample.pictures import licence_png, product_png

__all__ = [
    "ListingView",
    "Reply",
    "ShopView",
    "Site",
    "html_reply",
    "listing_view",
    "not_found",
    "page_of",
    "picture_reply",
    "shop_view",
    "templates",
]

_Item = TypeVar("_Item")

PRICE_NOTE = "价格说明：划横线的价格是店家此前的标价或厂家建议价，仅供参考；未划线的是当前售价，具体以结算页为准。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer. `delay_seconds` makes the slow page slow."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    delay_seconds: float = 0.0


class Site(Protocol):
    """One origin."""

    @property
    def key(self) -> str: ...

    @property
    def name(self) -> str: ...

    def reply(self, path: str, query: dict[str, str]) -> Reply:
        """The answer to a GET; the same question always gets the same bytes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopView:
    """A shop as its pages print it."""

    key: str
    number: int
    name: str
    slogan: str
    path: str
    licence_path: str
    notices: tuple[str, ...]
    exemption: str
    opened: str
    phone: str
    address: str
    icp_no: str
    permits: tuple[tuple[str, str], ...]
    licence_rows: tuple[tuple[str, str], ...]
    picture: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingView:
    """A listing as its pages print it, on one market day."""

    key: str
    path: str
    title: str
    breadcrumb: tuple[str, ...]
    price: str
    price_max: str
    struck: str
    coupon: str
    unit: str
    from_price: bool
    sold: str
    skus: tuple[tuple[str, str], ...]
    params: tuple[tuple[str, str], ...]
    paragraphs: tuple[str, ...]
    labels: tuple[str, ...]
    service: tuple[str, ...]
    platform_notes: tuple[str, ...]
    reviews: tuple[tuple[str, str, str, int], ...]
    picture: str
    outside_link: str = field(default="")


def templates() -> Environment:
    """The template engine: everything escaped, a missing name is an error."""
    return Environment(
        loader=PackageLoader("wangjian.sample", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )


def shop_view(shop: SampleShop) -> ShopView:
    """The display values of a shop."""
    seller = shop.seller
    return ShopView(
        key=shop.key,
        number=shop.number,
        name=shop.name,
        slogan=shop.slogan,
        path=shop_path(shop),
        licence_path=licence_path(shop) if seller.has_licence_page else "",
        notices=shop.notices,
        exemption=seller.exemption_text,
        opened=shop.opened_on.isoformat(),
        phone=shop.phone,
        address=shop.address,
        icp_no=shop.icp_no,
        permits=shop.permits,
        licence_rows=_licence_rows(shop),
        picture=f"/img/licence-{shop.number}.png",
    )


def listing_view(listing: SampleListing, shop: SampleShop, day: int) -> ListingView:
    """The display values of a listing on a day."""
    base = listing.price_fen(day)
    price_max, struck, coupon = listing.price_max_fen(day), listing.struck_on(day), listing.coupon_on(day)
    return ListingView(
        key=listing.key,
        path=listing_path(shop, listing.key),
        title=listing.title,
        breadcrumb=listing.breadcrumb,
        price=yuan(base),
        price_max=yuan(price_max) if price_max else "",
        struck=yuan(struck) if struck else "",
        coupon=yuan(coupon) if coupon else "",
        unit=listing.unit,
        from_price=listing.form is PriceForm.RANGE,
        sold=_sold(listing.sold_on(day)),
        skus=tuple((sku.name, yuan(base + sku.extra_fen)) for sku in listing.skus),
        params=listing.params,
        paragraphs=listing.paragraphs,
        labels=listing.labels,
        service=listing.service,
        platform_notes=listing.platform_notes,
        reviews=tuple(
            (review.author, review.written_on.isoformat(), review.text, review.stars)
            for review in listing.reviews_on(day)
        ),
        picture=f"/img/{listing.key}.png",
        outside_link=listing.outside_link,
    )


def html_reply(text: str, *, status: int = 200, charset: str = "utf-8", declared: str = "") -> Reply:
    """A page in some encoding; `declared` is what the header says when that is something else."""
    return Reply(
        status=status,
        content_type=f"text/html; charset={declared or charset}",
        body=text.encode(charset, "xmlcharrefreplace"),
    )


def not_found() -> Reply:
    """A plain 404."""
    return html_reply("<!doctype html><title>404</title><h1>404 Not Found</h1><p>您访问的页面不存在。</p>", status=404)


def page_of(items: Sequence[_Item], *, page: int, size: int) -> tuple[Sequence[_Item], int]:
    """One page of a list, and how many pages there are."""
    return items[(page - 1) * size : page * size], max(1, -(-len(items) // size))


def picture_reply(market: Market, name: str, shops: Sequence[SampleShop]) -> Reply:
    """`100123.png` or `licence-7.png`."""
    stem = name.removesuffix(".png")
    if stem.startswith("licence-"):
        shop = next(
            (found for found in shops if stem == f"licence-{found.number}" and found.seller.has_licence_page), None
        )
        return not_found() if shop is None else Reply(status=200, content_type="image/png", body=licence_png(shop))
    listing = next((found for found in market.listings if found.key == stem), None)
    return not_found() if listing is None else Reply(status=200, content_type="image/png", body=product_png(listing))


def _licence_rows(shop: SampleShop) -> tuple[tuple[str, str], ...]:
    seller = shop.seller
    entity = seller.entity
    rows = [("统一社会信用代码", seller.shown_code)] if seller.shown_code else []
    rows.append(
        ("企业名称" if entity is None or entity.kind is not EntityKind.INDIVIDUAL else "名称", seller.shown_name)
    )
    if seller.case is SellerCase.PLACEHOLDER:
        return tuple(rows)
    individual = entity is not None and entity.kind is EntityKind.INDIVIDUAL
    rows.append(("类型", "个体工商户" if individual else "有限责任公司"))
    rows.append(("经营者" if individual else "法定代表人", shop.legal_representative))
    rows.append(("住所", shop.address))
    if entity is not None and entity.established_on is not None:
        rows.append(("成立日期", entity.established_on.isoformat()))
        rows.append(("营业期限", f"至 {entity.valid_until.isoformat()}" if entity.valid_until else "长期"))
        rows.append(("经营范围", entity.scope))
    return tuple(rows)


def _sold(count: int) -> str:
    return f"{count // 1000 / 10:g}万+" if count >= 10_000 else str(count)
