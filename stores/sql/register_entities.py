"""Whole records of the register as they are stored: what a snapshot confirms without changing stands beside them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from records.register import Entity

__all__ = ["entities_of"]


def entities_of(rows: Iterable[Any]) -> dict[str, Entity]:
    """Records by code, in the order of the rows (code, source, snapshot_id, body). The origin is written into the text
    before it is read: a copy of the record afterwards costs as much as reading."""
    read = Entity.model_validate_json
    return {code: read(f"{body[:-1]},{_origin(source, snapshot)}") for code, source, snapshot, body in rows}


@lru_cache(maxsize=1_000)
def _origin(source: str, snapshot_id: str) -> str:
    written = json.dumps({"source": source, "snapshot_id": snapshot_id}, ensure_ascii=False)
    return written[1:]
