"""What figures are counted from, and what is kept of a monitoring report (监测报告).

A mark is a narrow row beside a record: the day, the place and the few words it is counted by, so that two hundred
thousand leads are counted in less than a second. Marks follow the records through the outbox, as the index does, and
can be made again from the records at any time (`wangjian statistics rebuild`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Protocol

from records.base import DigestHex, Record, UtcDatetime
from records.survey import Outcome, RunState

__all__ = [
    "FigureRows",
    "FigureStore",
    "FindingMark",
    "LeadMark",
    "LeadRow",
    "LeadRows",
    "ListingMark",
    "Marks",
    "MonitoringReport",
    "RunRow",
    "ShopMark",
    "ShopRow",
    "Span",
    "date_of_number",
    "day_number",
]

_CHINA = timezone(timedelta(hours=8))
_FIRST = date(1970, 1, 1)


def day_number(moment: datetime | date) -> int:
    """The day in Asia/Shanghai as days since 1970-01-01.

    >>> from datetime import UTC
    >>> day_number(datetime(1970, 1, 1, 15, 59, tzinfo=UTC)), day_number(datetime(1970, 1, 1, 16, 0, tzinfo=UTC))
    (0, 1)
    """
    day = moment.astimezone(_CHINA).date() if isinstance(moment, datetime) else moment
    return (day - _FIRST).days


def date_of_number(number: int) -> date:
    """The other way.

    >>> date_of_number(day_number(date(2026, 11, 22)))
    datetime.date(2026, 11, 22)
    """
    return _FIRST + timedelta(days=number)


class LeadMark(Record):
    """A lead as it is counted; days are numbers as of `day_number`.

    Attributes:
        categories: Joined by "|".
        upheld: `records.leads.RuleHit` of what officers decided.
        check_due_day, check_ended_day: Of the newest 核查 that began: its last day (None: it could not be counted, or
            an officer set it by hand), and the day it ended (None: it goes on). Both None where none began.
        checked: Whether a 核查 began at all.
    """

    lead_id: str
    first_day: int
    last_day: int
    region_code: str
    target_id: str
    shop_id: str
    rule_id: str
    severity: str
    state: str
    categories: str
    upheld: str
    decided_day: int | None = None
    checked: bool = False
    check_due_day: int | None = None
    check_ended_day: int | None = None


class ShopMark(Record):
    """A shop as it is counted. `unread`: a part of it could not be read on the last visit."""

    shop_id: str
    target_id: str
    region_code: str
    first_day: int
    last_day: int
    unread: bool


class ListingMark(Record):
    """A listing as it is counted; its region is its shop's."""

    listing_id: str
    shop_id: str
    category: str
    first_day: int
    last_day: int


class FindingMark(Record):
    """A finding as it is counted; its region is its shop's."""

    finding_id: str
    shop_id: str
    listing_id: str
    rule_id: str
    verdict: str
    day: int


class Marks(Record):
    """Marks to be kept together."""

    leads: tuple[LeadMark, ...] = ()
    shops: tuple[ShopMark, ...] = ()
    listings: tuple[ListingMark, ...] = ()
    findings: tuple[FindingMark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Days from `first` to `last`, both included, as numbers."""

    first: int
    last: int


_Ended = int | None
LeadRow = tuple[str, int, int, str, str, str, str, str, str, str, str, _Ended, bool, _Ended, _Ended]
LeadRows = Sequence[LeadRow]
"""Rows in the order of LeadMark's fields, by lead_id; plain tuples, for there are many."""


ShopRow = tuple[str, str, str, int, int, bool]
"""A shop in the order of ShopMark's fields."""


class RunRow(Record):
    """A run as it is counted, by the day it began."""

    run_id: str
    target_id: str
    day: int
    state: RunState
    outcomes: dict[Outcome, int] = {}
    missing: tuple[str, ...] = ()
    blind: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRows:
    """What one person's figures are counted from, already held to their region.

    Attributes:
        leads: Those seen within the days counted; None: this person may not read leads.
        shops: All shops in the region, whenever they were seen.
        listing_days: (category, first day, last day, how many such), of the trend and the days counted.
        finding_days: (verdict, day, how many such), of the same days.
        lead_days, decided_days: How many leads were first found, and how many decided, on each of the same days.
        suspected_listings: By first and last day of a span, how many listings a suspected finding was made of.
        runs: Of targets in the region and of platforms, which belong to none.
    """

    leads: LeadRows | None
    shops: Sequence[ShopRow]
    listing_days: Sequence[tuple[str, int, int, int]]
    finding_days: Sequence[tuple[str, int, int]]
    lead_days: Mapping[int, int]
    decided_days: Mapping[int, int]
    suspected_listings: Mapping[tuple[int, int], int]
    runs: Sequence[RunRow]


class MonitoringReport(Record):
    """监测报告 as kept: the figures it was made from, so that it can be printed again the same.

    Attributes:
        period: `2026-W47` or `2026-11`.
        region_code: The data scope of whoever asked; "" is the whole country.
        words_json: What is printed, figures and drawings, as canonical JSON; `words_sha256` its digest.
        pdf_sha256: Of the PDF as first made; another one means that fonts or the typesetter have changed.
    """

    report_id: str
    period: str
    region_code: str
    title: str
    made_by: str
    made_at: UtcDatetime
    words_json: str
    words_sha256: DigestHex
    pdf_sha256: DigestHex


class FigureStore(Protocol):
    """Marks, and the reports made of them. Regions are prefixes of GB/T 2260 ("": everywhere); the promises of
    records/ports.py hold here too."""

    def keep(self, marks: Marks) -> None:
        """Add or replace."""
        ...

    def clear(self) -> None:
        """Forget all marks (before they are made again); reports stay."""
        ...

    def counted(self) -> Mapping[str, int]:
        """How many marks there are: `leads`, `shops`, `listings`, `findings`."""
        ...

    def leads(self, span: Span, *, region: str = "", target_id: str = "") -> LeadRows:
        """Leads seen within the span: first seen not after its end, last seen not before its start; and those decided
        or of which a 核查 ended within it, or still goes on."""
        ...

    def shops(self, *, region: str = "", target_id: str = "") -> Sequence[ShopRow]:
        """All shops there, by shop_id."""
        ...

    def lead_days(self, span: Span, *, region: str = "", target_id: str = "") -> Mapping[int, int]:
        """How many leads were first found on each day."""
        ...

    def decided_days(self, span: Span, *, region: str = "", target_id: str = "") -> Mapping[int, int]:
        """How many leads were decided on each day, as far as it says something of the rule or the lead."""
        ...

    def listing_days(self, span: Span, *, region: str = "", target_id: str = "") -> Sequence[tuple[str, int, int, int]]:
        """Listings looked at within the span: (category, first day, last day, how many such)."""
        ...

    def listing_ids(self, span: Span, *, region: str = "", target_id: str = "", category: str = "") -> Sequence[str]:
        """The same one by one, in order."""
        ...

    def finding_days(self, span: Span, *, region: str = "", target_id: str = "") -> Sequence[tuple[str, int, int]]:
        """Findings made within the span: (verdict, day, how many such)."""
        ...

    def finding_ids(self, span: Span, *, region: str = "", target_id: str = "", verdict: str = "") -> Sequence[str]:
        """The same one by one, in order."""
        ...

    def suspected_listings(self, span: Span, *, region: str = "", target_id: str = "") -> Sequence[str]:
        """Listings of which a suspected finding was made within the span, in order."""
        ...

    def suspected_listing_count(self, span: Span, *, region: str = "", target_id: str = "") -> int:
        """How many these are."""
        ...

    def runs(self, span: Span) -> tuple[RunRow, ...]:
        """Runs that began within the span, newest first."""
        ...

    def save_report(self, report: MonitoringReport) -> None:
        """Add it; one that is there already stays as it is."""
        ...

    def report(self, report_id: str) -> MonitoringReport:
        """Raises NotFoundError."""
        ...

    def reports(self) -> tuple[MonitoringReport, ...]:
        """Newest first."""
        ...
