"""Who is at work on a lead: a claim that ends by itself, so that a forgotten one holds nobody up."""

from __future__ import annotations

from datetime import datetime, timedelta

from records.base import Record, UtcDatetime
from records.errors import InvalidInputError

__all__ = ["CLAIM_MINUTES", "SYSTEM_ACTOR", "Claim", "claim_for"]

CLAIM_MINUTES = 30
"""How long a claim lasts unless another time is asked for."""
_MOST_MINUTES = 24 * 60

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


def claim_for(lead_id: str, holder: str, *, minutes: int, now: datetime) -> Claim:
    """A claim from now on.

    Raises:
        InvalidInputError: Not between 1 minute and a day.
    """
    if not 1 <= minutes <= _MOST_MINUTES:
        raise InvalidInputError(f"认领时间 {minutes} 分钟不行", cure=f"1 至 {_MOST_MINUTES} 分钟")
    return Claim(lead_id=lead_id, holder=holder, claimed_at=now, until=now + timedelta(minutes=minutes))
