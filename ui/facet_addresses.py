"""The addresses of a list with one facet value switched. A page shows hundreds: what stays the same is written once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from urllib.parse import quote_plus

from records.search import Facet

__all__ = ["LEFT_OUT", "FacetAddresses"]

LEFT_OUT = "not."
"""What the name of a facet begins with when its value is left out."""


_MOST_VALUES = 16_384


class FacetAddresses:
    """Addresses on `path`, each back on the first page: `before` and `after` stand around the values in the query."""

    def __init__(
        self,
        path: str,
        facets: Sequence[Facet],
        *,
        chosen: Mapping[Facet, Sequence[str]],
        excluded: Mapping[Facet, Sequence[str]],
        before: str,
        after: str,
    ) -> None:
        self._path = path
        self._chosen = {facet: [_quoted(value) for value in chosen.get(facet, ())] for facet in facets}
        self._excluded = {facet: [_quoted(value) for value in excluded.get(facet, ())] for facet in facets}
        self._before, self._after = before, after
        self._around = {facet: self._all_around(facet) for facet in facets}

    def of(self, facet: Facet, value: str) -> tuple[str, str]:
        """With the value chosen or no longer (one that was left out is let in); and with it left out or no longer (a
        chosen one is no longer chosen)."""
        written, chosen, excluded = _quoted(value), self._chosen[facet], self._excluded[facet]
        others, let_in = _without(chosen, written), _without(excluded, written)
        switched = others if written in chosen else [*chosen, written]
        if written in excluded:
            return self._with(facet, switched, let_in), self._with(facet, chosen, let_in)
        return self._with(facet, switched, excluded), self._with(facet, others, [*excluded, written])

    def _with(self, facet: Facet, chosen: list[str], excluded: list[str]) -> str:
        before, between, after = self._around[facet]
        said = before
        for value in chosen:
            said += f"&{facet.value}={value}"
        said += between
        for value in excluded:
            said += f"&{LEFT_OUT}{facet.value}={value}"
        said += after
        return f"{self._path}?{said[1:]}" if said else self._path

    def _all_around(self, facet: Facet) -> tuple[str, str, str]:
        """What stands before the chosen values of a facet, between those and the ones left out, and after both; each
        pair with a & before it."""
        facets = list(self._chosen)
        place = facets.index(facet)
        return (
            (f"&{self._before}" if self._before else "") + _pairs("", self._chosen, facets[:place]),
            _pairs("", self._chosen, facets[place + 1 :]) + _pairs(LEFT_OUT, self._excluded, facets[:place]),
            _pairs(LEFT_OUT, self._excluded, facets[place + 1 :]) + (f"&{self._after}" if self._after else ""),
        )


@lru_cache(_MOST_VALUES)
def _quoted(value: str) -> str:
    return quote_plus(value)


def _pairs(prefix: str, values: Mapping[Facet, list[str]], facets: Sequence[Facet]) -> str:
    return "".join(f"&{prefix}{facet.value}={value}" for facet in facets for value in values[facet])


def _without(values: list[str], value: str) -> list[str]:
    return [one for one in values if one != value] if value in values else values
