"""Zones of a page: where a text stands tells whose words it is.

A zone is inherited from containers (by tag, class and id) and set by headings for what follows them: 用户评价,
价格说明, 规格参数, 猜你喜欢 … It tells the merchant's words from those of consumers and of the platform.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import Any

__all__ = ["Zone", "zone_by_names", "zone_of", "zone_of_heading"]


class Zone(StrEnum):
    """Where on a page a text stands."""

    MAIN = "main"
    DETAIL = "detail"
    REVIEW = "review"
    PLATFORM = "platform"
    LABEL = "label"
    RELATED = "related"
    HEADER = "header"
    NAV = "nav"
    FOOTER = "footer"


_BY_TAG = {"footer": Zone.FOOTER, "nav": Zone.NAV, "header": Zone.HEADER}
_BY_NAME: tuple[tuple[Zone, re.Pattern[str]], ...] = (
    (
        Zone.REVIEW,
        re.compile(
            r"review|comment|pingjia|pinglun|(?:^|[\s_-])rate(?:s|d)?(?:[\s_-]|$)|feedback|"
            r"buyer-?show|testimonial|wenda|(?:^|[\s_-])qa(?:[\s_-]|$)",
            re.IGNORECASE,
        ),
    ),
    (
        Zone.RELATED,
        re.compile(
            r"recommend|related|similar|guess|also-?(?:buy|view|bought)|tuijian|hot-?(?:sale|goods)|"
            r"recently|sidebar-goods",
            re.IGNORECASE,
        ),
    ),
    (
        Zone.PLATFORM,
        re.compile(
            r"platform-?(?:notice|tip|note|statement|rule)|disclaimer|price-?(?:note|desc|explain|"
            r"illustration|instruction)|pingtai|mall-?(?:notice|tip)",
            re.IGNORECASE,
        ),
    ),
    (
        Zone.LABEL,
        re.compile(
            r"(?:^|[\s_-])(?:product-?label|label-?(?:info|text|content)|goods-?label|biaoqian|"
            r"ingredients?|nutrition)(?:[\s_-]|$)",
            re.IGNORECASE,
        ),
    ),
    (
        Zone.FOOTER,
        re.compile(r"(?:^|[\s_-])(?:footer|foot|ft|bottom|copyright|site-?info|dibu)(?:[\s_-]|$)", re.IGNORECASE),
    ),
    (
        Zone.NAV,
        re.compile(
            r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|breadcrumbs?|crumbs?|topbar|toolbar|"
            r"pagination|pager|sitenav)(?:[\s_-]|$)",
            re.IGNORECASE,
        ),
    ),
    (
        Zone.HEADER,
        re.compile(r"(?:^|[\s_-])(?:site-?header|page-?header|header|top|masthead)(?:[\s_-]|$)", re.IGNORECASE),
    ),
    (
        Zone.DETAIL,
        re.compile(
            r"(?:^|[\s_-])(?:detail|details|desc|description|product_description|intro|introduction|"
            r"content-?detail|xiangqing)(?:[\s_-]|$)",
            re.IGNORECASE,
        ),
    ),
)
_BY_HEADING: tuple[tuple[Zone, re.Pattern[str]], ...] = (
    (
        Zone.REVIEW,
        re.compile(
            r"评价|评论|买家秀|晒单|问大家|用户反馈|顾客反馈|买家说|customer reviews|^reviews?\b|comments",
            re.IGNORECASE,
        ),
    ),
    (
        Zone.RELATED,
        re.compile(
            r"猜你喜欢|相关(?:商品|推荐|产品)|为你推荐|热(?:销|卖)(?:推荐|商品|排行)|看了又看|买了还买|"
            r"还看了|其他商品|店铺推荐|推荐(?:商品|搭配)|最近浏览|"
            r"同店|recommended|related|recently viewed|customers also",
            re.IGNORECASE,
        ),
    ),
    (
        Zone.PLATFORM,
        re.compile(
            r"价格说明|平台(?:声明|说明|提示|公告|规则|服务|承诺|温馨提示)|免责声明|安全提示|网站声明|"
            r"购物须知|商城(?:声明|提示|公告)|交易提醒|本平台|内容声明"
        ),
    ),
    (
        Zone.LABEL,
        re.compile(
            r"^(?:产品|商品|食品)?标签|标签(?:信息|内容|标识)|配料表?|成分表?$|营养成分|包装(?:信息|标识)|"
            r"说明书(?:原文|信息)",
            re.IGNORECASE,
        ),
    ),
    (
        Zone.DETAIL,
        re.compile(
            r"商品(?:详情|介绍|描述|规格|属性|参数)|(?:产品|宝贝|图文)(?:详情|介绍|描述|参数)|规格参数|"
            r"^参数$|详情|卖点|产品特点|"
            r"product (?:description|information)|specification",
            re.IGNORECASE,
        ),
    ),
)
_PLATFORM_NAME = dict(_BY_NAME)[Zone.PLATFORM]
_FOOTER_NAME = dict(_BY_NAME)[Zone.FOOTER]
# A zone that has been entered says more than what containers inside it are called.
_REMEMBERED = 2048  # names and headings come again on every page of a site
_FIRM = frozenset((Zone.REVIEW, Zone.RELATED, Zone.FOOTER, Zone.PLATFORM))


def zone_of_heading(text: str) -> Zone | None:
    """The zone that what follows a heading stands in; None for headings that say nothing of it."""
    return _zone_of_words(text.strip("【】[]「」『』—-=·●■◆★ "))


@lru_cache(_REMEMBERED)
def _zone_of_words(words: str) -> Zone | None:
    return next((zone for zone, pattern in _BY_HEADING if pattern.search(words)), None)


def zone_by_names(element: Any) -> Zone:  # lxml element
    """The zone of an element that holds no text (a picture), by the names of what is around it."""
    zone = Zone.MAIN
    for around in reversed([element, *element.iterancestors()]):
        if around.getparent() is not None:
            zone = zone_of(around, zone)
    return zone


def zone_of(element: Any, inherited: Zone) -> Zone:  # lxml element
    """The zone of an element, given that of what it stands in."""
    if inherited in _FIRM:
        return _zone_in_firm(element, inherited)
    if (by_tag := _BY_TAG.get(element.tag)) is not None and not (by_tag is Zone.HEADER and inherited is Zone.DETAIL):
        return by_tag if by_tag is not Zone.HEADER or element.getparent().tag == "body" else inherited
    names = f"{element.get('class') or ''} {element.get('id') or ''}".strip()
    if not names:
        return inherited
    return _zone_of_names(names) or inherited


@lru_cache(_REMEMBERED)
def _zone_of_names(names: str) -> Zone | None:
    return next((zone for zone, pattern in _BY_NAME if pattern.search(names)), None)


def _zone_in_firm(element: Any, inherited: Zone) -> Zone:
    if inherited is not Zone.FOOTER and _is_footer(element):
        return Zone.FOOTER
    if inherited is not Zone.REVIEW:
        return inherited
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return Zone.PLATFORM if _PLATFORM_NAME.search(names) else inherited


def _is_footer(element: Any) -> bool:
    """The page's own foot, which ends whatever section a heading began; the foot of a card or review is none."""
    if element.getparent().tag not in ("body", "div"):
        return False
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    if element.tag != "footer" and (names == " " or not _FOOTER_NAME.search(names)):
        return False
    return len(list(element.iterancestors())) <= 4
