"""Blocks of a page as text with speaker: merchant, review, platform, label; buttons and navigation left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set

from crawlers.blocks import Block
from crawlers.masking import mask_personal
from crawlers.zones import Zone
from records.market import Speaker, TextBlock

__all__ = ["LISTING_ZONES", "SPEAKERS", "platform_says", "text_blocks"]

SPEAKERS = {
    Zone.MAIN: Speaker.MERCHANT,
    Zone.DETAIL: Speaker.MERCHANT,
    Zone.LABEL: Speaker.LABEL,
    Zone.REVIEW: Speaker.REVIEW,
    Zone.PLATFORM: Speaker.PLATFORM,
    Zone.FOOTER: Speaker.MERCHANT,
    Zone.HEADER: Speaker.MERCHANT,
    Zone.NAV: Speaker.PLATFORM,
    Zone.RELATED: Speaker.PLATFORM,
}
LISTING_ZONES = frozenset((Zone.MAIN, Zone.DETAIL, Zone.LABEL, Zone.PLATFORM))
_PLATFORM = re.compile(r"^\W{0,2}(?:本?平台|商城|网站|系统)(?:温馨|安全|交易)?(?:提示|声明|提醒|公告|说明)")
_CONTROL = re.compile(
    r"^(?:加入购物车|立即购买|立即下单|马上抢购?|购买|收藏(?:商品|店铺)?|分享|数量|库存|件|首页|"
    r"登录|注册|购物车|搜索|举报|客服|联系客服|在线客服|关注|"
    r"更多|展开|收起|上一页|下一页|返回(?:顶部)?|"
    r"[+\-×✕•·|/>»›《》\s\d]+|add to (?:basket|cart)|buy now|quantity|in stock(?: \(\d+ available\))?)$",
    re.IGNORECASE,
)


def platform_says(text: str) -> bool:
    """Whether a line says of itself that the platform speaks (平台提示：…)."""
    return bool(_PLATFORM.match(text))


def text_blocks(
    blocks: Iterable[Block], zones: Set[Zone], *, without: Set[object] = frozenset()
) -> tuple[TextBlock, ...]:
    """The texts of these zones, each once, in reading order.

    Args:
        without: Elements whose text is something else (price tags, cards, the title).
    """
    found: dict[tuple[Speaker, str], TextBlock] = {}
    listed = list(blocks)
    terms = {block.label for block in listed if block.label}
    for block in listed:
        if not block.label and block.text.rstrip(" :：") in terms:
            continue  # a term alone: it stands with its value
        if block.zone not in zones or block.linked or block.element in without or _CONTROL.match(block.text):
            continue
        speaker = Speaker.PLATFORM if platform_says(block.text) else SPEAKERS[block.zone]
        text = mask_personal(block.text) if speaker is Speaker.REVIEW or block.hidden else block.text
        if block.label and block.label != block.text:
            text = f"{block.label}：{text}"
        if (speaker, text) not in found:
            found[speaker, text] = TextBlock(speaker=speaker, text=text, place=block.place)
    return tuple(found.values())
