"""监测报告: made by one click, kept with its digest, printed again as PDF or Word."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from leads.clocks import day_in_china
from leads.figure_periods import period_before, read_period, week_of
from records.errors import AwayError, InvalidInputError
from records.statistics import MonitoringReport
from ui.door import Asked, Changing, Visitor
from ui.statistics_pages import statistics_desk
from ui.statistics_view import division_names

__all__ = ["router"]

router = APIRouter(prefix="/statistics/reports")

_SHOWN = 100
_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@router.get("", response_class=HTMLResponse)
def reports(request: Request, visitor: Asked) -> HTMLResponse:
    """Kept reports, and the form that makes one."""
    return _drawn(visitor, period=request.query_params.get("period", "")[:30], region="")


@router.post("")
def make(
    visitor: Changing,
    *,
    period: Annotated[str, Form(max_length=30)] = "",
    region: Annotated[str, Form(max_length=6)] = "",
) -> Response:
    """Make a report of the person's region, or of a part of it."""
    desk, person = statistics_desk(visitor), visitor.person.account
    desk.reports()  # whoever may not read reports makes none either
    try:
        report = visitor.door.bench.make_report(period, region=desk.region(region.strip()), made_by=person.name)
    except (InvalidInputError, AwayError) as exc:
        return _drawn(visitor, period=period, region=region, problem=str(exc), status=409)
    desk.keep_report(report)
    return RedirectResponse(f"/statistics/reports?made={report.report_id}", status_code=303)


@router.get("/{report_id}.{kind}")
def print_report(visitor: Asked, report_id: str, kind: str) -> Response:
    """The report as a file; the same bytes each time."""
    report = statistics_desk(visitor).report(report_id)
    if kind not in _TYPES:
        raise InvalidInputError(f"没有这种格式：{kind[:20]}", cure="用 .pdf 或 .docx")
    name = quote(f"{report.title}.{kind}")
    return Response(
        visitor.door.bench.print_report(report, kind),
        media_type=_TYPES[kind],
        headers={
            "Content-Disposition": f"attachment; filename=\"{report.report_id}.{kind}\"; filename*=UTF-8''{name}",
            "Cache-Control": "no-store",
        },
    )


def _drawn(visitor: Visitor, *, period: str, region: str, problem: str = "", status: int = 200) -> HTMLResponse:
    desk, today = statistics_desk(visitor), day_in_china(visitor.services.clock())
    found: tuple[MonitoringReport, ...] = desk.reports()
    week, month = period_before(week_of(today)), period_before(read_period(f"{today:%Y-%m}"))
    return visitor.draw(
        "statistics_reports.html",
        here="statistics",
        status=status,
        found=found[:_SHOWN],
        total=len(found),
        period=period or week.key,
        region=region,
        scope=desk.scope,
        offered=(("上周", week), ("本周", week_of(today)), ("上月", month)),
        names=division_names(),
        problem=problem,
        made=visitor.request.query_params.get("made", ""),
    )
