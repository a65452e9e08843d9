"""What the API is asked and answers where no single record of `records/` says it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from api.paging import CURSOR_WORDS, PageOf
from offices.schedule_desk import ScheduleAct
from records.base import Record, UtcDatetime
from records.claims import Claim
from records.evidence import Capture, CustodyEvent
from records.health import Alarm, RunProgress, RunStatistics
from records.leads import Finding, Lead, LeadEvent, LeadState, Severity
from records.licences_read import ShownPicture
from records.market import Category, Listing, Shop
from records.people import Permission, Role
from records.register import Match, MatchDecision
from records.schedules import Occurrence, Schedule
from records.search import Facet, FacetCount, Highlight, SearchKind, SearchQuery, SearchSort
from records.survey import FrontierState, Outcome, Page, Run, Target

__all__ = [
    "AlarmAnswer",
    "AlarmItem",
    "AlarmPage",
    "AlarmSettlement",
    "CaptureAnswer",
    "CapturePage",
    "CaptureRequest",
    "Health",
    "LeadAction",
    "LeadAnswer",
    "LeadClaim",
    "LeadItem",
    "LeadPage",
    "LeadSearch",
    "ListingAnswer",
    "ListingPage",
    "MarketSearch",
    "Me",
    "OccurrenceItem",
    "OccurrencePage",
    "RunAnswer",
    "RunItem",
    "RunPage",
    "RunStand",
    "ScheduleAction",
    "ScheduleAnswer",
    "ScheduleItem",
    "SchedulePage",
    "ShopAnswer",
    "ShopItem",
    "ShopPage",
    "SignIn",
    "StopRequest",
]

_Words = Annotated[str, Field(max_length=200, description="每个词都须出现；“引号”内空格保留")]
_Limit = Annotated[int, Field(ge=1, le=200)]
_Cursor = Annotated[str, Field(max_length=2000, description=CURSOR_WORDS)]
_Values = Annotated[list[str], Field(default_factory=list, max_length=50)]


class LeadSearch(Record):
    """Query parameters of the lead search; a facet may be given several times (any of its values)."""

    q: _Words = ""
    rule: _Values
    severity: Annotated[list[Severity], Field(default_factory=list)]
    state: Annotated[list[LeadState], Field(default_factory=list)]
    category: Annotated[list[Category], Field(default_factory=list)]
    region: _Values
    office: _Values
    target: _Values
    assignee: _Values
    decision: Annotated[list[MatchDecision], Field(default_factory=list)]
    sort: SearchSort = SearchSort.PRIORITY
    limit: _Limit = 50
    cursor: _Cursor = ""

    def query(self, *, after: str = "") -> SearchQuery:
        """The same as the index is asked."""
        return _query(self, SearchKind.LEAD, sort=self.sort, after=after)


class MarketSearch(Record):
    """Query parameters of the shop and listing searches."""

    q: _Words = ""
    category: Annotated[list[Category], Field(default_factory=list)]
    region: _Values
    target: _Values
    decision: Annotated[list[MatchDecision], Field(default_factory=list)]
    limit: _Limit = 50
    cursor: _Cursor = ""

    def query(self, kind: SearchKind, *, after: str = "") -> SearchQuery:
        """The same as the index is asked."""
        return _query(self, kind, sort=SearchSort.NEWEST, after=after)


class LeadItem(Record):
    """A lead found, with the pieces of its text in which the words occur."""

    lead: Lead
    highlights: tuple[Highlight, ...] = ()


class LeadPage(PageOf):
    """A page of leads. `index_lag` > 0: that many saved records are not searchable yet."""

    index_lag: int
    items: tuple[LeadItem, ...]
    facets: dict[Facet, tuple[FacetCount, ...]]


class LeadAnswer(Record):
    """A lead with all that an officer decides on; `steps` are the actions lawful now, `claim` who holds it now, `card`
    how its period stands (none, green, yellow, red, unknown) with a sentence. `unverified_articles` were not compared
    with the official text (待核): papers naming them must not go out yet."""

    lead: Lead
    findings: tuple[Finding, ...]
    events: tuple[LeadEvent, ...]
    shop: Shop | None
    match: Match | None
    captures: tuple[Capture, ...]
    steps: tuple[str, ...]
    claim: Claim | None = None
    card: str = "none"
    card_sentence: str = ""
    unverified_articles: tuple[str, ...] = ()


class LeadAction(Record):
    """A step to take, and why; `cause` the structured reason, `until` the last day set (责令改正, 定期限), `assignee`
    and `office` to whom it goes (派单)."""

    action: Annotated[str, Field(min_length=1, max_length=40)]
    reason: Annotated[str, Field(max_length=1000)] = ""
    cause: Annotated[str, Field(max_length=100)] = ""
    until: date | None = None
    assignee: Annotated[str, Field(max_length=100)] = ""
    office: Annotated[str, Field(max_length=100)] = ""


class LeadClaim(Record):
    """Holding a lead for so many minutes."""

    minutes: Annotated[int, Field(ge=1, le=1440)] = 30


class ShopItem(Record):
    """A shop found, with its newest match."""

    shop: Shop
    match: Match | None


class ShopPage(PageOf):
    """A page of shops."""

    items: tuple[ShopItem, ...]
    facets: dict[Facet, tuple[FacetCount, ...]]


class ShopAnswer(Record):
    """A shop, who runs it, its licence pictures with what was read from them, and its listings (the first 200)."""

    shop: Shop
    match: Match | None
    licence_pictures: tuple[ShownPicture, ...]
    listings: tuple[Listing, ...]
    listings_cut: bool


class ListingPage(PageOf):
    """A page of listings."""

    items: tuple[Listing, ...]
    facets: dict[Facet, tuple[FacetCount, ...]]


class ListingAnswer(Record):
    """A listing as last seen, and every version of it, oldest first."""

    listing: Listing
    versions: tuple[Listing, ...]


class CapturePage(PageOf):
    """Captures, newest first."""

    items: tuple[Capture, ...]


class CaptureAnswer(Record):
    """A capture with its part of the custody chain."""

    capture: Capture
    custody: tuple[CustodyEvent, ...]


class CaptureRequest(Record):
    """A page to capture, for a lead where there is one; `clicks`: what is clicked to be shown, in order."""

    url: Annotated[str, Field(min_length=8, max_length=2000)]
    lead_id: Annotated[str, Field(max_length=100)] = ""
    clicks: Annotated[tuple[Annotated[str, Field(max_length=200)], ...], Field(max_length=20)] = ()


class RunItem(Record):
    """A survey run and what it surveyed."""

    run: Run
    target: Target | None


class RunPage(PageOf):
    """Survey runs, newest first."""

    items: tuple[RunItem, ...]


class RunAnswer(Record):
    """A run with what became of its addresses, and the pages that could not be read (the first 200)."""

    run: Run
    target: Target | None
    outcomes: dict[Outcome, int]
    frontier: dict[FrontierState, int]
    unread: tuple[Page, ...]


class RunStand(Record):
    """How a run stands: its progress while it goes, its statistics and alarms once it ended.

    `run.blind` names what could not be seen: finding nothing there says nothing.
    """

    run: Run
    target: Target | None
    progress: RunProgress | None
    statistics: RunStatistics | None
    alarms: tuple[Alarm, ...]


class StopRequest(Record):
    """Why a run is to end; what is on its way is finished, and it can be taken up again."""

    reason: str = Field(default="", max_length=200)


class AlarmItem(Record):
    """An alarm and what it is about."""

    alarm: Alarm
    target: Target | None


class AlarmPage(PageOf):
    """Alarms, newest first."""

    items: tuple[AlarmItem, ...]


class AlarmAnswer(Record):
    """An alarm with the sample pages that show it."""

    alarm: Alarm
    target: Target | None
    pages: tuple[Page, ...]


class AlarmSettlement(Record):
    """How an alarm was dealt with. `accepted`: what is now is usual from now on."""

    note: str = Field(max_length=1000)
    accepted: bool = False


class ScheduleItem(Record):
    """A schedule, what it visits, its next due time (None: paused or over) and its last occurrence."""

    schedule: Schedule
    target: Target | None
    next_due_at: UtcDatetime | None
    last: Occurrence | None


class SchedulePage(PageOf):
    """Schedules by name."""

    items: tuple[ScheduleItem, ...]


class ScheduleAnswer(Record):
    """A schedule with its next ten due times and the last fifty that came, newest first."""

    schedule: Schedule
    target: Target | None
    next_due: tuple[UtcDatetime, ...]
    occurrences: tuple[Occurrence, ...]


class ScheduleAction(Record):
    """What to do with a schedule."""

    action: ScheduleAct


class OccurrenceItem(Record):
    """What became of a due time."""

    occurrence: Occurrence
    target: Target | None


class OccurrencePage(PageOf):
    """What became of due times, newest first."""

    items: tuple[OccurrenceItem, ...]


class SignIn(Record):
    """Login and password."""

    login: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=256)]


class Me(Record):
    """Who is signed in and what they may do. Send `csrf_token` as X-CSRF-Token with every change."""

    login: str
    name: str
    roles: tuple[Role, ...]
    region_code: str
    permissions: tuple[Permission, ...]
    csrf_token: str
    expires_at: UtcDatetime


class Health(Record):
    """Whether the parts answer, by name; a part that does not is named with what it said."""

    ready: bool
    parts: dict[str, str] = {}


def _query(asked: LeadSearch | MarketSearch, kind: SearchKind, *, sort: SearchSort, after: str) -> SearchQuery:
    facets = tuple(facet for facet in Facet if facet.value in type(asked).model_fields)
    return SearchQuery(
        kind=kind,
        text=asked.q,
        filters={facet: tuple(getattr(asked, facet.value)) for facet in facets if getattr(asked, facet.value)},
        count_facets=facets,
        sort=sort,
        limit=asked.limit,
        after=after,
    )
