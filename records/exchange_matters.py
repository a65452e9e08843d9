"""What goes between bureaus with somebody waiting for an answer: 移送、交办、协查, and reports on 专项 and figures."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field

from records.base import Record, UtcDatetime
from records.digests import Digests
from records.exchange import LeadFile

__all__ = [
    "AssistanceFile",
    "Attachment",
    "Matter",
    "MatterKind",
    "MatterQuery",
    "MatterScope",
    "MatterState",
    "MatterWay",
    "ReplyFile",
    "ReportFile",
    "TransferFile",
]


class MatterKind(StrEnum):
    """移送 between bureaus, or 交办 when it goes down; 协查; what is reported on a 专项; figures of a period."""

    TRANSFER = "移送"
    HANDED_DOWN = "交办"
    ASSISTANCE = "协查"
    CAMPAIGN_REPORT = "专项回报"
    STATISTICS = "统计"


class MatterWay(StrEnum):
    """Whether we asked or were asked."""

    OURS = "发出"
    THEIRS = "收到"


class MatterState(StrEnum):
    """待发出 → 已发出 → 已接收 | 已退回 | 已回函, and at the other side 待办 → the same ends; reports are 已收."""

    WAITING = "待发出"
    SENT = "已发出"
    ARRIVED = "待办"
    ACCEPTED = "已接收"
    RETURNED = "已退回"
    ANSWERED = "已回函"
    NOTED = "已收"


class Attachment(Record):
    """A file that goes with a reply, kept in the blob store."""

    name: str
    content: Digests


class Matter(Record):
    """往来事项, as one of the two sides keeps it.

    Attributes:
        peer: Code of the other side.
        reason: Of a 移送 why it is theirs; of a 协查 what is asked.
        due_on: Last day of the 15 working days; `prolonged_to` when the other side was told of a later one.
        figures: Of reports, by their Chinese names.
    """

    matter_id: str
    kind: MatterKind
    way: MatterWay
    peer: str
    title: str
    lead_id: str = ""
    campaign_id: str = ""
    reason: str = ""
    article: str = ""
    paper_no: str = ""
    urls: tuple[str, ...] = ()
    subject: str = ""
    state: MatterState
    by: str = ""
    opened_at: UtcDatetime
    due_on: date | None = None
    prolonged_to: date | None = None
    prolonged_reason: str = ""
    answer: str = ""
    answer_paper_no: str = ""
    answered_by: str = ""
    answered_at: UtcDatetime | None = None
    attachments: tuple[Attachment, ...] = ()
    figures: dict[str, int] = {}
    first_day: date | None = None
    last_day: date | None = None
    version: int = 0


class MatterScope(Record):
    """Whose matters are asked for: those about leads of a region (a prefix of its code; "" is the whole country), and
    with `house` those about no lead."""

    region: str = ""
    house: bool = True


class MatterQuery(Record):
    """Which matters are asked for; what is empty holds nothing back.

    Attributes:
        starts: How the identifier begins.
        states: In any of these.
        scope: None: all, those too whose lead is not here.
    """

    peer: str = ""
    kind: MatterKind | None = None
    lead_id: str = ""
    starts: str = ""
    states: tuple[MatterState, ...] = ()
    scope: MatterScope | None = None


class TransferFile(Record):
    """移送 as it travels: the lead with its history, why it goes there, and the number of the paper."""

    matter_id: str
    kind: MatterKind
    title: str
    reason: str
    article: str = ""
    paper_no: str = ""
    by: str
    opened_at: UtcDatetime
    lead: LeadFile


class AssistanceFile(Record):
    """协助调查函 as it travels: no more of the lead than what is asked needs.

    Law: 《市场监督管理行政处罚程序规定》第四十五条.
    """

    matter_id: str
    title: str
    reason: str
    paper_no: str = ""
    urls: tuple[str, ...] = ()
    subject: str = ""
    by: str
    opened_at: UtcDatetime


class ReplyFile(Record):
    """An answer: a 移送 accepted or returned, a 协查 answered, or word of a later day (`prolonged_to`)."""

    matter_id: str
    state: MatterState
    text: str = ""
    paper_no: str = ""
    prolonged_to: date | None = None
    by: str
    at: UtcDatetime
    attachments: tuple[Attachment, ...] = ()


class ReportFile(Record):
    """What a bureau reports upward: on a 专项, or figures of a period."""

    report_id: str
    kind: MatterKind
    title: str
    campaign_id: str = ""
    text: str = ""
    first_day: date
    last_day: date
    figures: dict[str, int] = Field(default_factory=dict)
    by: str
    at: UtcDatetime
