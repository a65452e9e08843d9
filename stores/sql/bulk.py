"""BulkStore: frozen sets of leads, and what was done with them."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text, select

from records.bulk import BulkRun, FrozenSet
from stores.sql.database import Database
from stores.sql.rows import body_of, insert_new, read_one, upsert
from stores.sql.tables import METADATA, Moment

__all__ = ["SqlBulkStore", "bulk_runs", "bulk_sets"]

bulk_sets = Table(
    "bulk_sets",
    METADATA,
    Column("set_id", String, primary_key=True),
    Column("body", Text, nullable=False),
)

bulk_runs = Table(
    "bulk_runs",
    METADATA,
    Column("run_id", String, primary_key=True),
    Column("owner", String, nullable=False, index=True),
    Column("begun_at", Moment, nullable=False),
    Column("body", Text, nullable=False),
)


class SqlBulkStore:
    """See `records.bulk.BulkStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save_set(self, frozen: FrozenSet) -> None:
        with self._database.write(durable=True) as connection:
            insert_new(connection, bulk_sets, [{"set_id": frozen.set_id, "body": body_of(frozen)}])

    def frozen_set(self, set_id: str) -> FrozenSet:
        return read_one(self._database, FrozenSet, bulk_sets, set_id, what="选定的线索")

    def save_run(self, run: BulkRun) -> None:
        row = {"run_id": run.run_id, "owner": run.owner, "begun_at": run.begun_at, "body": body_of(run)}
        with self._database.write(durable=True) as connection:
            upsert(connection, bulk_runs, [row])

    def run(self, run_id: str) -> BulkRun:
        return read_one(self._database, BulkRun, bulk_runs, run_id, what="批量处理")

    def runs(self, owner: str, *, limit: int = 50) -> tuple[BulkRun, ...]:
        table = bulk_runs
        statement = select(table.c.body).where(table.c.owner == owner)
        statement = statement.order_by(table.c.begun_at.desc(), table.c.run_id).limit(limit)
        with self._database.read() as connection:
            return tuple(BulkRun.model_validate_json(body) for body in connection.execute(statement).scalars())
