"""The desk of kept evidence behind the API."""

from __future__ import annotations

from api.door import Door
from evidence.keeping import keeping_means_of
from offices.audit import Caller
from offices.keeping_desk import KeepingDesk

__all__ = ["make_keeping_desk"]


def make_keeping_desk(door: Door, caller: Caller) -> KeepingDesk:
    """Somebody's desk for evidence after it was made."""
    return KeepingDesk(door.services, caller, door.means, keeping=keeping_means_of(door.services), bench=door.bench)
