"""The acts of `evidence/retention.py` as the desk of kept evidence asks for them."""

from __future__ import annotations

from evidence import retention
from evidence.transparency import log_means_of
from records.evidence import Capture
from records.keeping import KeepAct, KeepingMeans, KeepWish, KeptStanding
from records.ports import Services

__all__ = ["keeping_means_of"]


def keeping_means_of(services: Services) -> KeepingMeans:
    """The acts of `evidence/retention.py` as the desk asks for them."""

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
