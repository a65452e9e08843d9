"""Targets: what is watched, how often, how the last visits went."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from api.door import Door, asking
from api.examples import documented
from api.lead_routes import Id
from api.paging import AskedPage, PageOf
from api.preconditions import etag_of
from offices.audit import Caller
from offices.target_desk import TargetDesk, TargetRow
from records.base import Record, UtcDatetime
from records.health import Alarm
from records.market import Listing
from records.schedules import Schedule
from records.survey import Run, Target, TargetKind, TargetState

__all__ = ["EXAMPLE", "make_target_desk", "router"]

router = APIRouter(prefix="/targets", tags=["监测对象"])


def make_target_desk(door: Door, caller: Caller) -> TargetDesk:
    """The desk of targets."""
    bench = door.options.workbench
    return TargetDesk(door.services, caller, bench.arranging if bench else None)


_Desk = Annotated[TargetDesk, Depends(asking(make_target_desk))]


class TargetItem(Record):
    """A target with its schedules, next due time, last run and the last that was whole. `ill`: somebody should look."""

    target: Target
    schedules: tuple[Schedule, ...]
    next_due_at: UtcDatetime | None
    last: Run | None
    whole: Run | None
    open_alarms: int
    ill: bool

    @classmethod
    def of(cls, row: TargetRow) -> TargetItem:
        """As the desk has it."""
        return cls(
            target=row.target,
            schedules=row.schedules,
            next_due_at=row.next_due_at,
            last=row.last,
            whole=row.whole,
            open_alarms=row.alarms,
            ill=row.ill,
        )


class TargetPage(PageOf):
    """Targets by name, and how many of all are in each state."""

    items: tuple[TargetItem, ...]
    counts: dict[TargetState, int]


class TargetAnswer(Record):
    """One target whole: its last runs, open alarms, and the first listings read of it."""

    item: TargetItem
    runs: tuple[Run, ...]
    alarms: tuple[Alarm, ...]
    shops: int
    samples: tuple[Listing, ...]


EXAMPLE = Target(
    target_id="target_1",
    name="示例市场",
    kind=TargetKind.PLATFORM,
    seeds=("https://shop.example.cn/",),
    created_at=datetime(2026, 11, 20, 1, 30, tzinfo=UTC),
)
_ITEM = TargetItem(
    target=EXAMPLE,
    schedules=(),
    next_due_at=None,
    last=None,
    whole=None,
    open_alarms=0,
    ill=False,
)
_PAGE = TargetPage(total=1, items=(_ITEM,), counts={TargetState.ACTIVE: 1})
_ANSWER = TargetAnswer(item=_ITEM, runs=(), alarms=(), shops=12, samples=())


@router.get("", summary="监测对象", responses=documented(_PAGE, 400, 401, 403, 410, 422))
def list_targets(
    desk: _Desk,
    paging: AskedPage,
    q: Annotated[str, Query(max_length=100, description="名称、编号或网址中的文字")] = "",
    state: Annotated[TargetState | None, Query(description="状态")] = None,
) -> TargetPage:
    """Targets of one's region and of the whole country."""
    name, target_id = paging.place or ("", "")
    found = desk.targets(words=q, state=state.value if state else "", after=(name, target_id), limit=paging.limit + 1)
    rows, more = found.rows[: paging.limit], len(found.rows) > paging.limit
    last = rows[-1].target if rows else None
    return TargetPage(
        total=found.total,
        next_cursor=paging.following(last.name, last.target_id) if last and more else None,
        items=tuple(map(TargetItem.of, rows)),
        counts=dict(found.counts),
    )


@router.get("/{target_id}", summary="一个监测对象", responses=documented(_ANSWER, 401, 403, 404, 422))
def read_target(response: Response, desk: _Desk, target_id: Id) -> TargetAnswer:
    """One target with its health and samples of what was read. The ETag is needed to change it."""
    file = desk.file(target_id)
    response.headers["ETag"] = etag_of(desk.tag(file.row.target))
    return TargetAnswer(
        item=TargetItem.of(file.row), runs=file.runs, alarms=file.alarms, shops=file.shops, samples=file.samples
    )
