"""专项, 监测日历 and 双随机."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from api.door import Door, acting, asking
from api.examples import documented
from api.lead_routes import Id
from api.paging import AskedPage, PageOf
from api.target_routes import EXAMPLE
from offices.audit import Caller
from offices.campaign_desk import CampaignDesk
from records.arranging import CampaignFacts, DrawFacts
from records.base import Record
from records.errors import InvalidInputError
from records.people import Permission
from records.sampling import Assignment, Draw, KeptDraw
from records.schedules import CalendarEntry, Campaign, OccurrenceState, Schedule
from records.survey import Target

__all__ = ["router"]

router = APIRouter(tags=["专项与抽查"])


def _make(door: Door, caller: Caller) -> CampaignDesk:
    return CampaignDesk(door.services, caller, door.bench.arranging)


_Desk = Annotated[CampaignDesk, Depends(asking(_make))]
_Acting = Annotated[CampaignDesk, Depends(acting(_make))]


class CampaignPage(PageOf):
    """Campaigns, newest first; targets beyond one's region are left out of each."""

    items: tuple[Campaign, ...]


class CampaignVisitsItem(Record):
    """One target of a campaign, and its due times so far by what became of them."""

    schedule: Schedule
    target: Target | None
    counts: dict[OccurrenceState, int]


class CampaignAnswer(Record):
    """A campaign and how its visits went."""

    campaign: Campaign
    visits: tuple[CampaignVisitsItem, ...]


class CalendarAnswer(Record):
    """Days to watch, by first day."""

    items: tuple[CalendarEntry, ...]


class DayWish(Record):
    """Days to watch, both included; `note` says why."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    starts_on: date
    ends_on: date
    note: Annotated[str, Field(max_length=200)] = ""


class DrawPage(PageOf):
    """Draws, newest first: none is replaced."""

    items: tuple[KeptDraw, ...]


class DrawAnswer(Record):
    """A draw with its lists; `same`: seed and lists give the kept result again."""

    kept: KeptDraw
    same: bool


_CAMPAIGN = Campaign(
    campaign_id="campaign_1",
    name="年货节专项",
    starts_on=date(2026, 12, 20),
    ends_on=date(2027, 1, 20),
    target_ids=("target_1",),
    cron="0 */4 * * *",
    basis="杭市监办〔2026〕15 号",
)
_VISITS = CampaignVisitsItem(
    schedule=Schedule(
        schedule_id="schedule_1", target_id="target_1", cron="0 */4 * * *", campaign_id="campaign_1",
        created_at=datetime(2026, 11, 20, 1, 30, tzinfo=UTC),
    ),
    target=EXAMPLE,
    counts={OccurrenceState.DONE: 12, OccurrenceState.MISSED: 1},
)  # fmt: skip
_ENTRY = CalendarEntry(name="双十一", starts_on=date(2026, 10, 20), ends_on=date(2026, 11, 11))
_DRAW = KeptDraw(
    draw_id="draw_1",
    population="全部网店，区划 3301",
    subject_ids=("shop_1", "shop_2"),
    officer_ids=("banan", "zhiban"),
    draw=Draw(
        seed="20261120 开奖号码 4 8 15 16 23",
        subjects_count=2,
        subjects_sha256="0" * 64,
        officers_sha256="0" * 64,
        drawn_at=datetime(2026, 11, 20, 1, 30, tzinfo=UTC),
        assignments=(Assignment(subject_id="shop_2", officer_ids=("banan", "zhiban")),),
    ),
)


@router.get(
    "/campaigns",
    summary="专项",
    responses=documented(CampaignPage(total=1, items=(_CAMPAIGN,)), 400, 401, 403, 410, 422),
)
def list_campaigns(desk: _Desk, paging: AskedPage) -> CampaignPage:
    """Campaigns with a target of one's region or of the whole country."""
    total, following, shown = paging.cut(
        desk.campaigns(), lambda one: (one.starts_on.isoformat(), one.campaign_id), newest_first=True
    )
    return CampaignPage(total=total, next_cursor=following, items=shown)


@router.post(
    "/campaigns",
    status_code=201,
    summary="开始专项",
    responses=documented(_CAMPAIGN, 401, 403, 404, 409, 422, status=201),
)
def begin_campaign(response: Response, desk: _Acting, wanted: CampaignFacts) -> Campaign:
    """One cadence over several targets between two days; the same again changes nothing."""
    campaign = desk.begin(wanted)
    response.headers["Location"] = f"/api/v1/campaigns/{campaign.campaign_id}"
    return campaign


@router.get(
    "/campaigns/{campaign_id}",
    summary="一个专项",
    responses=documented(CampaignAnswer(campaign=_CAMPAIGN, visits=(_VISITS,)), 401, 403, 404, 422),
)
def read_campaign(desk: _Desk, campaign_id: Id) -> CampaignAnswer:
    """What became of each of its due times, counted by target."""
    file = desk.file(campaign_id)
    visits = (CampaignVisitsItem(schedule=one.schedule, target=one.target, counts=one.counts) for one in file.visits)
    return CampaignAnswer(campaign=file.campaign, visits=tuple(visits))


@router.post(
    "/campaigns/{campaign_id}/end", summary="提前结束专项", responses=documented(_CAMPAIGN, 401, 403, 404, 409, 422)
)
def end_campaign(desk: _Acting, campaign_id: Id) -> Campaign:
    """Nothing of it runs any more; what runs goes on to its end. Again: nothing changes."""
    return desk.end(campaign_id)


@router.get("/calendar", summary="监测日历", responses=documented(CalendarAnswer(items=(_ENTRY,)), 401, 403, 422))
def read_calendar(
    desk: _Desk, year: Annotated[int | None, Query(ge=2000, le=2100, description="年份；不填为今年")] = None
) -> CalendarAnswer:
    """Sales, festivals, and what was added by hand."""
    return CalendarAnswer(items=desk.calendar(year or 0))


@router.post(
    "/calendar", status_code=201, summary="添入监测日历", responses=documented(_ENTRY, 401, 403, 422, status=201)
)
def add_day(desk: _Acting, wanted: DayWish) -> CalendarEntry:
    """For the whole bureau."""
    desk.need(Permission.SURVEY_ACT)
    if wanted.ends_on < wanted.starts_on:
        raise InvalidInputError("末日早于首日", cure="检查首日与末日")
    return desk.add_day(CalendarEntry(**wanted.model_dump()))


@router.get(
    "/draws", summary="双随机抽查", responses=documented(DrawPage(total=1, items=(_DRAW,)), 400, 401, 403, 410, 422)
)
def list_draws(desk: _Desk, paging: AskedPage) -> DrawPage:
    """Every draw ever made whose subjects are one's."""
    total, following, shown = paging.cut(
        desk.draws(), lambda one: (one.draw.drawn_at.isoformat(), one.draw_id), newest_first=True
    )
    return DrawPage(total=total, next_cursor=following, items=shown)


@router.post(
    "/draws", status_code=201, summary="双随机抽取", responses=documented(_DRAW, 401, 403, 404, 422, status=201)
)
def draw(response: Response, desk: _Acting, wanted: DrawFacts) -> KeptDraw:
    """Shops of one's region and two officers for each; the same seed and lists again give the first result."""
    kept = desk.draw(wanted)
    response.headers["Location"] = f"/api/v1/draws/{kept.draw_id}"
    return kept


@router.get(
    "/draws/{draw_id}",
    summary="一次抽查，按种子重抽核对",
    responses=documented(DrawAnswer(kept=_DRAW, same=True), 401, 403, 404, 422),
)
def read_draw(desk: _Desk, draw_id: Id) -> DrawAnswer:
    """The kept draw, drawn again from its own lists."""
    kept, same = desk.drawn(draw_id)
    return DrawAnswer(kept=kept, same=same)
