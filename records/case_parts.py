"""What a case is made of beside its leads: state, parties, officers, periods; and its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from records.base import Record, UtcDatetime
from records.canonical import canonical_digests

__all__ = [
    "CaseEvent",
    "CaseHandler",
    "CaseState",
    "CaseStep",
    "Deadline",
    "HandlerPart",
    "Party",
    "PartyRole",
    "event_sha256",
]


class CaseState(StrEnum):
    """案件状态. Law: 《市场监督管理行政处罚程序规定》第十八条至第二十条、第五十五条、第六十四条、第七十七条."""

    CHECKING = "立案前核查"
    FILING = "立案审批"
    NOT_FILED = "不予立案"
    INVESTIGATING = "调查中"
    REVIEWING = "审核中"
    DECIDING = "待处理决定"
    DECIDED = "已作处理决定"
    TRANSFERRED = "已移送"
    CLOSED = "已结案"
    ARCHIVED = "已归档"


class HandlerPart(StrEnum):
    """Which of the two officers."""

    LEAD = "主办"
    ASSIST = "协办"


class CaseHandler(Record):
    """办案人员 of a case: an account, with the number of the enforcement card."""

    part: HandlerPart
    login: str
    name: str
    card_no: str


class PartyRole(StrEnum):
    """What somebody is in a case."""

    SUBJECT = "当事人"
    PLATFORM = "平台经营者"
    THIRD = "利害关系人"
    REPORTER = "投诉举报人"


class Party(Record):
    """Somebody in a case; `source` says where these words come from. Person, telephone and address of a person are
    personal data."""

    role: PartyRole
    name: str
    code: str = ""
    kind: str = ""
    person: str = ""
    phone: str = ""
    address: str = ""
    source: str = ""


class Deadline(Record):
    """A period that runs in a case. `due_on` None: it could not be worked out, and `note` says why; `stopped_on`: since
    when it stands still. One that is `settled_on` runs no more."""

    deadline_id: str
    title: str
    article: str
    started_on: date
    due_on: date | None
    extended: int = 0
    stopped_on: date | None = None
    settled_on: date | None = None
    settled_how: str = ""
    paper_id: str = ""
    note: str = ""


class CaseEvent(Record):
    """One step in a case's life; history is appended, never edited."""

    event_id: str
    case_id: str
    action: str
    state_from: CaseState | None = None
    state_to: CaseState
    actor: str
    reason: str = ""
    paper_id: str = ""
    at: UtcDatetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStep:
    """A step wanted: who, why, when; `deadline_id` for 期限办结, `paper_id` when a paper brings it about."""

    action: str
    actor: str
    reason: str = ""
    now: datetime
    deadline_id: str = ""
    paper_id: str = ""


def event_sha256(event: CaseEvent) -> str:
    """The digest the audit chain holds of a step (RFC 8785 form)."""
    return canonical_digests(event.model_dump(mode="json")).sha256
