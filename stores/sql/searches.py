"""SavedSearchStore: searches kept under a name, and their alerts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, or_, select, update

from records.errors import ConflictError
from records.saved_searches import SavedSearch, SearchAlert
from stores.sql.database import Database
from stores.sql.ready import Ready
from stores.sql.rows import body_of, chunks, insert_new, read_one, upsert
from stores.sql.search_tables import saved_searches, search_alerts

__all__ = ["SqlSavedSearchStore"]

_IN_ORDER = select(saved_searches.c.body).order_by(saved_searches.c.name, saved_searches.c.owner)
_ALL = Ready(_IN_ORDER)
_OF_ONE = Ready(_IN_ORDER.where(or_(saved_searches.c.owner == bindparam("owner"), saved_searches.c.shared)))


class SqlSavedSearchStore:
    """See `records.saved_searches.SavedSearchStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save_search(self, search: SavedSearch) -> None:
        table = saved_searches
        row = {
            "search_id": search.search_id,
            "owner": search.owner,
            "name": search.name,
            "shared": search.shared,
            "body": body_of(search),
        }
        same = select(table.c.search_id).where(table.c.owner == search.owner, table.c.name == search.name)
        with self._database.write(durable=True) as connection:
            known = connection.execute(same).scalar()
            if known is not None and known != search.search_id:
                raise ConflictError(
                    f"已有同名的检索：{search.name}", cure="换一个名称，或先删除原来的", search_id=known
                )
            upsert(connection, table, [row])

    def search(self, search_id: str) -> SavedSearch:
        return read_one(self._database, SavedSearch, saved_searches, search_id, what="保存的检索")

    def searches(self, owner: str = "") -> tuple[SavedSearch, ...]:
        found = (_OF_ONE if owner else _ALL).ask(self._database, {"owner": owner})
        return tuple(SavedSearch.model_validate_json(body) for (body,) in found)

    def delete_search(self, search_id: str) -> bool:
        with self._database.write(durable=True) as connection:
            connection.execute(delete(search_alerts).where(search_alerts.c.search_id == search_id))
            gone = connection.execute(delete(saved_searches).where(saved_searches.c.search_id == search_id))
        return gone.rowcount > 0

    def save_alerts(self, alerts: Sequence[SearchAlert]) -> int:
        if not alerts:
            return 0
        key = saved_searches.c.search_id
        wanted = sorted({alert.search_id for alert in alerts})
        with self._database.write() as connection:
            known: set[str] = set()
            for some in chunks(wanted):
                known.update(connection.execute(select(key).where(key.in_(some))).scalars())
            rows = [
                {
                    "search_id": alert.search_id,
                    "lead_id": alert.lead_id,
                    "at": alert.at,
                    "seen_at": alert.seen_at,
                    "body": body_of(alert),
                }
                for alert in alerts
                if alert.search_id in known
            ]
            return insert_new(connection, search_alerts, rows)

    def alerts(self, search_id: str, *, unseen: bool = False) -> tuple[SearchAlert, ...]:
        table = search_alerts
        statement = select(table).where(table.c.search_id == search_id).order_by(table.c.at.desc(), table.c.lead_id)
        if unseen:
            statement = statement.where(table.c.seen_at.is_(None))
        with self._database.read() as connection:
            rows = connection.execute(statement).all()
        return tuple(
            SearchAlert.model_validate_json(row.body).model_copy(update={"seen_at": row.seen_at}) for row in rows
        )

    def mark_seen(self, search_id: str, at: datetime) -> int:
        table = search_alerts
        statement = update(table).where(table.c.search_id == search_id, table.c.seen_at.is_(None)).values(seen_at=at)
        with self._database.write() as connection:
            return connection.execute(statement).rowcount
