"""What leads and findings are counted by (`records.statistics`): the mark of each, from the record and its events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from leads.clocks import day_in_china
from leads.periods import with_clock
from records.errors import InvalidInputError
from records.leads import Finding, Lead, LeadEvent
from records.statistics import FindingMark, LeadMark, day_number

__all__ = ["finding_mark", "lead_mark"]

_ENDS_A_CHECK = frozenset({"排除", "行政指导", "责令改正", "不予立案", "立案", "移送", "退回", "确认改正", "移送异议"})
_BY_HAND = frozenset({"定期限"})


def lead_mark(lead: Lead, events: Sequence[LeadEvent], *, target_id: str) -> LeadMark:
    """The lead as it is counted. `events` tell its newest 核查: when it was due and when it ended."""
    checked, due, ended = _newest_check(lead, events)
    return LeadMark(
        lead_id=lead.lead_id,
        first_day=day_number(lead.first_seen_at),
        last_day=day_number(lead.last_seen_at),
        region_code=lead.region_code,
        target_id=target_id,
        shop_id=lead.shop_id,
        rule_id=lead.rule_id,
        severity=lead.severity.value,
        state=lead.state.value,
        categories="|".join(category.value for category in lead.categories),
        upheld=lead.rule_hit.value,
        decided_day=None if lead.decided_at is None else day_number(lead.decided_at),
        checked=checked,
        check_due_day=None if due is None else day_number(due),
        check_ended_day=None if ended is None else day_number(ended),
    )


def finding_mark(finding: Finding) -> FindingMark:
    """The finding as it is counted."""
    return FindingMark(
        finding_id=finding.finding_id,
        shop_id=finding.shop_id,
        listing_id=finding.listing_id,
        rule_id=finding.rule_id,
        verdict=finding.verdict.value,
        day=day_number(finding.found_at),
    )


def _newest_check(lead: Lead, events: Sequence[LeadEvent]) -> tuple[bool, date | None, date | None]:
    """Whether a 核查 began, its last day and the day it ended: the events are lived through again, for the lead itself
    forgets its period when it ends."""
    alike = lead.model_copy(update={"due_on": None, "step_due_on": None, "stopped_on": None, "extended": False})
    checked, running, by_hand = False, False, False
    due: date | None = None
    ended: date | None = None
    for event in events:
        if running and event.action in _ENDS_A_CHECK:
            due, ended, running = (None if by_hand else alike.due_on), day_in_china(event.at), False
        if event.action in _BY_HAND:
            by_hand = True  # which day was set stands in words only
            continue
        try:
            alike, _ = with_clock(alike, event.action, until=None, now=event.at)
        except InvalidInputError:
            by_hand = True
        if event.action in ("签收", "拒不改正", "收回管辖"):
            checked, running, by_hand, ended = True, True, False, None
    if running:
        due = lead.due_on if by_hand else alike.due_on
    return checked, due, ended
