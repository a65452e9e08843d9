"""The life of a matter between bureaus: opened here and answered there, each side keeping its own record of it.

A transfer that is returned is not transferred on by whoever was given it; the sender takes it up again (移送异议).
Law: 《市场监督管理行政处罚程序规定》第十四条、第四十五条.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from records.base import Record, stable_id
from records.errors import InvalidInputError, TransitionRefusedError
from records.exchange import Identity, LeadFile, Peer, Relation
from records.exchange_matters import (
    AssistanceFile,
    Attachment,
    Matter,
    MatterKind,
    MatterState,
    MatterWay,
    ReplyFile,
    ReportFile,
    TransferFile,
)
from records.leads import Lead

__all__ = [
    "answered",
    "arrived_assistance",
    "arrived_report",
    "arrived_transfer",
    "assistance_file",
    "open_assistance",
    "open_report",
    "open_transfer",
    "prolonged",
    "replied",
    "reply_file",
    "report_file",
    "transfer_file",
]

_OPEN = (MatterState.ARRIVED,)
_BUREAUS = (Relation.UPPER, Relation.LOWER, Relation.LEVEL)


def open_transfer(
    lead: Lead, peer: Peer, us: Identity, *, words: tuple[str, str, str], by: str, now: datetime
) -> Matter:
    """移送 of a lead, or 交办 to a lower bureau.

    Args:
        words: The reason, the article, the number of the paper.

    Raises:
        InvalidInputError: Not a bureau, or no reason or number.
    """
    reason, article, paper_no = (word.strip() for word in words)
    kind = MatterKind.HANDED_DOWN if peer.relation is Relation.LOWER else MatterKind.TRANSFER
    _check_bureau(peer, kind)
    if not reason or not paper_no:
        raise InvalidInputError(
            f"{kind}须写明理由和文号", cure="填写 --reason 与 --paper-no（案件移送函、交办通知书的文号）"
        )
    return _ours(lead, peer, us, kind, by=by, now=now).model_copy(
        update={"reason": reason, "article": article, "paper_no": paper_no}
    )


def open_assistance(lead: Lead, peer: Peer, us: Identity, *, words: tuple[str, str], by: str, now: datetime) -> Matter:
    """协查 of what we cannot look into ourselves.

    Args:
        words: What is asked, and the number of the 协助调查函.

    Raises:
        InvalidInputError: Not a bureau, or it is not said what is asked.
    """
    asked, paper_no = (word.strip() for word in words)
    _check_bureau(peer, MatterKind.ASSISTANCE)
    if not asked:
        raise InvalidInputError("协查须写明请对方查什么", cure="填写 --ask")
    return _ours(lead, peer, us, MatterKind.ASSISTANCE, by=by, now=now).model_copy(
        update={"reason": asked, "paper_no": paper_no}
    )


def open_report(file: ReportFile, peer: Peer) -> Matter:
    """Our record of what we report upward.

    Raises:
        InvalidInputError: The peer is no upper bureau.
    """
    if peer.relation is not Relation.UPPER:
        raise InvalidInputError(f"{file.kind}报上级局，{peer.name} 登记为{peer.relation}", cure="核对 --to")
    kept = arrived_report(file, peer)
    return kept.model_copy(update={"way": MatterWay.OURS, "state": MatterState.WAITING})


def report_file(matter: Matter) -> ReportFile:
    """A report as it travels."""
    assert matter.first_day is not None and matter.last_day is not None
    return ReportFile(
        **_shared(matter, "kind", "title", "campaign_id", "first_day", "last_day", "figures", "by"),
        report_id=matter.matter_id,
        text=matter.reason,
        at=matter.opened_at,
    )


def transfer_file(matter: Matter, lead: LeadFile) -> TransferFile:
    """As it travels."""
    shared = _shared(matter, "matter_id", "kind", "title", "reason", "article", "paper_no", "by", "opened_at")
    return TransferFile(**shared, lead=lead)


def assistance_file(matter: Matter) -> AssistanceFile:
    """As it travels."""
    return AssistanceFile(
        **_shared(matter, "matter_id", "title", "reason", "paper_no", "urls", "subject", "by", "opened_at")
    )


def arrived_transfer(file: TransferFile, peer: Peer) -> Matter:
    """The matter at whoever is given the lead."""
    shared = _shared(file, "matter_id", "kind", "title", "reason", "article", "paper_no", "by", "opened_at")
    return _theirs(peer, **shared, lead_id=file.lead.lead.lead_id)


def arrived_assistance(file: AssistanceFile, peer: Peer, *, due_on: date | None) -> Matter:
    """The matter at whoever is asked; its days run from when it came."""
    shared = _shared(file, "matter_id", "title", "reason", "paper_no", "urls", "subject", "by", "opened_at")
    return _theirs(peer, **shared, kind=MatterKind.ASSISTANCE, due_on=due_on)


def arrived_report(file: ReportFile, peer: Peer) -> Matter:
    """A report as it is kept: nothing is to be done about it."""
    return Matter(
        matter_id=file.report_id,
        kind=file.kind,
        way=MatterWay.THEIRS,
        peer=peer.code,
        title=file.title,
        campaign_id=file.campaign_id,
        reason=file.text,
        state=MatterState.NOTED,
        by=file.by,
        opened_at=file.at,
        figures=file.figures,
        first_day=file.first_day,
        last_day=file.last_day,
    )


def answered(
    matter: Matter,
    state: MatterState,
    *,
    words: tuple[str, str],
    attachments: tuple[Attachment, ...],
    by: str,
    now: datetime,
) -> Matter:
    """Our answer to a matter that came.

    Args:
        state: 已接收 or 已退回 of a transfer, 已回函 of a 协查.
        words: The answer (of a return its reason), and the number of the paper.

    Raises:
        TransitionRefusedError: It is not ours to answer, is answered already, or takes another answer.
        InvalidInputError: A return without a reason, or an empty answer to a 协查.
    """
    text, paper_no = (word.strip() for word in words)
    _check_open(matter, state)
    if not text and state is not MatterState.ACCEPTED:
        raise InvalidInputError("退回须写明理由，回函须写明查明的情况", cure="填写 --text")
    return matter.model_copy(
        update={
            "state": state,
            "answer": text,
            "answer_paper_no": paper_no,
            "answered_by": by,
            "answered_at": now,
            "attachments": attachments,
        }
    )


def prolonged(matter: Matter, *, until: date, reason: str) -> Matter:
    """延期: whoever asked is told the later day and why.

    Raises:
        TransitionRefusedError: Not an open 协查 that came to us.
        InvalidInputError: No reason, or a day that is no later.
    """
    _check_open(matter, MatterState.ANSWERED)
    if not reason.strip() or (matter.due_on is not None and until <= matter.due_on):
        raise InvalidInputError("延期须写明理由，且晚于原期限", cure="填写 --reason 与 --until")
    return matter.model_copy(update={"prolonged_to": until, "prolonged_reason": reason.strip()})


def reply_file(matter: Matter) -> ReplyFile | None:
    """What is to be told the other side of a matter that came; None while there is nothing."""
    if matter.way is not MatterWay.THEIRS or (matter.state in _OPEN and matter.prolonged_to is None):
        return None
    if matter.kind in (MatterKind.CAMPAIGN_REPORT, MatterKind.STATISTICS):
        return None
    done = matter.state not in _OPEN
    return ReplyFile(
        matter_id=matter.matter_id,
        state=matter.state,
        text=matter.answer if done else matter.prolonged_reason,
        paper_no=matter.answer_paper_no,
        prolonged_to=matter.prolonged_to,
        by=matter.answered_by or matter.by,
        at=matter.answered_at or matter.opened_at,
        attachments=matter.attachments,
    )


def replied(matter: Matter, file: ReplyFile, peer: Peer) -> Matter:
    """Our matter with what the other side told; told again it is the same.

    Raises:
        InvalidInputError: It is not theirs to answer, or no such answer fits.
    """
    if matter.way is not MatterWay.OURS or matter.peer != peer.code:
        raise InvalidInputError("该事项不是发给该单位的", cure="请对方核对")
    if file.state is MatterState.ARRIVED:
        return matter.model_copy(update={"prolonged_to": file.prolonged_to, "prolonged_reason": file.text})
    if file.state not in _ends(matter.kind):
        raise InvalidInputError(f"{matter.kind}没有“{file.state}”这种答复", cure="请对方核对")
    return matter.model_copy(
        update={
            "state": file.state,
            "answer": file.text,
            "answer_paper_no": file.paper_no,
            "answered_by": file.by,
            "answered_at": file.at,
            "attachments": file.attachments,
            "prolonged_to": file.prolonged_to,
        }
    )


def _ends(kind: MatterKind) -> tuple[MatterState, ...]:
    if kind is MatterKind.ASSISTANCE:
        return (MatterState.ANSWERED,)
    return (MatterState.ACCEPTED, MatterState.RETURNED)


def _check_open(matter: Matter, state: MatterState) -> None:
    if matter.way is not MatterWay.THEIRS or matter.state not in _OPEN or state not in _ends(matter.kind):
        raise TransitionRefusedError(
            f"{matter.kind}“{matter.title[:60]}”现为“{matter.state}”，不能“{state}”",
            cure="事项见 wangjian exchange matters",
            state=matter.state,
        )


def _check_bureau(peer: Peer, kind: MatterKind) -> None:
    if peer.relation not in _BUREAUS:
        raise InvalidInputError(f"{kind}只在上下级局与同级局之间，{peer.name} 登记为{peer.relation}", cure="核对 --to")


def _ours(lead: Lead, peer: Peer, us: Identity, kind: MatterKind, *, by: str, now: datetime) -> Matter:
    return Matter(
        matter_id=stable_id("matter", us.code, peer.code, kind, lead.lead_id, now.isoformat()),
        kind=kind,
        way=MatterWay.OURS,
        peer=peer.code,
        title=lead.title,
        lead_id=lead.lead_id,
        urls=lead.urls[:10],
        subject=" ".join(part for part in (lead.entity_name, lead.entity_code) if part),
        state=MatterState.WAITING,
        by=by,
        opened_at=now,
    )


def _theirs(peer: Peer, **fields: object) -> Matter:
    return Matter.model_validate({**fields, "way": MatterWay.THEIRS, "peer": peer.code, "state": MatterState.ARRIVED})


def _shared(record: Record, *names: str) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names}
