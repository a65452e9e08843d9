"""What is asked of the store of cases beside the case itself: its history, papers, and numbers of papers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from records.case_parts import CaseEvent
from records.leads import Case
from records.papers import Paper, PaperVersion
from records.people import AuditEvent

__all__ = ["AuditBuild", "CaseBook", "CaseChange"]

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
