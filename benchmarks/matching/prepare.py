"""The register both scripts use: the first part of `noise.split`, imported when the place is still empty."""

from __future__ import annotations

import csv
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from noise import split

from matching.register_import import import_file
from records.register_ports import RegisterStore
from stores.backends import open_records

__all__ = ["register_at"]


def register_at(url: str, rows: list[dict[str, str]]) -> RegisterStore:
    """The register at the URL, filled on first use."""
    records = open_records(url)
    records.migrate()
    if records.register.stats().total:
        return records.register
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(split(rows)[0])
        import_file(path, register=records.register, source="benchmark", clock=lambda: datetime.now(UTC))
    return records.register
