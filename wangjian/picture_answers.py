"""Leads made before a picture was read, told what it shows since (`leads/answering.py`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from leads.answering import answered_by_pictures
from records.errors import ConflictError
from records.leads import Finding, Lead
from records.ports import Services

__all__ = ["note_picture_answers"]


def note_picture_answers(
    services: Services, leads: Iterable[Lead], findings_by_rule: Mapping[str, Sequence[Finding]]
) -> int:
    """Append to each lead of a shop what pictures answer of it, once; how many were told."""
    told = 0
    for lead in leads:
        events = services.leads.lead_events(lead.lead_id)
        answer = answered_by_pictures(lead, findings_by_rule.get(lead.rule_id, ()), events, now=services.clock())
        if answer is None:
            continue
        try:
            services.leads.save_lead(*answer, expected_version=lead.version)
        except ConflictError:  # an officer is just acting on it; the next run says it again
            continue
        told += 1
    return told
