"""Shops on an origin of their own: the 独立站 template (one in GBK, one in GBK that says UTF-8), and two markups that no
page object is written for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import resources

from wangjian.sample.families.base import (
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
from wangjian.sample.models import Family, SampleListing, SampleShop
from wangjian.sample.paths import listing_path

__all__ = ["GBK_SHOP", "MISDECLARED_SHOP", "StandaloneSite"]

GBK_SHOP = 3
"""Number of the independent shop served in GBK and saying so."""

MISDECLARED_SHOP = 4
"""Number of the independent shop served in GBK under a header that says UTF-8 (its meta element is right)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Markup:
    """Where a kind of site keeps its pages: template names, the catalogue's path, and fixed pages by path."""

    home: str
    catalogue: str
    catalogue_path: str
    item: str
    fixed: dict[str, str]


_INDEPENDENT = _Markup(
    home="independent/home.html",
    catalogue="independent/list.html",
    catalogue_path="/products/",
    item="independent/product.html",
    fixed={"/licence.html": "independent/licence.html", "/contact.html": "independent/contact.html"},
)
_OLD = _Markup(
    home="unseen/old_home.html",
    catalogue="unseen/old_home.html",
    catalogue_path="/list.asp",
    item="unseen/old_item.html",
    fixed={"/zizhi.asp": "unseen/old_licence.html", "/gonggao.asp": "unseen/old_notice.html"},
)
_NEW = _Markup(
    home="unseen/new_home.html",
    catalogue="unseen/new_home.html",
    catalogue_path="/catalog/",
    item="unseen/new_item.html",
    fixed={"/about-us/": "unseen/new_licence.html"},
)
_NEEDS_LICENCE = frozenset(("/licence.html", "/zizhi.asp"))
_PICTURE = re.compile(r"/img/([\w-]+\.png)")


class StandaloneSite:
    """One shop, one origin."""

    def __init__(self, market: Market, shop: SampleShop) -> None:
        self._market = market
        self._shop = shop
        self._view = shop_view(shop)
        self._listings = market.listings_of(shop)
        self._by_path = {listing_path(shop, listing.key): listing for listing in self._listings}
        self._templates = templates()
        independent = shop.family is Family.INDEPENDENT
        self._markup = _INDEPENDENT if independent else _OLD if shop.number % 2 else _NEW
        self._charset = "gbk" if independent and shop.number in (GBK_SHOP, MISDECLARED_SHOP) else "utf-8"
        self._declared = "utf-8" if independent and shop.number == MISDECLARED_SHOP else self._charset

    @property
    def key(self) -> str:
        """The origin's key."""
        return self._shop.origin

    @property
    def name(self) -> str:
        """The shop's name."""
        return self._shop.name

    def reply(self, path: str, query: dict[str, str]) -> Reply:
        """Answer a GET."""
        markup = self._markup
        if path in ("/", markup.catalogue_path):
            return self._shelf(path, query)
        if path in markup.fixed:
            hidden = path in _NEEDS_LICENCE and not self._view.licence_path
            return not_found() if hidden else self._render(markup.fixed[path], title=self._view.name)
        if path == "/skin/style.css":
            css = resources.files("wangjian.sample").joinpath("templates/independent/style.css").read_bytes()
            return Reply(status=200, content_type="text/css; charset=utf-8", body=css)
        picture = _PICTURE.fullmatch(path)
        if picture is not None:
            return picture_reply(self._market, picture.group(1), (self._shop,))
        listing = self._by_path.get(f"{path}?id={query['id']}" if "id" in query else path)
        return self._item(listing) if listing is not None else not_found()

    def _shelf(self, path: str, query: dict[str, str]) -> Reply:
        text = query.get("page", "1")
        page = max(1, int(text)) if text.isdigit() and path != "/" else 1
        shown, pages = page_of(self._listings, page=page, size=SHOP_PAGE_SIZE)
        items = [listing_view(listing, self._shop, self._market.day) for listing in shown]
        name = self._markup.home if path == "/" else self._markup.catalogue
        return self._render(name, title=self._view.name, items=items, page=page, pages=pages)

    def _item(self, listing: SampleListing) -> Reply:
        view = listing_view(listing, self._shop, self._market.day)
        return self._render(self._markup.item, title=listing.title, item=view)

    def _render(self, name: str, **values: object) -> Reply:
        text = self._templates.get_template(name).render(shop=self._view, charset=self._charset, **values)
        return html_reply(text, charset=self._charset, declared=self._declared)
