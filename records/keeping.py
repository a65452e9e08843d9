"""What may be done about how long evidence stays, and how it stands: words of the evidence room and of the desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from records.evidence import Capture, CustodyEvent
from records.people import Permission

__all__ = ["KeepAct", "KeepWish", "KeepingMeans", "KeptStanding"]


class KeepAct(StrEnum):
    """What a person may do about how long evidence stays. RELEASE and DESTROY are the second person's."""

    HOLD = "hold"
    RELEASE = "release"
    ASK = "ask"
    DESTROY = "destroy"

    @property
    def needs(self) -> Permission:
        """The right it takes."""
        second = self in (KeepAct.RELEASE, KeepAct.DESTROY)
        return Permission.EVIDENCE_APPROVE if second else Permission.EVIDENCE_HOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepWish:
    """Who wants it, in which roles, from where, and why; `keep_days`: evidence is kept so long before anybody may ask
    for its destruction."""

    actor: str
    role: str
    origin: str
    reason: str
    keep_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptStanding:
    """What the custody chain says: the hold on a capture, the request to destroy it, its destruction."""

    held: CustodyEvent | None = None
    asked: CustodyEvent | None = None
    destroyed: CustodyEvent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepingMeans:
    """What the evidence room does for this desk; `evidence/keeping.py` makes it."""

    standing: Callable[[str], KeptStanding]
    act: Callable[[KeepAct, Capture, KeepWish], None]
