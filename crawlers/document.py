"""A page taken apart once: its blocks of text with zone and place, its links, its label–value pairs, its embedded data.

Everything that reads pages (families and the general reader) works on this, so that the tree is walked one time.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from lxml import etree  # type: ignore[import-untyped]  # no stubs among our dependencies
from parsel import Selector

from crawlers.addresses import absolute_url, canonical_url, origin_of
from crawlers.blocks import Anchor, Block, walk
from crawlers.zones import Zone
from records.market import Source
from records.survey import Page, Target

__all__ = ["Document", "folded"]

_STATE = re.compile(
    r"(?:window\.)?(__[A-Z_]+__|g_page_config|pageData|rawData|eContext|initial_?state|goodsInfo|productData|itemData)"
    r"\s*=\s*(?=[\[{])",
    re.IGNORECASE,
)
_LINE = re.compile(r"^\s*([^:：\n]{2,20}?)\s*[:：]\s*(\S[^\n]*)$")
_MAX_STATE = 3_000_000
_FIRST_LINKS = 8_000
_LAST_LINKS = 2_000


def folded(text: str) -> str:
    """White space folded to single blanks."""
    return " ".join(text.replace("\u200b", "").split())


@dataclass
class Document:
    """One decoded page. `url` is where it was answered from."""

    page: Page
    target: Target
    markup: str
    url: str = field(init=False)
    _absolute: dict[str, str] = field(init=False, default_factory=dict)
    _held: tuple[Any, ...] = field(init=False, default=())  # else lxml makes the object of an element at every touch

    def __post_init__(self) -> None:
        self.url = self.page.final_url or self.page.url

    @cached_property
    def root(self) -> Any:
        """The parsed tree; an empty one for an empty or hopeless page."""
        # Plain elements: those of lxml.html ask a Python function for their class each time one is touched.
        parser = etree.HTMLParser(encoding="utf-8", huge_tree=False, remove_comments=True)
        content = self.markup.replace("\x00", "").encode("utf-8", errors="replace")
        try:
            found = etree.fromstring(content, parser)
        except (etree.ParserError, etree.XMLSyntaxError):  # nothing in it that makes an element
            found = None
        root = _with_head_and_body(found if found is not None else etree.Element("html"))
        self._held = tuple(root.iter())
        return root

    @cached_property
    def elements(self) -> tuple[Any, ...]:
        """All elements in the order of the page."""
        return tuple(self.root.iter("*"))

    @cached_property
    def selector(self) -> Selector:
        """The same tree for CSS and XPath."""
        return Selector(root=self.root, type="html")

    @cached_property
    def _walked(self) -> tuple[tuple[Block, ...], tuple[Anchor, ...]]:
        return walk(self.root)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Runs of visible text in reading order."""
        return self._walked[0]

    @property
    def anchors(self) -> tuple[Anchor, ...]:
        """Links as written, with their texts. Of a page with absurdly many, the first and the last (its footer)."""
        found = self._walked[1]
        return found if len(found) <= _FIRST_LINKS + _LAST_LINKS else found[:_FIRST_LINKS] + found[-_LAST_LINKS:]

    @cached_property
    def _zones(self) -> dict[Any, Zone]:
        return {block.element: block.zone for block in self.blocks}

    def zone_of(self, element: Any) -> Zone:  # lxml element
        """The zone an element stands in: that of the nearest block around or in it."""
        inside = next((each for each in element.iter() if each in self._zones), None)
        while element is not None:
            if element in self._zones:
                return self._zones[element]
            element = element.getparent() if inside is None else inside
        return Zone.MAIN

    @cached_property
    def source(self) -> Source | None:
        """Where a statement of this page was read, with both digests of its bytes; None when none were stored."""
        page = self.page
        if page.body is None:
            return None
        return Source(
            page_id=page.page_id,
            page_sha256=page.body.sha256,
            page_sm3=page.body.sm3,
            url=self.url,
            seen_at=page.fetched_at,
        )

    @cached_property
    def visible(self) -> str:
        """All visible text."""
        return "\n".join(block.text for block in self.blocks)

    @cached_property
    def title(self) -> str:
        """The title element."""
        return folded(next((node.text for node in self.root.iter("title") if node.text), ""))

    @cached_property
    def heading(self) -> str:
        """The first h1 with words."""
        for node in self.root.iter("h1"):
            if text := folded(" ".join(node.itertext())):
                return text
        return ""

    @cached_property
    def base(self) -> str:
        """What relative links are relative to."""
        href = next((node.get("href") for node in self.root.iter("base") if node.get("href") is not None), None)
        return absolute_url(self.url, href) or self.url if href else self.url

    @cached_property
    def origin(self) -> str:
        """Scheme, host and port of the page."""
        return origin_of(self.url)

    @property
    def canonical(self) -> str:
        """The page's own address in its one form."""
        return canonical_url(self.url)

    @property
    def path(self) -> str:
        """Path of the address."""
        return urlsplit(self.url).path or "/"

    def absolute(self, href: str) -> str:
        """A link of this page as an address; empty when it is none."""
        found = self._absolute.get(href)
        if found is None:
            found = self._absolute[href] = absolute_url(self.base, href)
        return found

    def meta(self, name: str) -> str:
        """Content of a meta element by name or property."""
        return self._metas.get(name, "")

    @cached_property
    def _metas(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for node in self.root.iter("meta"):
            content = node.get("content")
            if content is not None:
                for name in (node.get("name"), node.get("property")):
                    if name is not None:
                        found.setdefault(name, folded(content))
        return found

    @cached_property
    def json_ld(self) -> tuple[dict[str, Any], ...]:
        """Objects of application/ld+json, graphs opened."""
        found: list[dict[str, Any]] = []
        for script in self.root.iter("script"):
            value = _loads(script.text) if script.text and script.get("type") == "application/ld+json" else None
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, dict):
                    found.extend(each for each in (item.get("@graph") or [item]) if isinstance(each, dict))
        return tuple(found)

    @cached_property
    def states(self) -> tuple[tuple[str, Any], ...]:
        """Embedded JSON states by the name they are assigned to (`__INITIAL_STATE__` …)."""
        found: list[tuple[str, Any]] = []
        for script in self.root.iter("script"):
            text = script.text
            if not text or len(text) > _MAX_STATE or script.get("src") is not None:
                continue
            for match in _STATE.finditer(text):
                value = _first_json(text[match.end() :])
                if value is not None:
                    found.append((match[1], value))
        for script in self.root.iter("script"):
            told = script.get("type") == "application/json" or script.get("id") == "__NEXT_DATA__"
            if told and len(script.text or "") <= _MAX_STATE and (value := _loads(script.text or "")) is not None:
                found.append((script.get("id") or "application/json", value))
        return tuple(found)

    @cached_property
    def pairs(self) -> tuple[tuple[str, str, str], ...]:
        """(label, value, place) of definition lists, tables and `label：value` lines."""
        from_markup = [
            (block.label, block.text, block.place) for block in self.blocks if block.label and block.text != block.label
        ]
        from_lines: list[tuple[str, str, str]] = []
        for block in self.blocks:
            if not block.label and (match := _LINE.match(block.text)):
                from_lines.append((match[1], folded(match[2]), block.place))
        return tuple(from_markup + from_lines)


def _with_head_and_body(root: Any) -> Any:  # lxml element
    if root.find("head") is None:
        root.insert(0, etree.Element("head"))
    if root.find("body") is None:
        root.append(etree.Element("body"))
    return root


def _loads(text: str) -> Any:  # whatever JSON the page holds
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _first_json(text: str) -> Any:  # as above
    try:
        return json.JSONDecoder().raw_decode(text)[0]
    except (ValueError, RecursionError):
        return None
