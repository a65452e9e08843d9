"""What pictures read later say to a lead made before: the number its text was found without stands in a picture.

Nothing is edited: an event tells it. Of a lead nobody has begun with, all of whose hits are answered, it is 排除 by the
system, aside of the rule, and may be taken up again; at one an officer has in hand it is only told. Never clean by
itself: a number in a picture is for a person to look up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from leads.picture_numbers import ANSWERED_BY_PICTURE
from leads.states import OPEN_STATES, LeadAction, StepDetail, act
from records.base import stable_id
from records.claims import SYSTEM_ACTOR
from records.leads import Finding, Lead, LeadEvent, LeadState, Verdict

__all__ = ["TOLD", "answered_by_pictures"]

TOLD = "图片核读"
_CAUSE = "所缺编号见于图片"


def answered_by_pictures(
    lead: Lead, findings: Sequence[Finding], events: Sequence[LeadEvent], *, now: datetime
) -> tuple[Lead, LeadEvent] | None:
    """The lead as it stands and the event to append; None where no picture answers, it was told, or the lead ended.

    Args:
        findings: Of the lead's rule and shop, of any verdict.
        events: The lead's history, so that the same is told once and no officer is overruled.
    """
    answers = {_about(one): one for one in findings if _is_answer(one)}
    own = [one for one in findings if one.finding_id in lead.finding_ids and one.verdict is Verdict.SUSPECTED]
    answered = [answers[_about(one)] for one in own if _about(one) in answers]
    if not answered or lead.state not in OPEN_STATES:
        return None
    said = _said(len(own), answered)
    event_id = stable_id("event", lead.lead_id, TOLD, *sorted(one.finding_id for one in answered))
    if any(one.event_id == event_id for one in events):
        return None
    untouched = lead.state is LeadState.NEW and all(one.actor == SYSTEM_ACTOR for one in events)
    if untouched and len(answered) == len(own):
        excluded, event = act(
            lead, LeadAction.EXCLUDE, actor=SYSTEM_ACTOR, reason=said, now=now, detail=StepDetail(cause=_CAUSE)
        )
        return excluded, event.model_copy(update={"event_id": event_id})
    return lead, LeadEvent(
        event_id=event_id,
        lead_id=lead.lead_id,
        action=TOLD,
        state_from=lead.state,
        state_to=lead.state,
        actor=SYSTEM_ACTOR,
        reason=said,
        at=now,
    )


def _is_answer(finding: Finding) -> bool:
    return finding.verdict is Verdict.UNDETERMINED and finding.explanation.startswith(ANSWERED_BY_PICTURE)


def _about(finding: Finding) -> tuple[object, ...]:
    """The same words of the same listing, at whatever visit they were read."""
    words = tuple(span.text for span in finding.spans)
    return finding.rule_id, finding.listing_id, finding.place, words


def _said(hits: int, answered: Sequence[Finding]) -> str:
    shown = answered[0].explanation.partition("；")[0]
    return f"{hits} 处命中中 {len(answered)} 处：{shown}"
