"""A lead that came from elsewhere and ours of the same id made one: what surveys found is joined, what officers decided
here stays, and where both decided differently that is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from records.base import stable_id
from records.exchange import LeadFile
from records.leads import Lead, LeadEvent, LeadState, RuleHit

__all__ = ["Merged", "merge_lead"]

_OFFICERS = ("state", "assignee", "office", "due_on", "step_due_on", "extended", "stopped_on", "rule_hit", "decided_at")
_FOUND = (
    *("severity", "shop_name", "entity_code", "entity_name", "title", "summary", "categories", "priority_score"),
    *("priority_reasons", "jurisdictions", "region_code", "rule_title"),
)
_MOST_URLS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What is to be written; `file` None when nothing is new. `conflict` names what was decided differently."""

    file: LeadFile | None
    conflict: str = ""


def merge_lead(
    ours: Lead | None, our_events: Sequence[LeadEvent], came: LeadFile, *, sender: str, now: datetime
) -> Merged:
    """The lead as it should be here, with the events that are not here yet.

    An officer's decision here is never overwritten. One made there is taken over where nobody here has touched the
    lead; where somebody has, ours stays and the difference is an event of the lead.
    """
    if ours is None:
        return Merged(file=LeadFile(lead=came.lead, events=(*came.events, _arrived(came.lead, sender, now))))
    known = {event.event_id for event in our_events}
    fresh = [event for event in came.events if event.event_id not in known]
    joined = _joined(ours, came.lead)
    conflict = _conflict(ours, came.lead)
    if not conflict and _untouched(ours) and not _untouched(came.lead):
        joined = joined.model_copy(update={name: getattr(came.lead, name) for name in _OFFICERS})
    if conflict and (told := _conflict_event(ours, came.lead, conflict, sender, now)).event_id not in known:
        fresh.append(told)
    if joined == ours and not fresh:
        return Merged(file=None, conflict=conflict)
    return Merged(file=LeadFile(lead=joined, events=tuple(fresh)), conflict=conflict)


def _joined(ours: Lead, came: Lead) -> Lead:
    newer = came.last_seen_at > ours.last_seen_at
    changed: dict[str, object] = {name: getattr(came, name) for name in _FOUND} if newer else {}
    if newer and ours.rule_hit is RuleHit.OPEN:
        changed["rule_version"] = came.rule_version
    return ours.model_copy(
        update={
            **changed,
            "finding_ids": tuple(dict.fromkeys((*ours.finding_ids, *came.finding_ids))),
            "urls": tuple(dict.fromkeys((*ours.urls, *came.urls)))[:_MOST_URLS],
            "first_seen_at": min(ours.first_seen_at, came.first_seen_at),
            "last_seen_at": max(ours.last_seen_at, came.last_seen_at),
        }
    )


def _untouched(lead: Lead) -> bool:
    return lead.state is LeadState.NEW and not lead.assignee and lead.rule_hit is RuleHit.OPEN


def _conflict(ours: Lead, came: Lead) -> str:
    """What both sides' officers decided differently, in words; empty when they did not."""
    if _untouched(ours) or _untouched(came):
        return ""
    pairs = (
        ("状态", ours.state, came.state),
        ("承办人", ours.assignee, came.assignee),
        ("期限", ours.due_on, came.due_on),
    )
    said = [f"{name}：本单位“{mine or '无'}”，来件“{theirs or '无'}”" for name, mine, theirs in pairs if mine != theirs]
    return "；".join(said)


def _arrived(lead: Lead, sender: str, now: datetime) -> LeadEvent:
    return LeadEvent(
        event_id=stable_id("event", lead.lead_id, "来件", sender),
        lead_id=lead.lead_id,
        action="来件",
        state_from=lead.state,
        state_to=lead.state,
        actor=sender,
        reason=f"由 {sender} 传来",
        at=now,
    )


def _conflict_event(ours: Lead, came: Lead, said: str, sender: str, now: datetime) -> LeadEvent:
    return LeadEvent(
        event_id=stable_id("event", ours.lead_id, "来件不一致", sender, said),
        lead_id=ours.lead_id,
        action="来件不一致",
        state_from=ours.state,
        state_to=ours.state,
        actor=sender,
        reason=f"来件与本单位的处置不一致，保留本单位的：{said}",
        at=now,
    )
