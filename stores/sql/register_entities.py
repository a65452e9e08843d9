"""Whole records of the register as they are stored: what a snapshot confirms without changing stands beside them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from records.register import Entity

__all__ = ["entities_of"]


def entities_of(rows: Iterable[Any]) -> dict[str, Entity]:
    """Records by code, in the order of the rows (code, source, snapshot_id, body). The origin is written into the text
    before it is read: a copy of the record afterwards costs as much as reading."""
    origins: dict[tuple[str, str], str] = {}
    found: dict[str, Entity] = {}
    for code, source, snapshot_id, body in rows:
        origin = origins.get((source, snapshot_id))
        if origin is None:
            written = json.dumps({"source": source, "snapshot_id": snapshot_id}, ensure_ascii=False)
            origin = origins[source, snapshot_id] = written[1:]
        found[code] = Entity.model_validate_json(f"{body[:-1]},{origin}")
    return found
