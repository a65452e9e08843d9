"""What is asked about one entity, and the answers."""

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

__all__ = ["SOUND", "FieldAnswer", "FieldQuestion", "Outcome", "Subject", "problem", "undecided"]


class Outcome(Enum):
    """Decided for or against, or 无法判定."""

    SOUND = 1
    PROBLEM = 2
    UNDECIDED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldAnswer:
    """`value` is what the register says, `sentence` what is wrong with it or why it cannot be told."""

    outcome: Outcome
    value: str = ""
    sentence: str = ""


SOUND = FieldAnswer(outcome=Outcome.SOUND)


def problem(value: object, sentence: str) -> FieldAnswer:
    """An answer that is to be corrected."""
    return FieldAnswer(outcome=Outcome.PROBLEM, value=str(value), sentence=sentence)


def undecided(value: object, sentence: str) -> FieldAnswer:
    """无法判定, and why."""
    return FieldAnswer(outcome=Outcome.UNDECIDED, value=str(value), sentence=sentence)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """An entity with what several questions need of it; `today` is the day of the check in Asia/Shanghai."""

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
class FieldQuestion:
    """One question about one field; `ask` gives None where there is nothing to ask."""

    check: QualityCheck
    field: str
    ask: Callable[[Subject], FieldAnswer | None]
