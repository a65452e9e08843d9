"""Shops in the course of a run, and their versions when it has ended."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from records.history import ShopVersion
from records.market import Shop
from records.search import SearchKind
from records.shop_history import (
    ShopPart,
    ShopVisit,
    known_shop,
    says_something,
    settle,
    shop_content,
    take_in,
)
from records.survey import Outcome, Page, Run, RunState
from stores.sql import tables
from stores.sql.ready import Ready
from stores.sql.rows import announce, body_of, find_body, upsert
from stores.sql.survey_tables import shop_versions, shop_visits

__all__ = ["save_shop", "save_shop_again", "settle_shops", "versions_of"]

_ANSWERED = frozenset((Outcome.READ, Outcome.UNCHANGED, Outcome.NOT_FOUND, Outcome.SOFT_404))


def save_shop(connection: Connection, page: Page, shop: Shop) -> None:
    """Write what a page of a run says of its shop. A page that says nothing new in its run writes nothing."""
    run_id, body = _VISIT.run(connection, {"wanted": shop.shop_id}).fetchone() or (None, None)
    if run_id == page.run_id and not says_something(shop):
        return
    visit = _visit(connection, shop.shop_id, body)
    taken = take_in(visit, shop, run_id=page.run_id, kind=page.kind, answered=page.outcome in _ANSWERED)
    if _says(taken) != _says(visit):
        _write(connection, taken)


def save_shop_again(connection: Connection, page: Page, shop: Shop) -> None:
    """Write what a stored page says of its shop when it is read again. Only pages of the run the shop is known by
    change what is known; an older page read anew does not pass for the newest state."""
    run_id, body = _VISIT.run(connection, {"wanted": shop.shop_id}).fetchone() or (None, "")
    if run_id in (None, page.run_id):
        save_shop(connection, page, shop)
        return
    visit = ShopVisit.model_validate_json(body)
    if run_id or page.run_id not in {part.before_run_id for part in _parts(visit)}:
        return
    taken = take_in(visit, shop, run_id=page.run_id, kind=page.kind, answered=page.outcome in _ANSWERED)
    ended = settle(taken, whole=False)
    if _says(ended) != _says(visit):
        _write(connection, ended)
        _write_version(connection, ended, page.run_id, began=_began(taken))


def settle_shops(connection: Connection, run: Run) -> None:
    """End the run for every shop that was seen in it: what is gone is gone, and what differs is a new version."""
    run_id, whole, blind = run.run_id, run.state == RunState.COMPLETE, bool(run.blind)
    for body in connection.execute(_OF_RUN, {"run": run_id}).scalars().all():
        visit = ShopVisit.model_validate_json(body)
        ended = settle(visit, whole=whole, blind=blind)
        _write(connection, ended)
        _write_version(connection, ended, run_id, began=_began(visit))


def versions_of(connection: Connection, shop_id: str) -> tuple[ShopVersion, ...]:
    """Oldest first."""
    found = connection.execute(_VERSIONS, {"wanted": shop_id}).scalars()
    return tuple(ShopVersion.model_validate_json(body) for body in found)


def _visit(connection: Connection, shop_id: str, body: str | None) -> ShopVisit:
    if body is not None:
        return ShopVisit.model_validate_json(body)
    known = find_body(connection, tables.shops, shop_id)
    before = None if known is None else Shop.model_validate_json(known)  # it was kept before shops had a history
    return ShopVisit(shop_id=shop_id, front=ShopPart(before=before))


def _parts(visit: ShopVisit) -> tuple[ShopPart, ShopPart, ShopPart]:
    return visit.front, visit.other, visit.licence


def _says(visit: ShopVisit) -> tuple[object, ...]:
    """What is worth writing: not that one more page said the same a second later."""
    return (
        visit.run_id,
        *((part.before, part.before_run_id, part.answered, _said(part.said)) for part in _parts(visit)),
    )


def _said(shop: Shop | None) -> tuple[object, ...]:
    if shop is None:
        return ()
    read = (shop.front_page_read, shop.licence_page_read, shop.unread)
    return shop.name, shop.disclosure, shop.contacts, shop.texts, *read


def _write(connection: Connection, visit: ShopVisit) -> None:
    shop = known_shop(visit)
    row = {"shop_id": visit.shop_id, "run_id": visit.run_id, "body": body_of(visit, exclude_defaults=True)}
    upsert(connection, shop_visits, [row])
    if shop is None:
        return
    body = body_of(shop)
    if body == find_body(connection, tables.shops, shop.shop_id):
        return
    upsert(connection, tables.shops, [{"shop_id": shop.shop_id, "target_id": shop.target_id, "body": body}])
    announce(connection, SearchKind.SHOP, (shop.shop_id,))


def _write_version(connection: Connection, visit: ShopVisit, run_id: str, *, began: datetime) -> None:
    """The version the ended run makes or confirms. A run taken up again after its end rewrites the one it made."""
    shop = known_shop(visit)
    if shop is None:
        return
    known = list(versions_of(connection, visit.shop_id))
    made = known.pop() if known and known[-1].first_run_id == run_id else None
    if known and shop_content(known[-1].shop) == shop_content(shop):
        newest = known[-1].model_copy(
            update={"last_run_id": run_id, "last_seen_at": shop.last_seen_at, "shop": shop},
        )
        if made is not None:
            connection.execute(_DROP, {"wanted": shop.shop_id, "number": made.number})
    else:
        newest = ShopVersion(
            shop_id=shop.shop_id,
            number=known[-1].number + 1 if known else 1,
            first_run_id=run_id,
            last_run_id=run_id,
            first_seen_at=began if known else shop.first_seen_at,
            last_seen_at=shop.last_seen_at,
            shop=shop,
        )
    row = {"shop_id": newest.shop_id, "version_no": newest.number, "body": body_of(newest)}
    upsert(connection, shop_versions, [row])


def _began(visit: ShopVisit) -> datetime:
    """When the run saw the shop first."""
    return min(part.said.first_seen_at for part in _parts(visit) if part.said is not None)


_VISIT = Ready(select(shop_visits.c.run_id, shop_visits.c.body).where(shop_visits.c.shop_id == bindparam("wanted")))
_OF_RUN = select(shop_visits.c.body).where(shop_visits.c.run_id == bindparam("run")).order_by(shop_visits.c.shop_id)
_VERSIONS = (
    select(shop_versions.c.body)
    .where(shop_versions.c.shop_id == bindparam("wanted"))
    .order_by(shop_versions.c.version_no)
)
_DROP = delete(shop_versions).where(
    shop_versions.c.shop_id == bindparam("wanted"), shop_versions.c.version_no == bindparam("number")
)
