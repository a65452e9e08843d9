"""Watch lists loaded from the tables offices send, retired, and words looked for in everything stored."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from api.door import Door, acting, door_of
from api.examples import documented
from api.lead_routes import Id
from api.one_file import form_body, kept_for_now, one_file
from api.preconditions import IfMatch, etag_of, version_asked
from api.rule_routes import Acting
from api.watch_routes import LIST, WatchItemMet
from offices.audit import Caller
from offices.watch_desk import WatchDesk
from records.arranging import RowProblem
from records.base import Record
from records.errors import InvalidInputError
from records.people import Permission
from records.rule_exchange import ListRead
from records.watch_lists import WatchKind, WatchList

__all__ = ["router"]

router = APIRouter(prefix="/watch-lists", tags=["名单与保存的检索"])


def _make(door: Door, caller: Caller) -> WatchDesk:
    return WatchDesk(door.services, caller, door.bench.rule_exchange)


_Watching = Annotated[WatchDesk, Depends(acting(_make))]
_KINDS = {"product": WatchKind.PRODUCT, "failing": WatchKind.FAILING, "mark": WatchKind.TRADEMARK}
_KINDS |= {"banned": WatchKind.BANNED}
_BODY = form_body(
    ("file", "title"),
    title={"type": "string", "minLength": 1, "maxLength": 100, "description": "标题；同一标题再次导入为新版"},
    kind={"type": "string", "enum": list(_KINDS), "description": "种类；不填为 product"},
    source={"type": "string", "maxLength": 200, "description": "来源：公告文号、发布单位"},
)


class FindWish(Record):
    """Any of these words, as a page would write them."""

    words: Annotated[tuple[Annotated[str, Field(min_length=2, max_length=60)], ...], Field(min_length=1, max_length=20)]


class FindAnswer(Record):
    """Where the words stand in one's region: all counted, the first 200 shown."""

    shops: int
    hits: int
    met: tuple[WatchItemMet, ...]


_READ = ListRead(watched=LIST, changed=True, problems=(RowProblem(line=7, column="", reason="没有名称"),))


@router.post(
    "",
    status_code=201,
    summary="导入监控名单",
    responses=documented(_READ, 401, 403, 409, 422, status=201),
    openapi_extra=_BODY,
)
async def import_watch_list(request: Request, response: Response, desk: Acting) -> ListRead:
    """An xlsx or csv table with a column 名称; rows that cannot be taken are named. The list is to be confirmed before
    what it meets becomes leads; it is looked for in everything stored by POST /jobs (`watch_run`)."""
    desk.need(Permission.RULES_DRAFT)
    most = door_of(request).services.preserver.upload_max_bytes
    async with one_file(request, (".xlsx", ".csv"), most_bytes=most) as form, kept_for_now(form) as path:
        title, kind = form.words.get("title", "")[:100], form.words.get("kind") or "product"
        if not title or kind not in _KINDS:
            raise InvalidInputError("须写明标题与种类", cure=f"字段 title；kind 为 {'、'.join(_KINDS)} 之一")
        source = form.words.get("source", "")[:200]
        read = await run_in_threadpool(desk.take_list, path, title=title, kind=_KINDS[kind], source=source)
    response.headers["Location"] = f"/api/v1/watch-lists/{read.watched.list_id}"
    response.headers["ETag"] = etag_of(read.watched.version)
    return read


@router.delete("/{list_id}", summary="停用监控名单", responses=documented(LIST, 401, 403, 404, 409, 412, 422, 428))
def retire_watch_list(desk: Acting, list_id: Id, if_match: IfMatch = None) -> WatchList:
    """Look for it no more; the list and what it met stay. Imported again it is in use again."""
    desk.need(Permission.RULES_DRAFT)
    return desk.retire_list(list_id, expected_version=version_asked(if_match))


@router.post(
    "/finds",
    summary="一步找出售卖某物的网店",
    responses=documented(FindAnswer(shops=2, hits=3, met=()), 401, 403, 409, 422),
)
def find_words(desk: _Watching, wanted: FindWish) -> FindAnswer:
    """Shops of one's region that name any of the words in what is stored; nothing is kept."""
    found = desk.find(wanted.words)
    met = tuple(WatchItemMet(hit=one.hit, shop_name=one.shop.name) for one in found.met)
    return FindAnswer(shops=found.shops, hits=found.hits, met=met)
