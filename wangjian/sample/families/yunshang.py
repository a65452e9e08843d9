"""云尚: a marketplace whose lists come by script from a JSON interface; its detail pages are rendered by the server."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib import resources

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
from wangjian.sample.market import SHOP_PAGE_SIZE, Market
from wangjian.sample.models import Family, PriceForm, SampleListing, SampleShop
from wangjian.sample.paths import Troubled

__all__ = ["YunshangSite"]

_ASSETS = {"/assets/app.js": "text/javascript; charset=utf-8", "/assets/app.css": "text/css; charset=utf-8"}


class YunshangSite:
    """One origin with all shops of the family."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._shops = market.shops_of(Family.YUNSHANG)
        self._by_number = {str(shop.number): shop for shop in self._shops}
        self._by_key = {shop.key: shop for shop in self._shops}
        self._listings = {listing.key: listing for shop in self._shops for listing in market.listings_of(shop)}
        self._templates = templates()
        self._routes: tuple[tuple[re.Pattern[str], Callable[[str, dict[str, str]], Reply]], ...] = (
            (re.compile(r"/store/(\d+)"), self._store),
            (re.compile(r"/store/(\d+)/licence"), self._licence),
            (re.compile(r"/goods/(\d+)"), self._goods),
            (re.compile(r"/api/store/(\d+)"), self._api_store),
            (re.compile(r"/api/store/(\d+)/goods"), self._api_goods),
            (re.compile(r"/img/([\w-]+\.png)"), lambda name, _: picture_reply(market, name, self._shops)),
        )

    @property
    def key(self) -> str:
        """The origin's key."""
        return Family.YUNSHANG.value

    @property
    def name(self) -> str:
        """What people call it."""
        return "云尚商城"

    def reply(self, path: str, query: dict[str, str]) -> Reply:
        """Answer a GET."""
        if path == "/":
            return self._render("shell.html", page="home", id="")
        if path == "/api/home":
            return self._api_home()
        if path in _ASSETS:
            name = path.rsplit("/", 1)[1]
            body = resources.files("wangjian.sample").joinpath(f"templates/yunshang/{name}").read_bytes()
            return Reply(status=200, content_type=_ASSETS[path], body=body)
        for pattern, answer in self._routes:
            found = pattern.fullmatch(path)
            if found is not None:
                return answer(found.group(1), query)
        return not_found()

    def _store(self, number: str, query: dict[str, str]) -> Reply:
        del query
        return self._render("shell.html", page="store", id=number) if number in self._by_number else not_found()

    def _licence(self, number: str, query: dict[str, str]) -> Reply:
        del query
        shop = self._by_number.get(number)
        if shop is None or not shop.seller.has_licence_page:
            return not_found()
        return self._render("cert.html", shop=shop_view(shop))

    def _goods(self, key: str, query: dict[str, str]) -> Reply:
        del query
        listing = self._listings.get(key)
        if listing is None:
            return self._trouble(key)
        shop = self._by_key[listing.shop_key]
        state = json.dumps(self._state(listing, shop), ensure_ascii=False).replace("<", "\\u003c")
        view = listing_view(listing, shop, self._market.day)
        return self._render("goods.html", item=view, shop=shop_view(shop), state=state, price_note=PRICE_NOTE)

    def _trouble(self, key: str) -> Reply:
        if key == Troubled.SOFT_404:
            return self._render("gate.html", title="商品已下架", login=False)
        if key == Troubled.LOGIN:
            return self._render("gate.html", title="请先登录", login=True)
        return not_found()

    def _api_home(self) -> Reply:
        newest = [next(iter(self._market.listings_of(shop))) for shop in self._shops]
        stores = [{"storeId": str(shop.number), "name": shop.name, "slogan": shop.slogan} for shop in self._shops]
        return _json_reply({"stores": stores, "goods": [self._card(listing) for listing in newest]})

    def _api_store(self, number: str, query: dict[str, str]) -> Reply:
        del query
        shop = self._by_number.get(number)
        if shop is None:
            return not_found()
        view = shop_view(shop)
        return _json_reply(
            {
                "storeId": number,
                "name": view.name,
                "slogan": view.slogan,
                "opened": view.opened,
                "phone": view.phone,
                "address": view.address,
                "notices": view.notices,
                "licenceUrl": view.licence_path,
                "exemption": view.exemption,
            }
        )

    def _api_goods(self, number: str, query: dict[str, str]) -> Reply:
        shop = self._by_number.get(number)
        if shop is None:
            return not_found()
        text = query.get("page", "1")
        page = max(1, int(text)) if text.isdigit() else 1
        listings = self._market.listings_of(shop)
        shown, pages = page_of(listings, page=page, size=SHOP_PAGE_SIZE)
        cards = [self._card(listing) for listing in shown]
        if shop.number == 1 and page == 1:
            cards += [_dead_card(Troubled.SOFT_404, "已下架宝贝"), _dead_card(Troubled.LOGIN, "会员专区宝贝")]
        return _json_reply({"goods": cards, "page": page, "pages": pages, "total": len(listings)})

    def _card(self, listing: SampleListing) -> dict[str, object]:
        day = self._market.day
        view = listing_view(listing, self._by_key[listing.shop_key], day)
        return {
            "goodsId": listing.key,
            "title": listing.title,
            "priceFen": listing.price_fen(day),
            "struckFen": listing.struck_on(day) or 0,
            "isFrom": listing.form is PriceForm.RANGE,
            "unit": listing.unit,
            "soldText": view.sold,
            "image": view.picture,
        }

    def _state(self, listing: SampleListing, shop: SampleShop) -> dict[str, object]:
        day = self._market.day
        return {
            "goods": {
                **self._card(listing),
                "priceMaxFen": listing.price_max_fen(day) or 0,
                "couponFen": listing.coupon_on(day) or 0,
                "category": list(listing.breadcrumb),
                "skus": [
                    {"name": sku.name, "priceFen": listing.price_fen(day) + sku.extra_fen} for sku in listing.skus
                ],
                "attrs": [list(row) for row in listing.params],
            },
            "store": {"storeId": str(shop.number), "name": shop.name},
        }

    def _render(self, name: str, **values: object) -> Reply:
        return html_reply(self._templates.get_template(f"yunshang/{name}").render(**values))


def _dead_card(key: str, title: str) -> dict[str, object]:
    card: dict[str, object] = {"goodsId": key, "title": title, "priceFen": 9900, "struckFen": 0, "isFrom": False}
    return {**card, "unit": "", "soldText": "0", "image": ""}


def _json_reply(value: object) -> Reply:
    body = json.dumps(value, ensure_ascii=False).encode()
    return Reply(status=200, content_type="application/json; charset=utf-8", body=body)
