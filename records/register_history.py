"""What a register entity was, and when: periods inside an entry (valid time), and every state the register has held
(known time). Both are needed to answer for a page captured years ago: what was true then, and what could be known."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from records.base import Record, UtcDatetime

__all__ = ["DeclaredSite", "Gone", "ListedPeriod", "NamePeriod", "Snapshot"]


class Gone(StrEnum):
    """Why an entity is kept though its source names it no more. It says nothing of the state of the business."""

    ABSENT = "未再出现"
    DELETED = "来源删除"


class ListedPeriod(Record):
    """One stay on a list (经营异常名录 or 严重违法失信名单). `removed_on`: the day of removal, where the source gives
    it; `seen_until`: the last day it was seen listed, where it was found gone from the list without a day."""

    listed_on: date
    removed_on: date | None = None
    seen_until: date | None = None

    @property
    def ended(self) -> bool:
        """Whether it is over, on a known day or not."""
        return self.removed_on is not None or self.seen_until is not None

    def covers(self, on: date) -> bool:
        """Whether the entity surely was listed on that day; the day of removal is not one.

        >>> period = ListedPeriod(listed_on=date(2024, 1, 2), removed_on=date(2024, 6, 1))
        >>> period.covers(date(2024, 5, 31)), period.covers(date(2024, 6, 1))
        (True, False)
        """
        if on < self.listed_on or (self.removed_on is not None and on >= self.removed_on):
            return False
        return self.seen_until is None or self.removed_on is not None or on <= self.seen_until


class NamePeriod(Record):
    """A former name and when it was the name; `learned` when no file said so and the register saw the change."""

    name: str
    since: date | None = None
    until: date | None = None
    learned: bool = False


class DeclaredSite(Record):
    """A website or online shop the entity declared in its annual report (年报网站网店). `icp_no` as written."""

    url: str = ""
    name: str = ""
    icp_no: str = ""


class Snapshot(Record):
    """A register file that was imported; `known_at` is None where it was imported before times were kept."""

    snapshot_id: str
    source: str
    known_at: UtcDatetime | None = None
    finished: bool = True
