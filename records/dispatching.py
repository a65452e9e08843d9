"""Who may be given leads, and what is proposed for one."""

from __future__ import annotations

from records.base import Record
from records.market import Category

__all__ = ["DispatchProposal", "DutyOfficer"]


class DutyOfficer(Record):
    """A person who takes leads: of which region (a prefix, "" all), of which classes (categories, rules by the
    beginning of their id; none named: any), and how many are in hand."""

    login: str
    name: str = ""
    region_code: str = ""
    categories: tuple[Category, ...] = ()
    rules: tuple[str, ...] = ()
    load: int = 0


class DispatchProposal(Record):
    """Where a lead should go and why; `assignee` "" leaves the person to the office."""

    lead_id: str
    title: str
    office: str
    article: str
    region_code: str = ""
    assignee: str = ""
    reason: str
    alternatives: tuple[str, ...] = ()
