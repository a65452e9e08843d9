"""A front or licence page that could not be read is written on its shop: nothing may be concluded from silence."""

from __future__ import annotations

from crawlers.addresses import canonical_url, origin_of
from crawlers.page_kinds import shop_address
from crawlers.visiting.visit import Visit
from records.base import stable_id
from records.market import Shop
from records.survey import FrontierRow, Outcome, Page, PageKind, TargetKind

__all__ = ["unread_shop"]

_WORDS = {
    Outcome.BLOCKED: "拒绝访问",
    Outcome.CAPTCHA: "要求验证",
    Outcome.LOGIN: "要求登录",
    Outcome.SOFT_404: "内容已不在",
    Outcome.NOT_FOUND: "链接失效",
    Outcome.SERVER_ERROR: "服务器出错",
    Outcome.TIMEOUT: "超时",
    Outcome.TOO_LARGE: "过大",
    Outcome.NOT_TEXT: "不是网页",
    Outcome.ADDRESS_REFUSED: "地址不可访问",
    Outcome.ROBOTS_REFUSED: "robots.txt 不允许",
    Outcome.BROWSER_AWAY: "需要浏览器而没有",
    Outcome.EMPTY: "没有可读内容",
    Outcome.LEFT_OUT: "同类页面过多",
    Outcome.FAILED: "未能取得",
}


def unread_shop(visit: Visit, row: FrontierRow, page: Page) -> Shop | None:
    """The shop a failed row belongs to, with what of it is unread; None for pages that are no front or licence."""
    why = _WORDS.get(page.outcome, "未能读取")
    if row.kind is PageKind.LICENCE:
        url = row.found_on if row.found_on else origin_of(row.url) + "/"
        part = f"亮照页未能读取：{why}"
        beneath = shop_address(row.url)
        shop_url = beneath if beneath and not _same_shop(beneath, url) else url
    elif row.kind is PageKind.SHOP or (row.kind is PageKind.HOME and visit.target.kind is TargetKind.SITE):
        part = f"店铺首页未能读取：{why}"
        shop_url = shop_address(row.url) or (
            origin_of(row.url) + "/" if row.kind is PageKind.HOME else row.canonical_url
        )
    else:
        return None
    canonical = canonical_url(shop_url)
    now = page.fetched_at
    return Shop(
        shop_id=stable_id("shop", canonical),
        target_id=visit.target.target_id,
        url=canonical,
        unread=(part,),
        first_seen_at=now,
        last_seen_at=now,
    )


def _same_shop(one: str, other: str) -> bool:
    return one.rstrip("/") == other.rstrip("/")
