"""Which plant stands in which shop: every rule in every family, some shops with nothing at all."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from wangjian.sample.banks import Plant
from wangjian.sample.models import Planted, PlantPlace, SampleShop

__all__ = ["Planting", "plant_shops"]

_TEMPTED_SHARE = 0.65
"""Share of a family's plants of one class that go to its first shop of that class; the rest is spread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planting:
    """The shops with their planted notices, and for each shop key the plants that need a listing there."""

    shops: tuple[SampleShop, ...]
    by_shop: dict[str, tuple[Plant, ...]]


def plant_shops(rng: random.Random, shops: Sequence[SampleShop], plants: Sequence[Plant], *, limit: int) -> Planting:
    """Spread the plants, rule by rule, over the families in turn.

    `limit` is the most plants a shop's listings may take (small markets have little room); what finds no shop of its
    class or no room is left out.
    """
    wanted: dict[str, list[Plant]] = defaultdict(list)
    noticed: dict[str, list[Plant]] = defaultdict(list)
    families = list(dict.fromkeys(shop.family for shop in shops))
    for turn, plant in _taking_turns(plants):
        order = families[turn % len(families) :] + families[: turn % len(families)]
        table = noticed if plant.place is PlantPlace.NOTICE else wanted
        most = 1 if plant.place is PlantPlace.NOTICE else limit
        for family in order:
            fitting = [
                shop
                for shop in shops
                if shop.family is family and plant.category in shop.categories and len(table[shop.key]) < most
            ]
            if fitting:
                chosen = fitting[0] if rng.random() < _TEMPTED_SHARE else rng.choice(fitting)
                table[chosen.key].append(plant)
                break
    return Planting(
        shops=tuple(_with_notices(shop, noticed[shop.key]) for shop in shops),
        by_shop={shop.key: tuple(wanted[shop.key]) for shop in shops},
    )


def _taking_turns(plants: Sequence[Plant]) -> list[tuple[int, Plant]]:
    """One of each rule and kind, then the next of each, so that a small market has some of all; with the number that
    says whose turn it is among the families."""
    groups: dict[tuple[str, str], list[Plant]] = defaultdict(list)
    for plant in plants:
        groups[plant.rule, plant.kind.value].append(plant)
    longest = max(len(group) for group in groups.values())
    return [
        (place + index, group[place])
        for place in range(longest)
        for index, group in enumerate(groups.values())
        if place < len(group)
    ]


def _with_notices(shop: SampleShop, plants: Sequence[Plant]) -> SampleShop:
    if not plants:
        return shop
    planted = tuple(Planted(rule=plant.rule, kind=plant.kind, place=plant.place, text=plant.text) for plant in plants)
    usual = tuple(line for line in shop.notices if "无理由" not in line)
    return replace(shop, notices=(*(plant.text for plant in plants), *usual), planted=(*shop.planted, *planted))
