"""今天: what is new, how the surveys went, what was captured, how far the index lags."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta, timezone

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from offices.case_desk import CaseAsk, CaseLine
from offices.lead_desk import LeadHit
from offices.search_desk import KeptSearch
from records.errors import AwayError
from records.evidence import Capture
from records.leads import LeadState, Severity
from records.people import Permission
from records.schedules import Occurrence, OccurrenceState
from records.search import Facet, SearchKind, SearchQuery
from records.survey import Target
from ui.case_pages import desk_of
from ui.door import Asked, Visitor
from ui.lead_pages import LEAD_FACETS
from ui.saved_search_pages import search_desk
from ui.searching import SearchState
from ui.today_queue import my_queue, pressing

__all__ = ["router"]

router = APIRouter()

_NEW_SHOWN = 10
_RUNS_SHOWN = 8
_NIGHT_READ = 20_000
_CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
_TROUBLE = frozenset({OccurrenceState.MISSED, OccurrenceState.FAILED, OccurrenceState.PARTIAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class _NewLeads:
    """Leads not yet looked at: how many of each severity, and the foremost. `problem`: the index could not tell."""

    counts: tuple[tuple[Severity, int, str], ...] = ()
    total: int = 0
    hits: tuple[LeadHit, ...] = ()
    href: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Night:
    """The scheduled surveys since yesterday evening: how many came to which end, and those that went wrong."""

    counts: tuple[tuple[OccurrenceState, int], ...]
    troubles: tuple[tuple[Occurrence, Target | None], ...]


@router.get("/", response_class=HTMLResponse)
def today(visitor: Asked) -> HTMLResponse:
    """The first page of the day; each part only for those who may see it."""
    captures = visitor.evidence.captures() if visitor.may(Permission.EVIDENCE_READ) else None
    return visitor.draw(
        "today.html",
        here="today",
        now=visitor.services.clock(),
        new=_new_leads(visitor) if visitor.may(Permission.LEADS_READ) else None,
        runs=visitor.market.runs()[:_RUNS_SHOWN] if visitor.may(Permission.SURVEY_READ) else (),
        night=_last_night(visitor) if visitor.may(Permission.SURVEY_READ) else None,
        captures=_by_state(captures) if captures is not None else None,
        recent=captures[:5] if captures else (),
        my_cases=_my_cases(visitor) if visitor.may(Permission.CASES_ACT) else (),
        approvals=len(desk_of(visitor).waiting()) if visitor.may(Permission.CASES_APPROVE) else 0,
        fresh=_fresh(visitor) if visitor.may(Permission.LEADS_READ) else (),
        mine=my_queue(visitor) if visitor.may(Permission.LEADS_ACT) else None,
        pressing=pressing(visitor) if visitor.may(Permission.CASES_APPROVE) else None,
        alarms=visitor.health.alarms(open_only=True) if visitor.may(Permission.SURVEY_READ) else (),
    )


def _my_cases(visitor: Visitor) -> tuple[CaseLine, ...]:
    """Open cases one handles or opened, the most pressing first."""
    return desk_of(visitor).found(CaseAsk(mine=True, open_only=True))[:_RUNS_SHOWN]


def _fresh(visitor: Visitor) -> tuple[KeptSearch, ...]:
    """One's own searches that new leads fit."""
    return tuple(kept for kept in search_desk(visitor).searches() if kept.own and kept.unseen)


def _last_night(visitor: Visitor) -> _Night:
    """What came due since six in the evening of yesterday; what was not made of it, or not wholly."""
    evening = visitor.services.clock().astimezone(_CHINA).replace(hour=18, minute=0, second=0, microsecond=0)
    found = visitor.schedules.occurrences(since=evening - timedelta(days=1), limit=_NIGHT_READ)
    due = tuple((item, target) for item, target in found if not item.covered_by)
    counts = Counter(item.state for item, _ in due)
    return _Night(
        counts=tuple((state, counts[state]) for state in OccurrenceState if counts[state]),
        troubles=tuple((item, target) for item, target in due if item.state in _TROUBLE)[:_RUNS_SHOWN],
    )


def _new_leads(visitor: Visitor) -> _NewLeads:
    state = SearchState(
        path="/leads",
        kind=SearchKind.LEAD,
        facets=LEAD_FACETS,
        filters={Facet.STATE: (LeadState.NEW.value,)},
    )
    query = SearchQuery(
        kind=SearchKind.LEAD,
        filters=dict(state.filters),
        count_facets=(Facet.SEVERITY,),
        limit=_NEW_SHOWN,
    )
    try:
        result, hits = visitor.leads.search(query)
    except AwayError as exc:
        return _NewLeads(problem=str(exc))
    counted = {count.value: count.count for count in result.facets.get(Facet.SEVERITY, ())}
    return _NewLeads(
        counts=tuple(
            (severity, counted.get(severity.value, 0), state.toggled(Facet.SEVERITY, severity.value).href)
            for severity in Severity
        ),
        total=result.total,
        hits=hits,
        href=state.href,
    )


def _by_state(captures: tuple[Capture, ...]) -> tuple[tuple[str, int], ...]:
    return tuple(Counter(capture.state for capture in captures).most_common())
