"""移送、交办、协查 and reports joined up: what each does to the lead on either side, by the leads' own state machine
and clock of working days.

A step and the record of its matter are two writes, the step first: cut off between them, the same command goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date

from exchange.matters import (
    answered,
    arrived_assistance,
    arrived_report,
    arrived_transfer,
    assistance_file,
    open_assistance,
    open_report,
    open_transfer,
    prolonged,
    replied,
    reply_file,
    report_file,
    transfer_file,
)
from leads.clocks import ASSISTANCE_WORKING_DAYS, Card, card_of, day_in_china, due_after
from leads.states import LeadAction, act
from records.base import stable_id
from records.errors import InvalidInputError, NotFoundError
from records.exchange import ItemKind, LeadFile, Peer
from records.exchange_matters import (
    AssistanceFile,
    Attachment,
    Matter,
    MatterKind,
    MatterQuery,
    MatterState,
    MatterWay,
    ReplyFile,
    ReportFile,
    TransferFile,
)
from records.leads import Lead, LeadEvent, LeadState, RuleHit
from records.ports import Services
from wangjian.exchanging_items import Gathering

__all__ = [
    "add_matters",
    "answer",
    "as_given",
    "ask_assistance",
    "card_of_matter",
    "mark_sent",
    "prolong",
    "report",
    "take_assistance",
    "take_reply",
    "take_report",
    "take_transfer",
    "transfer",
    "wait_again",
]

_KIND_OF = {
    MatterKind.TRANSFER: ItemKind.TRANSFER,
    MatterKind.HANDED_DOWN: ItemKind.TRANSFER,
    MatterKind.ASSISTANCE: ItemKind.ASSISTANCE,
    MatterKind.CAMPAIGN_REPORT: ItemKind.CAMPAIGN_REPORT,
    MatterKind.STATISTICS: ItemKind.STATISTICS,
}
_GIVEN = {
    "state": LeadState.NEW,
    "assignee": "",
    "office": "",
    "due_on": None,
    "step_due_on": None,
    "extended": False,
    "stopped_on": None,
    "rule_hit": RuleHit.OPEN,
    "decided_at": None,
}


def transfer(services: Services, lead_id: str, peer: Peer, *, words: tuple[str, str, str], by: str) -> Matter:
    """移送 (to a lower bureau: 交办) a lead; it goes with the next sending to that peer, with its evidence.

    Args:
        words: The reason, the article, the number of the paper.

    Raises:
        NotFoundError: No such lead.
        TransitionRefusedError: The lead's state allows no 移送.
        InvalidInputError: No bureau, reason or number.
    """
    lead = services.leads.lead(lead_id)
    matter = open_transfer(lead, peer, services.identity, words=words, by=by, now=services.clock())
    said = f"{matter.kind}{peer.name}（{matter.paper_no}）：{matter.reason}"
    _step(services, lead, LeadAction.TRANSFER, LeadState.TRANSFERRED, by=by, said=said)
    return services.exchange.save_matter(matter, expected_version=0)


def ask_assistance(services: Services, lead_id: str, peer: Peer, *, words: tuple[str, str], by: str) -> Matter:
    """协查: ask another bureau; the lead waits, with the 15 working days shown.

    Raises:
        As `transfer`.
    """
    lead = services.leads.lead(lead_id)
    matter = open_assistance(lead, peer, services.identity, words=words, by=by, now=services.clock())
    said = f"请 {peer.name} 协查（{matter.paper_no or '文号待填'}）：{matter.reason}"
    moved = _step(services, lead, LeadAction.ASK_ASSISTANCE, LeadState.ASSISTING, by=by, said=said)
    return services.exchange.save_matter(matter.model_copy(update={"due_on": moved.step_due_on}), expected_version=0)


def report(
    services: Services, peer: Peer, *, campaign_id: str = "", days: tuple[date, date], text: str, by: str
) -> Matter:
    """Report upward: on a 专项 when one is named, else the figures of the days (both included).

    Raises:
        NotFoundError: No such campaign.
        InvalidInputError: The peer is no upper bureau.
    """
    now = services.clock()
    title = f"{services.identity.name} {days[0]} 至 {days[1]} 监测统计"
    kind = MatterKind.STATISTICS
    if campaign_id:
        campaign = services.campaigns.campaign(campaign_id)
        days, title, kind = (campaign.starts_on, campaign.ends_on), f"{campaign.name} 回报", MatterKind.CAMPAIGN_REPORT
    file = ReportFile(
        report_id=stable_id("matter", services.identity.code, peer.code, kind, campaign_id, now.isoformat()),
        kind=kind,
        title=title,
        campaign_id=campaign_id,
        text=text.strip(),
        first_day=days[0],
        last_day=days[1],
        figures=_figures(services, days),
        by=by,
        at=now,
    )
    return services.exchange.save_matter(open_report(file, peer), expected_version=0)


def answer(
    services: Services,
    matter_id: str,
    state: MatterState,
    *,
    words: tuple[str, str],
    files: Sequence[tuple[str, bytes]] = (),
    by: str,
) -> Matter:
    """Accept or return a 移送, or answer a 协查; the answer goes with the next sending.

    Args:
        words: The answer and the number of its paper.
        files: Attachments by name.

    Raises:
        NotFoundError, TransitionRefusedError, InvalidInputError: As exchange.matters.answered.
    """
    matter = services.exchange.matter(matter_id)
    kept = tuple(Attachment(name=name[:200], content=services.blobs.put(content)) for name, content in files)
    done = answered(matter, state, words=words, attachments=kept, by=by, now=services.clock())
    if matter.kind in (MatterKind.TRANSFER, MatterKind.HANDED_DOWN):
        lead = services.leads.lead(matter.lead_id)
        if state is MatterState.ACCEPTED and lead.state is LeadState.NEW:
            _step(services, lead, LeadAction.ACCEPT, LeadState.ACCEPTED, by=by, said=f"接收{matter.kind}")
        elif state is MatterState.RETURNED and lead.state is LeadState.NEW:
            _step(services, lead, LeadAction.TRANSFER, LeadState.TRANSFERRED, by=by, said=f"退回移送单位：{words[0]}")
    return services.exchange.save_matter(done, expected_version=matter.version)


def prolong(services: Services, matter_id: str, *, until: date, reason: str) -> Matter:
    """延期 of a 协查 that came to us; whoever asked is told with the next sending."""
    matter = services.exchange.matter(matter_id)
    done = prolonged(matter, until=until, reason=reason)
    return services.exchange.save_matter(done, expected_version=matter.version)


def card_of_matter(matter: Matter, today: date) -> Card:
    """黄牌、红牌 of an open 协查, on either side."""
    open_states = (MatterState.WAITING, MatterState.SENT, MatterState.ARRIVED)
    return card_of((matter.prolonged_to or matter.due_on) if matter.state in open_states else None, today)


def add_matters(services: Services, making: Gathering, peer: Peer, kinds: Collection[ItemKind]) -> None:
    """Matters that wait for the peer, with all that a lead rests on; and our answers to its own."""
    for matter in services.exchange.matters(MatterQuery(peer=peer.code)):
        kind = _KIND_OF[matter.kind] if matter.way is MatterWay.OURS else ItemKind.REPLY
        if kinds and kind not in kinds:
            continue
        if matter.way is MatterWay.THEIRS:
            file = reply_file(matter)
            if file is not None:
                making.add(kind, matter.matter_id, file, [one.content for one in file.attachments])
        elif matter.state is MatterState.WAITING:
            _add_ours(making, kind, matter)


def mark_sent(services: Services, peer: Peer) -> None:
    """待发出 → 已发出 for what the ledger says was sent."""
    waiting = services.exchange.matters(MatterQuery(peer=peer.code, states=(MatterState.WAITING,)))
    sent = services.exchange.sent_digests(peer.code, [(_KIND_OF[one.kind], one.matter_id) for one in waiting])
    for one in waiting:
        if (_KIND_OF[one.kind], one.matter_id) in sent:
            moved = one.model_copy(update={"state": MatterState.SENT})
            services.exchange.save_matter(moved, expected_version=one.version)


def wait_again(services: Services, matter_ids: Collection[str]) -> None:
    """Matters the other side could not take in wait for the next sending."""
    for matter in services.exchange.matters(MatterQuery(states=(MatterState.SENT,))):
        if matter.matter_id in matter_ids:
            moved = matter.model_copy(update={"state": MatterState.WAITING})
            services.exchange.save_matter(moved, expected_version=matter.version)


def as_given(came: LeadFile) -> LeadFile:
    """A lead as it begins at whoever is given it: nobody here has decided anything; its history stays."""
    return came.model_copy(update={"lead": came.lead.model_copy(update=_GIVEN)})


def take_transfer(services: Services, file: TransferFile, peer: Peer) -> None:
    """Keep the matter of a lead that was taken in."""
    _take_new(services, arrived_transfer(file, peer))


def take_assistance(services: Services, body: bytes, peer: Peer) -> str:
    """Keep a request; its 15 working days run from today."""
    file = AssistanceFile.model_validate_json(body)
    due, note = _due(day_in_china(services.clock()))
    _take_new(services, arrived_assistance(file, peer, due_on=due))
    return note


def take_report(services: Services, body: bytes, peer: Peer) -> str:
    """Keep a report of a lower bureau."""
    _take_new(services, arrived_report(ReportFile.model_validate_json(body), peer))
    return ""


def take_reply(services: Services, body: bytes, peer: Peer) -> str:
    """What the other side answered, on the matter and on its lead."""
    file = ReplyFile.model_validate_json(body)
    matter = services.exchange.matter(file.matter_id)
    done = replied(matter, file, peer)
    if done == matter:
        return ""
    said = f"{peer.name} {file.by}{f'（{file.paper_no}）' if file.paper_no else ''}：{file.text or file.state}"
    note = _reply_on_lead(services, matter, file, said=said, actor=peer.name)
    services.exchange.save_matter(done, expected_version=matter.version)
    return note


def _reply_on_lead(services: Services, matter: Matter, file: ReplyFile, *, said: str, actor: str) -> str:
    steps = {
        MatterState.ANSWERED: (LeadAction.ASSISTANCE_ANSWERED, LeadState.ASSISTING),
        MatterState.RETURNED: (LeadAction.OBJECT_TRANSFER, LeadState.TRANSFERRED),
    }
    lead = services.leads.lead(matter.lead_id)
    if file.state in steps:
        step, before = steps[file.state]
        if lead.state is not before:
            return f"线索现为“{lead.state}”，答复只记在往来事项中"
        changed, event = act(lead, step, actor=actor, reason=said, now=services.clock())
        services.leads.save_lead(changed, event, expected_version=lead.version)
        return ""
    action = "移送签收" if file.state is MatterState.ACCEPTED else "协查延期"
    event = LeadEvent(
        event_id=stable_id("event", lead.lead_id, action, matter.matter_id, file.at.isoformat(), said),
        lead_id=lead.lead_id,
        action=action,
        state_from=lead.state,
        state_to=lead.state,
        actor=actor,
        reason=said,
        at=services.clock(),
    )
    services.leads.save_lead(lead, event, expected_version=lead.version)
    return ""


def _add_ours(making: Gathering, kind: ItemKind, matter: Matter) -> None:
    if kind is ItemKind.TRANSFER:
        lead = making.lead_whole(matter.lead_id)
        if lead is None:
            raise NotFoundError(f"要移送的线索不在了：{matter.lead_id}", key=matter.lead_id)
        making.add(kind, matter.matter_id, transfer_file(matter, lead))
    elif kind is ItemKind.ASSISTANCE:
        making.add(kind, matter.matter_id, assistance_file(matter))
    else:
        making.add(kind, matter.matter_id, report_file(matter))


def _step(services: Services, lead: Lead, step: LeadAction, after: LeadState, *, by: str, said: str) -> Lead:
    """Take a step of the lead, unless a command that was cut off took it already."""
    if lead.state is after and not _ours_of(services, lead.lead_id):
        return lead
    changed, event = act(lead, step, actor=by, reason=said, now=services.clock())
    return services.leads.save_lead(changed, event, expected_version=lead.version)


def _ours_of(services: Services, lead_id: str) -> bool:
    return any(one.way is MatterWay.OURS for one in services.exchange.matters(MatterQuery(lead_id=lead_id)))


def _take_new(services: Services, matter: Matter) -> None:
    """Keep a matter that came; one that is here stays as it is."""
    try:
        kept = services.exchange.matter(matter.matter_id)
    except NotFoundError:
        services.exchange.save_matter(matter, expected_version=0)
        return
    if kept.peer != matter.peer:
        raise InvalidInputError("同号的往来事项属于另一单位", cure="请对方核对")


def _due(start: date) -> tuple[date | None, str]:
    try:
        return due_after(start, ASSISTANCE_WORKING_DAYS), ""
    except InvalidInputError as exc:
        return None, f"期限待定：{exc.message}"


def _figures(services: Services, days: tuple[date, date]) -> dict[str, int]:
    """Leads seen first between two days, by what became of them."""
    states: Counter[str] = Counter()
    for lead in services.leads.leads():
        if days[0] <= day_in_china(lead.first_seen_at) <= days[1]:
            states[lead.state.value] += 1
    return {
        "线索": sum(states.values()),
        **{state.value: states[state.value] for state in LeadState if states[state.value]},
    }
