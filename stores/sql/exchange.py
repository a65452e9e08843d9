"""ExchangeStore: peers, the ledger of bundles, and what was taken in or refused."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Select, and_, delete, or_, select

from records.base import Record
from records.errors import ConflictError, NotFoundError
from records.exchange import (
    Bundle,
    BundleItem,
    BundleState,
    BundleWay,
    ItemKind,
    ItemOutcome,
    LeadFile,
    Peer,
    Refusal,
)
from records.exchange_matters import Matter, MatterQuery
from records.lists import ListPlace
from records.market import Listing, Shop
from records.survey import Page
from stores.sql import exchange_taking, tables
from stores.sql.database import Database
from stores.sql.exchange_tables import (
    exchange_bundles,
    exchange_matters,
    exchange_outcomes,
    exchange_peers,
    exchange_refusals,
    exchange_sent,
)
from stores.sql.exchange_view import SqlExchangeView
from stores.sql.leads import check_version
from stores.sql.portions import begins, body_text, count_of, newest_first
from stores.sql.rows import body_of, chunks, insert_new, read_one, upsert, walk

__all__ = ["SqlExchangeStore"]

_Model = TypeVar("_Model", bound=Record)
_KEYS_A_QUESTION = 200


class SqlExchangeStore:
    """See `records.exchange_ports.ExchangeStore`. What is recorded here is on the disk before the call returns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save_peer(self, peer: Peer) -> None:
        with self._database.write(durable=True) as connection:
            upsert(connection, exchange_peers, [{"code": peer.code, "body": body_of(peer)}])

    def peer(self, code: str) -> Peer:
        return read_one(self._database, Peer, exchange_peers, code, what="往来单位")

    def peers(self) -> tuple[Peer, ...]:
        return tuple(walk(self._database, Peer, exchange_peers))

    @contextmanager
    def view(self) -> Iterator[SqlExchangeView]:
        with self._database.read() as connection:
            yield SqlExchangeView(connection)

    def sent_digests(self, peer: str, keys: Sequence[tuple[ItemKind, str]]) -> Mapping[tuple[ItemKind, str], str]:
        table, found = exchange_sent, {}
        by_kind: dict[ItemKind, list[str]] = {}
        for kind, item_id in keys:
            by_kind.setdefault(kind, []).append(item_id)
        with self._database.read() as connection:
            for kind, item_ids in by_kind.items():
                for some in chunks(item_ids, _KEYS_A_QUESTION):
                    asked = and_(table.c.peer == peer, table.c.kind == kind.value, table.c.item_id.in_(some))
                    rows = connection.execute(select(table.c.item_id, table.c.content_sha256).where(asked))
                    found.update({(kind, item_id): sha256 for item_id, sha256 in rows})
        return found

    def record_sent(self, bundles: Sequence[Bundle], items: Sequence[BundleItem]) -> None:
        if not bundles:
            return
        peer = bundles[0].peer
        rows = [
            {"peer": peer, "kind": item.kind.value, "item_id": item.item_id, "content_sha256": item.content.sha256}
            for item in items
        ]
        with self._database.write(durable=True) as connection:
            for bundle in bundles:
                _enter(connection, bundle)
            upsert(connection, exchange_sent, rows)

    def forget_sent(self, peer: str, keys: Sequence[tuple[ItemKind, str]]) -> None:
        table = exchange_sent
        with self._database.write(durable=True) as connection:
            for kind, item_id in keys:
                named = and_(table.c.peer == peer, table.c.kind == kind.value, table.c.item_id == item_id)
                connection.execute(delete(table).where(named))

    def record_received(self, bundle: Bundle) -> bool:
        table = exchange_bundles
        with self._database.write(durable=True) as connection:
            if connection.execute(select(table.c.state).where(table.c.bundle_id == bundle.bundle_id)).first():
                return False
            _enter(connection, bundle)
        return True

    def settle(self, bundle: Bundle) -> None:
        with self._database.write(durable=True) as connection:
            table = exchange_bundles
            if not connection.execute(select(table.c.state).where(table.c.bundle_id == bundle.bundle_id)).first():
                raise NotFoundError(f"没有这个摆渡包：{bundle.bundle_id[:80]}", key=bundle.bundle_id)
            upsert(connection, table, [_row_of(bundle)])

    def bundle(self, bundle_id: str) -> Bundle:
        return read_one(self._database, Bundle, exchange_bundles, bundle_id, what="摆渡包")

    def bundles(
        self,
        *,
        peer: str = "",
        way: BundleWay | None = None,
        states: Collection[BundleState] = (),
        sequence: int | None = None,
    ) -> tuple[Bundle, ...]:
        table = exchange_bundles
        statement = select(table.c.body).order_by(table.c.peer, table.c.way, table.c.sequence)
        statement = statement.where(*_equal(table.c.peer, peer))
        if way is not None:
            statement = statement.where(table.c.way == way.value)
        if states:
            statement = statement.where(table.c.state.in_([state.value for state in states]))
        if sequence is not None:
            statement = statement.where(table.c.sequence == sequence)
        return _read(self._database, Bundle, statement)

    def newest_bundles(
        self, *, peer: str = "", after: ListPlace | None = None, limit: int | None = None
    ) -> tuple[Bundle, ...]:
        table = exchange_bundles
        statement = select(table.c.body).where(*_equal(table.c.peer, peer))
        by = (table.c.made_at, table.c.bundle_id)
        return _read(self._database, Bundle, newest_first(statement, by, after=after, limit=limit))

    def count_bundles(self, *, peer: str = "") -> int:
        with self._database.read() as connection:
            return count_of(connection, exchange_bundles, *_equal(exchange_bundles.c.peer, peer))

    def last_bundle(self, peer: str, way: BundleWay) -> Bundle | None:
        with self._database.read() as connection:
            return _last(connection, peer, way)

    def note_outcome(self, bundle_id: str, outcome: ItemOutcome) -> None:
        row = {
            "bundle_id": bundle_id,
            "kind": outcome.kind.value,
            "item_id": outcome.item_id,
            "accepted": outcome.accepted,
            "body": body_of(outcome),
        }
        with self._database.write() as connection:
            insert_new(connection, exchange_outcomes, [row])

    def outcomes(self, bundle_id: str) -> tuple[ItemOutcome, ...]:
        table = exchange_outcomes
        statement = select(table.c.body).where(table.c.bundle_id == bundle_id).order_by(table.c.kind, table.c.item_id)
        return _read(self._database, ItemOutcome, statement)

    def note_refusal(self, refusal: Refusal) -> None:
        row = {"refusal_id": refusal.refusal_id, "peer": refusal.peer, "at": refusal.at, "body": body_of(refusal)}
        with self._database.write(durable=True) as connection:
            upsert(connection, exchange_refusals, [row])

    def refusals(
        self, *, peer: str = "", after: ListPlace | None = None, limit: int | None = None
    ) -> tuple[Refusal, ...]:
        table = exchange_refusals
        statement = select(table.c.body).where(*_equal(table.c.peer, peer))
        by = (table.c.at, table.c.refusal_id)
        return _read(self._database, Refusal, newest_first(statement, by, after=after, limit=limit))

    def count_refusals(self, *, peer: str = "") -> int:
        with self._database.read() as connection:
            return count_of(connection, exchange_refusals, *_equal(exchange_refusals.c.peer, peer))

    def save_matter(self, matter: Matter, *, expected_version: int) -> Matter:
        with self._database.write(durable=True) as connection:
            check_version(connection, exchange_matters, matter.matter_id, expected=expected_version, what="往来事项")
            saved = matter.model_copy(update={"version": expected_version + 1})
            row = {
                "matter_id": saved.matter_id,
                "kind": saved.kind.value,
                "peer": saved.peer,
                "lead_id": saved.lead_id,
                "state": saved.state.value,
                "version": saved.version,
                "opened_at": saved.opened_at,
                "body": body_of(saved),
            }
            upsert(connection, exchange_matters, [row])
        return saved

    def matter(self, matter_id: str) -> Matter:
        return read_one(self._database, Matter, exchange_matters, matter_id, what="往来事项")

    def matters(
        self, query: MatterQuery | None = None, *, after: ListPlace | None = None, limit: int | None = None
    ) -> tuple[Matter, ...]:
        table = exchange_matters
        statement = select(table.c.body).where(*_asked(query))
        by = (table.c.opened_at, table.c.matter_id)
        return _read(self._database, Matter, newest_first(statement, by, after=after, limit=limit))

    def count_matters(self, query: MatterQuery | None = None) -> int:
        with self._database.read() as connection:
            return count_of(connection, exchange_matters, *_asked(query))

    def take_page(self, page: Page) -> bool:
        with self._database.write() as connection:
            return exchange_taking.take_page(connection, page)

    def take_shop(self, shop: Shop) -> bool:
        with self._database.write() as connection:
            return exchange_taking.take_shop(connection, shop)

    def take_listing(self, listing: Listing) -> bool:
        with self._database.write() as connection:
            return exchange_taking.take_listing(connection, listing)

    def take_lead(self, file: LeadFile, *, expected_version: int) -> None:
        with self._database.write(durable=True) as connection:
            exchange_taking.take_lead(connection, file, expected_version=expected_version)


def _read(database: Database, model: type[_Model], bodies: Select[Any]) -> tuple[_Model, ...]:
    with database.read() as connection:
        return tuple(model.model_validate_json(body) for body in connection.execute(bodies).scalars())


def _equal(column: Column[str], wanted: str) -> list[ColumnElement[bool]]:
    return [column == wanted] if wanted else []


def _asked(query: MatterQuery | None) -> list[ColumnElement[bool]]:
    if query is None:
        return []
    table, leads = exchange_matters, tables.leads
    asked = [
        *_equal(table.c.peer, query.peer),
        *_equal(table.c.lead_id, query.lead_id),
    ]
    if query.kind is not None:
        asked.append(table.c.kind == query.kind.value)
    if query.starts:
        asked.append(begins(table.c.matter_id, query.starts))
    if query.states:
        asked.append(table.c.state.in_([state.value for state in query.states]))
    if query.scope is not None:
        region = query.scope.region
        theirs = [begins(body_text(leads.c.body, "region_code"), region)] if region else []
        lead = select(leads.c.lead_id).where(leads.c.lead_id == table.c.lead_id, *theirs).exists()
        asked.append(or_(lead, table.c.lead_id == "") if query.scope.house else lead)
    return asked


def _enter(connection: Connection, bundle: Bundle) -> None:
    """Insert a bundle of the next number of its channel."""
    last = _last(connection, bundle.peer, bundle.way)
    follows = (last.sequence if last else 0) + 1
    if bundle.sequence != follows:
        raise ConflictError(
            f"与 {bundle.peer} 往来的下一序号是 {follows}，不是 {bundle.sequence}",
            cure="同时有人在收发；稍后重试",
            expected=follows,
        )
    connection.execute(exchange_bundles.insert(), _row_of(bundle))


def _last(connection: Connection, peer: str, way: BundleWay) -> Bundle | None:
    table = exchange_bundles
    statement = select(table.c.body).where(table.c.peer == peer, table.c.way == way.value)
    body = connection.execute(statement.order_by(table.c.sequence.desc()).limit(1)).scalar()
    return None if body is None else Bundle.model_validate_json(body)


def _row_of(bundle: Bundle) -> dict[str, object]:
    return {
        "bundle_id": bundle.bundle_id,
        "peer": bundle.peer,
        "way": bundle.way.value,
        "sequence": bundle.sequence,
        "state": bundle.state.value,
        "made_at": bundle.made_at,
        "body": body_of(bundle),
    }
