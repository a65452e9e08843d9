"""Names for the identifiers that facets and lists hold: rules, targets, decisions."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from records.leads import Rule, Severity
from records.ports import Services
from records.register import MatchDecision
from records.search import Facet
from ui.regions import region_name
from ui.showing import visible
from ui.words import word_by_value

__all__ = ["Namer"]

_SETS: Mapping[Facet, type[StrEnum]] = MappingProxyType({Facet.SEVERITY: Severity, Facet.DECISION: MatchDecision})


_MOST_NAMES = 16_384
_LONGEST = 60


class Namer:
    """Writes facet values for people. Made for one request: targets are read once, when first needed."""

    def __init__(self, services: Services, rules: Mapping[str, Rule]) -> None:
        self._services = services
        self._rules = rules
        self._targets: dict[str, str] | None = None

    def __call__(self, facet: Facet, value: str) -> str:
        """The name of a facet's value; an unknown one names itself."""
        if facet in _SETS:
            return word_by_value(_SETS[facet], value)
        if facet is Facet.RULE and value in self._rules:
            return f"{value} {self._rules[value].title}"
        if facet is Facet.REGION:
            return region_name(value) if value.isdigit() else _shown(value)
        if facet is Facet.TARGET:
            return self.target(value)
        return _shown(value)

    def target(self, target_id: str) -> str:
        """The name of a target."""
        if self._targets is None:
            self._targets = {target.target_id: target.name for target in self._services.survey.targets()}
        return _shown(self._targets.get(target_id, target_id))


@lru_cache(_MOST_NAMES)
def _shown(value: str) -> str:
    return visible(value, _LONGEST)
