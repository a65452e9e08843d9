"""集市: a server-rendered marketplace, with facet links that multiply and pages of trouble."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from importlib import resources
from urllib.parse import urlencode

from records.market import Category
from wangjian.sample.banks import load_banks
from wangjian.sample.families.base import (
    PRICE_NOTE,
    Reply,
    html_reply,
    listing_view,
    not_found,
    page_of,
    picture_reply,
    shop_view,
    templates,
)
from wangjian.sample.market import LIST_PAGE_SIZE, SHOP_PAGE_SIZE, Market
from wangjian.sample.models import Family, SampleListing, SellerCase
from wangjian.sample.paths import Troubled

__all__ = ["JishiSite"]

_ROBOTS = "User-agent: *\nDisallow: /cart\nDisallow: /search\nDisallow: /login\nDisallow: /admin/\n"
_FACETS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "排序",
        "sort",
        (
            ("default", "综合"),
            ("sales", "销量"),
            ("price-asc", "价格升序"),
            ("price-desc", "价格降序"),
            ("new", "新品"),
        ),
    ),
    ("价格", "price", (("0-50", "50元以下"), ("50-100", "50-100元"), ("100-300", "100-300元"), ("300-", "300元以上"))),
    (
        "发货地",
        "from",
        (("zj", "浙江"), ("gd", "广东"), ("js", "江苏"), ("sd", "山东"), ("sc", "四川"), ("fj", "福建")),
    ),
    ("服务", "svc", (("free", "包邮"), ("fast", "48小时发货"), ("ret", "七天无理由"))),
    ("品牌", "brand", tuple((f"b{n}", f"品牌{n}") for n in range(1, 13))),
)
_HELP = {
    "/help/about.html": ("关于集市网", "集市网是一家面向各地小店的网络交易平台。"),
    "/help/rules.html": ("平台规则", "商家应当如实描述商品，亮明主体信息。", "消费者可以通过平台发起投诉。"),
    "/help/delivery.html": ("配送说明", "多数订单在四十八小时内发出，具体以店铺承诺为准。"),
}
_SLOW_SECONDS = 3.0
_SLUGS = {category: f"c{number}" for number, category in enumerate(Category, start=1)}


class JishiSite:
    """One origin with all shops of the family."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._shops = market.shops_of(Family.JISHI)
        self._views = {shop.key: shop_view(shop) for shop in self._shops}
        self._by_key = {shop.key: shop for shop in self._shops}
        self._by_number = {str(shop.number): shop for shop in self._shops}
        self._listings = {listing.key: listing for shop in self._shops for listing in market.listings_of(shop)}
        self._templates = templates()
        banks = load_banks()
        present = {listing.category for listing in self._listings.values()}
        self._labels = {
            _SLUGS[category]: (category, banks[category].label) for category in Category if category in present
        }
        self._nav = tuple((f"/list/{slug}/", label) for slug, (_, label) in self._labels.items())
        self._routes: tuple[tuple[re.Pattern[str], Callable[[str, dict[str, str]], Reply]], ...] = (
            (re.compile(r"/item/(\d+)\.html"), self._item),
            (re.compile(r"/shop/(\d+)/"), self._shop),
            (re.compile(r"/shop/(\d+)/licence"), self._licence),
            (re.compile(r"/list/(c\d+)/"), self._list),
            (re.compile(r"/img/([\w-]+\.png)"), lambda name, _: picture_reply(market, name, self._shops)),
        )

    @property
    def key(self) -> str:
        """The origin's key."""
        return Family.JISHI.value

    @property
    def name(self) -> str:
        """What people call it."""
        return "集市网"

    def reply(self, path: str, query: dict[str, str]) -> Reply:
        """Answer a GET."""
        fixed = self._fixed(path)
        if fixed is not None:
            return fixed
        for pattern, answer in self._routes:
            found = pattern.fullmatch(path)
            if found is not None:
                return answer(found.group(1), query)
        return not_found()

    def _fixed(self, path: str) -> Reply | None:
        if path == "/":
            return self._home()
        if path == "/robots.txt":
            return Reply(status=200, content_type="text/plain; charset=utf-8", body=_ROBOTS.encode())
        if path == "/static/site.css":
            css = resources.files("wangjian.sample").joinpath("templates/jishi/site.css").read_bytes()
            return Reply(status=200, content_type="text/css; charset=utf-8", body=css)
        if path in _HELP:
            reply = self._render("plain.html", title=_HELP[path][0], lines=_HELP[path], back=True)
            return _slowed(reply) if path.endswith("delivery.html") else reply
        if path == "/login":
            return self._render("login.html")
        if path == f"/go/{Troubled.REDIRECT}":
            headers = (("Location", "http://169.254.169.254/latest/meta-data/"),)
            return Reply(status=302, content_type="text/html; charset=utf-8", body=b"", headers=headers)
        return None

    def _home(self) -> Reply:
        chosen = [next(iter(self._market.listings_of(shop))) for shop in self._shops][:20]
        recent = [
            (f"/item/{key}.html", "浏览过的宝贝") for key in (Troubled.SOFT_404, Troubled.LOGIN, Troubled.CAPTCHA)
        ]
        recent += [(f"/item/{key}.html", "收藏的宝贝") for key in (Troubled.SERVER_ERROR, Troubled.GONE)]
        recent.append((f"/go/{Troubled.REDIRECT}", "合作活动"))
        return self._render(
            "home.html", title="首页", shops=self._views.values(), items=self._cards(chosen), recent=recent
        )

    def _list(self, slug: str, query: dict[str, str]) -> Reply:
        if slug not in self._labels:
            return not_found()
        category, label = self._labels[slug]
        page = _page_number(query)
        kept = {name: query[name] for _, name, _ in _FACETS if name in query}
        found = [listing for listing in self._listings.values() if listing.category is category]
        shown, pages = page_of(self._sorted(found, kept), page=page, size=LIST_PAGE_SIZE)
        facets = [
            (title, [(f"/list/{slug}/?{urlencode({**kept, name: value})}", words) for value, words in choices])
            for title, name, choices in _FACETS
        ]
        base = f"/list/{slug}/?{urlencode(kept)}&" if kept else f"/list/{slug}/?"
        return self._render(
            "list.html",
            title=label,
            label=label,
            items=self._cards(shown),
            facets=facets,
            page=page,
            pages=pages,
            pager_base=base,
        )

    def _sorted(self, found: Sequence[SampleListing], kept: dict[str, str]) -> Sequence[SampleListing]:
        day = self._market.day
        orders: dict[str, Callable[[SampleListing], tuple[int, str]]] = {
            "sales": lambda listing: (-listing.sold_on(day), listing.key),
            "price-asc": lambda listing: (listing.price_fen(day), listing.key),
            "price-desc": lambda listing: (-listing.price_fen(day), listing.key),
        }
        order = orders.get(kept.get("sort", ""))
        return sorted(found, key=order) if order is not None else found

    def _shop(self, number: str, query: dict[str, str]) -> Reply:
        shop = self._by_number.get(number)
        if shop is None:
            return not_found()
        page = _page_number(query)
        shown, pages = page_of(self._market.listings_of(shop), page=page, size=SHOP_PAGE_SIZE)
        view = self._views[shop.key]
        return self._render("shop.html", title=shop.name, shop=view, items=self._cards(shown), page=page, pages=pages)

    def _licence(self, number: str, query: dict[str, str]) -> Reply:
        del query
        shop = self._by_number.get(number)
        if shop is None or not shop.seller.has_licence_page:
            return not_found()
        if shop.seller.case is SellerCase.LICENCE_BLOCKED:
            return self._render("captcha.html")
        return self._render("licence.html", title=f"{shop.name} 证照信息", shop=self._views[shop.key])

    def _item(self, key: str, query: dict[str, str]) -> Reply:
        del query
        listing = self._listings.get(key)
        if listing is None:
            return self._trouble(key)
        shop = self._by_key[listing.shop_key]
        return self._render(
            "item.html",
            title=listing.title,
            item=listing_view(listing, shop, self._market.day),
            shop=self._views[shop.key],
            list_path=f"/list/{_SLUGS[listing.category]}/",
            price_note=PRICE_NOTE,
        )

    def _trouble(self, key: str) -> Reply:
        if key == Troubled.SOFT_404:
            return self._render(
                "plain.html", title="商品已下架", lines=("商品已下架", "您要找的宝贝可能已经下架或被删除。"), back=True
            )
        if key == Troubled.LOGIN:
            return self._render("login.html")
        if key == Troubled.CAPTCHA:
            return self._render("captcha.html")
        if key == Troubled.SERVER_ERROR:
            return html_reply("<!doctype html><title>500</title><h1>500 Internal Server Error</h1>", status=500)
        return not_found()

    def _cards(self, listings: Sequence[SampleListing]) -> list[object]:
        return [listing_view(listing, self._by_key[listing.shop_key], self._market.day) for listing in listings]

    def _render(self, name: str, **values: object) -> Reply:
        return html_reply(self._templates.get_template(f"jishi/{name}").render(nav=self._nav, **values))


def _page_number(query: dict[str, str]) -> int:
    text = query.get("page", "1")
    return max(1, int(text)) if text.isdigit() else 1


def _slowed(reply: Reply) -> Reply:
    return Reply(status=200, content_type=reply.content_type, body=reply.body, delay_seconds=_SLOW_SECONDS)
