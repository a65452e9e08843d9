"""Into how many indices and shards an Elasticsearch index is cut: read once from its URL, told in the indices' names.

One index of one shard serves an office. At size pages, which are a hundred times as many as all else and never change,
lie in an index a month, so that old months can be moved to cheaper machines and dropped whole, and every index is cut
into shards that lie on several nodes (docs/explanation/elasticsearch-at-size.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from records.errors import InvalidInputError
from records.search import SearchDocument, SearchKind
from stores.search.elastic_layout import LAYOUT, SETTINGS

__all__ = ["MOST_SHARDS", "Shape", "dated", "number_of_shards", "undated"]

MOST_SHARDS = 256
_DATED = frozenset({SearchKind.PAGE})
_YES = {"yes": True, "no": False}
_WRITTEN = "?monthly=yes&shards=3，shards 为 1 至 256"


@dataclass(frozen=True, slots=True)
class Shape:
    """`monthly`: pages lie in an index a month (UTC) of reading; all else in one. Each index has `shards` shards."""

    monthly: bool = False
    shards: int = 1

    @classmethod
    def at(cls, url: str) -> Shape:
        """What `…/PREFIX?monthly=yes&shards=N` says.

        Raises:
            InvalidInputError: Another word, or a number out of bounds.
        """
        asked = parse_qs(urlsplit(url).query, keep_blank_values=True)
        shards, monthly = asked.pop("shards", ["1"])[-1], asked.pop("monthly", ["no"])[-1]
        number = number_of_shards(shards)
        if asked or not number or monthly not in _YES:
            raise InvalidInputError("检索引擎地址的参数不认识", cure=f"可写 {_WRITTEN}")
        return cls(monthly=_YES[monthly], shards=number)

    @property
    def tag(self) -> str:
        """The layout as it stands in the names: indices of another are refused until they are rebuilt."""
        return f"{LAYOUT}{'m' if self.monthly else ''}{f's{self.shards}' if self.shards > 1 else ''}"

    @property
    def settings(self) -> Mapping[str, Any]:
        """Of each index."""
        return SETTINGS | {"number_of_shards": self.shards}

    def month_of(self, document: SearchDocument) -> str:
        """The month whose index holds it, as `202611`; empty for the index of what changes."""
        if not self.monthly or document.kind not in _DATED:
            return ""
        return f"{datetime.fromtimestamp(document.at_epoch, UTC):%Y%m}"

    def reads(self, alias: str, kind: SearchKind) -> str:
        """The alias that holds a kind and as little else as can be."""
        return alias if not self.monthly or kind in _DATED else undated(alias)

    def aliases(self, alias: str, month: str) -> dict[str, Any]:
        """Under which names an index is read and written: under `alias` all are read and the undated one is written."""
        if month:
            return {alias: {"is_write_index": False}, dated(alias, month): {"is_write_index": True}}
        own = {undated(alias): {"is_write_index": True}} if self.monthly else {}
        return {alias: {"is_write_index": True}, **own}


def number_of_shards(written: str) -> int:
    """1 to MOST_SHARDS; 0 for anything else.

    >>> number_of_shards("8"), number_of_shards("0"), number_of_shards("257"), number_of_shards("²")
    (8, 0, 0, 0)
    """
    number = int(written) if written.isascii() and written.isdigit() and len(written) <= 3 else 0
    return number if number <= MOST_SHARDS else 0


def undated(alias: str) -> str:
    """The alias of what is in no month."""
    return f"{alias}.undated"


def dated(alias: str, month: str) -> str:
    """The alias one month is written under; of no month, the alias itself."""
    return f"{alias}.{month}" if month else alias
