"""The general brake on spaces without end: calendars, pages beyond the last, one page under a thousand addresses.

Addresses are put together by what varies in them (`/calendar?m=*&y=*`, `/maze/…`). Of each such shape it is counted how
many of its pages gave something: a product or a shop with content not seen before, or a way to addresses of another
shape. A shape is closed when

- `repeated_pages` of its pages showed only what another page of the run had shown, and they are more than twice the
  others; or
- `barren_pages` of its pages gave nothing (three times as many for a wide shape such as `/maze/…`), and they are more
  than ten times those that gave something.

What belongs to a closed shape is not visited any more; it is counted, and the run says so.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from records.survey import PICTURE_KINDS, PageKind

__all__ = ["Spaces", "shapes_of"]

_TELLS_THE_PAGE = frozenset(("m", "c", "a", "act", "mod", "ctrl", "controller", "action", "route", "r", "op", "do"))
_DIGITS = re.compile(r"\d+")
_TOKEN = re.compile(r"^(?=.*\d)[0-9A-Za-z_-]{12,}$|^[0-9a-fA-F]{10,}$|^.{40,}$")
_ROOT = "/…"
_COUNTED = 10_000
_FIRST_KINDS = frozenset((PageKind.HOME, PageKind.SHOP, PageKind.LICENCE, PageKind.LISTING))
_WIDE = 3
_REPEATED_TIMES = 2
_BARREN_TIMES = 10


@dataclass(slots=True)
class _Shape:
    fruitful: int = 0
    barren: int = 0
    fresh: int = 0
    repeated: int = 0
    closed: bool = False
    left_out: set[int] = field(default_factory=set)


class _Contents:
    """Which contents were seen, in order: eight bytes each, where a set takes seventy. A run of 100,000 pages keeps
    one for every page."""

    def __init__(self) -> None:
        self._seen = array("q")

    def __contains__(self, content: str) -> bool:
        wanted = hash(content)
        at = bisect_left(self._seen, wanted)
        return at < len(self._seen) and self._seen[at] == wanted

    def add(self, content: str) -> None:
        """Once; moving those behind it takes microseconds."""
        wanted = hash(content)
        at = bisect_left(self._seen, wanted)
        if at == len(self._seen) or self._seen[at] != wanted:
            self._seen.insert(at, wanted)


class Spaces:
    """Counts of one run, by shape of address. A run that is taken up counts its stored pages again."""

    def __init__(self, *, barren_pages: int, repeated_pages: int) -> None:
        self._barren_pages = barren_pages
        self._repeated_pages = repeated_pages
        self._shapes: dict[str, _Shape] = {}
        self._contents = _Contents()
        self.left_shapes = 0

    def is_fruitful(self, canonical: str, *, content: str, gave_records: bool, leads_to: Iterable[str]) -> bool:
        """Whether a page that was read gave something.

        Args:
            content: Digest of what can be read on it; empty when nothing can.
            gave_records: A product or a shop was read from it.
            leads_to: Canonical addresses that were new to the run.
        """
        if gave_records and content and content not in self._contents:
            return True
        own = set(shapes_of(canonical))
        return any(own.isdisjoint(shapes_of(url)) for url in leads_to)

    def saw(self, canonical: str, *, content: str, fruitful: bool) -> None:
        """Count a page that was read."""
        seen_before = content in self._contents
        self.saw_content(content)
        for name in shapes_of(canonical):
            fresh = bool(content) and not seen_before
            self._count(name, fruitful=fruitful, fresh=fresh, seen_before=bool(content) and seen_before)

    def saw_content(self, content: str) -> None:
        """Take note of what can be read on a page, and of nothing else."""
        if content:
            self._contents.add(content)

    def begin_anew(self) -> None:
        """Forget the shapes, and what was held against them; the contents seen stay known."""
        self._shapes.clear()

    def closed_by(self, canonical: str, kind: PageKind) -> str:
        """The closed shape the address belongs to; empty when it may be visited. Filters of lists have a share of their
        own (`SurveyOptions.facet_pages`) and are neither counted nor held back here."""
        if kind is PageKind.FACET or kind in PICTURE_KINDS:
            return ""
        for name in shapes_of(canonical):
            shape = self._shapes.get(name)
            if shape is not None and shape.closed and not (name == _ROOT and kind in _FIRST_KINDS):
                return name
        return ""

    def leave_out(self, name: str, canonical: str) -> None:
        """Count an address of a closed shape that is not visited; the same one counts once."""
        shape = self._shapes.setdefault(name, _Shape(closed=True))
        self.left_shapes += not shape.left_out
        if len(shape.left_out) < _COUNTED:
            shape.left_out.add(hash(canonical))

    def read_of(self, name: str) -> int:
        """How many pages of a shape were read."""
        shape = self._shapes[name]
        return shape.fruitful + shape.barren

    def said(self) -> tuple[str, ...]:
        """What was left out, in Chinese."""
        return tuple(
            f"形如 {name} 的地址没有尽头：已读 {shape.fruitful + shape.barren} 页，"
            f"另有{'至少' if len(shape.left_out) >= _COUNTED else ''} {len(shape.left_out)} 个地址未访问"
            for name, shape in self._shapes.items()
            if shape.closed and shape.left_out
        )

    def _count(self, name: str, *, fruitful: bool, fresh: bool, seen_before: bool) -> None:
        shape = self._shapes.setdefault(name, _Shape())
        shape.fruitful += fruitful
        shape.barren += not fruitful
        shape.fresh += fresh
        shape.repeated += seen_before
        wide = name.endswith("…")
        barren_pages = self._barren_pages * (_WIDE if wide else 1)
        endless = shape.barren >= barren_pages and shape.barren > _BARREN_TIMES * shape.fruitful and name != _ROOT
        same = shape.repeated >= self._repeated_pages and shape.repeated > _REPEATED_TIMES * shape.fresh
        shape.closed = shape.closed or endless or same


def shapes_of(canonical: str) -> tuple[str, ...]:
    """The narrow and the wide shape of an address.

    >>> shapes_of("http://a.cn/calendar?m=4&y=2031"), shapes_of("http://a.cn/maze/x/y1")
    (('/calendar?m=*&y=*', '/calendar?…'), ('/maze/x/y#', '/maze/…'))
    """
    parts = urlsplit(canonical)
    segments = parts.path.split("/")[1:]
    path = "/" + "/".join("*" if _TOKEN.match(each) else _DIGITS.sub("#", each) for each in segments)
    query = "&".join(
        f"{name}={value if name in _TELLS_THE_PAGE and not value.isdigit() and len(value) <= 30 else '*'}"
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    )
    narrow = path + (f"?{query}" if query else "") + (f"#{parts.fragment}" if parts.fragment else "")
    wide = f"/{segments[0]}/…" if len(segments) > 1 else f"{path}?…" if query else _ROOT
    return narrow, wide
