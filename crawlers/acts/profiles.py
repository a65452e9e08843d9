"""C19: one listing's page opened as several visitors, turn about, and the price it asks of each.

Nobody is signed in and nothing is claimed of anybody: the visitors differ in what every browser tells (its device, the
cookies this very site gave it before). Our own name stands first in the name of each. The new visitor comes first and
last, so that a price that moves with time is not taken for one that differs by visitor; whoever was asked another price
is asked once more between two further visits of a new one.

Law: 《中华人民共和国电子商务法》第十八条.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from playwright.sync_api import Error, Page

from crawlers.acts.listing import listing_on
from records.acts import Profile, ProfilePrice
from records.market import Listing, PriceRole
from records.survey import Target

__all__ = ["Visitors", "offers_in", "prices_by_profile"]

_MOST_OFFERS = 5
_PHONE: Mapping[str, Any] = MappingProxyType(
    {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
)
_DEVICES: Mapping[Profile, str] = MappingProxyType(
    {
        Profile.IPHONE: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
        Profile.ANDROID: "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36",
    }
)
_CONDITIONAL = (PriceRole.FROM, PriceRole.COUPON, PriceRole.MEMBER, PriceRole.DEPOSIT)
_OFFER = re.compile(
    r"[^\n。；;]{0,20}(?:新人|首单|新用户|新客|首次下单|会员价|会员专享|(?:手机|移动|app|客户)端?(?:专享|下单|立减|优惠)|扫码购|"
    r"老(?:客|用户|顾客)(?:专享|优惠|立减)|回购(?:优惠|立减))[^\n。；;]{0,30}",
    re.IGNORECASE,
)
_SOLD_OUT = re.compile(r"(?:已售罄|售罄|已抢光|暂时缺货|暂无库存|库存\s*[:：]?\s*0(?![\d,]))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitors:
    """How visitors come: `open_as` takes what their browser differs in, `load` asks for the page as far as one may,
    `problem` says why what came is not the page (empty: it is), `cached` whether it came from a cache."""

    target: Target
    user_agent: str
    open_as: Callable[[Mapping[str, Any]], AbstractContextManager[Page]]
    load: Callable[[Page], Any]
    problem: Callable[[Page, Any], str]
    cached: Callable[[Any], bool]
    shoot: Callable[[Page, str], None]
    now: Callable[[], datetime]


def prices_by_profile(visitors: Visitors) -> tuple[ProfilePrice, ...]:
    """What each was asked, in the order of asking: five loads, up to eleven when all differ, one when the page has no
    price."""
    with visitors.open_as(_browser(visitors, Profile.NEW)) as known:
        first = _ask(visitors, known, Profile.NEW)
        if first.price_fen is None:
            return (first,)
        seen = [first, _ask(visitors, known, Profile.RETURNING)]
        seen += [_as_new_browser(visitors, device) for device in _DEVICES]
        seen.append(_as_new_browser(visitors, Profile.NEW))
        if seen[-1].price_fen != first.price_fen:
            return tuple(seen)
        differing = [one.profile for one in seen if one.price_fen not in (None, first.price_fen)]
        for profile in differing:
            returning = profile is Profile.RETURNING
            seen.append(_ask(visitors, known, profile) if returning else _as_new_browser(visitors, profile))
            seen.append(_as_new_browser(visitors, Profile.NEW))
        return tuple(seen)


def offers_in(text: str) -> tuple[str, ...]:
    """What a page says of those who pay less.

    >>> offers_in("¥79\\n新人专享价，首单立减20元\\n七天无理由")
    ('新人专享价，首单立减20元',)
    """
    found = (" ".join(one[0].split()) for one in _OFFER.finditer(text))
    return tuple(dict.fromkeys(found))[:_MOST_OFFERS]


def _as_new_browser(visitors: Visitors, profile: Profile) -> ProfilePrice:
    with visitors.open_as(_browser(visitors, profile)) as page:
        return _ask(visitors, page, profile)


def _browser(visitors: Visitors, profile: Profile) -> Mapping[str, Any]:
    device = _DEVICES.get(profile)
    return {} if device is None else {**_PHONE, "user_agent": f"{visitors.user_agent} {device}"}


def _ask(visitors: Visitors, page: Page, profile: Profile) -> ProfilePrice:
    try:
        answer = visitors.load(page)
        problem = visitors.problem(page, answer)
        listing = None if problem else listing_on(page, visitors.target)
        text = "" if listing is None else page.inner_text("body")
    except Error as exc:
        return ProfilePrice(profile=profile, at=visitors.now(), problem=f"页面打不开：{str(exc).strip()[:120]}")
    visitors.shoot(page, f"以{profile.value}打开")
    if listing is None:
        return ProfilePrice(profile=profile, at=visitors.now(), problem=problem or "读不出商品")
    return _read(listing, text, profile).model_copy(update={"at": visitors.now(), "cached": visitors.cached(answer)})


def _read(listing: Listing, text: str, profile: Profile) -> ProfilePrice:
    now = [price.amount_fen for price in listing.prices if price.role is PriceRole.NOW]
    return ProfilePrice(
        profile=profile,
        at=listing.last_seen_at,
        problem="" if now else "读不出价格",
        title=listing.title,
        price_fen=now[0] if now else None,
        conditional_fen=tuple(price.amount_fen for price in listing.prices if price.role in _CONDITIONAL),
        variant_fen=tuple(sorted(one.price_fen for one in listing.variants)),
        sold_out=listing.stock_count == 0 or _SOLD_OUT.search(text) is not None,
        offers=offers_in(text),
    )
