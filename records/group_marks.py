"""What a shop can be recognised by, kept from one look to the next: Trait, ShopTraits, MarkedSentence, ShopMarks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from records.base import Record
from records.groups import LinkKind, LinkPage

__all__ = ["PRINTS_OF_A_SENTENCE", "MarkedSentence", "ShopMarks", "ShopTraits", "Trait"]


PRINTS_OF_A_SENTENCE = 6
"""Of the whole, and of five shingles."""


class Trait(Record):
    """One value of a shop: `value` in the form it is compared in, `shown` as it may be shown to people."""

    kind: LinkKind
    value: str
    shown: str
    weight: float


class ShopTraits(Record):
    """A shop as grouping sees it. `subject` is the code of who runs it, as far as its licence or its match tells; the
    `host` is where it stands. A trait's `value` is not masked, so that this record never leaves the house."""

    shop_id: str
    target_id: str
    host: str
    subject: str
    traits: tuple[Trait, ...]
    pages: tuple[LinkPage, ...]


class MarkedSentence(NamedTuple):
    """A sentence of a merchant: its beginning, the number of its page in `ShopMarks.text_pages`, and its prints: hashes
    (63 bits) of the whole, first, and of a few shingles, so that it is known again when a word of it was changed."""

    snippet: str
    page: int
    prints: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopMarks:
    """All that grouping needs of one shop, so that a look at everybody reads no page again. `version` says by which
    form of comparison it was made."""

    version: str
    traits: ShopTraits
    text_pages: tuple[LinkPage, ...] = ()
    sentences: tuple[MarkedSentence, ...] = ()
