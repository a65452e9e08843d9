"""Targets put in, changed, paused and taken out, one by one or as a table."""

from __future__ import annotations

import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from api.door import acting, asking, door_of
from api.examples import documented
from api.lead_routes import Id
from api.one_file import form_body, kept_for_now, one_file
from api.preconditions import IfMatch, etag_of, tag_asked
from api.problems import problem_responses
from api.target_routes import EXAMPLE, make_target_desk
from offices.target_desk import TargetDesk
from records.arranging import RowProblem, TargetFacts, TargetKept, TargetsRead
from records.base import Record
from records.people import Permission
from records.survey import Target, TargetState

__all__ = ["TABLE", "as_table", "router"]

router = APIRouter(tags=["监测对象"])

_Reading = Annotated[TargetDesk, Depends(asking(make_target_desk))]
_Acting = Annotated[TargetDesk, Depends(acting(make_target_desk))]
_KINDS = (".xlsx", ".csv")
_Reason = Annotated[str, Field(max_length=500)]
TABLE: dict[str, Any] = {
    "description": "表格文件",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}
_BODY = form_body(trial={"type": "string", "enum": ["", "yes"], "description": "yes：只试读，说明会有什么变化，不登记"})


class TargetAct(StrEnum):
    """What is done to a target as a whole."""

    PAUSE = "pause"
    RESUME = "resume"


class TargetAction(Record):
    """暂停 or 恢复, and why."""

    action: TargetAct
    reason: _Reason = ""


class Removed(Record):
    """`deleted` False: it was surveyed, and is retired so that what names it stays."""

    target_id: str
    deleted: bool


class Sheet(StrEnum):
    """Tables of targets."""

    XLSX = "targets.xlsx"
    CSV = "targets.csv"
    TEMPLATE_XLSX = "template.xlsx"
    TEMPLATE_CSV = "template.csv"


_KEPT = TargetKept(target=EXAMPLE, cadence="每天 03:30", change="added")
_READ = TargetsRead(
    read=3,
    added=1,
    changed=0,
    unchanged=1,
    refused=1,
    problems=(RowProblem(line=4, column="网址", reason="没有网址"),),
)


@router.post(
    "/targets", status_code=201, summary="登记监测对象", responses=documented(_KEPT, 401, 403, 409, 422, status=201)
)
def add_target(response: Response, desk: _Acting, wanted: TargetFacts) -> TargetKept:
    """Register a site, platform or shop; an address that is known already is refused (409) with its number."""
    return _answer(response, desk, desk.add(wanted))


@router.put(
    "/targets/{target_id}",
    summary="变更监测对象",
    responses=documented(_KEPT, 401, 403, 404, 409, 412, 422, 428),
)
def change_target(
    response: Response, desk: _Acting, target_id: Id, wanted: TargetFacts, if_match: IfMatch = None
) -> TargetKept:
    """Change what is said and leave the rest."""
    desk.need(Permission.SURVEY_ACT)
    return _answer(response, desk, desk.change(target_id, wanted, expected=tag_asked(if_match)))


@router.post(
    "/targets/{target_id}/actions",
    summary="暂停、恢复监测对象",
    responses=documented(EXAMPLE, 401, 403, 404, 409, 412, 422, 428),
)
def act_on_target(
    response: Response, desk: _Acting, target_id: Id, wanted: TargetAction, if_match: IfMatch = None
) -> Target:
    """Its own schedule goes with it."""
    desk.need(Permission.SURVEY_ACT)
    state = TargetState.PAUSED if wanted.action is TargetAct.PAUSE else TargetState.ACTIVE
    changed = desk.put_state(target_id, state, reason=wanted.reason, expected=tag_asked(if_match))
    response.headers["ETag"] = etag_of(desk.tag(changed))
    return changed


@router.delete(
    "/targets/{target_id}",
    summary="移出监测对象",
    responses=documented(Removed(target_id="target_1", deleted=False), 401, 403, 404, 409, 412, 422, 428),
)
def remove_target(
    desk: _Acting,
    target_id: Id,
    reason: Annotated[str, Query(max_length=500, description="理由，记入对象")] = "",
    if_match: IfMatch = None,
) -> Removed:
    """Delete what was only written down; retire what was surveyed: pages, leads and evidence stay."""
    desk.need(Permission.SURVEY_ACT)
    deleted = desk.remove(target_id, reason=reason, expected=tag_asked(if_match))
    return Removed(target_id=target_id, deleted=deleted)


@router.post(
    "/targets/imports",
    summary="导入监测对象",
    responses=documented(_READ, 401, 403, 422),
    openapi_extra=_BODY,
)
async def import_targets(request: Request, desk: _Acting) -> TargetsRead:
    """An xlsx or csv table; bad rows lose no other row and are named by line and column."""
    desk.need(Permission.SURVEY_ACT)
    most = door_of(request).services.preserver.upload_max_bytes
    async with one_file(request, _KINDS, most_bytes=most) as form, kept_for_now(form) as path:
        try_only = form.words.get("trial") == "yes"
        return await run_in_threadpool(desk.take_file, path, try_only=try_only)


@router.get(
    "/target-sheets/{name}",
    summary="监测对象表格与空表",
    response_class=Response,
    responses={200: TABLE, **problem_responses(401, 403, 422)},
)
def read_sheet(desk: _Reading, name: Sheet) -> Response:
    """Targets of one's region as a table that can be imported again, or an empty one to fill in."""
    with tempfile.TemporaryDirectory(prefix="wangjian-sheet-") as folder:
        path = Path(folder) / name.value
        if name in (Sheet.TEMPLATE_XLSX, Sheet.TEMPLATE_CSV):
            desk.write_template(path)
        else:
            desk.write_file(path)
        return as_table(path)


def as_table(path: Path) -> Response:
    """A file that was just written, to be kept by who asked."""
    headers = {
        "Content-Disposition": f'attachment; filename="{path.name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(path.read_bytes(), media_type="application/octet-stream", headers=headers)


def _answer(response: Response, desk: TargetDesk, kept: TargetKept) -> TargetKept:
    response.headers["ETag"] = etag_of(desk.tag(kept.target))
    response.headers["Location"] = f"/api/v1/targets/{kept.target.target_id}"
    return kept
