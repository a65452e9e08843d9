"""GroupStore: 经营者关联组, with which shop is in which."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from sqlalchemy import bindparam, delete, select

from records.group_marks import ShopMarks, ShopTraits
from records.groups import GroupRuling, GroupState, SellerGroup
from stores.sql.database import Database
from stores.sql.group_marks import find_marks, find_prints, holders_of, keep_marks, note_change, settle, walk_traits
from stores.sql.group_tables import group_rulings, seller_group_shops, seller_groups, shop_marks
from stores.sql.ready import Ready
from stores.sql.rows import body_of, chunks, insert_new, read_one, upsert, walk

__all__ = ["SqlGroupStore"]


class SqlGroupStore:
    """See `records.groups.GroupStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def regroup(self, build: Callable[[tuple[SellerGroup, ...]], Sequence[SellerGroup]]) -> tuple[SellerGroup, ...]:
        statement = select(seller_groups.c.body).order_by(seller_groups.c.group_id)
        with self._database.write() as connection:
            bodies = connection.execute(statement).scalars().all()
            changed = tuple(build(tuple(SellerGroup.model_validate_json(body) for body in bodies)))
            upsert(connection, seller_groups, [_row(group) for group in changed])
            # Everybody leaves before anybody enters: a shop may go from one changed group to another.
            for some in chunks([group.group_id for group in changed]):
                connection.execute(delete(seller_group_shops).where(seller_group_shops.c.group_id.in_(some)))
            upsert(connection, seller_group_shops, [row for group in changed for row in _members(group)])
            settle(connection)
        return changed

    def group(self, group_id: str) -> SellerGroup:
        return read_one(self._database, SellerGroup, seller_groups, group_id, what="关联组")

    def groups(self, *, active_only: bool = True) -> Iterator[SellerGroup]:
        where = (seller_groups.c.state == GroupState.ACTIVE.value,) if active_only else ()
        return walk(self._database, SellerGroup, seller_groups, *where)

    def group_of(self, shop_id: str) -> SellerGroup | None:
        found = _GROUP_OF.ask(self._database, {"wanted": shop_id})
        return SellerGroup.model_validate_json(found[0][0]) if found else None

    def save_marks(self, marks: Sequence[ShopMarks]) -> int:
        with self._database.write() as connection:
            return keep_marks(connection, marks)

    def traits(self, version: str) -> Iterator[ShopTraits]:
        return walk_traits(self._database, version)

    def marks(self, shop_ids: Sequence[str]) -> Mapping[str, ShopMarks]:
        with self._database.read() as connection:
            return find_marks(connection, shop_ids)

    def prints(self, shop_ids: Sequence[str]) -> Mapping[str, Sequence[int]]:
        with self._database.read() as connection:
            return find_prints(connection, shop_ids)

    def print_holders(self, prints: Sequence[int]) -> Mapping[int, int]:
        with self._database.read() as connection:
            return holders_of(connection, prints)

    def rule(self, ruling: GroupRuling) -> None:
        with self._database.write(durable=True) as connection:
            if insert_new(connection, group_rulings, [{"ruling_id": ruling.ruling_id, "body": body_of(ruling)}]):
                note_change(connection)

    def unsettled(self) -> bool:
        with self._database.read() as connection:
            return (
                connection.execute(select(shop_marks.c.shop_id).where(shop_marks.c.shop_id == "")).first() is not None
            )

    def rulings(self) -> tuple[GroupRuling, ...]:
        found = walk(self._database, GroupRuling, group_rulings)
        return tuple(sorted(found, key=lambda ruling: (ruling.at, ruling.ruling_id)))


_GROUP_OF = Ready(
    select(seller_groups.c.body)
    .join(seller_group_shops, seller_group_shops.c.group_id == seller_groups.c.group_id)
    .where(seller_group_shops.c.shop_id == bindparam("wanted"))
)


def _row(group: SellerGroup) -> dict[str, object]:
    return {"group_id": group.group_id, "state": group.state.value, "body": body_of(group)}


def _members(group: SellerGroup) -> list[dict[str, object]]:
    if group.state is not GroupState.ACTIVE:
        return []
    return [{"shop_id": shop_id, "group_id": group.group_id} for shop_id in group.shop_ids]
