"""What a rule says of one entity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cached_property

from matching.names.normalise import normalise_name
from matching.names.parts import NameParts, parse_name
from matching.quality.divisions import DivisionHistory
from records.quality import QualityCheck
from records.register import Entity

__all__ = ["SOUND", "Finding", "Outcome", "Rule", "Subject", "problem", "undecided"]


class Outcome(Enum):
    """Decided for or against, or 无法判定."""

    SOUND = 1
    PROBLEM = 2
    UNDECIDED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`value` is what the register says, `sentence` what is wrong with it or why it cannot be told."""

    outcome: Outcome
    value: str = ""
    sentence: str = ""


SOUND = Finding(outcome=Outcome.SOUND)


def problem(value: object, sentence: str) -> Finding:
    """A finding to correct."""
    return Finding(outcome=Outcome.PROBLEM, value=str(value), sentence=sentence)


def undecided(value: object, sentence: str) -> Finding:
    """无法判定, and why."""
    return Finding(outcome=Outcome.UNDECIDED, value=str(value), sentence=sentence)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """An entity with what several rules need of it; `today` is the day of the check in Asia/Shanghai."""

    entity: Entity
    today: date
    divisions: DivisionHistory

    @cached_property
    def name(self) -> str:
        """Normalised."""
        return normalise_name(self.entity.name)

    @cached_property
    def parts(self) -> NameParts:
        """Of the normalised name."""
        return parse_name(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One question about one field; `ask` gives None where there is nothing to ask."""

    check: QualityCheck
    field: str
    ask: Callable[[Subject], Finding | None]
