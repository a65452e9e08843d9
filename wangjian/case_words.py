"""What belongs to a case, and the case told in words."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from leads.case_life import lawful_case_steps
from leads.case_periods import open_deadlines
from records.leads import Case, Lead
from records.ports import Services

__all__ = ["captures_of", "case_in_words"]

_SHANGHAI = ZoneInfo("Asia/Shanghai")


def captures_of(services: Services, case: Case) -> list[str]:
    """Those kept with the case, what was captured for its leads since, and files received for it."""
    later = [one.capture_id for lead_id in case.lead_ids for one in services.evidence.captures(lead_id=lead_id)]
    received = [one.capture_id for one in services.evidence.captures(case_id=case.case_id)]
    return list(dict.fromkeys((*case.capture_ids, *later, *received)))


def case_in_words(case: Case, leads: Sequence[Lead], captures: Sequence[str]) -> list[str]:
    """The case for a person to read, a line each."""
    day = case.opened_at.astimezone(_SHANGHAI).strftime("%Y-%m-%d %H:%M")
    lines = [f"案件 {case.case_id}：{case.title}", f"{case.opened_by or '（未记）'} 于 {day} 开立"]
    lines.append(f"状态 {case.state}；案由 {case.cause or '（未填）'}")
    lines += [f"{one.part} {one.name}（{one.card_no}）" for one in case.handlers]
    lines += [f"{one.role} {one.name} {one.code}" for one in case.parties]
    lines += [f"期限 {one.title} {one.due_on or one.note}" for one in open_deadlines(case)]
    lines.append(f"可办：{'、'.join(lawful_case_steps(case)) or '（无）'}")
    lines.append(f"网店 {len(case.shop_ids)} 家：{'、'.join(case.shop_ids)}")
    lines += [f"并案理由：{reason}" for reason in case.reasons]
    if case.reasons:
        lines.append("（关联只供核查，不是认定；所据网页及其 SHA-256 见导出的“案件.json”）")
    lines += [f"线索 {lead.lead_id}（{lead.state.value}）：{lead.title}" for lead in leads]
    lines += [f"证据 {capture_id}" for capture_id in captures]
    return lines
