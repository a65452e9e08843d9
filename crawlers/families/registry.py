"""Which family reads a page: the one the target names, else the first whose page objects recognise it."""

from __future__ import annotations

from collections.abc import Callable

from crawlers.document import Document
from crawlers.families import duli, jishi, yunshang
from crawlers.families.page_object import PageObject
from records.market import Reading

__all__ = ["FAMILIES", "GENERAL", "family_reader"]

GENERAL = "general"
"""The family name of targets whose pages no page object is to read."""

FAMILIES: dict[str, tuple[PageObject, ...]] = {
    jishi.FAMILY: jishi.PAGES,
    yunshang.FAMILY: yunshang.PAGES,
    duli.FAMILY: duli.PAGES,
}


def family_reader(doc: Document) -> Callable[[Document], Reading] | None:
    """The page object that recognises the page; None for the general reader (always for targets of `general`)."""
    named = doc.target.family or ""
    if named == GENERAL:
        return None
    families = {named: FAMILIES[named]} if named in FAMILIES else FAMILIES
    for pages in families.values():
        for page_object in pages:
            if page_object.recognises(doc):
                return page_object.read
    return None
