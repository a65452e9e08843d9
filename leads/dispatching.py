"""Where new leads should go: by jurisdiction, then class, then load. A proposal with its reason; a person decides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from records.dispatching import DispatchProposal, DutyOfficer
from records.leads import Lead

__all__ = ["propose_dispatch"]


def propose_dispatch(
    leads: Iterable[Lead], officers: Sequence[DutyOfficer], *, most_a_person: int = 40
) -> tuple[DispatchProposal, ...]:
    """A proposal for each lead, the most pressing first. What is proposed counts as load for the next.

    Args:
        most_a_person: Whoever has so many in hand is given no more; when all have, the office is proposed alone.
    """
    loads = {officer.login: officer.load for officer in officers}
    found: list[DispatchProposal] = []
    for lead in sorted(leads, key=lambda one: (-one.priority_score, one.lead_id)):
        proposal = _proposal(lead, officers, loads, most_a_person)
        if proposal.assignee:
            loads[proposal.assignee] += 1
        found.append(proposal)
    return tuple(found)


def _proposal(
    lead: Lead, officers: Sequence[DutyOfficer], loads: dict[str, int], most_a_person: int
) -> DispatchProposal:
    first = lead.jurisdictions[0] if lead.jurisdictions else None
    chosen, why = _person(lead, officers, loads, most_a_person)
    reasons = [f"{first.office}：{first.reason}（{first.article}）" if first else "管辖不明，须人工确定", why]
    return DispatchProposal(
        lead_id=lead.lead_id,
        title=lead.title,
        office=first.office if first else "",
        article=first.article if first else "",
        region_code=lead.region_code,
        assignee=chosen.login if chosen else "",
        reason="；".join(reason for reason in reasons if reason),
        alternatives=tuple(f"{one.office}（{one.article}）" for one in lead.jurisdictions[1:]),
    )


def _person(
    lead: Lead, officers: Sequence[DutyOfficer], loads: dict[str, int], most_a_person: int
) -> tuple[DutyOfficer | None, str]:
    if not lead.region_code:
        return None, "实际经营地不明，人员由承办机关确定"
    here = [officer for officer in officers if lead.region_code.startswith(officer.region_code)]
    if not here:
        return None, "本单位没有人员管辖该地，宜交办或移送该机关"
    fitting = [(officer, kind) for officer in here if (kind := _class_of(lead, officer)) is not None]
    if not fitting:
        return None, "管辖该地的人员均不分管此类"
    free = [(officer, kind) for officer, kind in fitting if loads[officer.login] < most_a_person]
    if not free:
        return None, f"管辖该地的人员在办均已达 {most_a_person} 件"
    chosen, kind = min(free, key=lambda one: (not one[1], -len(one[0].region_code), loads[one[0].login], one[0].login))
    region = f"管辖 {chosen.region_code}" if chosen.region_code else "管辖不限地域"
    load = f"在办 {loads[chosen.login]} 件"
    among = f"，为 {len(free)} 名可派人员中依次最宜" if len(free) > 1 else ""
    return chosen, f"派 {chosen.name or chosen.login}：{region}{f'，分管{kind}' if kind else ''}，{load}{among}"


def _class_of(lead: Lead, officer: DutyOfficer) -> str | None:
    """The class by which the lead is this person's; "" for one who takes any; None when it is not theirs."""
    if not officer.categories and not officer.rules:
        return ""
    rule = next((begin for begin in officer.rules if lead.rule_id.startswith(begin)), "")
    category = next((one.value for one in lead.categories if one in officer.categories), "")
    return f"规则 {rule}" if rule else category or None
