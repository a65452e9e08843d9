"""One timeline of a case: found, captured, sealed, viewed, exported, verified, transferred, decided, signed off."""

from __future__ import annotations

from records.base import DigestHex, Record, UtcDatetime

__all__ = ["CheckLine", "TimelineCheck", "TimelineEntry"]


class TimelineEntry(Record):
    """Something that happened. `source` says which chain or record holds it, `proof_sha256` its digest there; `href`
    where it is to be seen."""

    at: UtcDatetime
    kind: str
    title: str
    actor: str = ""
    detail: str = ""
    source: str
    reference: str
    proof_sha256: DigestHex | None = None
    href: str = ""


class CheckLine(Record):
    """One thing that was checked."""

    title: str
    passed: bool
    said: str


class TimelineCheck(Record):
    """What holding the timeline against the chains came to."""

    at: UtcDatetime
    whole: bool
    lines: tuple[CheckLine, ...]
