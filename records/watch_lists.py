"""监控名单: goods, batch numbers, marks and words to be looked for in everything stored and everything new."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from records.base import DigestHex, Record, UtcDatetime
from records.leads import Span

__all__ = ["WatchCertainty", "WatchConfirmation", "WatchHit", "WatchItem", "WatchKind", "WatchList", "WatchStore"]


class WatchKind(StrEnum):
    """What a list names."""

    PRODUCT = "商品"
    FAILING = "召回或不合格"
    TRADEMARK = "商标"
    BANNED = "禁售词"


class WatchCertainty(StrEnum):
    """How sure a hit is. A batch that is not shown proves nothing either way; another batch is another thing."""

    NAMED = "名称相符"
    SAME_BATCH = "名称与批号相符"
    BATCH_UNKNOWN = "名称相符，批号未见，须核对实物或询问"
    OTHER_BATCH = "名称相符，所示批号不同"


class WatchItem(Record):
    """A row of a list: any of `words` names it; all of `also` must stand on the same page (maker, model)."""

    item_id: str
    words: tuple[str, ...]
    also: tuple[str, ...] = ()
    batches: tuple[str, ...] = ()
    note: str = ""
    line: int = 0


class WatchConfirmation(Record):
    """Who answers for a list: what it names is a breach under `rule_id`, for the list's own reason and by its own
    article where it gives them (文号、条款; empty: those of the rule)."""

    rule_id: str
    reason: str = ""
    article: str = ""
    confirmed_by: str
    confirmed_at: UtcDatetime


class WatchList(Record):
    """A list in one version; `source` says where it comes from (文号、公告). Retired lists are kept and not asked.
    What an unconfirmed list meets makes no findings; another version of other items must be confirmed anew."""

    list_id: str
    version: int
    title: str
    kind: WatchKind
    source: str = ""
    items: tuple[WatchItem, ...]
    file_sha256: DigestHex | None = None
    imported_by: str
    imported_at: UtcDatetime
    retired: bool = False
    confirmed: WatchConfirmation | None = None


class WatchHit(Record):
    """An item of a list met on a listing (or, without one, on a shop's own pages). One a place and item, whatever the
    version of the list; never "unlawful": a person compares the thing."""

    hit_id: str
    list_id: str
    list_version: int
    item_id: str
    shop_id: str
    listing_id: str = ""
    certainty: WatchCertainty
    url: str
    page_id: str
    page_sha256: DigestHex | None = None
    text: str
    spans: tuple[Span, ...] = ()
    seen_at: UtcDatetime
    found_at: UtcDatetime


class WatchStore(Protocol):
    """Lists by their newest version, and what they met."""

    def save_list(self, watched: WatchList) -> None:
        """Keep a version. Raises ConflictError when its number does not follow the newest one's."""
        ...

    def watch_list(self, list_id: str) -> WatchList:
        """The newest version. Raises NotFoundError."""
        ...

    def watch_lists(self, *, retired: bool = False) -> tuple[WatchList, ...]:
        """Newest versions by title; those that are retired only when asked for."""
        ...

    def save_hits(self, hits: Sequence[WatchHit]) -> int:
        """How many were new; of one that is there, what was seen last stays, and when it was found first."""
        ...

    def hits(self, list_id: str = "", *, since: datetime | None = None) -> Iterator[WatchHit]:
        """Newest found first, then by id; `since`: found at or after it."""
        ...
