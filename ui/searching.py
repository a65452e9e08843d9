"""A search as an address: every state of a result list can be sent to a colleague, and works without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from types import MappingProxyType
from typing import Self
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from records.errors import InvalidInputError
from records.leads import LeadState, Severity
from records.search import Facet, FacetCount, SearchKind, SearchQuery, SearchResult, SearchSort
from ui.conditions import Conditions, can_be_left_out, day_said
from ui.facet_addresses import LEFT_OUT, FacetAddresses
from ui.words import FACET_TITLES

__all__ = ["Chip", "FacetGroup", "FacetValue", "SearchState"]

PAGE_SIZE = 50
_DEEPEST = 10_000
_LONGEST_WORDS = 200
_MOST_VALUES = 50
_SHOWN_VALUES = 24

_IN_ORDER: Mapping[Facet, Mapping[str, int]] = MappingProxyType(
    {
        Facet.SEVERITY: {severity.value: place for place, severity in enumerate(Severity)},
        Facet.STATE: {state.value: place for place, state in enumerate(LeadState)},
    }
)
"""Facets shown in their own order, whatever the counts."""

Name = Callable[[Facet, str], str]
"""How a facet value is written on the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A condition in force, and the address of the list without it; `leaves_out`: of what must not stand."""

    title: str
    href: str
    leaves_out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """One value that can be switched on or off by following `href`, and left out or back in by `out_href` (empty where
    the value cannot be written)."""

    value: str
    title: str
    count: int | None
    chosen: bool
    href: str
    left_out: bool = False
    out_href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetGroup:
    """A facet with its values, the chosen ones kept even when nothing has them. Of more than 24 the most frequent are
    here, and `more` others can be looked for by their names (`/facets`)."""

    facet: Facet
    title: str
    values: tuple[FacetValue, ...]
    more: int = 0

    @property
    def chosen(self) -> bool:
        """Whether any value of it is chosen or left out."""
        return any(value.chosen or value.left_out for value in self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchState:
    """What is asked, as the address says it. `path` is the page the results stand on, `left_out` how many characters of
    an overlong text were not taken."""

    path: str
    kind: SearchKind
    facets: tuple[Facet, ...]
    text: str = ""
    filters: Mapping[Facet, tuple[str, ...]]
    conditions: Conditions = field(default_factory=Conditions)
    sort: SearchSort = SearchSort.PRIORITY
    offset: int = 0
    left_out: int = 0
    _written: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Query strings of this state that were asked for before: a page of results asks for them a row each."""

    @classmethod
    def read(cls, params: QueryParams, *, path: str, kind: SearchKind, facets: tuple[Facet, ...]) -> Self:
        """From a query string; what cannot be understood is taken as not said."""
        filters = {facet: _values(params, facet.value) for facet in facets}
        left_out = {facet: _values(params, LEFT_OUT + facet.value) for facet in facets}
        text = params.get("q", "").strip()
        return cls(
            path=path,
            kind=kind,
            facets=facets,
            text=text[:_LONGEST_WORDS],
            left_out=len(text[_LONGEST_WORDS:]),
            filters={facet: values for facet, values in filters.items() if values},
            conditions=Conditions(
                excluded={
                    facet: sayable
                    for facet, values in left_out.items()
                    if (sayable := tuple(filter(can_be_left_out, values)))
                },
                since=day_said(params.get("since", "")),
                until=day_said(params.get("until", "")),
            ),
            sort=_sort(params.get("sort", "")),
            offset=_offset(params.get("offset", "")),
        )

    def query(self) -> SearchQuery:
        """The same as the index is asked.

        Raises:
            InvalidInputError: The text was too long: what a part of it finds is no answer to the whole; or, with
                conditions, it cannot be read.
        """
        if self.left_out:
            raise InvalidInputError(
                f"检索词过长：{_LONGEST_WORDS + self.left_out} 字，未检索", cure=f"不超过 {_LONGEST_WORDS} 字"
            )
        return SearchQuery(
            kind=self.kind,
            text=self.conditions.joined_to(self.text),
            filters=dict(self.filters),
            count_facets=self.facets,
            most_values=_SHOWN_VALUES,
            sort=self.sort,
            limit=PAGE_SIZE,
            offset=self.offset,
        )

    def string(self, **extra: str) -> str:
        """The query string of this state, in one order, so that equal states have equal addresses."""
        return urlencode([*self.pairs(), *extra.items()])

    def pairs(self) -> list[tuple[str, str]]:
        """The same as names and values."""
        pairs: list[tuple[str, str]] = [("q", self.text)] if self.text else []
        pairs += [(facet.value, value) for facet in self.facets for value in self.filters.get(facet, ())]
        conditions = self.conditions
        for facet in self.facets:
            pairs += [(LEFT_OUT + facet.value, value) for value in conditions.excluded.get(facet, ())]
        pairs += self._pairs_after()
        if self.offset:
            pairs.append(("offset", str(self.offset)))
        return pairs

    def _pairs_after(self) -> list[tuple[str, str]]:
        days = (("since", self.conditions.since), ("until", self.conditions.until))
        pairs = [(name, str(day)) for name, day in days if day]
        return pairs if self.sort is SearchSort.PRIORITY else [*pairs, ("sort", self.sort.value)]

    def addresses(self) -> FacetAddresses:
        """Of this list with one facet value switched, as `toggled` and `left_out_toggled` have them."""
        return FacetAddresses(
            self.path,
            self.facets,
            chosen=self.filters,
            excluded=self.conditions.excluded,
            before=urlencode([("q", self.text)] if self.text else []),
            after=urlencode(self._pairs_after()),
        )

    def kept_pairs(self, *left_aside: str) -> list[tuple[str, str]]:
        """The pairs a form must bring along that asks for other values of those named; the page begins anew."""
        return [(name, value) for name, value in self.pairs() if name not in (*left_aside, "offset")]

    @property
    def href(self) -> str:
        """The address of this state."""
        said = self.string()
        return f"{self.path}?{said}" if said else self.path

    def item_href(self, path: str, position: int) -> str:
        """The address of one result that remembers where in which list it was found."""
        if "first page" not in self._written:
            said = replace(self, offset=0).string()
            self._written["first page"] = f"{said}&" if said else ""
        return f"{path}?{self._written['first page']}at={position}"

    def toggled(self, facet: Facet, value: str) -> Self:
        """With one facet value switched, back on the first page."""
        chosen = self.filters.get(facet, ())
        now = tuple(one for one in chosen if one != value) if value in chosen else (*chosen, value)
        filters = {name: values for name, values in {**self.filters, facet: now}.items() if values}
        return replace(self, filters=filters, conditions=self.conditions.without(facet, value), offset=0)

    def left_out_toggled(self, facet: Facet, value: str) -> Self:
        """With one facet value left out, or let in again; a chosen one is no longer chosen."""
        if value in self.conditions.excluded.get(facet, ()):
            return replace(self, conditions=self.conditions.without(facet, value), offset=0)
        unchosen = self.toggled(facet, value) if value in self.filters.get(facet, ()) else self
        return replace(unchosen, conditions=self.conditions.leaving_out(facet, value), offset=0)

    def between(self, since: date | None, until: date | None) -> Self:
        """Of these days, back on the first page."""
        return replace(self, conditions=self.conditions.between(since, until), offset=0)

    def days_hrefs(self) -> Callable[[date, date], str]:
        """The addresses of `between` for many columns of days: what stays the same is written once."""
        plain = replace(self.between(None, None), sort=SearchSort.PRIORITY).string()
        begun = f"{self.path}?{plain}&" if plain else f"{self.path}?"
        ending = "" if self.sort is SearchSort.PRIORITY else f"&sort={self.sort.value}"
        return lambda since, until: f"{begun}since={since}&until={until}{ending}"

    def sorted_by(self, sort: SearchSort) -> Self:
        """In another order, back on the first page."""
        return replace(self, sort=sort, offset=0)

    def cleared(self) -> Self:
        """The words alone, no filter."""
        return replace(self, filters={}, conditions=Conditions(), offset=0)

    def page_hrefs(self, total: int) -> tuple[str, str]:
        """Addresses of the page before and after ("" for none)."""
        before, after = self.offset - PAGE_SIZE, self.offset + PAGE_SIZE
        return (
            replace(self, offset=max(0, before)).href if self.offset else "",
            replace(self, offset=after).href if after < min(total, _DEEPEST) else "",
        )

    def groups(self, result: SearchResult, name: Name) -> tuple[FacetGroup, ...]:
        """The facets with their counts, ready to be drawn; empty ones are left out."""
        draw = _Drawn(self, self.addresses(), name)
        groups = (
            self._group(facet, result.facets.get(facet, ()), draw, size=result.facet_sizes.get(facet, 0))
            for facet in self.facets
        )
        return tuple(group for group in groups if group.values)

    def found_values(
        self, facet: Facet, counts: Sequence[FacetCount], name: Name, *, words: str
    ) -> tuple[FacetValue, ...]:
        """Values whose name or code has the words in it, the most frequent first, 24 at most."""
        wanted = words.strip().casefold()
        fitting = (one for one in counts if wanted in name(facet, one.value).casefold() or wanted in one.value)
        draw = _Drawn(self, self.addresses(), name)
        return draw.values(facet, [(one.value, one.count) for one in islice(fitting, _SHOWN_VALUES)])

    def chosen(self, name: Name) -> tuple[Chip, ...]:
        """Each filter in force."""
        chips = [
            Chip(title=f"{FACET_TITLES[facet]}：{name(facet, value)}", href=self.toggled(facet, value).href)
            for facet in self.facets
            for value in self.filters.get(facet, ())
        ]
        chips += [
            Chip(
                title=f"排除 {FACET_TITLES[facet]}：{name(facet, value)}",
                href=self.left_out_toggled(facet, value).href,
                leaves_out=True,
            )
            for facet in self.facets
            for value in self.conditions.excluded.get(facet, ())
        ]
        if self.conditions.days:
            chips.append(Chip(title=f"日期：{self.conditions.days}", href=self.between(None, None).href))
        return tuple(chips)

    def _group(self, facet: Facet, counts: Sequence[FacetCount], draw: _Drawn, *, size: int) -> FacetGroup:
        chosen = (*self.filters.get(facet, ()), *self.conditions.excluded.get(facet, ()))
        known = {count.value: count.count for count in counts}
        ordered = [*(value for value in chosen if value not in known), *known]
        if facet in _IN_ORDER:
            ordered.sort(key=lambda value: _IN_ORDER[facet].get(value, 99))
        shown = [value for place, value in enumerate(ordered) if place < _SHOWN_VALUES or value in chosen]
        return FacetGroup(
            facet=facet,
            title=FACET_TITLES[facet],
            values=draw.values(facet, [(value, known.get(value)) for value in shown]),
            more=max(len(ordered), size) - len(shown),
        )


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Facet values of a state as they are drawn."""

    state: SearchState
    addresses: FacetAddresses
    name: Name

    def values(self, facet: Facet, counted: Sequence[tuple[str, int | None]]) -> tuple[FacetValue, ...]:
        chosen, left_out = self.state.filters.get(facet, ()), self.state.conditions.excluded.get(facet, ())
        drawn = []
        for value, count in counted:
            href, out_href = self.addresses.of(facet, value)
            drawn.append(
                FacetValue(
                    value=value,
                    title=self.name(facet, value),
                    count=count,
                    chosen=value in chosen,
                    href=href,
                    left_out=value in left_out,
                    out_href=out_href if can_be_left_out(value) else "",
                )
            )
        return tuple(drawn)


def _values(params: QueryParams, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value[:200] for value in params.getlist(name)[:_MOST_VALUES] if value))


def _sort(said: str) -> SearchSort:
    return next((sort for sort in SearchSort if sort.value == said), SearchSort.PRIORITY)


def _offset(said: str) -> int:
    if not (said.isascii() and said.isdigit() and len(said) <= 5):
        return 0
    return min(int(said), _DEEPEST - PAGE_SIZE) // PAGE_SIZE * PAGE_SIZE
