"""The walk over a page's tree: runs of text with the zone they stand in, label–value pairs, and links.

The tree is walked one time; everything that reads pages works on what comes of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from crawlers.zones import Zone, zone_of, zone_of_heading

__all__ = ["Anchor", "Block", "place_of", "walk"]


class Block(NamedTuple):  # a page has hundreds: a frozen dataclass takes five times as long to make
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


class Anchor(NamedTuple):  # as above
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
    (
        *("a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd"),
        *(
            "label",
            "mark",
            "q",
            "s",
            "samp",
            "small",
            "span",
            "strike",
            "strong",
            "sub",
            "sup",
            "time",
            "tt",
            "u",
            "var",
        ),
        *("wbr", "img", "button", "input"),
    )
)
_TERMS = frozenset(("dt", "th", "td"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "legend", "summary", "caption"))
_HEADING_CLASS = re.compile(
    r"(?:^|[\s_-])(?:title|tit|hd|head|heading|caption|tab|subtitle)(?:$|[\s_\d-])", re.IGNORECASE
)
_LONGEST_HEADING = 24
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


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

    def flush(self, run: _Run) -> str:
        """Write the run as a block; returns its text."""
        if not run.parts:
            run.linked_signs = 0
            return ""
        words = "".join(run.parts).replace("\u200b", "").split()
        text = " ".join(words)
        if text:
            signs = len(text) - len(words) + 1
            self.blocks.append(
                Block(
                    text=text,
                    zone=run.zone,
                    element=run.element,
                    label=run.label,
                    hidden=run.hidden,
                    heading=run.heading,
                    linked=run.linked_signs >= signs,
                )
            )
        run.parts.clear()
        run.linked_signs = 0
        return text

    def visit(self, element: Any, run: _Run, *, linked: bool, depth: int) -> None:  # lxml element
        """Gather the element's content into the run, opening a new run for each block element in it."""
        if element.text:
            self._say(run, element.text, linked=linked)
        section: Zone | None = None
        term = ""
        for child in element:
            tag = child.tag
            if not isinstance(tag, str) or tag in _SKIPPED or depth > 200:
                if child.tail:
                    self._say(run, child.tail, linked=linked)
                continue
            if tag == "br":
                self.flush(run)
            elif tag in _INLINE and not (len(child) and _has_blocks(child)):
                self._inline(child, run, linked=linked, depth=depth)
            else:
                self.flush(run)
                zone = zone_of(child, section or run.zone)
                inner = _Run(
                    child,
                    zone,
                    run.hidden or _is_hidden(child),
                    label=term.rstrip(" :：") if term and tag in ("dd", "td") else "",
                    heading=_is_heading(child),
                )
                before = len(self.blocks)
                self._gather(child, inner, linked=linked or tag == "a", depth=depth)
                self.flush(inner)
                if tag == "a":
                    self._anchor(child, inner.zone)
                term = self._term(child, before, labelled=bool(inner.label)) if tag in _TERMS else ""
                section = self._section(child, before, section)
            if child.tail:
                self._say(run, child.tail, linked=linked)

    def _gather(self, child: Any, run: _Run, *, linked: bool, depth: int) -> None:
        if len(child):
            self.visit(child, run, linked=linked, depth=depth + 1)
        elif child.text:
            self._say(run, child.text, linked=linked)

    def _inline(self, child: Any, run: _Run, *, linked: bool, depth: int) -> None:
        is_link = child.tag == "a"
        self._gather(child, run, linked=linked or is_link, depth=depth)
        if is_link:
            self._anchor(child, zone_of(child, run.zone))

    def _anchor(self, child: Any, zone: Zone) -> None:
        href = child.get("href")
        if href:
            text = " ".join("".join(child.itertext()).split())[:200]
            title = child.get("title") or ""
            if not text and not title:
                title = next((image.get("alt") or "" for image in child.iter("img")), "")
            self.anchors.append(Anchor(href=href, text=text, title=title, zone=zone, element=child))

    def _say(self, run: _Run, text: str, *, linked: bool) -> None:
        run.parts.append(text)
        if linked:
            run.linked_signs += len("".join(text.split()))

    def _term(self, child: Any, before: int, *, labelled: bool) -> str:
        """What the next sibling is the value of: the text of a dt or th, or of a short first cell."""
        if len(self.blocks) != before + 1 or labelled:
            return ""
        text = self.blocks[before].text
        return text if child.tag != "td" or len(text) <= 16 else ""

    def _section(self, child: Any, before: int, section: Zone | None) -> Zone | None:
        """The zone that what follows this child stands in."""
        added = len(self.blocks) - before
        if not added or (added > 1 and child.tag not in ("div", "header")):
            return section
        if added == 1 and len(self.blocks[before].text) > _LONGEST_HEADING:
            return section  # most paragraphs
        said = [block for block in self.blocks[before:] if not block.linked]
        if len(said) != 1:
            return section
        block = said[0]
        if len(block.text) > _LONGEST_HEADING or not (
            block.heading or _named_heading(child.get("class") or "") or child.tag == "dt" or _is_bold(child)
        ):
            return section
        return zone_of_heading(block.text)


def walk(root: Any) -> tuple[tuple[Block, ...], tuple[Anchor, ...]]:  # lxml element
    """All blocks and links of a tree, in reading order."""
    walker = _Walker()
    body = root.find("body")
    start = body if body is not None else root
    run = _Run(start, Zone.MAIN, hidden=False)
    walker.visit(start, run, linked=False, depth=0)
    walker.flush(run)
    return tuple(walker.blocks), tuple(walker.anchors)


def place_of(element: Any) -> str:  # lxml element
    """A CSS selector of an element: from the root."""
    path: str = element.getroottree().getpath(element)
    return path.strip("/").replace("[", ":nth-of-type(").replace("]", ")").replace("/", ">")


def _is_heading(element: Any) -> bool:
    return element.tag in _HEADINGS or _named_heading(element.get("class") or "")


@lru_cache(1024)
def _named_heading(names: str) -> bool:
    return bool(names) and bool(_HEADING_CLASS.search(names))


def _is_bold(element: Any) -> bool:
    """A line that is bold as a whole: what old pages have for a heading."""
    children = [child for child in element if isinstance(child.tag, str)]
    if len(children) != 1 or (element.text or "").strip() or (children[0].tail or "").strip():
        return False
    return children[0].tag in ("b", "strong", "big") or (children[0].tag == "font" and _is_bold(children[0]))


def _is_hidden(element: Any) -> bool:
    style = element.get("style")
    return element.get("hidden") is not None or (style is not None and bool(_HIDDEN.search(style)))


def _has_blocks(element: Any) -> bool:
    """Whether an inline element wraps block elements (a whole card in one link)."""
    return any(
        isinstance(inner.tag, str) and inner.tag not in _INLINE and inner.tag not in _SKIPPED and inner.tag != "br"
        for inner in element.iterdescendants()
    )
