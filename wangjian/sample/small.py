"""Small markets of the same kind as the big one, for tests and quick trials."""

from __future__ import annotations

from collections.abc import Sequence

from wangjian.sample.market import Market, build_market
from wangjian.sample.models import Family
from wangjian.sample.shops import FamilyPlan, family_plans

__all__ = ["small_market"]


def small_market(
    *,
    seed: int = 7,
    shops: int = 8,
    listings_per_shop: int = 5,
    families: Sequence[Family] = tuple(Family),
    register_size: int = 1_500,
) -> Market:
    """A market of `shops` shops, dealt to the families in turn; each family's first shops of the big market's plan.

    The families' first shops are plain ones; from about 16 shops on most ways of disclosing are present.
    """
    plans = {plan.family: plan for plan in family_plans() if plan.family in families}
    order = [family for family in Family if family in plans]
    counts = dict.fromkeys(order, 0)
    for index in range(shops):
        counts[order[index % len(order)]] += 1
    chosen = [
        FamilyPlan(family=family, shops=plans[family].shops[: counts[family]], listings_per_shop=listings_per_shop)
        for family in order
        if counts[family]
    ]
    return build_market(seed=seed, plans=chosen, register_size=register_size)
