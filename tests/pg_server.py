"""PostgreSQL for tests: one server a test process, one migrated database in it that each test finds empty."""

from __future__ import annotations

import functools
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg

from stores.backends import open_records
from tests.node_programs import load_node_program

__all__ = ["CACHE", "PgServer", "node_program"]

TREE = Path(__file__).resolve().parents[1]
CACHE = TREE / ".cache" / "pgnode"
_KEPT = ("alembic_version", "register_lookasides")


class PgServer:
    """Databases on a node (deploy/pgnode). Those called by a name are made once and emptied for each use: to delete
    from all tables costs two milliseconds, to make a database four hundred."""

    def __init__(self, node: Any) -> None:
        self.node = node
        self._sweeps: dict[str, str] = {}
        self._made = 0

    def empty(self, name: str = "shared") -> str:
        """The URL of a database of this version with nothing in it."""
        url: str = self.node.url(name)
        if name not in self._sweeps:
            self.node.sql(f"CREATE DATABASE {name}", database="postgres")
            records = open_records(url)
            records.migrate()
            records.close()
            self._sweeps[name] = self._sweep(url)
            return url
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SET lock_timeout = '20s'")
            connection.execute(self._sweeps[name])
        return url

    @functools.cached_property
    def bare(self) -> str:
        """The URL of a database without any table, which stays so: for those that only look."""
        return self.unmade()

    def unmade(self, *, how: str = "") -> str:
        """The URL of a database of its own without any table; `how` is said to CREATE DATABASE."""
        self._made += 1
        self.node.sql(f"CREATE DATABASE own_{self._made} TEMPLATE template0 {how}", database="postgres")
        return str(self.node.url(f"own_{self._made}"))

    def _sweep(self, url: str) -> str:
        """What empties it, its guards of what is only appended to put aside, and counts from one again."""
        with psycopg.connect(url) as connection:
            names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL (%s)"
            swept = [f'DELETE FROM "{name}"' for (name,) in connection.execute(names, (list(_KEPT),))]
            counted = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'"
            swept += [f"SELECT setval('{name}', 1, false)" for (name,) in connection.execute(counted)]
        swept.append("UPDATE register_lookasides SET token = NULL, covers_no = 0, forgotten = 0")
        return ";".join(["SET session_replication_role = replica", *swept])


def node_program() -> ModuleType:
    """deploy/pgnode/node.py."""
    return load_node_program("pgnode")
