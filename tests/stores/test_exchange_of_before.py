"""A database of before its exchange lists were cut there: the times are read out of the records."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

from records.exchange import Bundle, BundleState, BundleWay, Direction
from records.exchange_matters import Matter, MatterKind, MatterState, MatterWay
from records.lists import ListPlace
from stores.backends import open_records
from stores.sql.migrating import migrate_to

AT = datetime(2026, 3, 1, 1, 2, 3, 456_789, tzinfo=UTC)


def test_bundles_and_matters_of_before_are_listed_by_their_times(tmp_path):
    records = open_records(f"sqlite://{tmp_path}/w.db")
    migrate_to(records.database, "0012")
    bundles = [
        Bundle(
            bundle_id=f"{number:064}", peer="p1", way=BundleWay.SENT, sequence=number, direction=Direction.INWARD,
            state=BundleState.MADE, size_bytes=1, file="f", made_at=AT + timedelta(microseconds=number), expires_at=AT,
        )
        for number in (1, 2)
    ]  # fmt: skip
    matters = [
        Matter(
            matter_id=f"m{number}", kind=MatterKind.TRANSFER, way=MatterWay.THEIRS, peer="p1", title="t",
            state=MatterState.ARRIVED, opened_at=AT - timedelta(days=number),
        )
        for number in (1, 2)
    ]  # fmt: skip
    with closing(sqlite3.connect(tmp_path / "w.db")) as connection, connection:
        connection.executemany(
            "INSERT INTO exchange_bundles (bundle_id, peer, way, sequence, state, body) VALUES (?, 'p1', 'sent', ?, '', ?)",
            [(one.bundle_id, one.sequence, one.model_dump_json()) for one in bundles],
        )
        connection.executemany(
            "INSERT INTO exchange_matters (matter_id, kind, peer, lead_id, state, version, body)"
            " VALUES (?, '', 'p1', '', '', 1, ?)",
            [(one.matter_id, one.model_dump_json()) for one in matters],
        )
    records.migrate()
    assert records.exchange.newest_bundles() == tuple(bundles[::-1])
    assert records.exchange.newest_bundles(after=ListPlace(bundles[1].made_at, bundles[1].bundle_id)) == (bundles[0],)
    assert records.exchange.matters() == tuple(matters)
    assert records.exchange.matters(after=ListPlace(AT - timedelta(days=1), "m1")) == (matters[1],)
    records.close()
    with closing(sqlite3.connect(tmp_path / "w.db")) as connection:
        plan = connection.execute(
            "EXPLAIN QUERY PLAN SELECT body FROM exchange_matters WHERE (opened_at, matter_id) < (?, ?)"
            " ORDER BY opened_at DESC, matter_id DESC LIMIT 50",
            (1, "m"),
        ).fetchall()
    assert "USING INDEX ix_exchange_matters_opened" in str(plan) and "B-TREE" not in str(plan)
