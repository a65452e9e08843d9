"""What is told of a period: its figures, by rule, region, target and over time, and how leads behind one are asked for.

A rate is told with its base; what could not be read is told beside it.
"""

from __future__ import annotations

from enum import StrEnum

from leads.figure_periods import FigurePeriod
from records.base import Record, UtcDatetime
from records.leads import RuleHit
from records.survey import RunState

__all__ = ["About", "Figures", "LeadFilter", "PlaceRow", "RuleRow", "TrendPoint"]


class About(StrEnum):
    """Which leads of a period a figure counts."""

    NEW = "new"
    SEEN = "seen"
    DECIDED = "decided"
    KEPT = "kept"
    MISSED = "missed"
    OVERDUE = "overdue"
    RUNNING = "running"
    UNKNOWN = "unknown"


class LeadFilter(Record):
    """Leads behind a figure; what is empty holds nothing back. `region` is a key of `leads.regions.region_key`."""

    about: About = About.NEW
    rule_id: str = ""
    category: str = ""
    severity: str = ""
    state: str = ""
    hit: str = ""
    region: str = ""
    within: str = ""
    target_id: str = ""


class RuleRow(Record):
    """A rule in a period: leads newly made, and what officers decided of its leads. `precision` has right + wrong as
    its base; None without one."""

    rule_id: str
    leads: int
    right: int = 0
    wrong: int = 0
    aside: int = 0

    @property
    def precision(self) -> float | None:
        """Share of right decisions, 0.0–1.0."""
        base = self.right + self.wrong
        return self.right / base if base else None


class PlaceRow(Record):
    """A region or platform: shops looked at, those not wholly read, those with a suspicion, and new leads."""

    key: str
    shops: int = 0
    unread: int = 0
    suspected: int = 0
    leads: int = 0

    @property
    def rate(self) -> float | None:
        """Shops with a suspicion among the shops looked at, 0.0–1.0; None without a base."""
        return self.suspected / self.shops if self.shops else None


class TrendPoint(Record):
    """One column of a trend."""

    period: FigurePeriod
    pages: int
    shops: int
    listings: int
    findings: int
    leads: int
    decisions: int


class Figures(Record):
    """The figures of a period and a region, as of `made_at`. Lead figures are zero and `with_leads` False for whoever
    may not read leads."""

    period: FigurePeriod
    made_at: UtcDatetime
    with_leads: bool
    runs: dict[RunState, int]
    blind_runs: int
    pages_read: int
    pages_unread: int
    unread_by: dict[str, int]
    shops: int
    shops_unread: int
    shops_suspected: int = 0
    shops_upheld: int = 0
    listings: int
    listings_suspected: int = 0
    findings: dict[str, int]
    leads_new: int = 0
    leads_seen: int = 0
    by_severity: dict[str, int] = {}
    by_state: dict[str, int] = {}
    by_category: dict[str, int] = {}
    listings_by_category: dict[str, int] = {}
    by_rule: tuple[RuleRow, ...] = ()
    by_region: tuple[PlaceRow, ...] = ()
    by_target: tuple[PlaceRow, ...] = ()
    decisions: dict[str, int] = {}
    days_to_decide: float | None = None
    checks: dict[About, int] = {}

    @property
    def precision(self) -> float | None:
        """采纳率: right decisions among right and wrong ones."""
        base = self.decisions.get(RuleHit.RIGHT, 0) + self.decisions.get(RuleHit.WRONG, 0)
        return self.decisions.get(RuleHit.RIGHT, 0) / base if base else None

    @property
    def partial(self) -> bool:
        """Whether the survey did not see all it should have."""
        bad = sum(self.runs.get(state, 0) for state in (RunState.PARTIAL, RunState.FAILED, RunState.RUNNING))
        return bool(bad or self.blind_runs)
