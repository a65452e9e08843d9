"""All stored groups brought to what was kept of all shops and to what officers ruled."""

from __future__ import annotations

from dataclasses import dataclass

from matching.groups.keeping import kept_groups
from matching.groups.linking import METHOD_VERSION, link_shops
from matching.groups.ruling import standing_rulings
from matching.groups.texts import CopiedTexts
from records.groups import HeldBack, SellerGroup
from records.ports import Services

__all__ = ["Grouping", "regroup"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """What one look gave: groups written anew or changed, and the values held back as too common. `looked` False: no
    shop showed anything new, and nothing was compared."""

    shop_count: int
    changed: tuple[SellerGroup, ...] = ()
    held_back: tuple[HeldBack, ...] = ()
    looked: bool = True


def regroup(services: Services) -> Grouping:
    """Compare all shops by what was kept of them; after an officer's ruling this is enough."""
    shops = list(services.groups.traits(METHOD_VERSION))
    rulings = standing_rulings(services.groups.rulings())
    linkage = link_shops(shops, CopiedTexts(services.groups), rulings=rulings)
    now = services.clock()
    changed = services.groups.regroup(lambda known: kept_groups(known, linkage.clusters, now=now, rulings=rulings))
    return Grouping(shop_count=len(shops), changed=changed, held_back=linkage.held_back)
