"""The acts of `evidence/retention.py` as the desk of kept evidence asks for them."""

from __future__ import annotations

from api.door import Door
from evidence import retention
from evidence.transparency import log_means_of
from offices.audit import Caller
from offices.keeping_desk import KeepAct, KeepingDesk, KeepingMeans, KeepWish, KeptStanding
from records.evidence import Capture
from records.ports import Services

__all__ = ["make_keeping_desk"]


def make_keeping_desk(door: Door, caller: Caller) -> KeepingDesk:
    """Somebody's desk for evidence after it was made."""
    return KeepingDesk(door.services, caller, door.means, keeping=_means(door.services), bench=door.bench)


def _means(services: Services) -> KeepingMeans:
    def standing(capture_id: str) -> KeptStanding:
        found = retention.standing_of(services.evidence, capture_id)
        return KeptStanding(held=found.held, asked=found.asked, destroyed=found.destroyed)

    def act(wanted: KeepAct, capture: Capture, wish: KeepWish) -> None:
        means = log_means_of(services)
        made = retention.Wish(actor=wish.actor, role=wish.role, reason=wish.reason, origin=wish.origin)
        if wanted is KeepAct.HOLD:
            retention.hold(means, capture, made)
        elif wanted is KeepAct.RELEASE:
            retention.release(means, capture, made)
        elif wanted is KeepAct.ASK:
            retention.ask_destruction(means, capture, made, keep_days=wish.keep_days)
        else:
            retention.destroy(means, capture, made)

    return KeepingMeans(standing=standing, act=act)
