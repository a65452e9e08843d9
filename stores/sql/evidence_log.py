"""EvidenceLog: leaves as rows, and the nodes of every 256th and 65,536th leaf's subtree, so that a root or a proof of a
log of millions reads a thousand rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import Connection, Row, and_, func, select

from records.errors import ConflictError, InvalidInputError
from records.evidence import TimestampState
from records.evidence_log import LeafKind, LogHead, LogLeaf, PlacedLeaf, stored_leaf_bytes
from records.merkle import Frontier, Node, Range, consistency_ranges, inclusion_ranges, leaf_node
from records.survey import Page
from stores.sql import tables
from stores.sql.database import Database
from stores.sql.evidence_log_tables import log_heads, log_leaves, log_subtrees
from stores.sql.rows import chunks, insert_new

__all__ = ["SqlEvidenceLog"]

_STEP = 8
_LEVELS = (2 * _STEP, _STEP)
"""Levels whose nodes are kept, the highest first. One more is worth its table at a thousand million leaves."""
_WALK_ROWS = 2000


class SqlEvidenceLog:
    """See `records.evidence_log.EvidenceLog`. An entry is on the disk before the call returns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, leaves: Sequence[LogLeaf]) -> int:
        with self._database.write(durable=True) as connection:
            wanted = _not_there(connection, leaves)
            if not wanted:
                return 0
            size = _size(connection)
            rows = [
                {
                    "position": size + number,
                    "kind": leaf.kind.value,
                    "ref": leaf.id,
                    "sha256": bytes.fromhex(leaf.sha256),
                    "sm3": bytes.fromhex(leaf.sm3),
                    "at": leaf.at,
                }
                for number, leaf in enumerate(wanted)
            ]
            insert_new(connection, log_leaves, rows)
            _complete_subtrees(connection, size, size + len(rows))
            return len(rows)

    def size(self) -> int:
        with self._database.read() as connection:
            return _size(connection)

    def find(self, kind: LeafKind, key: str) -> PlacedLeaf | None:
        table = log_leaves
        with self._database.read() as connection:
            row = connection.execute(select(table).where(table.c.kind == kind.value, table.c.ref == key)).one_or_none()
        return None if row is None else _placed(row)

    def leaves(self, *, start: int = 0) -> Iterator[PlacedLeaf]:
        table = log_leaves
        with self._database.read() as connection:
            end = _size(connection)
        at = start
        while at < end:
            statement = select(table).where(table.c.position >= at, table.c.position < end)
            with self._database.read() as connection:
                rows = connection.execute(statement.order_by(table.c.position).limit(_WALK_ROWS)).all()
            if not rows:
                return
            yield from map(_placed, rows)
            at = rows[-1].position + 1

    def root(self, size: int) -> Node:
        with self._database.read() as connection:
            _check_size(connection, size)
            return _node_of(connection, Range(0, size))

    def inclusion(self, position: int, size: int) -> tuple[Node, ...]:
        return self._proof(size, lambda: inclusion_ranges(position, size))

    def consistency(self, first: int, second: int) -> tuple[Node, ...]:
        return self._proof(second, lambda: consistency_ranges(first, second))

    def subtrees(self) -> Iterator[tuple[int, int, Node]]:
        table = log_subtrees
        with self._database.read() as connection:
            rows = connection.execute(select(table).order_by(table.c.level, table.c.place)).all()
        for row in rows:
            yield row.level, row.place, Node(row.sha256, row.sm3)

    def save_head(self, head: LogHead) -> None:
        row = {
            "head_sha256": head.head_sha256,
            "size": head.size,
            "root_sha256": head.root_sha256,
            "root_sm3": head.root_sm3,
            "at": head.at,
            "timestamp": head.timestamp.value,
        }
        with self._database.write(durable=True) as connection:
            insert_new(connection, log_heads, [row])

    def heads(self) -> tuple[LogHead, ...]:
        table = log_heads
        with self._database.read() as connection:
            rows = connection.execute(select(table).order_by(table.c.size, table.c.at)).all()
        return tuple(
            LogHead(
                size=row.size,
                root_sha256=row.root_sha256,
                root_sm3=row.root_sm3,
                at=row.at,
                timestamp=TimestampState(row.timestamp),
                head_sha256=row.head_sha256,
            )
            for row in rows
        )

    def unlogged_pages(self, run_id: str = "", *, after: str = "", limit: int = 1000) -> tuple[Page, ...]:
        pages, leaves = tables.pages, log_leaves
        known = and_(leaves.c.kind == LeafKind.PAGE.value, leaves.c.ref == pages.c.page_id)
        statement = (
            select(pages.c.body)
            .where(~select(leaves.c.position).where(known).exists(), pages.c.body.like('%"archive":{%'))
            .where(pages.c.page_id > after)
            .order_by(pages.c.page_id)
            .limit(limit)
        )
        if run_id:
            statement = statement.where(pages.c.run_id == run_id)
        with self._database.read() as connection:
            return tuple(map(Page.model_validate_json, connection.execute(statement).scalars()))

    def _proof(self, size: int, ranges: Callable[[], tuple[Range, ...]]) -> tuple[Node, ...]:
        with self._database.read() as connection:
            _check_size(connection, size)
            try:
                wanted = ranges()
            except ValueError as exc:
                raise InvalidInputError(f"存证日志给不出这样的证明：{exc}") from exc
            return tuple(_node_of(connection, each) for each in wanted)


def _size(connection: Connection) -> int:
    newest = connection.execute(select(func.max(log_leaves.c.position))).scalar()
    return 0 if newest is None else int(newest) + 1


def _check_size(connection: Connection, size: int) -> None:
    there = _size(connection)
    if not 0 <= size <= there:
        raise InvalidInputError(f"存证日志现有 {there} 条，没有第 {size} 条", size=there)


def _not_there(connection: Connection, leaves: Sequence[LogLeaf]) -> list[LogLeaf]:
    table = log_leaves
    wanted = {(leaf.kind, leaf.id): leaf for leaf in leaves}
    for kind in {leaf.kind for leaf in leaves}:
        keys = [key for found, key in wanted if found is kind]
        for some in chunks(keys):
            rows = connection.execute(select(table).where(table.c.kind == kind.value, table.c.ref.in_(some)))
            for row in rows:
                leaf = wanted.pop((kind, row.ref))
                if (row.sha256.hex(), row.sm3.hex()) != (leaf.sha256, leaf.sm3):
                    raise ConflictError(
                        f"存证日志中已有同一编号而内容不同的记录：{leaf.id}", cure="运行 wangjian evidence audit 核查"
                    )
    return list(wanted.values())


def _placed(row: Row[tuple[object, ...]]) -> PlacedLeaf:
    leaf = LogLeaf(kind=LeafKind(row.kind), id=row.ref, sha256=row.sha256.hex(), sm3=row.sm3.hex(), at=row.at)
    return PlacedLeaf(row.position, leaf)


def _leaf_node(row: Row[tuple[object, ...]]) -> Node:
    return leaf_node(stored_leaf_bytes(row.kind, row.ref, sha256=row.sha256.hex(), sm3=row.sm3.hex(), at=row.at))


def _complete_subtrees(connection: Connection, before: int, after: int) -> None:
    """Keep the nodes of the subtrees that these new leaves made whole, the lower level first."""
    for level in reversed(_LEVELS):
        places = range(before >> level, after >> level)
        made = [
            (place, _node_of(connection, Range(place << level, (place + 1) << level), below=level)) for place in places
        ]
        rows = [{"level": level, "place": place, "sha256": node.sha256, "sm3": node.sm3} for place, node in made]
        insert_new(connection, log_subtrees, rows)


def _node_of(connection: Connection, wanted: Range, *, below: int = 64) -> Node:
    """The node of a range that begins where a subtree of its size may: from kept nodes as far as they reach."""
    frontier, at = Frontier(), wanted.start
    for level in _LEVELS:
        if level < below:
            table, first, last = log_subtrees, at >> level, wanted.end >> level
            statement = select(table).where(table.c.level == level, table.c.place >= first, table.c.place < last)
            if first << level == at and first < last:
                for row in connection.execute(statement.order_by(table.c.place)):
                    frontier.add(Node(row.sha256, row.sm3), level)
                at = last << level
    table = log_leaves
    statement = select(table).where(table.c.position >= at, table.c.position < wanted.end)
    for row in connection.execute(statement.order_by(table.c.position)):
        frontier.add(_leaf_node(row))
    return frontier.root()
