"""evidence/context.json: what the system held of the lead when the page was fixed, sealed with it.

It tells a court why the page was fixed and what was concluded then, by which version of which rule and model; later
changes of the lead cannot be read back into it. It is a record of the system's view, not evidence of the facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from records.base import Record
from records.canonical import Json, canonical_bytes
from records.evidence import Manifest
from records.leads import Finding, Lead
from records.register import Match

__all__ = ["context_json"]

_NOTICE = "系统在固证时的记录与判断，供核对固证事由，不是对违法事实的认定"


def context_json(
    manifest: Manifest,
    *,
    as_of: datetime,
    lead: Lead | None = None,
    findings: Sequence[Finding] = (),
    match: Match | None = None,
) -> bytes:
    """The sealed facts in RFC 8785 form. Probabilities and scores are text, as sealed records hold no fractions."""
    return canonical_bytes(
        {
            "format": "wangjian-context/1",
            "capture_id": manifest.capture_id,
            "lead_id": manifest.lead_id,
            "as_of": as_of.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "notice": _NOTICE,
            "lead": _plain(lead),
            "findings": [_plain(finding) for finding in sorted(findings, key=lambda one: one.finding_id)],
            "match": _plain(match),
        }
    )


def _plain(record: Record | None) -> Json:
    return _without_fractions(record.model_dump(mode="json")) if record is not None else None


def _without_fractions(value: object) -> Json:
    if isinstance(value, dict):
        return {str(key): _without_fractions(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_fractions(item) for item in value]
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return str(value)
