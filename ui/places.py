"""Where a finding was read, in words an officer uses; the selector itself is kept for the technical details."""

from __future__ import annotations

import re

from leads.picturing import PLACE as IN_PICTURE
from leads.watch_findings import PLACE as WATCH_LIST
from records.image_texts import ImageText
from records.leads import Finding
from records.market import Speaker

__all__ = ["is_technical", "place_in_words"]

_NAMED = {
    "title": "商品标题",
    "shop_name": "店铺名称",
    "reviews": "评价",
    "history": "各次采集对比",
    "act": "浏览器实测",
    WATCH_LIST: "监控名单命中处",
    "meta": "页面元数据",
    "microdata": "页面元数据",
    "body": "页面正文",
}
_BY_SPEAKER = {Speaker.REVIEW: "评价", Speaker.PLATFORM: "平台文字", Speaker.LABEL: "规格、标签"}
_BY_SELECTOR = (
    (re.compile(r"review|comment|rate(?!d)|evaluat|pingjia"), "评价"),
    (re.compile(r"ques|faq|\bask|\bqa\b|wenda"), "问答"),
    (re.compile(r"(?:^|>|\s)(?:h1|title)\b|[.#][\w-]*title"), "标题"),
    (re.compile(r"sku|spec|param|attr|prop|guige|(?:^|[>\s])(?:table|dl|dt|dd|td|th|tr)\b"), "规格"),
    (re.compile(r"price|promo|coupon|cuxiao|youhui"), "价格、促销"),
    (re.compile(r"foot|licen|copyright|beian|\bicp\b"), "页脚、证照"),
    (re.compile(r"head(?:er)?\b|\bnav|banner|notice|announce"), "页首、公告"),
    (re.compile(r"json-ld|meta"), "页面元数据"),
)
_BOX = re.compile(r"#(\d+),(\d+),(\d+),(\d+)$")


def place_in_words(finding: Finding, picture: ImageText | None = None) -> str:
    """The place in Chinese; empty when none was recorded.

    Args:
        finding: What was found.
        picture: The reading of its picture, for the number of the line.
    """
    place = finding.place
    if place.startswith(IN_PICTURE):
        return _in_picture(place, picture)
    if not place:
        return ""
    if place in _NAMED:
        return _NAMED[place]
    if finding.speaker in _BY_SPEAKER:
        return _BY_SPEAKER[finding.speaker]
    selector = place.lower()
    known = next((words for pattern, words in _BY_SELECTOR if pattern.search(selector)), "")
    return known or ("详情" if finding.listing_id else "店铺页面")


def is_technical(place: str) -> bool:
    """Whether the place says more than its words: a selector, or a box in a picture."""
    return bool(place) and place not in _NAMED


def _in_picture(place: str, picture: ImageText | None) -> str:
    found = _BOX.search(place)
    if found is None:
        return "图片"
    left, top, width, height = (int(part) for part in found.groups())
    for number, line in enumerate(picture.lines if picture else (), start=1):
        if (line.box.left, line.box.top, line.box.right, line.box.bottom) == (left, top, left + width, top + height):
            return f"图片第 {number} 行"
    return f"图片，距顶 {top} 像素处"
