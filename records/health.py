"""Whether a survey still sees what it should: Alarm (告警), RunStatistics and the live RunProgress of a run."""

from __future__ import annotations

from enum import StrEnum

from records.base import Record, UtcDatetime, stable_id
from records.survey import Outcome, PageKind, RunState

__all__ = [
    "Alarm",
    "AlarmKind",
    "AlarmState",
    "GroupCoverage",
    "RunProgress",
    "RunStatistics",
    "SelectorProposal",
    "alarm_key",
]


class AlarmKind(StrEnum):
    """What is wrong. Members up to DRIFT mean that the survey may have gone blind."""

    COVERAGE = "coverage"
    ZERO = "zero"
    CANARY = "canary"
    DRIFT = "drift"
    OUTCOME = "outcome"
    LISTINGS = "listings"
    ROBOTS = "robots"
    SPEED = "speed"
    WALL = "wall"


class AlarmState(StrEnum):
    """open → recovered (a later run was healthy again) | settled (by an officer, with a note). Both are final: the same
    trouble later opens a new alarm."""

    OPEN = "open"
    RECOVERED = "recovered"
    SETTLED = "settled"


class SelectorProposal(Record):
    """Where a value that was known now stands: a selector to put in the place of one that no longer matches.

    Attributes:
        field: What it reads (`listing.title`).
        old: The selector that used to find it; empty when none is known (the general reader has none).
        new: The selector proposed; empty when the known values stand nowhere in the new pages.
        holds_on, tried_on: On how many sample pages the first element it finds says that page's known value.
        value: One known value it was found by.
    """

    field: str
    old: str = ""
    new: str = ""
    holds_on: int = 0
    tried_on: int = 0
    value: str = ""


class Alarm(Record):
    """告警. One trouble of one target: opened once, brought forward by each run that still has it.

    Attributes:
        family, page_kind, field: What it is about; empty where it is about the whole target. For ROBOTS the origin
            stands in `field`, for OUTCOME and WALL the outcome, for CANARY the address.
        before, after: What used to be and what is, in words (`100%`, `0%`, `32 个`).
        why: One Chinese sentence for an officer.
        page_ids: Sample pages that show it, newest run only.
        runs: How many runs in a row had it.
        run_id: The newest run that has it; `opened_by` the first.
        capture_id: The sealed capture of a wall; empty for other kinds, or when it could not be made (`note`).
        assignee: Login of the officer it was handed to.
        closed_by: Login of who settled it; empty when it recovered by itself.
        accepted: Settled as what is normal from now on: earlier runs no longer count as this field's past.
    """

    alarm_id: str
    target_id: str
    kind: AlarmKind
    family: str = ""
    page_kind: PageKind | None = None
    field: str = ""
    before: str = ""
    after: str = ""
    why: str
    page_ids: tuple[str, ...] = ()
    proposals: tuple[SelectorProposal, ...] = ()
    state: AlarmState = AlarmState.OPEN
    opened_by: str
    run_id: str
    runs: int = 1
    raised_at: UtcDatetime
    last_seen_at: UtcDatetime
    capture_id: str = ""
    assignee: str = ""
    closed_at: UtcDatetime | None = None
    closed_by: str = ""
    accepted: bool = False
    note: str = ""

    @property
    def key(self) -> str:
        """What makes two alarms the same trouble."""
        kind = self.page_kind.value if self.page_kind else ""
        return alarm_key(self.target_id, self.kind, self.family, kind, self.field)


def alarm_key(target_id: str, kind: AlarmKind, *about: str) -> str:
    """The identity of a trouble, whichever run meets it."""
    return stable_id("trouble", target_id, kind.value, *about)


class GroupCoverage(Record):
    """How many pages of one family and kind gave each field. `pages` counts those that were read anew."""

    family: str
    kind: PageKind
    pages: int
    fields: dict[str, int] = {}

    def share(self, field: str) -> float:
        """Of the pages, 0.0–1.0; 0.0 when there are none."""
        return self.fields.get(field, 0) / self.pages if self.pages else 0.0


class RunStatistics(Record):
    """What a run saw, counted from its stored pages when it ended, so that a killed run loses none of it.

    Attributes:
        pages, outcomes: All addresses that were answered or given up.
        coverage: By the family and kind each address had in the last healthy run, its own where it was not known then:
            a page that is no longer recognised stays with the kind it should be.
        listings, shops: Listing pages and shops seen in the run; `new_listings` and `gone_listings` against the last
            healthy one.
        seconds_per_page: Median time to an answer; None when no page says it.
        pages_per_minute: Over the whole run, waiting included.
        robots: Origin to the SHA-256 of its robots.txt.
        healthy: Nothing was found wrong that would spoil it as a past to compare with.
    """

    run_id: str
    target_id: str
    state: RunState
    started_at: UtcDatetime
    finished_at: UtcDatetime
    pages: int = 0
    outcomes: dict[Outcome, int] = {}
    coverage: tuple[GroupCoverage, ...] = ()
    listings: int = 0
    shops: int = 0
    new_listings: int = 0
    gone_listings: int = 0
    seconds_per_page: float | None = None
    pages_per_minute: float = 0.0
    robots: dict[str, str] = {}
    healthy: bool = True


class RunProgress(Record):
    """How a run stands at this moment, written by the run itself about once a second.

    Attributes:
        known: Addresses known so far, `done` of them finished (read or given up), `left` to go.
        in_flight: Addresses being asked for right now.
        waiting: In Chinese why nothing moves; empty while pages come.
        left_seconds: Expected time to the end at the present pace; None when it cannot be told.
        coverage: As in RunStatistics, by what this process has read.
    """

    run_id: str
    target_id: str
    at: UtcDatetime
    done: int = 0
    known: int = 0
    left: int = 0
    in_flight: tuple[str, ...] = ()
    waiting: str = ""
    pages_per_minute: float = 0.0
    left_seconds: float | None = None
    listings: int = 0
    outcomes: dict[Outcome, int] = {}
    coverage: tuple[GroupCoverage, ...] = ()
    stopping: str = ""
