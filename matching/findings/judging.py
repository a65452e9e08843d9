"""All findings about one licence, in the order number, name, loan, state, term, display, register, permits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from matching.findings.borrowing import borrowing_answers
from matching.findings.display import display_answers
from matching.findings.grounds import Answer, Grounds, Licence
from matching.findings.names import name_answers
from matching.findings.numbers import number_answers
from matching.findings.outdated import outdated_answers
from matching.findings.permits import permit_answers
from matching.findings.states import state_answers
from matching.query_facts import QueryFacts
from records.licence_findings import LicenceFinding, LicenceProblem, WithheldFinding
from records.register import Entity

__all__ = ["Judgement", "judge_licence"]

_FINDERS: tuple[Callable[[Grounds], Iterator[Answer]], ...] = (
    number_answers,
    name_answers,
    borrowing_answers,
    state_answers,
    display_answers,
    permit_answers,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is said of a licence, and what is not said and why."""

    findings: tuple[LicenceFinding, ...]
    withheld: tuple[WithheldFinding, ...]


def judge_licence(
    facts: QueryFacts,
    licence: Licence,
    *,
    matched: Entity | None,
    then: Callable[[str], Entity | None],
    covers: Callable[[str], bool],
    snapshot_id: str,
) -> Judgement:
    """Findings about the licence shown, as of the query's time.

    Args:
        matched: The entity settled on, None when nobody was.
        then: The register's entity of a code as it was known at the capture; asked at most once.
        covers: Whether the register has any code that begins so.
    """
    entity = licence.holder.entity if licence.holder is not None else matched
    grounds = Grounds(
        facts=facts,
        licence=licence,
        entity=entity,
        then=then(entity.code) if entity is not None else None,
        covers=covers,
        snapshot_id=snapshot_id,
    )
    answers = [answer for finder in _FINDERS for answer in finder(grounds)]
    if not any(_is_about_identity(answer) for answer in answers):
        answers.extend(outdated_answers(grounds))
    return Judgement(
        findings=tuple(answer for answer in answers if isinstance(answer, LicenceFinding)),
        withheld=tuple(answer for answer in answers if isinstance(answer, WithheldFinding)),
    )


def _is_about_identity(answer: Answer) -> bool:
    """Whose licence it is must be settled before its items can be called out of date."""
    doubts = (LicenceProblem.NAME_CODE_MISMATCH, LicenceProblem.BORROWED)
    return isinstance(answer, LicenceFinding) and answer.problem in doubts
