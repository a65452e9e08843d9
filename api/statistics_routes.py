"""Figures with their base, and monitoring reports."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from api.door import Door, acting, asking
from api.examples import documented
from api.lead_routes import Id
from api.paging import AskedPage, PageOf
from api.problems import problem_responses
from leads.clocks import day_in_china
from leads.figure_asking import ask_figures
from leads.figure_periods import FigurePeriod, Step, read_period, week_of
from leads.figures import About, Figures, PlaceRow, RuleRow, TrendPoint
from offices.audit import Caller
from offices.statistics_desk import StatisticsDesk
from records.base import DigestHex, Record, UtcDatetime
from records.digests import digests_of
from records.errors import NotFoundError
from records.statistics import MonitoringReport
from records.survey import RunState
from records.workbench import Workbench

__all__ = ["router"]

router = APIRouter(tags=["统计"])

_PAPER: dict[str, Any] = {
    "description": "监测报告",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}
_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class ReportDesk(StatisticsDesk):
    """A desk for figures that can also have reports written."""

    def __init__(self, door: Door, caller: Caller) -> None:
        super().__init__(door.services, caller)
        self._bench = door.options.workbench

    def figures(self, asked: FiguresAsked) -> FiguresAnswer:
        """As the statistics page shows them."""
        now = self._services.clock()
        period = read_period(asked.period) if asked.period else week_of(day_in_china(now))
        found = ask_figures(
            lambda trend, counted: self.rows(trend, counted, region=asked.region, target_id=asked.target),
            period,
            within=self.region(asked.region),
            now=now,
            step=asked.step,
        )
        return FiguresAnswer(region_code=found.within, now=found.now, before=found.before, trend=found.trend)

    def make(self, wish: ReportWish) -> MonitoringReport:
        """Make and keep a report."""
        self.reports()  # whoever may not read reports makes none either
        region = self.region(wish.region)
        read_period(wish.period)
        return self.keep_report(self._writer.make_report(wish.period, region=region, made_by=self.account.name))

    def printed(self, report_id: str, kind: str) -> bytes:
        """A kept report as a file."""
        return self._writer.print_report(self.report(report_id), kind)

    @property
    def _writer(self) -> Workbench:
        if self._bench is None:
            raise NotFoundError("本接口没有接入监测报告", cure="用 wangjian serve 启动")
        return self._bench


class FiguresAsked(Record):
    """Which figures: a period (`2026-W47`, `2026-11`, `2026`, `2026-11-01..2026-11-20`), a region, a target."""

    period: Annotated[str, Field(max_length=30)] = ""
    region: Annotated[str, Field(max_length=6)] = ""
    target: Annotated[str, Field(max_length=60)] = ""
    step: Step | None = None


class FiguresAnswer(Record):
    """The figures of the period and of the one before, and the trend; `region_code` is what they were held to."""

    region_code: str
    now: Figures
    before: Figures
    trend: tuple[TrendPoint, ...]


class ReportWish(Record):
    """A week or month, and a region within one's own ("": all of it)."""

    period: Annotated[str, Field(min_length=4, max_length=30)]
    region: Annotated[str, Field(max_length=6)] = ""


class ReportItem(Record):
    """A kept report; its papers are had under `file`."""

    report_id: str
    period: str
    region_code: str
    title: str
    made_by: str
    made_at: UtcDatetime
    words_sha256: DigestHex
    pdf_sha256: DigestHex

    @classmethod
    def of(cls, report: MonitoringReport) -> ReportItem:
        """Without what it says, which is long."""
        return cls.model_validate(report.model_dump(exclude={"words_json"}))


class ReportPage(PageOf):
    """Reports, newest first."""

    items: tuple[ReportItem, ...]


_AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
_WEEK = FigurePeriod(
    key="2026-W47", title="2026年第47周（11月16日至11月22日）", first=date(2026, 11, 16), last=date(2026, 11, 22)
)
_FIGURES = Figures(
    period=_WEEK,
    made_at=_AT,
    with_leads=True,
    runs={RunState.COMPLETE: 20, RunState.PARTIAL: 2},
    blind_runs=0,
    pages_read=2092,
    pages_unread=9,
    unread_by={"captcha": 2},
    shops=70,
    shops_unread=1,
    shops_suspected=49,
    listings=1645,
    listings_suspected=113,
    findings={"suspected": 147},
    leads_new=114,
    leads_seen=114,
    by_severity={"high": 68, "medium": 46},
    by_state={"待研判": 114},
    by_category={"食品": 9},
    by_rule=(RuleRow(rule_id="A01", leads=11, right=8, wrong=1),),
    by_region=(PlaceRow(key="33", shops=8, suspected=3, leads=9),),
    decisions={"right": 8, "wrong": 1},
    days_to_decide=2.0,
    checks={About.KEPT: 4},
)
_POINT = TrendPoint(period=_WEEK, pages=2092, shops=70, listings=1645, findings=702, leads=114, decisions=9)
_ANSWER = FiguresAnswer(region_code="33", now=_FIGURES, before=_FIGURES, trend=(_POINT,))
_SHA = digests_of(b"example").sha256
_ITEM = ReportItem(
    report_id="report_0f1e2d3c4b5a69788796",
    period="2026-W47",
    region_code="33",
    title="网络交易监测报告 浙江省 2026年第47周（11月16日至11月22日）",
    made_by="傅泽",
    made_at=_AT,
    words_sha256=_SHA,
    pdf_sha256=_SHA,
)

_Desk = Annotated[ReportDesk, Depends(asking(ReportDesk))]
_Acting = Annotated[ReportDesk, Depends(acting(ReportDesk))]


@router.get("/statistics", summary="统计数字", responses=documented(_ANSWER, 401, 403, 422))
def read_figures(desk: _Desk, asked: Annotated[FiguresAsked, Query()]) -> FiguresAnswer:
    """Figures of one's region, each with its base; lead figures are left out for whoever may not read leads."""
    return desk.figures(asked)


@router.get(
    "/monitoring-reports",
    summary="监测报告列表",
    responses=documented(ReportPage(total=1, items=(_ITEM,)), 400, 401, 403, 410, 422),
)
def list_reports(desk: _Desk, page: AskedPage) -> ReportPage:
    """Reports of one's region and its parts, newest first."""
    total, following, items = page.cut(
        desk.reports(), lambda one: (one.made_at.isoformat(), one.report_id), newest_first=True
    )
    return ReportPage(total=total, next_cursor=following, items=tuple(ReportItem.of(one) for one in items))


@router.post(
    "/monitoring-reports",
    summary="生成监测报告",
    status_code=201,
    responses=documented(_ITEM, 401, 403, 404, 422, 503, status=201),
)
def make_report(desk: _Acting, wish: ReportWish) -> ReportItem:
    """Count, write and keep the report of a week or month."""
    return ReportItem.of(desk.make(wish))


@router.get(
    "/monitoring-reports/{report_id}/file",
    summary="下载监测报告",
    response_class=Response,
    responses={200: _PAPER, **problem_responses(401, 403, 404, 422, 500, 503)},
)
def download_report(desk: _Desk, report_id: Id, kind: Literal["pdf", "docx"] = "pdf") -> Response:
    """The report as PDF/A or docx, the same bytes each time."""
    content = desk.printed(report_id, kind)
    headers = {
        "Content-Disposition": f'attachment; filename="{report_id}.{kind}"',
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=_TYPES[kind], headers=headers)
