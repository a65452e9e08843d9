"""What an import of a register file would do, told from its first rows without writing anything."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from matching.profiles import REQUIRED, ColumnProfile, suggested_profile
from matching.register_import import EXPECTED, chosen_profile
from matching.register_reading import Findings, RegisterReading
from matching.tables import Row, TableFile, open_table
from records.register import RegisterColumn, RegisterPreview

__all__ = ["SHOWN_ROWS", "preview_file"]

SHOWN_ROWS = 5
_LOOKED_AT = 200
_ENCODINGS = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "gb18030": "GB18030", "utf-16": "UTF-16"}


def preview_file(path: Path, *, source: str, profile: str | ColumnProfile | None = None) -> RegisterPreview:
    """Kind, encoding, what each column would be read as, and the first rows as entities.

    Raises:
        NotFoundError: No such file.
        InvalidInputError: Not a table, or no such profile.
    """
    table = open_table(path, expected=EXPECTED)
    using = chosen_profile(table, profile)
    columns = using.columns(table.headings, heading_bytes=table.heading_bytes)
    missing = tuple(title for name, title in REQUIRED.items() if name not in columns)
    first = islice(table.rows(), _LOOKED_AT)
    findings = Findings()
    reading = RegisterReading(
        items=first, columns=columns, profile=using, source=source, snapshot_id="", tell=findings.tell
    )
    entities = () if missing else tuple(reading.entities())
    suggested = suggested_profile(table.headings, heading_bytes=table.heading_bytes)
    return RegisterPreview(
        file=path.name,
        kind=table.kind.value,
        encoding=_ENCODINGS.get(table.encoding, ""),
        profile=using.name,
        suggested_profile=suggested.name,
        columns=_recognised(table, columns),
        missing=missing,
        entities=entities[:SHOWN_ROWS],
        looked_at=reading.counted.read,
        refused=reading.counted.refused,
        errors=tuple(findings.errors),
    )


def _recognised(table: TableFile, columns: dict[str, str]) -> tuple[RegisterColumn, ...]:
    fields = {heading: field for field, heading in columns.items()}
    samples: dict[str, str] = {}
    for row in islice(table.rows(), _LOOKED_AT):
        for heading, text in row.values.items() if isinstance(row, Row) else ():
            if text.strip():
                samples.setdefault(heading, text.strip()[:40])
    return tuple(
        RegisterColumn(heading=heading, field=fields.get(heading, ""), sample=samples.get(heading, ""))
        for heading in table.headings
    )
