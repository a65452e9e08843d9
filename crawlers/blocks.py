"""The walk over a page's tree: runs of text with the zone they stand in, label–value pairs, and links.

A zone is inherited from containers (by tag, class and id) and set by headings for what follows them: 用户评价, 价格说明,
规格参数, 猜你喜欢 … It is what tells the merchant's words from those of consumers and of the platform.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

__all__ = ["Anchor", "Block", "Zone", "place_of", "walk", "zone_by_names"]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One run of text. `label` is the term it stands beside; `linked` when all of it is a link; `hidden` by style."""

    text: str
    zone: Zone
    element: Any
    label: str = ""
    linked: bool = False
    hidden: bool = False
    heading: bool = False

    @property
    def place(self) -> str:
        """CSS selector of its element."""
        return place_of(self.element)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A link as written."""

    href: str
    text: str
    title: str
    zone: Zone
    element: Any


_SKIPPED = frozenset(
    (
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "head",
        "iframe",
        "object",
        "canvas",
        "select",
        "textarea",
        "math",
        "video",
        "audio",
    )
)
_INLINE = frozenset(
    "a abbr b bdi bdo big cite code data del dfn em font i ins kbd label mark q s samp small span strike strong sub sup time tt u var wbr img button input".split()
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "legend", "summary", "caption"))
_HEADING_CLASS = re.compile(
    r"(?:^|[\s_-])(?:title|tit|hd|head|heading|caption|tab|subtitle)(?:$|[\s_\d-])", re.IGNORECASE
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

_BY_TAG = {"footer": Zone.FOOTER, "nav": Zone.NAV, "header": Zone.HEADER}
_BY_NAME: tuple[tuple[Zone, re.Pattern[str]], ...] = (
    (
        Zone.REVIEW,
        re.compile(
            r"review|comment|pingjia|pinglun|(?:^|[\s_-])rate(?:s|d)?(?:[\s_-]|$)|feedback|buyer-?show|testimonial|wenda|(?:^|[\s_-])qa(?:[\s_-]|$)",
            re.IGNORECASE,
        ),
    ),
    (
        Zone.RELATED,
        re.compile(
            r"recommend|related|similar|guess|also-?(?:buy|view|bought)|tuijian|hot-?(?:sale|goods)|recently|sidebar-goods",
            re.IGNORECASE,
        ),
    ),
    (
        Zone.PLATFORM,
        re.compile(
            r"platform-?(?:notice|tip|note|statement|rule)|disclaimer|price-?(?:note|desc|explain|illustration|instruction)|pingtai|mall-?(?:notice|tip)",
            re.IGNORECASE,
        ),
    ),
    (
        Zone.LABEL,
        re.compile(
            r"(?:^|[\s_-])(?:product-?label|label-?(?:info|text|content)|goods-?label|biaoqian|ingredients?|nutrition)(?:[\s_-]|$)",
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
            r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|breadcrumbs?|crumbs?|topbar|toolbar|pagination|pager|sitenav)(?:[\s_-]|$)",
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
            r"(?:^|[\s_-])(?:detail|details|desc|description|product_description|intro|introduction|content-?detail|xiangqing)(?:[\s_-]|$)",
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
            r"猜你喜欢|相关(?:商品|推荐|产品)|为你推荐|热(?:销|卖)(?:推荐|商品|排行)|看了又看|买了还买|还看了|其他商品|店铺推荐|推荐(?:商品|搭配)|最近浏览|同店|recommended|related|recently viewed|customers also",
            re.IGNORECASE,
        ),
    ),
    (
        Zone.PLATFORM,
        re.compile(
            r"价格说明|平台(?:声明|说明|提示|公告|规则|服务|承诺|温馨提示)|免责声明|安全提示|网站声明|购物须知|商城(?:声明|提示|公告)|交易提醒|本平台|内容声明"
        ),
    ),
    (
        Zone.LABEL,
        re.compile(
            r"^(?:产品|商品|食品)?标签|标签(?:信息|内容|标识)|配料表?|成分表?$|营养成分|包装(?:信息|标识)|说明书(?:原文|信息)",
            re.IGNORECASE,
        ),
    ),
    (
        Zone.DETAIL,
        re.compile(
            r"商品(?:详情|介绍|描述|规格|属性|参数)|(?:产品|宝贝|图文)(?:详情|介绍|描述|参数)|规格参数|^参数$|详情|卖点|产品特点|product (?:description|information)|specification",
            re.IGNORECASE,
        ),
    ),
)
_PLATFORM_NAME = dict(_BY_NAME)[Zone.PLATFORM]
_FOOTER_NAME = dict(_BY_NAME)[Zone.FOOTER]
# A zone that has been entered says more than what containers inside it are called.
_FIRM = frozenset((Zone.REVIEW, Zone.RELATED, Zone.FOOTER, Zone.PLATFORM))


@dataclass(slots=True)
class _Run:
    """Text being gathered for one block element."""

    element: Any
    zone: Zone
    hidden: bool
    label: str = ""
    heading: bool = False
    parts: list[str] = field(default_factory=list)
    linked_signs: int = 0


class _Walker:
    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.anchors: list[Anchor] = []
        self.pending_label = ""

    def flush(self, run: _Run) -> str:
        """Write the run as a block; returns its text."""
        text = " ".join("".join(run.parts).replace("\xa0", " ").replace("\u200b", "").split())
        signs = len("".join(text.split()))
        if text:
            self.blocks.append(
                Block(
                    text=text, zone=run.zone, element=run.element, label=run.label, hidden=run.hidden, heading=run.heading,
                    linked=signs > 0 and run.linked_signs >= signs,
                )
            )  # fmt: skip
        run.parts.clear()
        run.linked_signs = 0
        return text

    def visit(self, element: Any, run: _Run, *, linked: bool, depth: int) -> None:  # noqa: ANN401  # lxml element
        """Gather the element's content into the run, opening a new run for each block element in it."""
        self._say(run, element.text, linked=linked)
        section: Zone | None = None
        term = ""
        for child in element:
            tag = child.tag
            if not isinstance(tag, str) or tag in _SKIPPED or depth > 200:
                self._say(run, child.tail, linked=linked)
                continue
            if tag == "br":
                self.flush(run)
            elif tag in _INLINE and not _has_blocks(child):
                self._inline(child, run, linked=linked, depth=depth)
            else:
                self.flush(run)
                zone = _zone_of(child, section or run.zone)
                inner = _Run(
                    child,
                    zone,
                    run.hidden or _is_hidden(child),
                    label=self._label(child, term),
                    heading=_is_heading(child),
                )
                before = len(self.blocks)
                self.visit(child, inner, linked=linked or tag == "a", depth=depth + 1)
                self.flush(inner)
                if tag == "a":
                    self._anchor(child, inner.zone)
                term = self._term(child, before, labelled=bool(inner.label))
                section = self._section(child, before, section)
            self._say(run, child.tail, linked=linked)

    def _inline(self, child: Any, run: _Run, *, linked: bool, depth: int) -> None:  # noqa: ANN401
        is_link = child.tag == "a"
        self.visit(child, run, linked=linked or is_link, depth=depth + 1)
        if is_link:
            self._anchor(child, _zone_of(child, run.zone))

    def _anchor(self, child: Any, zone: Zone) -> None:  # noqa: ANN401
        href = child.get("href")
        if href:
            text = " ".join("".join(child.itertext()).split())[:200]
            title = child.get("title") or ""
            if not text and not title:
                title = next((image.get("alt") or "" for image in child.iter("img")), "")
            self.anchors.append(Anchor(href=href, text=text, title=title, zone=zone, element=child))

    def _say(self, run: _Run, text: str | None, *, linked: bool) -> None:
        if text:
            run.parts.append(text)
            if linked:
                run.linked_signs += len("".join(text.split()))

    def _term(self, child: Any, before: int, *, labelled: bool) -> str:  # noqa: ANN401
        """What the next sibling is the value of: the text of a dt or th, or of a short first cell."""
        if len(self.blocks) != before + 1 or child.tag not in ("dt", "th", "td") or labelled:
            return ""
        text = self.blocks[before].text
        return text if child.tag != "td" or len(text) <= 16 else ""

    def _label(self, child: Any, term: str) -> str:  # noqa: ANN401
        return term.rstrip(" :：") if child.tag in ("dd", "td") else ""

    def _section(self, child: Any, before: int, section: Zone | None) -> Zone | None:  # noqa: ANN401
        """The zone that what follows this child stands in."""
        said = [block for block in self.blocks[before:] if not block.linked]
        if len(said) != 1 or not (len(self.blocks) == before + 1 or child.tag in ("div", "header")):
            return section
        block = said[0]
        if len(block.text) > 24 or not (
            block.heading or _HEADING_CLASS.search(child.get("class") or "") or child.tag == "dt" or _is_bold(child)
        ):
            return section
        words = block.text.strip("【】[]「」『』—-=·●■◆★ ")
        return next((zone for zone, pattern in _BY_HEADING if pattern.search(words)), None)


def walk(root: Any) -> tuple[tuple[Block, ...], tuple[Anchor, ...]]:  # noqa: ANN401  # lxml element
    """All blocks and links of a tree, in reading order."""
    walker = _Walker()
    body = root.find("body")
    start = body if body is not None else root
    run = _Run(start, Zone.MAIN, hidden=False)
    walker.visit(start, run, linked=False, depth=0)
    walker.flush(run)
    return tuple(walker.blocks), tuple(walker.anchors)


def place_of(element: Any) -> str:  # noqa: ANN401  # lxml element
    """A CSS selector of an element: from the root."""
    path = element.getroottree().getpath(element)
    return re.sub(r"\[(\d+)\]", r":nth-of-type(\1)", path.strip("/")).replace("/", ">")


def zone_by_names(element: Any) -> Zone:  # noqa: ANN401  # lxml element
    """The zone of an element that holds no text (a picture), by the names of what is around it."""
    zone = Zone.MAIN
    for around in reversed([element, *element.iterancestors()]):
        if around.getparent() is not None:
            zone = _zone_of(around, zone)
    return zone


def _zone_of(element: Any, inherited: Zone) -> Zone:  # noqa: ANN401
    if inherited in _FIRM:
        return _zone_in_firm(element, inherited)
    if (by_tag := _BY_TAG.get(element.tag)) is not None and not (by_tag is Zone.HEADER and inherited is Zone.DETAIL):
        return by_tag if by_tag is not Zone.HEADER or element.getparent().tag == "body" else inherited
    names = f"{element.get('class') or ''} {element.get('id') or ''}".strip()
    if not names:
        return inherited
    return next((zone for zone, pattern in _BY_NAME if pattern.search(names)), inherited)


def _zone_in_firm(element: Any, inherited: Zone) -> Zone:  # noqa: ANN401
    if inherited is not Zone.FOOTER and _is_footer(element):
        return Zone.FOOTER
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return Zone.PLATFORM if inherited is Zone.REVIEW and _PLATFORM_NAME.search(names) else inherited


def _is_footer(element: Any) -> bool:  # noqa: ANN401
    """The page's own foot, which ends whatever section a heading began; the foot of a card or review is none."""
    if element.getparent().tag not in ("body", "div") or len(list(element.iterancestors())) > 4:
        return False
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return element.tag == "footer" or bool(_FOOTER_NAME.search(names))


def _is_heading(element: Any) -> bool:  # noqa: ANN401
    return element.tag in _HEADINGS or bool(_HEADING_CLASS.search(element.get("class") or ""))


def _is_bold(element: Any) -> bool:  # noqa: ANN401
    """A line that is bold as a whole: what old pages have for a heading."""
    children = [child for child in element if isinstance(child.tag, str)]
    if len(children) != 1 or (element.text or "").strip() or (children[0].tail or "").strip():
        return False
    return children[0].tag in ("b", "strong", "big") or (children[0].tag == "font" and _is_bold(children[0]))


def _is_hidden(element: Any) -> bool:  # noqa: ANN401
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))


def _has_blocks(element: Any) -> bool:  # noqa: ANN401
    """Whether an inline element wraps block elements (a whole card in one link)."""
    return any(
        isinstance(inner.tag, str) and inner.tag not in _INLINE and inner.tag not in _SKIPPED and inner.tag != "br"
        for inner in element.iterdescendants()
    )
