"""What the API is asked and answers about the life of cases, their papers and their timeline."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import Field

from offices.case_desk import Running
from offices.paper_files import PaperFile
from records.base import Record, UtcDatetime
from records.case_parts import CaseHandler, CaseState, Deadline, HandlerPart, Party, PartyRole
from records.leads import Case
from records.papers import Paper, PaperFact, PaperField, PaperForm, PaperState, PaperVersion
from records.timeline import CheckLine, TimelineCheck, TimelineEntry

__all__ = [
    "APPROVALS",
    "CASE_STAND",
    "CHECK",
    "FORMS",
    "PAPER_ANSWER",
    "PAPER_LIST",
    "TIMELINE",
    "ApprovalItem",
    "ApprovalList",
    "CaseActWish",
    "CaseStand",
    "EvidenceWish",
    "FormList",
    "LeadsCaseWish",
    "OfficersWish",
    "PaperActWish",
    "PaperAnswer",
    "PaperFieldsWish",
    "PaperList",
    "PaperWish",
    "ParticularsWish",
    "PeriodItem",
    "TimelineAnswer",
]

_Id = Annotated[str, Field(min_length=1, max_length=100)]
_Line = Annotated[str, Field(max_length=200)]


class PeriodItem(Record):
    """A period that runs, with its card: green, yellow, red, unknown, none."""

    period: Deadline
    colour: str
    sentence: str

    @classmethod
    def of(cls, running: Running) -> PeriodItem:
        """As the desk says it."""
        return cls(period=running.period, colour=running.colour, sentence=running.sentence)


class CaseStand(Record):
    """A case as it stands: what runs, and what may be done now. Its `version` is the ETag."""

    case: Case
    periods: tuple[PeriodItem, ...]
    steps: tuple[str, ...]


class LeadsCaseWish(Record):
    """Leads that are to be one case."""

    lead_ids: Annotated[tuple[str, ...], Field(min_length=1, max_length=200)]
    title: _Line = ""
    cause: _Line = ""


class CaseActWish(Record):
    """A step of `steps`; `deadline_id` for 期限办结."""

    action: Annotated[str, Field(min_length=1, max_length=40)]
    reason: Annotated[str, Field(max_length=1000)] = ""
    deadline_id: Annotated[str, Field(max_length=100)] = ""


class OfficersWish(Record):
    """Logins of 主办 and 协办."""

    lead: _Id
    assist: _Id


class ParticularsWish(Record):
    """名称, 案由, parties."""

    title: _Line
    cause: _Line
    parties: Annotated[tuple[Party, ...], Field(max_length=20)] = ()


class EvidenceWish(Record):
    """Captures, received files or surveyed pages, by id."""

    evidence_ids: Annotated[tuple[str, ...], Field(min_length=1, max_length=200)]


class FormList(Record):
    """Forms papers follow."""

    items: tuple[PaperForm, ...]


class PaperWish(Record):
    """A form by its number; `subject` the capture an 11 or 12 is about."""

    kind: Annotated[str, Field(min_length=2, max_length=4)]
    subject: Annotated[str, Field(max_length=100)] = ""


class PaperList(Record):
    """Papers of a case, by opening."""

    items: tuple[Paper, ...]


class PaperFieldsWish(Record):
    """What the officer writes; fields not named stay as they are."""

    fields: Annotated[dict[str, str], Field(max_length=40)]


class PaperActWish(Record):
    """送审, 撤回, 定稿, or the answer of 负责人."""

    action: Literal["submit", "withdraw", "seal", "approve", "return", "refuse"]
    opinion: Annotated[str, Field(max_length=1000)] = ""


class PaperAnswer(Record):
    """A paper with the newest words; `facts` come from the records and are not written. Its `version` is the ETag."""

    paper: Paper
    words: PaperVersion
    facts: tuple[PaperFact, ...]
    missing: tuple[str, ...]
    versions: int

    @classmethod
    def of(cls, file: PaperFile) -> PaperAnswer:
        """As the desk gives it."""
        words = file.version.model_copy(update={"facts": ()})
        return cls(paper=file.paper, words=words, facts=file.facts, missing=file.missing, versions=len(file.versions))


class ApprovalItem(Record):
    """A paper that waits; `not_mine` says why this person may not decide it."""

    paper: Paper
    case_id: str
    case_title: str
    submitted_by: str
    submitted_at: UtcDatetime | None
    not_mine: str


class ApprovalList(Record):
    """What waits for 负责人, the oldest first."""

    items: tuple[ApprovalItem, ...]


class TimelineAnswer(Record):
    """What happened, oldest first."""

    items: tuple[TimelineEntry, ...]


_AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
_CASE = Case(
    case_id="case_7e4d1c2b9a8f60351724",
    title="百草园健康馆涉嫌“绝对化用语”",
    cause="广告使用绝对化用语",
    state=CaseState.CHECKING,
    lead_ids=("lead_036878d65c88a49dded1",),
    handlers=(
        CaseHandler(part=HandlerPart.LEAD, login="banan", name="潘案", card_no="33010600123"),
        CaseHandler(part=HandlerPart.ASSIST, login="xieban", name="谢办", card_no="33010600456"),
    ),
    parties=(Party(role=PartyRole.SUBJECT, name="杭州百草园商贸有限公司", code="91330106MA2CCEX21A"),),
    opened_by="banan",
    opened_at=_AT,
    version=3,
)
_PERIOD = Deadline(
    deadline_id="check",
    title="立案前核查",
    article="《市场监督管理行政处罚程序规定》第十八条",
    started_on=date(2026, 11, 20),
    due_on=date(2026, 12, 11),
)
CASE_STAND = CaseStand(
    case=_CASE.model_copy(update={"deadlines": (_PERIOD,)}),
    periods=(PeriodItem(period=_PERIOD, colour="green", sentence="还剩 15 个工作日"),),
    steps=("报请立案", "移送", "委托鉴定"),
)
_FORM = PaperForm(
    kind="17",
    title="协助调查函",
    purpose="请其他市场监督管理部门协助调查，十五个工作日",
    series="协查",
    approval=True,
    officers=2,
    opens="协查回函",
    days=15,
    needs=("organisation", "cause", "party_name"),
    fields=(PaperField(name="to", label="协查机关"), PaperField(name="items", label="协查事项", kind="text")),
)
FORMS = FormList(items=(_FORM,))
_PAPER = Paper(
    paper_id="paper_36ed15d4750163b48912",
    case_id=_CASE.case_id,
    kind="17",
    title="协助调查函",
    state=PaperState.DRAFT,
    opened_by="banan",
    opened_at=_AT,
    version=1,
)
PAPER_LIST = PaperList(items=(_PAPER,))
PAPER_ANSWER = PaperAnswer(
    paper=_PAPER,
    words=PaperVersion(
        paper_id=_PAPER.paper_id,
        number=1,
        fields={"to": "成都市锦江区市场监督管理局", "items": ""},
        facts=(),
        missing=("协查事项",),
        saved_by="banan",
        saved_at=_AT,
    ),
    facts=(PaperFact(key="cause", label="案由", value="广告使用绝对化用语", source="案件"),),
    missing=("协查事项",),
    versions=1,
)
APPROVALS = ApprovalList(
    items=(
        ApprovalItem(
            paper=_PAPER.model_copy(update={"state": PaperState.SUBMITTED}),
            case_id=_CASE.case_id,
            case_title=_CASE.title,
            submitted_by="潘案",
            submitted_at=_AT,
            not_mine="",
        ),
    )
)
TIMELINE = TimelineAnswer(
    items=(
        TimelineEntry(
            at=_AT,
            kind="案件",
            title="开立案件",
            actor="banan",
            detail="百草园健康馆涉嫌“绝对化用语”：线索 1 条，网店 1 家",
            source="审计链",
            reference="event_a11e0d43563c077439ee",
            proof_sha256="58f6b964" * 8,
            href=f"/cases/{_CASE.case_id}",
        ),
    )
)
CHECK = TimelineCheck(
    at=_AT, whole=True, lines=(CheckLine(title="审计链", passed=True, said="26 条首尾相接，内容与校验值相符"),)
)
