"""Where each thing stands on its origin: paths that do not depend on the port."""

from __future__ import annotations

from wangjian.sample.models import Family, SampleShop

__all__ = ["Troubled", "licence_path", "listing_path", "shop_path"]

_LISTING = {
    Family.JISHI: "/item/{key}.html",
    Family.YUNSHANG: "/goods/{key}",
    Family.INDEPENDENT: "/product/{key}.html",
}
_SHOP = {Family.JISHI: "/shop/{number}/", Family.YUNSHANG: "/store/{number}"}
_LICENCE = {
    Family.JISHI: "/shop/{number}/licence",
    Family.YUNSHANG: "/store/{number}/licence",
    Family.INDEPENDENT: "/licence.html",
}


class Troubled:
    """Paths of the pages of trouble; the numbers are no listing's."""

    SOFT_404 = "900001"
    LOGIN = "900002"
    CAPTCHA = "900003"
    SERVER_ERROR = "900004"
    SLOW = "900005"
    REDIRECT = "900006"
    GONE = "900007"


def listing_path(shop: SampleShop, key: str) -> str:
    """The detail page of a listing (path and query)."""
    if shop.family is Family.UNSEEN:
        return f"/show.asp?id={key}" if shop.number % 2 else f"/p/{key}/"
    return _LISTING[shop.family].format(key=key)


def shop_path(shop: SampleShop) -> str:
    """The shop's front page."""
    return _SHOP.get(shop.family, "/").format(number=shop.number)


def licence_path(shop: SampleShop) -> str:
    """亮照: where the licence is published, for shops that have such a page."""
    if shop.family is Family.UNSEEN:
        return "/zizhi.asp" if shop.number % 2 else "/about-us/"
    return _LICENCE[shop.family].format(number=shop.number)
