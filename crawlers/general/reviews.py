"""Reviews on a product page: one a repeated piece of the review part, author masked, personal data masked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from crawlers.blocks import Block
from crawlers.document import Document, folded
from crawlers.masking import mask_author, mask_personal
from crawlers.texts import platform_says
from crawlers.zones import Zone
from records.market import Review

__all__ = ["read_date", "read_reviews"]

_ITEM_TAGS = frozenset(("li", "article", "dl", "tr", "blockquote"))
_HEADING_TAGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
_ITEM_CLASS = re.compile(r"(?:^|[\s_-])(?:item|review|comment|rate|entry|row|cell|card|one)(?:[\s_-]|$)", re.IGNORECASE)
_AUTHOR_CLASS = re.compile(r"user|author|name|nick|buyer|who|by|member", re.IGNORECASE)
_DATE = re.compile(r"(20\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")
_NOISE = re.compile(
    r"^(?:有用|点赞|回复|追评|(?:暂无|还没有|没有|尚无).{0,6}(?:评[价论]|留言|晒单).{0,4}|好评|"
    r"中评|差评|[\d\s★☆.%分()（）]+|全部.*|晒图.*|helpful.*)$",
    re.IGNORECASE,
)
_REPLY = re.compile(r"^(?:商家|卖家|店家|掌柜|客服)回复")


def read_reviews(doc: Document) -> tuple[tuple[Review, ...], set[Any]]:
    """All reviews of the page, in its order, and all elements that belong to one."""
    found = _found(doc)
    return tuple(review for _, review in found), {inner for item, _ in found for inner in item.iter()}


def _found(doc: Document) -> list[tuple[Any, Review]]:
    found: list[tuple[Any, Review]] = []
    for item, blocks, surely in _items(doc):
        texts = [block for block in blocks if not _NOISE.match(block.text) and not _REPLY.match(block.text)]
        author = _author(item, texts) if texts else ""
        written = next((day for block in blocks if (day := read_date(block.text)) is not None), None)
        if not texts or (not surely and written is None and not author):
            continue
        said = [
            block.text
            for block in texts
            if block.text != author and not (read_date(block.text) and len(block.text) < 40)
        ]
        text = max(said, key=len, default="")
        if author and text.startswith(author):
            text = text[len(author) :].lstrip(" ：:")
        if text:
            masked = Review(author_masked=mask_author(author), text=mask_personal(text), written_on=written)
            found.append((item, masked))
    return found


def read_date(text: str) -> date | None:
    """The first date in a text.

    >>> read_date("2025年3月9日 购买")
    datetime.date(2025, 3, 9)
    """
    match = _DATE.search(text)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def _items(doc: Document) -> Iterator[tuple[Any, list[Block], bool]]:
    """Pieces of the review part with their blocks, and whether the markup itself makes pieces of them."""
    grouped: dict[Any, list[Block]] = {}
    sure: set[Any] = set()
    mine = [block for block in doc.blocks if block.zone is Zone.REVIEW and not block.heading]
    if not mine:
        return
    around_others: set[Any] = set()
    for block in doc.blocks:
        around = block.element.getparent() if block.zone is not Zone.REVIEW else None
        while around is not None and around not in around_others:
            around_others.add(around)
            around = around.getparent()
    for block in mine:
        if not platform_says(block.text):
            item, surely = _item_of(block.element, around_others)
            if item is not None:
                grouped.setdefault(item, []).append(block)
                if surely:
                    sure.add(item)
    for item, blocks in grouped.items():
        yield item, blocks, item in sure


def _item_of(element: Any, around_others: set[Any]) -> tuple[Any, bool]:  # lxml element
    """The repeated piece a block belongs to: a list's item, a piece named for it, else one with its like beside it."""
    best = None
    for around in [element, *element.iterancestors()]:
        if around.tag in ("body", "main", "html") or around in around_others:
            break
        if around.tag in _ITEM_TAGS:
            return around, True
        if _ITEM_CLASS.search(around.get("class") or "") and _has_like(around):
            return around, True
        if best is None and around.tag == "div" and _has_like(around) and len(folded("".join(around.itertext()))) > 8:
            best = around
        if best is None and around.tag in ("div", "p", "section") and _stands_under_heading(around):
            best = around
    return best, False


def _stands_under_heading(element: Any) -> bool:
    """A single review right under the heading of its part has nothing like it beside it."""
    return any(before.tag in _HEADING_TAGS for before in element.itersiblings(preceding=True))


def _has_like(element: Any) -> bool:
    parent = element.getparent()
    if parent is None:
        return False
    same = [child for child in parent if child.tag == element.tag and child.get("class") == element.get("class")]
    return len(same) > 1 or bool(_ITEM_CLASS.search(element.get("class") or ""))


def _author(item: Any, blocks: list[Block]) -> str:
    for node in item.iter():
        if (
            isinstance(node.tag, str)
            and node is not item
            and _AUTHOR_CLASS.search(f"{node.get('class') or ''} {node.get('itemprop') or ''}")
        ):
            text = folded("".join(node.itertext()))
            if 0 < len(text) <= 24 and not read_date(text):
                return text
    first = _TIME.sub("", _DATE.sub("", blocks[0].text)).strip(" （）()[]【】:：|-—于在")
    return first if len(blocks) > 1 and len(first) <= 16 else ""
