"""Watch lists and what they met; saved searches and their alerts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from api.door import acting, asking
from api.examples import documented
from api.lead_routes import Id
from api.paging import AskedPage, PageOf
from api.preconditions import IfMatch, etag_of, version_asked
from api.problems import problem_responses
from api.rule_routes import make_rule_desk
from offices.rule_desk import RuleDesk
from offices.search_desk import KeptSearch, SearchDesk
from offices.watch_desk import WatchDesk, WatchFile
from records.base import Record
from records.people import Permission
from records.saved_searches import SavedSearch, SearchAlert
from records.search import Facet, SearchKind, SearchQuery
from records.watch_lists import WatchCertainty, WatchHit, WatchItem, WatchKind, WatchList

__all__ = ["LIST", "WatchItemMet", "router"]

router = APIRouter(tags=["名单与保存的检索"])

_Lists = Annotated[WatchDesk, Depends(asking(lambda door, caller: WatchDesk(door.services, caller)))]
_Rules = Annotated[RuleDesk, Depends(acting(make_rule_desk))]
_Searches = Annotated[SearchDesk, Depends(asking(lambda door, caller: SearchDesk(door.services, caller)))]
_ChangingSearches = Annotated[SearchDesk, Depends(acting(lambda door, caller: SearchDesk(door.services, caller)))]


class WatchItemMet(Record):
    """A hit, and the name of the shop it stands in."""

    hit: WatchHit
    shop_name: str


class WatchListItem(Record):
    """A list without its rows, and how much of it was met in one's region; `more`: counts are lower bounds."""

    list_id: str
    version: int
    title: str
    kind: WatchKind
    source: str
    rows: int
    confirmed: bool
    counts: dict[WatchCertainty, int]
    shops: int
    more: bool

    @classmethod
    def of(cls, file: WatchFile) -> WatchListItem:
        """As the desk has it."""
        watched = file.watched
        told = watched.model_dump(include={"list_id", "version", "title", "kind", "source"})
        return cls(
            **told,
            rows=len(watched.items),
            confirmed=watched.confirmed is not None,
            counts=file.counts,
            shops=file.shops,
            more=file.more,
        )


class WatchListPage(PageOf):
    """Lists in use, by title."""

    items: tuple[WatchListItem, ...]


class WatchListAnswer(Record):
    """A list whole, with what it met in one's region, newest first (the first 200)."""

    item: WatchListItem
    watched: WatchList
    met: tuple[WatchItemMet, ...]


class ListConfirmation(Record):
    """Who confirms answers for the list: by which rule, for which reason and under which article of its own."""

    rule_id: Annotated[str, Field(min_length=1, max_length=10)]
    reason: Annotated[str, Field(min_length=1, max_length=500)]
    article: Annotated[str, Field(max_length=200)] = ""


class SearchWish(Record):
    """A search of leads to be kept; under a name of one's own again, it is changed."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    text: Annotated[str, Field(max_length=200)] = ""
    filters: dict[Facet, Annotated[tuple[Annotated[str, Field(max_length=200)], ...], Field(max_length=50)]] = {}
    shared: bool = False


class SearchItem(Record):
    """A saved search with its alerts in one's region not yet seen; `own`: only then it may be changed."""

    search: SavedSearch
    own: bool
    unseen: tuple[SearchAlert, ...] = ()

    @classmethod
    def of(cls, kept: KeptSearch) -> SearchItem:
        """As the desk has it."""
        return cls(search=kept.search, own=kept.own, unseen=kept.unseen)


class SearchPage(PageOf):
    """One's own and the shared searches, by name."""

    items: tuple[SearchItem, ...]


_AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
LIST = WatchList(
    list_id="list_1",
    version=1,
    title="2026 年第 3 号召回公告",
    kind=WatchKind.FAILING,
    source="市监公告〔2026〕3 号",
    items=(WatchItem(item_id="item_1", words=("某牌电热毯",), batches=("20260101",)),),
    imported_by="jiancha",
    imported_at=_AT,
)
_LIST_ITEM = WatchListItem.of(
    WatchFile(watched=LIST, met=(), counts={WatchCertainty.SAME_BATCH: 2}, shops=2, more=False)
)
_SEARCH = SearchItem(
    search=SavedSearch(
        search_id="search_1",
        name="保健食品治病",
        owner="banan",
        query=SearchQuery(kind=SearchKind.LEAD, text="糖尿病 或 高血压", region_scope="3301"),
        saved_at=_AT,
    ),
    own=True,
    unseen=(SearchAlert(search_id="search_1", lead_id="lead_2f6c1b0a9d8e7f605142", title="某店 涉嫌宣称治病", at=_AT),),
)


@router.get(
    "/watch-lists",
    summary="监控名单",
    responses=documented(WatchListPage(total=1, items=(_LIST_ITEM,)), 400, 401, 403, 410, 422),
)
def list_watch_lists(
    desk: _Lists,
    paging: AskedPage,
    retired: Annotated[bool, Query(description="连同已停用的")] = False,  # noqa: FBT002  # a query parameter
) -> WatchListPage:
    """Lists in use; what each met is held to one's region."""
    total, following, shown = paging.cut(
        desk.lists(retired=retired), lambda one: (one.watched.title, one.watched.list_id)
    )
    return WatchListPage(total=total, next_cursor=following, items=tuple(map(WatchListItem.of, shown)))


@router.get(
    "/watch-lists/{list_id}",
    summary="一份监控名单",
    responses=documented(WatchListAnswer(item=_LIST_ITEM, watched=LIST, met=()), 401, 403, 404, 422),
)
def read_watch_list(response: Response, desk: _Lists, list_id: Id) -> WatchListAnswer:
    """Its rows, and where they were met. The ETag is needed to confirm or retire it."""
    file = desk.file(list_id)
    response.headers["ETag"] = etag_of(file.watched.version)
    met = tuple(WatchItemMet(hit=one.hit, shop_name=one.shop.name) for one in file.met)
    return WatchListAnswer(item=WatchListItem.of(file), watched=file.watched, met=met)


@router.post(
    "/watch-lists/{list_id}/confirmation",
    summary="确认监控名单",
    responses=documented(LIST, 401, 403, 404, 409, 412, 422, 428),
)
def confirm_watch_list(
    response: Response, desk: _Rules, *, list_id: Id, wanted: ListConfirmation, if_match: IfMatch = None
) -> WatchList:
    """Answer for a list: what it meets becomes leads from the next judging on."""
    desk.need(Permission.RULES_DRAFT)
    expected = version_asked(if_match)
    confirmed = desk.confirm_list(
        list_id, rule_id=wanted.rule_id, reason=wanted.reason, article=wanted.article, expected_version=expected
    )
    response.headers["ETag"] = etag_of(confirmed.version)
    return confirmed


@router.get(
    "/searches",
    summary="保存的检索",
    responses=documented(SearchPage(total=1, items=(_SEARCH,)), 400, 401, 403, 410, 422),
)
def list_searches(desk: _Searches, paging: AskedPage) -> SearchPage:
    """One's own and the shared ones with their new leads."""
    total, following, shown = paging.cut(desk.searches(), lambda one: (one.search.name, one.search.search_id))
    return SearchPage(total=total, next_cursor=following, items=tuple(map(SearchItem.of, shown)))


@router.post(
    "/searches",
    status_code=201,
    summary="保存检索",
    responses=documented(_SEARCH.search, 401, 403, 409, 422, status=201),
)
def keep_search(desk: _ChangingSearches, wanted: SearchWish) -> SavedSearch:
    """New leads that fit it are noted from now on."""
    filters = {facet: values for facet, values in wanted.filters.items() if values}
    return desk.keep(wanted.name, text=wanted.text, filters=filters, shared=wanted.shared)


@router.post("/searches/{search_id}/look", summary="看过提醒", responses=documented(_SEARCH.search, 401, 403, 404, 422))
def look_at_search(desk: _ChangingSearches, search_id: Id) -> SavedSearch:
    """Its owner has seen its alerts; another's look at a shared one takes nothing from them."""
    return desk.look(search_id)


@router.delete(
    "/searches/{search_id}", status_code=204, summary="删除检索", responses=problem_responses(401, 403, 404, 422)
)
def forget_search(desk: _ChangingSearches, search_id: Id) -> None:
    """Delete one's own."""
    desk.forget(search_id)
