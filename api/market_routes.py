"""Shops, listings, the register and survey runs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.answers import (
    ListingAnswer,
    ListingPage,
    MarketSearch,
    RunAnswer,
    RunItem,
    RunPage,
    ShopAnswer,
    ShopItem,
    ShopPage,
)
from api.door import Market, SignedInNow, door_of
from api.examples import ENTITY, LISTING_ANSWER, LISTING_PAGE, RUN_ANSWER, RUN_PAGE, SHOP_ANSWER, SHOP_PAGE, documented
from api.lead_routes import Id
from api.paging import AskedPage, paging_of
from records.base import Record
from records.history import RunChanges
from records.register import Entity, EntityState
from records.search import SearchKind

__all__ = ["router"]

router = APIRouter(tags=["市场"])


class EntityHistory(Record):
    """States of an entity, oldest first."""

    items: tuple[EntityState, ...]


@router.get("/shops", summary="检索网店", responses=documented(SHOP_PAGE, 400, 401, 403, 410, 422, 503))
def search_shops(
    request: Request, person: SignedInNow, desk: Market, asked: Annotated[MarketSearch, Query()]
) -> ShopPage:
    """Shops of one's region, contacts masked."""
    paging = paging_of(request, person, limit=asked.limit, cursor=asked.cursor)
    result, found = desk.shops(asked.query(SearchKind.SHOP, after=paging.after))
    return ShopPage(
        total=result.total,
        next_cursor=paging.following(result.next_cursor),
        items=tuple(ShopItem(shop=shop, match=match) for shop, match in found),
        facets=result.facets,
    )


@router.get("/shops/{shop_id}", summary="网店", responses=documented(SHOP_ANSWER, 401, 403, 404, 422))
def read_shop(desk: Market, shop_id: Id) -> ShopAnswer:
    """A shop, who runs it, its licence pictures as read, and its listings."""
    file = desk.shop_file(shop_id)
    return ShopAnswer(
        shop=file.shop,
        match=file.match,
        licence_pictures=file.pictures,
        listings=file.listings,
        listings_cut=file.listings_cut,
    )


@router.get("/listings", summary="检索商品", responses=documented(LISTING_PAGE, 400, 401, 403, 410, 422, 503))
def search_listings(
    request: Request, person: SignedInNow, desk: Market, asked: Annotated[MarketSearch, Query()]
) -> ListingPage:
    """Listings of shops in one's region."""
    paging = paging_of(request, person, limit=asked.limit, cursor=asked.cursor)
    result, found = desk.listings(asked.query(SearchKind.LISTING, after=paging.after))
    return ListingPage(
        total=result.total,
        next_cursor=paging.following(result.next_cursor),
        items=found,
        facets=result.facets,
    )


@router.get(
    "/listings/{listing_id}",
    summary="商品及其历次版本",
    responses=documented(LISTING_ANSWER, 401, 403, 404, 422),
)
def read_listing(desk: Market, listing_id: Id) -> ListingAnswer:
    """A listing with every version seen."""
    file = desk.listing_file(listing_id)
    return ListingAnswer(listing=file.listing, versions=file.versions)


@router.get(
    "/entities/{code}",
    summary="按代码查登记主体",
    responses=documented(ENTITY, 401, 403, 404, 422),
)
def read_entity(desk: Market, code: Id) -> Entity:
    """A register entry by 统一社会信用代码 or the older registration number."""
    return desk.entity(code)


@router.get(
    "/entities/{code}/history",
    summary="登记主体的历次记载",
    responses=documented(
        EntityHistory(items=(EntityState(entity=ENTITY, brought_by="2026-11-01"),)), 401, 403, 404, 422
    ),
)
def read_entity_history(desk: Market, code: Id) -> EntityHistory:
    """Every state the register has held of it, oldest first, the last being the present one."""
    return EntityHistory(items=desk.entity_history(code))


@router.get(
    "/runs/{run_id}/changes",
    summary="一次采集与此前相比",
    responses=documented(RunChanges(run_id="run_1", pages_new=12, listings_gone=1), 401, 403, 404, 422),
)
def read_changes(request: Request, desk: Market, run_id: Id) -> RunChanges:
    """What a run found new, changed and gone."""
    desk.run_file(run_id)
    return door_of(request).services.history.run_changes(run_id)


@router.get("/runs", summary="采集运行", responses=documented(RUN_PAGE, 400, 401, 403, 410, 422))
def list_runs(desk: Market, paging: AskedPage) -> RunPage:
    """Survey runs, newest first, each saying what it could not read."""
    total, following, shown = paging.cut(
        desk.runs(), lambda pair: (pair[0].started_at.isoformat(), pair[0].run_id), newest_first=True
    )
    return RunPage(
        total=total, next_cursor=following, items=tuple(RunItem(run=run, target=target) for run, target in shown)
    )


@router.get(
    "/runs/{run_id}",
    summary="一次采集运行",
    responses=documented(RUN_ANSWER, 401, 403, 404, 422),
)
def read_run(desk: Market, run_id: Id) -> RunAnswer:
    """A run with the pages that could not be read."""
    file = desk.run_file(run_id)
    return RunAnswer(
        run=file.run,
        target=file.target,
        outcomes=dict(file.outcomes),
        frontier=dict(file.frontier),
        unread=file.unread,
    )
