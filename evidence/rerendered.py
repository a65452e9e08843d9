"""The signed scores of captures drawn again, as they lie in the store: read and held against the log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from records.errors import WangJianError
from records.evidence_log import LeafKind, LogLeaf
from records.ports import Services
from records.rerendering import Rerendering

__all__ = ["problems_of_rerenderings", "rerendering_of"]


def rerendering_of(services: Services, capture_id: str) -> Rerendering | None:
    """What came of drawing a capture again the first time; None when it was not, or the scores cannot be read."""
    placed = services.evidence_log.find(LeafKind.RERENDERING, capture_id)
    if placed is None:
        return None
    try:
        return _read(services.blobs.get(placed.leaf.sha256))
    except (WangJianError, ValueError, KeyError, TypeError):
        return None  # what is wrong with it is said by the audit


def problems_of_rerenderings(services: Services, leaves: Mapping[str, LogLeaf]) -> list[str]:
    """What is wrong with the scores the log names: gone, changed, or of another capture or package."""
    problems = []
    for name, leaf in leaves.items():
        try:
            found = _read(services.blobs.get(leaf.sha256))
            capture = services.evidence.capture(found.capture_id)
        except (WangJianError, ValueError, KeyError, TypeError):
            problems.append(f"{name}：断网重绘的评分不在存储中，或已被改动，或其固证记录不在了")
            continue
        if capture.capture_id != name.partition(".")[0]:
            problems.append(f"{name}：断网重绘的评分属于另一次固证")
    return problems


def _read(statement: bytes) -> Rerendering:
    told = json.loads(statement)["found"]
    scores = {name: _score(told[name]) for name in ("text_score", "picture_score")}
    fields = {name: told[name] for name in Rerendering.model_fields if name not in scores}
    return Rerendering.model_validate({**fields, **scores})


def _score(text: str | None) -> float | None:
    try:
        return None if text is None else float(Decimal(text))
    except InvalidOperation as exc:
        raise ValueError(text) from exc
