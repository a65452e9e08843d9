"""What comes back after it was put right and closed: a lead of its own that names the one before (复发)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from records.base import stable_id
from records.lead_ports import LeadStore
from records.leads import Finding, Lead, LeadState, Verdict

__all__ = ["as_recurrence", "lines_of", "recurred", "without"]

_PUT_RIGHT = frozenset({"确认改正", "行政指导"})
_MORE_PRESSING = 0.1


def lines_of(leads: Iterable[Lead]) -> dict[str, list[Lead]]:
    """The leads of one shop by rule, oldest first: the last of each goes on, those before it came to their end."""
    found: dict[str, list[Lead]] = {}
    for lead in sorted(leads, key=lambda one: (one.first_seen_at, one.lead_id)):
        found.setdefault(lead.rule_id, []).append(lead)
    return found


def without(findings: Sequence[Finding], ended: Iterable[Lead]) -> list[Finding]:
    """Those no earlier lead had."""
    known = {finding_id for lead in ended for finding_id in lead.finding_ids}
    return [one for one in findings if one.finding_id not in known]


def recurred(store: LeadStore, lead: Lead, findings: Sequence[Finding]) -> list[Finding]:
    """The suspected findings made since a lead was closed after 确认改正 or 行政指导; none of any other lead: a filed
    case goes on elsewhere, and what was excluded comes back by 重新研判."""
    if lead.state is not LeadState.CLOSED:
        return []
    events = store.lead_events(lead.lead_id)
    if not any(event.action in _PUT_RIGHT for event in events):
        return []
    closed_at = max(event.at for event in events if event.state_to is LeadState.CLOSED)
    known = set(lead.finding_ids)
    return [
        one
        for one in findings
        if one.verdict is Verdict.SUSPECTED and one.finding_id not in known and one.found_at > closed_at
    ]


def as_recurrence(built: Lead, before: Lead) -> Lead:
    """The new lead as what it is: the same again, more pressing for it."""
    said = f"同一情形查实并办结后再次出现（前一线索 {before.lead_id}）"
    return built.model_copy(
        update={
            "lead_id": stable_id("lead", built.shop_id, built.rule_id, before.lead_id),
            "priority_score": round(min(1.0, built.priority_score + _MORE_PRESSING), 3),
            "priority_reasons": (said, *built.priority_reasons),
        }
    )
