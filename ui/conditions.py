"""What a list is narrowed by beyond its chosen values: values left out and a stretch of days, written as the words of a
query, so that whatever takes the query (export, saved search, alert, frozen set) takes all of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from records.errors import InvalidInputError
from records.search import Facet
from records.search_fields import facet_named, written_field
from records.search_syntax import AnyOf, parse_query

__all__ = ["Conditions", "can_be_left_out", "day_said"]

_QUOTE = '"'
_WRITTEN = re.compile(
    r"(?P<words>.*?)(?P<left_out>(?:(?:^| )非 [^\W\d_]+:\"[^\"]+\")*)"
    r"(?:(?:^| )日期:(?P<since>\d{4}-\d\d-\d\d)?\.\.(?P<until>\d{4}-\d\d-\d\d)?)?",
    re.DOTALL,
)
_LEFT_OUT = re.compile(r"非 ([^\W\d_]+):\"([^\"]+)\"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """`excluded`: values of which none may stand; `since` and `until`: the first and the last day in Shanghai."""

    excluded: Mapping[Facet, tuple[str, ...]] = field(default_factory=dict)
    since: date | None = None
    until: date | None = None

    def __bool__(self) -> bool:
        return bool(self.excluded or self.since or self.until)

    def joined_to(self, text: str) -> str:
        """The words with these conditions behind them.

        Raises:
            InvalidInputError: The words cannot be read; the place is that in the words alone.
        """
        if not self:
            return text
        words = f"({text})" if isinstance(parse_query(text), AnyOf) else text
        parts = [words] if text else []
        parts += [f"非 {written_field(facet, value)}" for facet, values in self.excluded.items() for value in values]
        if self.since or self.until:
            parts.append(f"日期:{self.since or ''}..{self.until or ''}")
        return " ".join(parts)

    @classmethod
    def taken_from(cls, text: str) -> tuple[str, Self]:
        """Words that `joined_to` wrote, apart again; others stay words."""
        found = _WRITTEN.fullmatch(text)
        assert found is not None  # every text is at least words
        excluded: dict[Facet, tuple[str, ...]] = {}
        for name, value in _LEFT_OUT.findall(found["left_out"]):
            facet = facet_named(name)
            if facet is None:
                return text, cls()
            excluded[facet] = (*excluded.get(facet, ()), value)
        taken = cls(excluded=excluded, since=day_said(found["since"] or ""), until=day_said(found["until"] or ""))
        return (_without_brackets(found["words"]), taken) if taken else (text, taken)

    def without(self, facet: Facet, value: str) -> Self:
        """With one value no longer left out."""
        return self._with(facet, tuple(one for one in self.excluded.get(facet, ()) if one != value))

    def leaving_out(self, facet: Facet, value: str) -> Self:
        """With one more value left out."""
        return self._with(facet, tuple(dict.fromkeys((*self.excluded.get(facet, ()), value))))

    def between(self, since: date | None, until: date | None) -> Self:
        """With another stretch of days."""
        return type(self)(excluded=self.excluded, since=since, until=until)

    def _with(self, facet: Facet, values: tuple[str, ...]) -> Self:
        excluded = {name: some for name, some in {**self.excluded, facet: values}.items() if some}
        return type(self)(excluded=excluded, since=self.since, until=self.until)

    @property
    def days(self) -> str:
        """The stretch in words; empty for none."""
        if self.since and self.until:
            return str(self.since) if self.since == self.until else f"{self.since} 至 {self.until}"
        return f"{self.since} 起" if self.since else f"截至 {self.until}" if self.until else ""


def day_said(said: str) -> date | None:
    """The day of an address; None for what is none."""
    try:
        return date.fromisoformat(said) if len(said) == len("2026-03-01") else None
    except ValueError:
        return None


def can_be_left_out(value: str) -> bool:
    """Whether a value can be written between quotes."""
    return bool(value.strip()) and _QUOTE not in value


def _without_brackets(words: str) -> str:
    """What was bracketed for the sake of its 或, as it was typed."""
    inner = words[1:-1]
    return inner if words[:1] == "(" and words[-1:] == ")" and _is_whole(inner) else words


def _is_whole(words: str) -> bool:
    try:
        return isinstance(parse_query(words), AnyOf)
    except InvalidInputError:
        return False
