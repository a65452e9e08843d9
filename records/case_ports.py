"""What is asked of the store of cases beside the case itself: its history, papers, and numbers of papers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from records.case_parts import CaseEvent, CaseState, CaseStep, Deadline
from records.leads import Case, Lead, LeadEvent
from records.papers import Paper, PaperVersion
from records.people import AuditEvent

__all__ = ["AuditBuild", "CaseBook", "CaseChange", "CaseRules"]

AuditBuild = Callable[[AuditEvent | None], AuditEvent]
"""Makes the next event of the audit chain from the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChange:
    """One change of a case: all of it is kept, or nothing.

    Attributes:
        case: As it is to be; its `version` is the one it was read with (0: new). None: it stays as it is.
        paper: Likewise.
        paper_version: A new version of a paper's words.
        number: Series and number the paper takes, which must be the next of the series.
        audit: The event of the audit chain that says what was done.
    """

    event: CaseEvent
    audit: AuditBuild
    case: Case | None = None
    paper: Paper | None = None
    paper_version: PaperVersion | None = None
    number: tuple[str, int] | None = None


class CaseBook(Protocol):
    """History and papers of cases. What is here is never changed but a paper's state, and nothing is removed."""

    def keep(self, change: CaseChange) -> None:
        """Write the whole change in one transaction, with its event in the audit chain; again: nothing more.

        Raises:
            ConflictError: Case or paper is no longer of that version, the version of the words is there with other
                words, or the number was taken by another paper; nothing was written.
        """
        ...

    def events(self, case_id: str) -> tuple[CaseEvent, ...]:
        """In the order they were written."""
        ...

    def papers(self, case_id: str = "", *, state: str = "") -> tuple[Paper, ...]:
        """Of a case, or all; by opening. `state`: only those in it."""
        ...

    def paper(self, paper_id: str) -> Paper:
        """Raises NotFoundError."""
        ...

    def paper_versions(self, paper_id: str) -> tuple[PaperVersion, ...]:
        """By number."""
        ...

    def next_number(self, series: str) -> int:
        """The number the next paper of a series takes: one more than the highest there is."""
        ...


class CaseRules(Protocol):
    """The law of a case's life (`leads.case_life.CaseLife`), for desks that may not import it."""

    def act(self, case: Case, wanted: CaseStep) -> tuple[Case, CaseEvent]:
        """One lawful step. Raises TransitionRefusedError, InvalidInputError."""
        ...

    def event(self, case: Case, action: str, *, before: CaseState | None, said: str, wanted: CaseStep) -> CaseEvent:
        """The event of anything else that is done to a case."""
        ...

    def steps(self, case: Case) -> Sequence[str]:
        """The lawful steps, the usual next one first."""
        ...

    def paper_period(
        self, case: Case, *, title: str, article: str, due: tuple[int, date | None], paper: tuple[str, date]
    ) -> Case:
        """The case with the period a paper opens."""
        ...

    def running(self, case: Case) -> tuple[Deadline, ...]:
        """Periods that run, the most pressing first."""
        ...

    def card(self, period: Deadline, now: datetime) -> tuple[str, str]:
        """Colour and sentence of a period now."""
        ...

    def day(self, now: datetime) -> date:
        """The day in China."""
        ...

    def take_lead(self, lead: Lead, action: str, *, by: str, reason: str, now: datetime) -> tuple[Lead, LeadEvent]:
        """A step of a lead of the case. Raises TransitionRefusedError."""
        ...
