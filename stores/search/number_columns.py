"""Priority and time by document, as columns of numbers: a range, an order and a histogram read them as arrays, where an
index of the numbers would be read for as many rows as there are leads in half a year."""

from __future__ import annotations

from array import array
from collections import defaultdict

from sqlalchemy import Connection

from records.search import SearchDocument
from records.search_fields import RangeField
from stores.search.bits import CHUNK_BITS
from stores.search.driver_rows import rows_of

__all__ = ["NUMBERS", "NumberChanges", "column_of"]

NUMBERS = "#numbers"
"""What is counted as changed when any of them is (`kept.IndexState`)."""

_WORD = "d"  # eight bytes, which hold seconds exactly; `counting` reads them


class NumberChanges:
    """The numbers of some documents, gathered so that each chunk is read and written once."""

    def __init__(self) -> None:
        self._values: dict[tuple[RangeField, int], dict[int, float]] = defaultdict(dict)

    def put(self, number: int, document: SearchDocument) -> None:
        """What the document has now."""
        chunk, place = divmod(number, CHUNK_BITS)
        self._values[RangeField.PRIORITY, chunk][place] = document.priority_score
        self._values[RangeField.TIME, chunk][place] = document.at_epoch

    def write(self, connection: Connection, columns: str) -> None:
        """Apply to the stored chunks."""
        rows: list[tuple[str, int, bytes]] = []
        for (field, chunk), values in self._values.items():
            column = _column(connection, columns, column_of(field), chunk)
            column.extend([0.0] * (max(values) + 1 - len(column)))
            for place, value in values.items():
                column[place] = value
            rows.append((column_of(field), chunk, column.tobytes()))
        if rows:
            connection.exec_driver_sql(f"INSERT OR REPLACE INTO {columns} VALUES (?, ?, ?)", rows)  # noqa: S608  # our names


def column_of(field: RangeField) -> str:
    """The name of its column."""
    return f"#{field.value}"


def _column(connection: Connection, columns: str, name: str, chunk: int) -> array[float]:
    column: array[float] = array(_WORD)
    statement = f"SELECT entries FROM {columns} WHERE name = ? AND chunk = ?"  # noqa: S608  # our names
    for (blob,) in rows_of(connection, statement, (name, chunk)):
        column.frombytes(blob)
    return column
