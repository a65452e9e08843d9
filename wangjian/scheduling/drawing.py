"""双随机 over the records: who can be drawn, a draw that is kept, and its repetition by whoever doubts it."""

from __future__ import annotations

from dataclasses import dataclass

from offices.desk import region_of_shop
from records.base import stable_id
from records.errors import InvalidInputError, NotFoundError
from records.people import Role
from records.ports import Services
from records.sampling import KeptDraw
from wangjian.scheduling.sampling import draw

__all__ = ["Population", "Repetition", "draw_and_keep", "officers_on_duty", "population_of_shops", "repeat_draw"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Whom a draw is made from, and in Chinese how they were chosen."""

    told: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition:
    """A kept draw made again from its own lists."""

    kept: KeptDraw
    same: bool


def population_of_shops(services: Services, *, target_id: str = "", region: str = "") -> Population:
    """Shops that can be drawn: of one target, of one region (a prefix of its code), or all.

    Raises:
        NotFoundError: No such target.
    """
    of_target = f"监测对象“{services.survey.target(target_id).name}”（{target_id}）的" if target_id else "全部"
    of_region = f"，区划 {region}" if region else ""
    found = [
        shop.shop_id
        for shop in list(services.survey.shops(target_id))
        if not region or region_of_shop(services, shop, services.survey.match_of(shop.shop_id)).startswith(region)
    ]
    return Population(told=f"{of_target}网店{of_region}", ids=tuple(sorted(found)))


def officers_on_duty(services: Services) -> Population:
    """Open accounts with the role 办案, by login."""
    found = [one.login for one in services.accounts.accounts() if one.active and Role.OFFICER in one.roles]
    return Population(told="在岗办案人员", ids=tuple(sorted(found)))


def draw_and_keep(
    services: Services, population: Population, officers: Population | None, *, seed: str, count: int
) -> KeptDraw:
    """Draw and keep what was drawn. The same seed and lists again give the draw as it was kept the first time.

    Raises:
        InvalidInputError: As `sampling.draw`.
    """
    listed = officers.ids if officers is not None else None
    made = draw(population.ids, listed, seed=seed, count=count, drawn_at=services.clock())
    draw_id = stable_id("draw", seed, str(count), str(made.officers_each), made.subjects_sha256, made.officers_sha256)
    try:
        return services.campaigns.drawn(draw_id)
    except NotFoundError:
        kept = KeptDraw(
            draw_id=draw_id,
            population=population.told,
            subject_ids=population.ids,
            officer_ids=listed or (),
            draw=made,
        )
        services.campaigns.keep_draw(kept)
        return kept


def repeat_draw(services: Services, draw_id: str) -> Repetition:
    """Make a kept draw again from its seed and its lists, and say whether it comes out the same.

    Raises:
        NotFoundError: No such draw.
    """
    kept = services.campaigns.drawn(draw_id)
    officers = kept.officer_ids if kept.draw.officers_each else None
    try:
        made = draw(
            kept.subject_ids,
            officers,
            seed=kept.draw.seed,
            count=len(kept.draw.assignments),
            drawn_at=kept.draw.drawn_at,
        )
    except InvalidInputError:
        return Repetition(kept=kept, same=False)
    return Repetition(kept=kept, same=made == kept.draw)
