"""Captures that are wanted (先固后问, 二次固证, 探针), kept until they are made or given up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from records.base import Record, UtcDatetime

__all__ = ["WANTED_WORDS", "CaptureQueue", "WantedCapture", "WantedPurpose", "WantedState"]


class WantedState(StrEnum):
    """waiting → taken → done | failed; a dead worker's goes back to waiting."""

    WAITING = "waiting"
    TAKEN = "taken"
    DONE = "done"
    FAILED = "failed"


WANTED_WORDS = {
    WantedState.WAITING: "等待固证",
    WantedState.TAKEN: "正在固证",
    WantedState.DONE: "已固证",
    WantedState.FAILED: "未能固证",
}


class WantedPurpose(StrEnum):
    """FIRST a new lead's page before anybody asks the seller; SECOND the page of a capture again, by another process;
    PROBE a known page, so that the system's working at that time is a record."""

    FIRST = "先固后问"
    SECOND = "二次固证"
    PROBE = "探针"

    @property
    def operator(self) -> str:
        """Who stands as the operator of such a capture."""
        return f"系统（{self.value}）"


class WantedCapture(Record):
    """A page to be preserved, and what became of that.

    Attributes:
        lead_id: Empty for a probe.
        second_of: Of a SECOND, the capture it is held against.
        not_before: Earliest next attempt.
        attempts: How many workers have taken it; `token` is of the present taking, which ends at `taken_until`.
        lost: In how many of them the worker was not heard of again, which says nothing of the page.
        capture_id: Of the capture it led to, also of one that is not whole.
        problem: In Chinese, why the last attempt did not give a whole capture.
    """

    wanted_id: str
    lead_id: str
    url: str
    why: str
    purpose: WantedPurpose = WantedPurpose.FIRST
    second_of: str = ""
    asked_at: UtcDatetime
    not_before: UtcDatetime
    state: WantedState = WantedState.WAITING
    attempts: int = 0
    lost: int = 0
    token: str = ""
    taken_until: UtcDatetime | None = None
    capture_id: str = ""
    problem: str = ""
    ended_at: UtcDatetime | None = None


class CaptureQueue(Protocol):
    """Wanted captures, for any number of workers. The caller says what time it is; the store has no clock."""

    def want(self, wanted: Sequence[WantedCapture]) -> int:
        """Ask for captures; one of a known id stays as it is. How many were new."""
        ...

    def take(self, *, now: datetime, until: datetime) -> WantedCapture | None:
        """The one that has waited longest, or whose worker was silent until its time ran out; None when there is
        none."""
        ...

    def hold(self, taken: WantedCapture, *, until: datetime) -> bool:
        """Keep one that was taken until a later time; False when somebody else has it, or it is settled."""
        ...

    def settle(self, taken: WantedCapture) -> WantedCapture:
        """Write what became of one that was taken: done, failed, or waiting again. Raises ConflictError when somebody
        else has taken it meanwhile."""
        ...

    def wanted(self, lead_id: str = "") -> tuple[WantedCapture, ...]:
        """Oldest first; of one lead when it is named."""
        ...
