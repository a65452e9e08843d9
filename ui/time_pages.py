"""A list by time: how many of it fall on each day, week or month; a column narrows the list to its days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from records.errors import AwayError, InvalidInputError
from records.search import FacetCount, SearchInterval
from ui.door import Asked
from ui.facet_pages import counted, list_state
from ui.searching import SearchState

__all__ = ["Column", "columns_of", "router"]

router = APIRouter(prefix="/when")

_MOST_COLUMNS = 62
_WIDTHS = (SearchInterval.DAY, SearchInterval.WEEK, SearchInterval.MONTH)
_HEIGHT = 48
_MOST_DAYS = 8_192


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The days of a column, both ends included, how many there are, and how high it is drawn (0 to 48)."""

    first: date
    last: date
    count: int
    height: int
    href: str = ""

    @property
    def title(self) -> str:
        """What it says when it is pointed at or read out."""
        days = str(self.first) if self.first == self.last else f"{self.first} 至 {self.last}"
        return f"{days}：{self.count} 条"


@router.get("/{name}", response_class=HTMLResponse)
def by_time(request: Request, visitor: Asked, name: str, by: str = "") -> HTMLResponse:
    """The columns of a list as its address says it; htmx gets them alone, under the list."""
    state = list_state(name, request.query_params)
    problem, days = "", tuple[FacetCount, ...]()
    try:
        days = counted(visitor, state, histogram=SearchInterval.DAY).histogram
    except (AwayError, InvalidInputError) as exc:
        problem = str(exc)
    width = next((one for one in _WIDTHS if one.value == by), None)
    columns = columns_of(days, width, state)
    return visitor.draw(
        "when.html" if visitor.wants_piece else "when_page.html",
        here=name,
        state=state,
        columns=columns,
        most=max((column.count for column in columns), default=0),
        earlier=sum(day.count for day in days) - sum(column.count for column in columns),
        widths=_WIDTHS,
        width=width or fitting_width(days),
        problem=problem,
    )


def columns_of(days: Sequence[FacetCount], width: SearchInterval | None, state: SearchState) -> tuple[Column, ...]:
    """Columns from the first day to the last, empty ones too, so that the distance between two is time. Without a
    width, the smallest with which they fit side by side; with more than fit, the newest that do."""
    if not days:
        return ()
    chosen = width or fitting_width(days)
    gathered: dict[date, int] = {}
    for day in days:
        first = _first(day.value, chosen)
        gathered[first] = gathered.get(first, 0) + day.count
    firsts = _all_between(min(gathered), max(gathered), chosen)[-_MOST_COLUMNS:]
    return _drawn(firsts, gathered, chosen, state)


def fitting_width(days: Sequence[FacetCount]) -> SearchInterval:
    """Days while they fit, then weeks, then months."""
    if not days:
        return SearchInterval.DAY
    first, last = date.fromisoformat(days[0].value), date.fromisoformat(days[-1].value)
    spanned = (last - first).days + 1
    if spanned <= _MOST_COLUMNS:
        return SearchInterval.DAY
    return SearchInterval.WEEK if spanned <= 7 * (_MOST_COLUMNS - 1) else SearchInterval.MONTH


def _drawn(
    firsts: Sequence[date], gathered: Mapping[date, int], width: SearchInterval, state: SearchState
) -> tuple[Column, ...]:
    most = max(gathered.get(first, 0) for first in firsts)
    since, until, href_of = state.conditions.since, state.conditions.until, state.days_hrefs()
    columns = []
    for first in firsts:
        last, count = _next(first, width) - timedelta(days=1), gathered.get(first, 0)
        columns.append(
            Column(
                first=first,
                last=last,
                count=count,
                height=-(-count * _HEIGHT // most) if most else 0,  # never quite nothing for something
                # the days of the column, of those already asked for
                href=href_of(max(first, since or first), min(last, until or last)) if count else "",
            )
        )
    return tuple(columns)


def _all_between(first: date, last: date, width: SearchInterval) -> list[date]:
    found = [first]
    while found[-1] < last:
        found.append(_next(found[-1], width))
    return found


@lru_cache(_MOST_DAYS)
def _first(said: str, width: SearchInterval) -> date:
    """The first day of the column a day is in."""
    day = date.fromisoformat(said)
    if width is SearchInterval.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if width is SearchInterval.MONTH else day


def _next(first: date, width: SearchInterval) -> date:
    if width is SearchInterval.MONTH:
        return (first + timedelta(days=32)).replace(day=1)
    return first + timedelta(days=7 if width is SearchInterval.WEEK else 1)
