"""A stored page read again with every selector noted that its page object asked for, and what it found first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lxml import html as lxml_html  # type: ignore[import-untyped]  # no stubs among our dependencies
from parsel import Selector, SelectorList

from crawlers.decoding import decode_body
from crawlers.document import Document, folded
from crawlers.families.registry import family_reader
from records.market import Reading
from records.survey import Page, Target

__all__ = ["WatchedPage", "element_text", "watch_page"]

_LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedPage:
    """A page as its family read it now.

    Attributes:
        reading: None when no page object recognises it.
        found: Selector to the text of the first element it found; only selectors that found one.
        asked: Every selector that was asked for.
    """

    page: Page
    root: lxml_html.HtmlElement
    reading: Reading | None
    found: dict[str, str] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()


def watch_page(page: Page, body: bytes, target: Target) -> WatchedPage:
    """Read a page once more; pure, and slower than the survey's own reading."""
    content_type = next((value for name, value in page.headers if name.lower() == "content-type"), "")
    decoded = decode_body(body, content_type="text/html; charset=utf-8" if page.rendered else content_type)
    doc = Document(page=page, target=target, markup=decoded.text)
    noted: dict[str, str | None] = {}
    watched = _Watched(root=doc.root, type="html")
    watched.noted = noted
    doc.__dict__["selector"] = watched  # in the place of the cached one, so that page objects need not know
    reader = family_reader(doc)
    reading = reader(doc) if reader is not None else None
    found = {query: text for query, text in noted.items() if text is not None}
    return WatchedPage(page=page, root=doc.root, reading=reading, found=found, asked=frozenset(noted))


def element_text(element: Any) -> str:  # lxml element
    """All text of an element, white space folded; empty for what is no element."""
    return folded("".join(element.itertext())) if hasattr(element, "itertext") else ""


class _Watched(Selector):
    """Only the document's own selector notes; those of the elements it finds are plain in this."""

    noted: dict[str, str | None] | None = None

    def css(self, query: str) -> SelectorList[Any]:
        """As a selector does."""
        result = super().css(query)
        if self.noted is not None:
            self.noted[query] = element_text(result[0].root)[:_LONGEST] if result else None
        return result
