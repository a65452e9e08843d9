"""What desks ask for when targets, their visits and campaigns are arranged; the parts are joined above them.

`wangjian/arranging.py` reads what an officer says (an address, “每天 03:30”) as the command line reads it, so that the
same words mean the same through every door.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Protocol

from pydantic import Field

from records.base import Record
from records.sampling import KeptDraw
from records.schedules import CalendarEntry, Campaign, DayKind, MisfirePolicy, Schedule
from records.survey import BrowserPolicy, Carrier, Target, TargetKind, TargetState

__all__ = [
    "Arranging",
    "Authorisation",
    "CampaignFacts",
    "DrawFacts",
    "RowProblem",
    "ScheduleFacts",
    "Settle",
    "TargetFacts",
    "TargetKept",
    "TargetsRead",
]

Settle = Callable[[Target | None, Target], Target]
"""Given a target as it was (None: it is new) and as it is to be, what may be kept of it; raises
PermissionRefusedError for what is not this person's."""

_Text = Annotated[str, Field(max_length=2000)]
_Name = Annotated[str, Field(max_length=200)]
_Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,100}$")]


class Authorisation(Record):
    """The paper that lets robots.txt be overridden: all three parts, or none."""

    case_no: Annotated[str, Field(max_length=500)] = ""
    officer: Annotated[str, Field(max_length=500)] = ""
    reason: Annotated[str, Field(max_length=500)] = ""


class TargetFacts(Record):
    """What a target is to be; None leaves what it is (a new one gets the usual value).

    Attributes:
        urls: Entry addresses, the first of which tells which target is meant when it is new.
        replace_urls: These are all its entries; else they are added to those it has.
        hours: Hours of the day in Asia/Shanghai, as `08:00-12:00,22:00-06:00`; "" is any.
        cadence: “每天 03:30”, “每周一 03:30”, “自适应”, or five fields of cron; "" is none.
        max_bytes: Of one run.
    """

    urls: Annotated[tuple[_Text, ...], Field(max_length=200)] = ()
    replace_urls: bool = False
    name: _Name | None = None
    kind: TargetKind | None = None
    carrier: Carrier | None = None
    scope: Annotated[tuple[_Text, ...], Field(max_length=200)] | None = None
    family: Annotated[str, Field(max_length=60)] | None = None
    browser: BrowserPolicy | None = None
    max_pages: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    max_bytes: Annotated[int, Field(ge=1, le=1_000_000_000_000)] | None = None
    delay_seconds: Annotated[float, Field(ge=0, le=3600)] | None = None
    concurrency: Annotated[int, Field(ge=1, le=16)] | None = None
    daily_pages: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    hours: Annotated[str, Field(max_length=200)] | None = None
    cadence: Annotated[str, Field(max_length=100)] | None = None
    clicks: Annotated[tuple[Annotated[str, Field(max_length=200)], ...], Field(max_length=5)] | None = None
    authorisation: Authorisation | None = None
    region_code: Annotated[str, Field(max_length=12)] | None = None
    note: _Text | None = None


class TargetKept(Record):
    """A target as it is kept now, its cadence in words, and others that may be the same site."""

    target: Target
    cadence: str
    change: Literal["added", "changed", "unchanged"]
    alike: tuple[Target, ...] = ()


class RowProblem(Record):
    """Why a row of a file was not taken: by its line, the heading of its column where one is to blame, and a reason."""

    line: int
    column: str
    reason: str


class TargetsRead(Record):
    """What came of a file of targets. `tried`: only looked at, nothing is kept. `problems` are the first 1,000."""

    read: int
    added: int
    changed: int
    unchanged: int
    refused: int
    problems: tuple[RowProblem, ...] = ()
    alike: tuple[tuple[str, str], ...] = ()
    unknown_columns: tuple[str, ...] = ()
    tried: bool = False


class ScheduleFacts(Record):
    """When a target is visited; `name` tells several schedules of one target apart ("" is its own). `hours` None: those
    of the target. Days are those of Asia/Shanghai, both included."""

    cadence: Annotated[str, Field(min_length=1, max_length=100)]
    misfire: MisfirePolicy = MisfirePolicy.COALESCE
    hours: Annotated[str, Field(max_length=200)] | None = None
    days: DayKind = DayKind.ANY
    starts_on: date | None = None
    ends_on: date | None = None
    priority: Annotated[int, Field(ge=-100, le=100)] = 0
    jitter_seconds: Annotated[int, Field(ge=0, le=86_400)] = 0


class CampaignFacts(Record):
    """专项: several targets by one cadence between two days, both included; `basis` is the notice that orders it."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    starts_on: date
    ends_on: date
    target_ids: Annotated[tuple[_Id, ...], Field(min_length=1, max_length=2000)]
    cadence: Annotated[str, Field(min_length=1, max_length=100)]
    priority: Annotated[int, Field(ge=-100, le=100)] = 10
    basis: Annotated[str, Field(max_length=200)] = ""


class DrawFacts(Record):
    """双随机: how many of which shops are drawn by a seed that was made public before, and two officers for each unless
    `shops_only`; `officers_only` draws people alone."""

    seed: Annotated[str, Field(min_length=1, max_length=200)]
    count: Annotated[int, Field(ge=1, le=100_000)]
    target_id: Annotated[str, Field(max_length=100)] = ""
    region: Annotated[str, Field(max_length=6, pattern=r"^\d*$")] = ""
    shops_only: bool = False
    officers_only: bool = False


class Arranging(Protocol):
    """Safe from several threads."""

    def cadence_of(self, target: Target) -> str:
        """How often it is visited, in words; "" is never."""
        ...

    def put_target(self, facts: TargetFacts, *, settle: Settle, before: Target | None = None) -> TargetKept:
        """Keep a new target, or change the one given in `before`.

        Raises:
            InvalidInputError, AddressRefusedError: An address or a value cannot be read.
            ConflictError: The address is a target's already, or `before` is no longer what is kept.
        """
        ...

    def import_targets(self, path: Path, *, settle: Settle, try_only: bool) -> tuple[TargetsRead, tuple[Target, ...]]:
        """Register every row of an xlsx or csv file that can be read, or with `try_only` tell what would come of it;
        and the targets that were (or would be) new or other.

        Raises:
            InvalidInputError: It is no such file; nothing was imported.
        """
        ...

    def write_targets(self, targets: Sequence[Target], path: Path) -> None:
        """Write them as a table (.xlsx or .csv) that can be imported again."""
        ...

    def write_template(self, path: Path) -> None:
        """Write an empty table with drop-downs and an explanation."""
        ...

    def put_state(self, target: Target, state: TargetState, *, reason: str) -> Target:
        """Pause, resume or retire, its own schedule too. Raises ConflictError when `target` is not the newest."""
        ...

    def remove(self, target: Target, *, reason: str) -> bool:
        """Delete what was only ever written down (True); retire what was surveyed, scheduled or a candidate (False)."""
        ...

    def put_schedule(
        self, target_id: str, facts: ScheduleFacts, *, name: str = "", expected_version: int | None = None
    ) -> Schedule:
        """Give a target a schedule, or with `expected_version` change the one it has of that name.

        Raises:
            InvalidInputError: A cadence that cannot be read or never comes.
            ConflictError: There is one already, or it is not of that version.
        """
        ...

    def term_name(self, schedule: Schedule) -> str | None:
        """The name `put_schedule` knows a schedule by; None for one of a campaign."""
        ...

    def begin_campaign(self, facts: CampaignFacts) -> Campaign:
        """Begin one; the same again changes nothing. Raises InvalidInputError, NotFoundError, ConflictError."""
        ...

    def end_campaign(self, campaign_id: str) -> Campaign:
        """End one before its last day. Raises NotFoundError, ConflictError."""
        ...

    def campaign_schedules(self, campaign_id: str) -> tuple[Schedule, ...]:
        """Its schedules, by id."""
        ...

    def calendar(self, year: int) -> tuple[CalendarEntry, ...]:
        """监测日历 of a year, by first day."""
        ...

    def draw(self, facts: DrawFacts) -> KeptDraw:
        """Draw and keep. Raises InvalidInputError when there is nobody to draw, ConflictError for a second draw."""
        ...

    def repeats(self, draw_id: str) -> bool:
        """Whether the kept lists and seed give the kept result again. Raises NotFoundError."""
        ...
