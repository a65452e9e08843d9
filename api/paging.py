"""Lists cut into pages: which page of which list is asked for, and where the next one begins."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, TypeVar

from fastapi import Depends, Query, Request

from api.cursors import CursorBook
from api.door import SignedInNow, door_of
from offices.sessions import SignedIn
from records.base import Record
from records.lists import ListPlace

__all__ = ["CURSOR_WORDS", "AskedPage", "Order", "PageOf", "Paging", "Portion", "paging_of"]

CURSOR_WORDS = "上一页给出的 next_cursor；一小时内、同一人、同样的检索条件有效"
_NOT_PART = frozenset({"cursor", "limit"})

Item = TypeVar("Item")
Order = Callable[[Item], tuple[str, str]]
"""What a list is sorted by: a value and, for equal ones, the identifier."""
Portion = Callable[[ListPlace | None, int], Sequence[Item]]
"""Reads so many entries behind a place out of a list the records cut, newest first."""


class PageOf(Record):
    """What every list says beside its items. `total_relation`: `eq` exactly so many, `gte` at least. Without a
    `next_cursor` this is the last page."""

    total: int
    total_relation: Literal["eq", "gte"] = "eq"
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """What page of which list is asked for."""

    book: CursorBook
    about: str
    limit: int
    place: tuple[str, ...]

    @property
    def after(self) -> str:
        """The place in a search, as the index gave it; empty on the first page."""
        return self.place[0] if self.place else ""

    def following(self, *place: str) -> str | None:
        """The cursor of the next page; None when its place is empty."""
        return self.book.write(self.about, place) if any(place) else None

    def take(self, read: Portion[Item], place_of: Callable[[Item], ListPlace]) -> tuple[str | None, tuple[Item, ...]]:
        """Next cursor and the items of this page of a list the records cut; one more is read, to know of a next."""
        after = ListPlace(datetime.fromisoformat(self.place[0]), self.place[-1]) if self.place else None
        found = read(after, self.limit + 1)
        shown = tuple(found[: self.limit])
        if len(found) == len(shown):
            return None, shown
        last = place_of(shown[-1])
        return self.following(last.at.isoformat(), last.key), shown

    def cut(
        self, items: Sequence[Item], order: Order[Item], *, newest_first: bool = False
    ) -> tuple[int, str | None, tuple[Item, ...]]:
        """Total, next cursor and the items of this page of a whole list, which is sorted here by `order`."""
        ordered = sorted(items, key=order, reverse=newest_first)
        start = 0
        if self.place:
            last = (self.place[0], self.place[-1])
            start = sum(order(one) >= last if newest_first else order(one) <= last for one in ordered)
        shown = tuple(ordered[start : start + self.limit])
        more = start + self.limit < len(ordered)
        return len(ordered), self.following(*order(shown[-1])) if more and shown else None, shown


def paging_of(request: Request, person: SignedIn, *, limit: int, cursor: str) -> Paging:
    """The page asked for; raises as `CursorBook.read`."""
    book = door_of(request).cursors
    about = _about(request, person)
    return Paging(book=book, about=about, limit=limit, place=book.read(about, cursor) if cursor else ())


def _paging(
    request: Request,
    person: SignedInNow,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query(max_length=2000, description=CURSOR_WORDS)] = "",
) -> Paging:
    return paging_of(request, person, limit=limit, cursor=cursor)


AskedPage = Annotated[Paging, Depends(_paging)]
"""For routes whose list is cut here; routes of the search take `limit` and `cursor` with their own parameters."""


def _about(request: Request, person: SignedIn) -> str:
    asked = sorted((name, value) for name, value in request.query_params.multi_items() if name not in _NOT_PART)
    said = json.dumps([request.url.path, asked, person.account.account_id, person.key_id, person.account.region_code])
    return hashlib.sha256(said.encode()).hexdigest()[:16]
