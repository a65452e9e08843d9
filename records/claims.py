"""Who is at work on a lead: a claim that ends by itself, so that a forgotten one holds nobody up."""

from __future__ import annotations

from records.base import Record, UtcDatetime

__all__ = ["SYSTEM_ACTOR", "Claim"]

SYSTEM_ACTOR = "系统"
"""Who an event names that no person did; a claim does not hold it up."""


class Claim(Record):
    """认领: until `until` only `holder` may act on the lead."""

    lead_id: str
    holder: str
    claimed_at: UtcDatetime
    until: UtcDatetime

    def holds_at(self, moment: UtcDatetime) -> bool:
        """Whether it has not run out yet."""
        return moment < self.until
