"""How a stage of the flow went."""

from __future__ import annotations

from enum import StrEnum

from records.base import Record

__all__ = ["Stage", "StageReport", "StageState"]


class Stage(StrEnum):
    """The seven stages of `wangjian/flow.py`, in order."""

    SURVEY = "survey"
    EXTRACT = "extract"
    MATCH = "match"
    ASSESS = "assess"
    LEAD = "lead"
    PRESERVE = "preserve"
    EXPORT = "export"


class StageState(StrEnum):
    """complete; partial (with what is missing); failed."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    FAILED = "failed"


class StageReport(Record):
    """Counts of a stage, by name, and what it could not do, in Chinese."""

    stage: Stage
    state: StageState
    counts: dict[str, int] = {}
    missing: tuple[str, ...] = ()
