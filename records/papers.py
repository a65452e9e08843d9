"""文书: the form a paper follows, what machines know and officers write, each version kept, the sealed one for good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from records.base import Record, UtcDatetime
from records.case_parts import CaseEvent
from records.digests import Digests
from records.evidence import Capture
from records.leads import Case, Finding, Lead

__all__ = [
    "Approval",
    "CasePicture",
    "CaseRecords",
    "Paper",
    "PaperFact",
    "PaperField",
    "PaperForm",
    "PaperRoom",
    "PaperState",
    "PaperVersion",
    "PrintedPaper",
]


class PaperState(StrEnum):
    """草稿 → 待审批 → 已定稿; a paper that needs no approval goes from 草稿 to 已定稿."""

    DRAFT = "草稿"
    SUBMITTED = "待审批"
    RETURNED = "已退回"
    SEALED = "已定稿"


class PaperField(Record):
    """Something an officer writes. `kind`: line, text, date or choice; a paper without a required one stays a draft."""

    name: str
    label: str
    kind: str = "line"
    required: bool = True
    hint: str = ""
    default: str = ""
    choices: tuple[str, ...] = ()


class PaperForm(Record):
    """A form of the 文书格式范本: number, title, 文号 series, what it needs and what it brings about.

    Attributes:
        series: 类字 of its 文号; empty: it bears none.
        approval: Whether 负责人 must agree.
        officers: How many officers with cards must be named.
        subject: "capture" when it is about one piece of evidence, else "".
        act: By what the field `act_field` says: the step the case takes when it is sealed. `asks` is taken when it is
            submitted, `refused` when 负责人 does not agree.
        opens: Title of the period it opens, of `days` working days or until the day in the field `until`.
    """

    kind: str
    title: str
    purpose: str
    series: str = ""
    approval: bool = False
    officers: int = 0
    subject: str = ""
    act: Mapping[str, str] = {}
    act_field: str = ""
    asks: str = ""
    refused: str = ""
    opens: str = ""
    days: int = 0
    until: str = ""
    article: str = ""
    layout: str = "letter"
    needs: tuple[str, ...] = ()
    fields: tuple[PaperField, ...]

    def field(self, name: str) -> PaperField:
        """The field of that name."""
        return next(one for one in self.fields if one.name == name)


class PaperFact(Record):
    """Something the records say, and which record; never edited in a paper."""

    key: str
    label: str
    value: str
    source: str


class Approval(Record):
    """What somebody said who had to be asked, under which name and card."""

    step: str
    login: str
    name: str
    card_no: str = ""
    agreed: bool
    opinion: str = ""
    at: UtcDatetime


class PaperVersion(Record):
    """One version, never changed: the officer's fields and the facts as they were. A sealed one has its 文号 and the
    digests of both files."""

    paper_id: str
    number: int
    fields: Mapping[str, str]
    facts: tuple[PaperFact, ...]
    missing: tuple[str, ...] = ()
    saved_by: str
    saved_at: UtcDatetime
    sealed: bool = False
    document_no: str = ""
    approvals: tuple[Approval, ...] = ()
    pdf: Digests | None = None
    docx: Digests | None = None


class Paper(Record):
    """A paper of a case. `version` counts changes (optimistic lock), `newest` versions of its words, `sealed_number`
    is the version last signed off (0: none)."""

    paper_id: str
    case_id: str
    kind: str
    title: str
    subject: str = ""
    state: PaperState = PaperState.DRAFT
    document_no: str = ""
    newest: int = 1
    sealed_number: int = 0
    sealed_at: UtcDatetime | None = None
    approvals: tuple[Approval, ...] = ()
    opened_by: str
    opened_at: UtcDatetime
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePicture:
    """A picture to be printed (PNG), and what it shows."""

    content: bytes
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedPaper:
    """What a paper is printed from. `document_no` empty: a draft, marked so."""

    form: PaperForm
    version: PaperVersion
    prepared_at: datetime
    pictures: tuple[CasePicture, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecords:
    """All that papers of a case may quote."""

    organisation: str
    case: Case
    leads: Sequence[Lead]
    findings: Sequence[Finding]
    captures: Sequence[Capture]
    papers: Sequence[Paper]
    events: Sequence[CaseEvent]
    subject: str = ""


class PaperRoom(Protocol):
    """What the room of documents does for papers."""

    def forms(self) -> tuple[PaperForm, ...]:
        """All forms, by number."""
        ...

    def form(self, kind: str) -> PaperForm:
        """Raises NotFoundError."""
        ...

    def facts(self, form: PaperForm, records: CaseRecords) -> tuple[PaperFact, ...]:
        """What the records say for this form, each with its source; what they do not say has an empty value."""
        ...

    def first_fields(self, form: PaperForm, facts: Sequence[PaperFact]) -> dict[str, str]:
        """The officer's fields as proposed, facts put into the words."""
        ...

    def missing(self, form: PaperForm, facts: Sequence[PaperFact], fields: Mapping[str, str]) -> tuple[str, ...]:
        """缺什么: by name, what must be there before it is signed off."""
        ...

    def pdf(self, printed: PrintedPaper, *, font_folders: Sequence[Path] = ()) -> bytes:
        """PDF/A-3b; the same words give the same bytes.

        Raises:
            InvalidInputError: An officer wrote a character no font has; the field and the character are named.
            AwayError: There is no Chinese font.
        """
        ...

    def docx(self, printed: PrintedPaper) -> bytes:
        """The same words to be edited in WPS or Word."""
        ...
