"""HistoryStore: what was there when, asked of the versions the survey wrote."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, select

from records.errors import NotFoundError
from records.history import AddressRules, PageVersion, RunChanges, ShopVersion
from records.market import Listing, Shop
from records.survey import Page, PageKind, Run
from stores.sql import readings, tables
from stores.sql.database import Database
from stores.sql.page_history import version_of
from stores.sql.rows import body_of, find_body, read_one, upsert, walk
from stores.sql.run_history import changes_of
from stores.sql.shop_history import versions_of
from stores.sql.survey_tables import address_rules, page_versions

__all__ = ["SqlHistoryStore"]


class SqlHistoryStore:
    """See `records.history_ports.HistoryStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page_versions(self, target_id: str, canonical_url: str) -> tuple[PageVersion, ...]:
        with self._database.read() as connection:
            rows = connection.execute(_PAGE, {"target": target_id, "address": canonical_url}).all()
        return tuple(version_of(row) for row in rows)

    def stored_page(self, target_id: str, canonical_url: str) -> tuple[Page, datetime] | None:
        with self._database.read() as connection:
            row = connection.execute(_LAST, {"target": target_id, "address": canonical_url}).first()
        if row is None or row.gone_at is not None:
            return None
        return Page.model_validate_json(row.body), row.fetched_at

    def known_urls(self, target_id: str) -> tuple[str, ...]:
        with self._database.read() as connection:
            bodies = connection.execute(_KNOWN, {"target": target_id}).scalars().all()
        return tuple(json.loads(body)["url"] for body in bodies)

    def shop_versions(self, shop_id: str) -> tuple[ShopVersion, ...]:
        with self._database.read() as connection:
            return versions_of(connection, shop_id)

    def shop_at(self, shop_id: str, when: datetime) -> Shop | None:
        now = read_one(self._database, Shop, tables.shops, shop_id, what="网店记录")
        versions = self.shop_versions(shop_id)
        if not versions:  # no run that saw it has ended: what is known is of now
            return now if now.first_seen_at <= when else None
        seen = [version.shop for version in versions if version.first_seen_at <= when]
        return seen[-1] if seen else None

    def listing_at(self, listing_id: str, when: datetime) -> Listing | None:
        seen = [
            version
            for version in readings.listing_versions(self._database, listing_id)
            if version.first_seen_at <= when
        ]
        if not seen:
            return None
        found = seen[-1]
        reviews = tuple(one for one in found.reviews if one.first_seen_at is None or one.first_seen_at <= when)
        gone = found.gone_at is not None and found.gone_at <= when
        return found.model_copy(
            update={"reviews": reviews, **({} if gone else {"gone_at": None, "gone_page_id": ""})},
        )

    def run_changes(self, run_id: str) -> RunChanges:
        with self._database.read() as connection:
            return changes_of(connection, _run(connection, run_id))

    def run_changed(self, run_id: str) -> bool:
        found = self.run_changes(run_id)
        return any(
            (
                found.shops_new, found.shops_changed, found.listings_new, found.listings_changed, found.listings_gone,
                found.papers_changed,
            )
        )  # fmt: skip

    def address_rules(self, origin: str) -> AddressRules:
        with self._database.read() as connection:
            body = find_body(connection, address_rules, origin)
        return AddressRules(origin=origin) if body is None else AddressRules.model_validate_json(body)

    def all_address_rules(self) -> tuple[AddressRules, ...]:
        return tuple(walk(self._database, AddressRules, address_rules))

    def save_address_rules(self, rules: AddressRules) -> None:
        with self._database.write() as connection:
            upsert(connection, address_rules, [{"origin": rules.origin, "body": body_of(rules)}])


def _run(connection: Connection, run_id: str) -> Run:
    body = find_body(connection, tables.runs, run_id)
    if body is None:
        raise NotFoundError(f"没有这次采集：{run_id[:200]}", cure="wangjian survey list", key=run_id)
    return Run.model_validate_json(body)


_T = page_versions
_HERE = (_T.c.target_id == bindparam("target"), _T.c.canonical_url == bindparam("address"))
_PAGE = select(_T).where(*_HERE).order_by(_T.c.version_no)
_LAST = (
    select(_T.c.gone_at, _T.c.fetched_at, tables.pages.c.body)
    .join_from(_T, tables.pages, tables.pages.c.page_id == _T.c.last_page_id)
    .where(*_HERE)
    .order_by(_T.c.version_no.desc())
    .limit(1)
)
_LATER = _T.alias("later")
_KNOWN = (
    select(tables.pages.c.body)
    .join_from(_T, tables.pages, tables.pages.c.page_id == _T.c.last_page_id)
    .where(
        _T.c.target_id == bindparam("target"),
        _T.c.kind == PageKind.LISTING.value,
        _T.c.gone_at.is_(None),
        ~exists().where(
            _LATER.c.target_id == _T.c.target_id,
            _LATER.c.canonical_url == _T.c.canonical_url,
            _LATER.c.version_no > _T.c.version_no,
        ),
    )
    .order_by(_T.c.canonical_url)
)
