"""统计: figures with their base, trends, the map with its ranked table; and the list behind each figure."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from leads.clocks import day_in_china
from leads.figure_asking import FigureSet, ask_figures
from leads.figure_periods import Step
from leads.figures import About
from leads.statistics import leads_of, shops_of
from offices.statistics_desk import StatisticsDesk
from records.base import Record
from records.errors import NotFoundError
from records.people import Permission
from records.statistics import FigureRows
from records.survey import Outcome, RunState
from ui.door import Asked, Visitor
from ui.statistics_asked import StatisticsAsked, presets
from ui.statistics_view import (
    category_chart,
    division_names,
    ground_map,
    headlines,
    part_lines,
    region_path,
    trend_charts,
    trend_lines,
    trend_titles,
)

__all__ = ["router", "statistics_desk"]

router = APIRouter(prefix="/statistics")

_SHOWN = 50
_RULES_SHOWN = 15
_ABOUTS = {
    About.NEW: "期内新发现的线索",
    About.SEEN: "期内仍可见的线索",
    About.DECIDED: "期内作出处置的线索",
    About.KEPT: "期内按期办结的核查",
    About.MISSED: "期内超期办结的核查",
    About.OVERDUE: "现已超期、尚未办结的核查",
    About.RUNNING: "正在进行的核查",
    About.UNKNOWN: "期限待定的核查",
}


def statistics_desk(visitor: Visitor) -> StatisticsDesk:
    """The visitor's desk for figures."""
    return StatisticsDesk(visitor.services, visitor.caller)


@router.get("", response_class=HTMLResponse)
def statistics(request: Request, visitor: Asked) -> HTMLResponse:
    """The figures of a period, a region and a platform."""
    asked, desk = _asked(request, visitor), statistics_desk(visitor)
    found = _figures(desk, visitor, asked)
    names = division_names()
    return visitor.draw(
        "statistics.html",
        here="statistics",
        asked=asked,
        found=found,
        now=found.now,
        before=found.before,
        steps=tuple(Step),
        presets=presets(day_in_china(visitor.services.clock())),
        headlines=headlines(found, asked),
        path=region_path(found.within, desk.scope, asked, names),
        parts=part_lines(found, asked, names),
        ground=ground_map(visitor.door.atlas, found, asked, names),
        charts=trend_charts(found),
        trend_titles=trend_titles(with_leads=found.now.with_leads),
        trend=trend_lines(found, asked),
        categories=category_chart(found.now),
        rules=found.now.by_rule[:_RULES_SHOWN],
        rules_left=max(0, len(found.now.by_rule) - _RULES_SHOWN),
        rule_titles={rule_id: rule.title for rule_id, rule in visitor.door.rules.items()},
        targets=desk.targets(),
        target_name=visitor.namer.target,
        outcome=Outcome,
        run_state=RunState,
        about=About,
        alarms=len(visitor.health.alarms(open_only=True)),
    )


@router.get("/leads", response_class=HTMLResponse)
def leads(request: Request, visitor: Asked) -> HTMLResponse:
    """The leads a figure counts."""
    asked, desk = _asked(request, visitor), statistics_desk(visitor)
    desk.need(Permission.LEADS_READ)
    rows = _rows(desk, asked)
    held = asked.lead_filter(request.query_params, desk.region(asked.region))
    ids = leads_of(rows, asked.period.span, held, today=day_in_china(visitor.services.clock()))
    return _list(request, visitor, "leads", ids, title=_ABOUTS[held.about])


@router.get("/shops", response_class=HTMLResponse)
def shops(request: Request, visitor: Asked) -> HTMLResponse:
    """The shops a figure counts."""
    asked, desk = _asked(request, visitor), statistics_desk(visitor)
    which, params = request.query_params.get("which", ""), request.query_params
    titles = {"unread": "未读全的网店", "suspected": "有涉嫌线索的网店", "upheld": "有查实线索的网店"}
    ids = shops_of(
        _rows(desk, asked),
        asked.period.span,
        which=which if which in titles else "",
        region=params.get("part", ""),
        within=desk.region(asked.region),
        target_id=params.get("of", ""),
    )
    return _list(request, visitor, "shops", ids, title=titles.get(which, "监测的网店"))


@router.get("/listings", response_class=HTMLResponse)
def listings(request: Request, visitor: Asked) -> HTMLResponse:
    """The listings a figure counts."""
    asked, desk = _asked(request, visitor), statistics_desk(visitor)
    suspected = request.query_params.get("which") == "suspected"
    ids = desk.listing_ids(
        asked.period.span,
        region=asked.region,
        target_id=asked.target_id,
        category=request.query_params.get("category", "")[:60],
        suspected=suspected,
    )
    title = "期内新发现涉嫌内容的商品" if suspected else "监测的商品"
    return _list(request, visitor, "listings", ids, title=title)


@router.get("/findings", response_class=HTMLResponse)
def findings(request: Request, visitor: Asked) -> HTMLResponse:
    """The findings a figure counts."""
    asked, desk = _asked(request, visitor), statistics_desk(visitor)
    ids = desk.finding_ids(
        asked.period.span,
        region=asked.region,
        target_id=asked.target_id,
        verdict=request.query_params.get("verdict", "")[:20],
    )
    return _list(request, visitor, "findings", ids, title="期内的规则发现")


@router.get("/runs", response_class=HTMLResponse)
def runs(request: Request, visitor: Asked) -> HTMLResponse:
    """The runs whose pages a figure counts."""
    asked, desk = _asked(request, visitor), statistics_desk(visitor)
    state, params = request.query_params.get("state", ""), request.query_params
    found = [
        run
        for run in _rows(desk, asked).runs
        if (not state or run.state == state) and (not params.get("blind") or run.blind)
    ]
    return visitor.draw(
        "statistics_runs.html",
        here="statistics",
        asked=asked,
        runs=found[:_SHOWN],
        total=len(found),
        read=sum(run.outcomes.get(name, 0) for run in found for name in (Outcome.READ, Outcome.UNCHANGED)),
        back=asked.href(),
        target_name=visitor.namer.target,
        good=(Outcome.READ, Outcome.UNCHANGED),
    )


def _asked(request: Request, visitor: Visitor) -> StatisticsAsked:
    return StatisticsAsked.read(request.query_params, day_in_china(visitor.services.clock()))


def _figures(desk: StatisticsDesk, visitor: Visitor, asked: StatisticsAsked) -> FigureSet:
    return ask_figures(
        lambda trend, counted: desk.rows(trend, counted, region=asked.region, target_id=asked.target_id),
        asked.period,
        within=desk.region(asked.region),
        now=visitor.services.clock(),
        step=asked.step,
    )


def _rows(desk: StatisticsDesk, asked: StatisticsAsked) -> FigureRows:
    span = asked.period.span
    return desk.rows(span, (span,), region=asked.region, target_id=asked.target_id)


def _list(request: Request, visitor: Visitor, kind: str, ids: Sequence[str], *, title: str) -> HTMLResponse:
    """A page of the list; what has left the region since it was counted is told, not shown."""
    said = request.query_params.get("offset", "")
    offset = int(said) if said.isascii() and said.isdigit() and len(said) < 8 else 0
    offset = min(offset, max(0, len(ids) - 1)) // _SHOWN * _SHOWN
    desk, gone = statistics_desk(visitor), 0
    shown: list[Record] = []
    read = {"leads": desk.leads, "shops": desk.shops, "listings": desk.listings, "findings": desk.findings}[kind]
    for one in ids[offset : offset + _SHOWN]:
        try:
            shown += read((one,))
        except NotFoundError:
            gone += 1
    address = request.url.include_query_params
    return visitor.draw(
        "statistics_list.html",
        here="statistics",
        kind=kind,
        title=title,
        asked=_asked(request, visitor),
        shown=shown,
        gone=gone,
        total=len(ids),
        offset=offset,
        before=f"/statistics/{kind}?{address(offset=max(0, offset - _SHOWN)).query}" if offset else "",
        after=f"/statistics/{kind}?{address(offset=offset + _SHOWN).query}" if offset + _SHOWN < len(ids) else "",
        back=_asked(request, visitor).href(),
    )
