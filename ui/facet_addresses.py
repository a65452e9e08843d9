"""The addresses of a list with one facet value switched. A page shows hundreds: what stays the same is written once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote_plus

from records.search import Facet

__all__ = ["LEFT_OUT", "FacetAddresses"]

LEFT_OUT = "not."
"""What the name of a facet begins with when its value is left out."""


class FacetAddresses:
    """Addresses on `path`, each back on the first page: `before` and `after` stand around the values in the query."""

    def __init__(  # noqa: PLR0913  # what a list is asked
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
        self._before, self._after = before, after
        self._written = {one.value: [_pair(one.value, value) for value in chosen.get(one, ())] for one in facets}
        for one in facets:
            name = LEFT_OUT + one.value
            self._written[name] = [_pair(name, value) for value in excluded.get(one, ())]

    def toggled(self, facet: Facet, value: str) -> str:
        """With the value chosen or no longer; one that was left out is let in."""
        name, left_out = facet.value, LEFT_OUT + facet.value
        pair, out = _pair(name, value), _pair(left_out, value)
        return self._with(
            {name: _switched(self._written[name], pair), left_out: _without(self._written[left_out], out)}
        )

    def left_out_toggled(self, facet: Facet, value: str) -> str:
        """With the value left out or no longer; a chosen one is no longer chosen."""
        name, left_out = facet.value, LEFT_OUT + facet.value
        pair, out = _pair(name, value), _pair(left_out, value)
        excluded = self._written[left_out]
        if out in excluded:
            return self._with({left_out: _without(excluded, out)})
        return self._with({name: _without(self._written[name], pair), left_out: [*excluded, out]})

    def _with(self, changed: Mapping[str, list[str]]) -> str:
        parts = [self._before] if self._before else []
        for name, pairs in self._written.items():
            parts += changed.get(name, pairs)
        if self._after:
            parts.append(self._after)
        return f"{self._path}?{'&'.join(parts)}" if parts else self._path


def _pair(name: str, value: str) -> str:
    return f"{quote_plus(name)}={quote_plus(value)}"


def _switched(pairs: list[str], pair: str) -> list[str]:
    return _without(pairs, pair) if pair in pairs else [*pairs, pair]


def _without(pairs: list[str], pair: str) -> list[str]:
    return [one for one in pairs if one != pair]
