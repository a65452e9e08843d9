"""Statements that every page of a survey asks, compiled once and given to the driver itself.

The toolkit's way from a statement and its values to the driver and back costs ten times what SQLite needs to answer
it, and a page asks some fifteen. Whatever is asked seldom goes through the toolkit as before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Executable, LargeBinary
from sqlalchemy.sql.compiler import SQLCompiler

from stores.sql.database import Database

__all__ = ["Ready"]

_Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """A statement in one dialect's words. `parts` are its parameters in their order: name, value if none is given, and
    what makes the driver's value of ours."""

    text: str
    parts: tuple[tuple[str, Any, _Convert | None], ...]
    in_order: bool

    def parameters(self, values: Mapping[str, Any]) -> Any:  # as the driver takes them
        found = [
            values.get(name, given) if convert is None else convert(values.get(name, given))
            for name, given, convert in self.parts
        ]
        if self.in_order:
            return found
        return {name: value for (name, _, _), value in zip(self.parts, found, strict=True)}


class Ready:
    """A statement of ours, as the driver is asked it. Rows come as the driver gives them, unconverted.

    Args:
        statement: Without lists that are written out when it is run (`expanding`).
        names: The columns an INSERT is given values for.
    """

    def __init__(self, statement: Executable, names: Sequence[str] = ()) -> None:
        self._statement = statement
        self._names = list(names) or None
        self._forms: dict[str, _Form] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> Any:  # a driver's cursor
        """Ask it in the connection's transaction; the driver's cursor."""
        form = self._form(connection.dialect)
        cursor = connection.connection.cursor()
        cursor.execute(form.text, form.parameters(values))
        return cursor

    def ask(self, database: Database, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """All its rows, asked in a transaction of its own that costs little (`Database.glance`). Raises as that."""
        form = self._form(database.sql)
        with database.glance() as driver:
            cursor = driver.cursor()
            cursor.execute(form.text, form.parameters(values))
            return list(cursor.fetchall())

    def run_each(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
        """Run it for each of these; how many rows it touched."""
        if len(rows) == 1:
            return max(int(self.run(connection, rows[0]).rowcount), 0)
        if not rows:
            return 0
        form = self._form(connection.dialect)
        cursor = connection.connection.cursor()
        cursor.executemany(form.text, [form.parameters(row) for row in rows])
        return max(cursor.rowcount, 0)

    def _form(self, dialect: Dialect) -> _Form:
        form = self._forms.get(dialect.name)
        if form is None:
            form = self._forms[dialect.name] = _form_of(self._statement, self._names, dialect)
        return form


def _form_of(statement: Executable, names: list[str] | None, dialect: Dialect) -> _Form:
    # As for many rows: else an INSERT asks for the number it was given, which nobody here wants.
    compiled = statement.compile(dialect=dialect, column_keys=names, for_executemany=True)  # type: ignore[attr-defined]
    assert isinstance(compiled, SQLCompiler)
    binds = {name: bind for bind, name in compiled.bind_names.items()}
    order = list(binds) if compiled.positiontup is None else compiled.positiontup
    parts = tuple((name, compiled.params[name], _converting(binds[name].type, dialect)) for name in order)
    return _Form(text=compiled.string, parts=parts, in_order=compiled.positiontup is not None)


def _converting(kind: Any, dialect: Dialect) -> _Convert | None:  # a type of SQLAlchemy's
    return None if isinstance(kind, LargeBinary) else kind.dialect_impl(dialect).bind_processor(dialect)
