"""Records as of one moment, by the kinds a bundle knows; everything is read over one connection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, Table, func, select

from records.exchange import ItemKind
from stores.sql import tables
from stores.sql.lead_tables import own_rules
from stores.sql.rows import chunks
from stores.sql.survey_tables import campaigns
from stores.sql.watch_tables import watch_lists

__all__ = ["SqlExchangeView"]

_TABLES: Mapping[ItemKind, Table] = {
    ItemKind.TARGET: tables.targets,
    ItemKind.RULE: own_rules,
    ItemKind.WATCH_LIST: watch_lists,
    ItemKind.CAMPAIGN: campaigns,
    ItemKind.PAGE: tables.pages,
    ItemKind.SHOP: tables.shops,
    ItemKind.LISTING: tables.listings,
    ItemKind.MATCH: tables.matches,
    ItemKind.FINDING: tables.findings,
    ItemKind.LEAD: tables.leads,
    ItemKind.CAPTURE: tables.captures,
}
_ROWS = 500


class SqlExchangeView:
    """See `records.exchange_ports.ExchangeView`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def bodies(self, kind: ItemKind) -> Iterator[tuple[str, str]]:
        table = _TABLES[kind]
        key = next(iter(table.primary_key))
        after: str | None = None
        while True:
            statement = _newest(table).order_by(key).limit(_ROWS)
            rows = self._connection.execute(statement if after is None else statement.where(key > after)).all()
            yield from ((row[0], row[1]) for row in rows)
            if len(rows) < _ROWS:
                return
            after = rows[-1][0]

    def body(self, kind: ItemKind, item_id: str) -> str | None:
        table = _TABLES[kind]
        key = next(iter(table.primary_key))
        row = self._connection.execute(_newest(table).where(key == item_id)).first()
        return None if row is None else str(row[1])

    def lead_events(self, lead_id: str) -> tuple[str, ...]:
        table = tables.lead_events
        statement = select(table.c.body).where(table.c.lead_id == lead_id).order_by(table.c.event_no)
        return tuple(self._connection.execute(statement).scalars())

    def captures_of(self, lead_ids: Sequence[str]) -> tuple[tuple[str, str], ...]:
        table, found = tables.captures, []
        for some in chunks(lead_ids):
            statement = select(table.c.capture_id, table.c.body).where(table.c.lead_id.in_(some))
            found += [(row[0], row[1]) for row in self._connection.execute(statement)]
        return tuple(sorted(found))


def _newest(table: Table) -> Select[Any]:
    """Key and body; of what has versions (rules, lists), the newest; of matches, as of all else, each row."""
    key = next(iter(table.primary_key))
    statement = select(key, table.c.body)
    if table not in (own_rules, watch_lists):
        return statement
    other = table.alias()
    last = select(func.max(other.c.version)).where(other.c[key.name] == key).scalar_subquery()
    return statement.where(table.c.version == last)
