"""Which family reads a page: the one the target names, else the first whose page objects recognise it."""

from __future__ import annotations

from collections.abc import Callable

from crawlers.document import Document
from records.market import Reading

__all__ = ["family_reader"]


def family_reader(doc: Document) -> Callable[[Document], Reading] | None:
    """The reader of the family, or None for the general reader."""
    return None
