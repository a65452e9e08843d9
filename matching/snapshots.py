"""Snapshot identifiers: made from what a register file says, so that the same file again is the same snapshot.

`snap_YYYYMMDD_DIGEST`: the newest establishment or status date in the file (the register knows nothing later), then the
digest of source and content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date

from matching.entity_rows import read_date
from matching.tables import BadRow, TableFile

__all__ = ["snapshot_date", "snapshot_id_of"]

_UNKNOWN = "00000000"


def snapshot_id_of(table: TableFile, columns: Mapping[str, str], *, source: str, today: date) -> str:
    """The identifier of a file as a snapshot; dates after `today` are mistakes and do not count."""
    digest = hashlib.sha256(f"{source}\x1f{table.sha256}".encode()).hexdigest()[:12]
    headings = [columns[name] for name in ("established_on", "status_on") if name in columns]
    newest = date.min
    for row in table.rows() if headings else ():
        if isinstance(row, BadRow):
            continue
        for heading in headings:
            newest = max(newest, _date_until(row.values.get(heading, ""), today))
    stamp = _UNKNOWN if newest == date.min else newest.strftime("%Y%m%d")
    return f"snap_{stamp}_{digest}"


def snapshot_date(snapshot_id: str) -> date | None:
    """The newest date the snapshot's file knows; None for an identifier made elsewhere.

    >>> snapshot_date("snap_20260930_1f2e3d4c5b6a")
    datetime.date(2026, 9, 30)
    """
    parts = snapshot_id.split("_")
    try:
        return read_date(parts[1]) if len(parts) == 3 and parts[0] == "snap" else None
    except ValueError:
        return None


def _date_until(text: str, today: date) -> date:
    try:
        found = date.fromisoformat(text) if len(text) == 10 else read_date(text)
    except ValueError:
        return date.min
    return found if found is not None and found <= today else date.min
