"""WatchStore: every version of a list is kept, the newest is the list; hits are kept once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import func, select

from records.errors import ConflictError, NotFoundError
from records.watch_lists import WatchHit, WatchList
from stores.sql.database import Database
from stores.sql.rows import body_of, chunks, upsert
from stores.sql.watch_tables import watch_hits, watch_lists

__all__ = ["SqlWatchStore"]


class SqlWatchStore:
    """See `records.watch_lists.WatchStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save_list(self, watched: WatchList) -> None:
        table = watch_lists
        newest = select(func.max(table.c.version)).where(table.c.list_id == watched.list_id)
        with self._database.write(durable=True) as connection:
            known = connection.execute(newest).scalar() or 0
            if watched.version != known + 1:
                raise ConflictError(
                    f"名单“{watched.title}”现为第 {known} 版，不能保存第 {watched.version} 版",
                    cure="重新读取名单后再改",
                    list_id=watched.list_id,
                )
            row = {
                "list_id": watched.list_id,
                "version": watched.version,
                "title": watched.title,
                "retired": watched.retired,
                "body": body_of(watched),
            }
            connection.execute(table.insert(), row)

    def watch_list(self, list_id: str) -> WatchList:
        table = watch_lists
        statement = select(table.c.body).where(table.c.list_id == list_id).order_by(table.c.version.desc()).limit(1)
        with self._database.read() as connection:
            body = connection.execute(statement).scalar()
        if body is None:
            raise NotFoundError(f"没有这份名单：{list_id[:200]}", cure="编号见 wangjian watch list", key=list_id)
        return WatchList.model_validate_json(body)

    def watch_lists(self, *, retired: bool = False) -> tuple[WatchList, ...]:
        table = watch_lists
        newest = (
            select(table.c.list_id, func.max(table.c.version).label("version")).group_by(table.c.list_id).subquery()
        )
        statement = (
            select(table.c.body)
            .join(newest, (newest.c.list_id == table.c.list_id) & (newest.c.version == table.c.version))
            .order_by(table.c.title, table.c.list_id)
        )
        if not retired:
            statement = statement.where(table.c.retired.is_(False))
        with self._database.read() as connection:
            return tuple(WatchList.model_validate_json(body) for body in connection.execute(statement).scalars())

    def save_hits(self, hits: Sequence[WatchHit]) -> int:
        if not hits:
            return 0
        table = watch_hits
        wanted = {hit.hit_id: hit for hit in hits}
        with self._database.write() as connection:
            known: dict[str, datetime] = {}
            for some in chunks(list(wanted)):
                found = select(table.c.hit_id, table.c.found_at).where(table.c.hit_id.in_(some))
                known.update((row.hit_id, row.found_at) for row in connection.execute(found))
            first = {
                key: hit.model_copy(update={"found_at": known.get(key, hit.found_at)}) for key, hit in wanted.items()
            }
            rows = [
                {
                    "hit_id": key,
                    "list_id": hit.list_id,
                    "shop_id": hit.shop_id,
                    "found_at": hit.found_at,
                    "body": body_of(hit),
                }
                for key, hit in first.items()
            ]
            upsert(connection, table, rows)
        return len(wanted) - len(known)

    def hits(self, list_id: str = "", *, since: datetime | None = None) -> Iterator[WatchHit]:
        table = watch_hits
        statement = select(table.c.body).order_by(table.c.found_at.desc(), table.c.hit_id)
        if list_id:
            statement = statement.where(table.c.list_id == list_id)
        if since is not None:
            statement = statement.where(table.c.found_at >= since)
        with self._database.read() as connection:
            bodies = connection.execute(statement).scalars().all()
        return (WatchHit.model_validate_json(body) for body in bodies)


def _row(hit: WatchHit, found_at: datetime) -> dict[str, object]:
    kept = hit.model_copy(update={"found_at": found_at})
    return {
        "hit_id": kept.hit_id,
        "list_id": kept.list_id,
        "shop_id": kept.shop_id,
        "found_at": found_at,
        "body": body_of(kept),
    }
