"""Prices of a listing and how they go on: plain, struck, coupon, range, each with its series by market day."""

from __future__ import annotations

import random
from dataclasses import dataclass

from wangjian.sample.banks import ProductBank
from wangjian.sample.models import PriceForm, Sku

__all__ = ["PriceCard", "draw_price", "fixed_price"]

_FROM_EVER = -10_000
_LETTER_SIZES = frozenset(("S", "M", "L", "XL", "2XL", "3XL", "均码"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceCard:
    """What the price block of a listing needs."""

    form: PriceForm
    changes: tuple[tuple[int, int], ...]
    struck_fen: int | None
    coupon_fen: int | None
    unit: str
    skus: tuple[Sku, ...]


def fixed_price(price_fen: int, *, unit: str) -> PriceCard:
    """One price that never changes."""
    return PriceCard(
        form=PriceForm.PLAIN,
        changes=((_FROM_EVER, price_fen),),
        struck_fen=None,
        coupon_fen=None,
        unit=unit,
        skus=(Sku(name="标准", extra_fen=0),),
    )


def draw_price(rng: random.Random, product: ProductBank) -> PriceCard:
    """A price inside the product's range. A struck price is what the shop really asked up to three days ago."""
    low, high = product.price
    base = round(rng.uniform(low, low + (high - low) * 0.6)) * 100 + rng.choice((0, 0, 0, 80, 90, 50))
    form = rng.choices(tuple(PriceForm), (45, 25, 12, 18))[0]
    sizes = _size_variants(product)
    if product.unit or (form is PriceForm.RANGE and len(product.specs) < 2):
        form = PriceForm.PLAIN
    if form is PriceForm.RANGE and not sizes:
        step = max((high * 100 - base) // (len(product.specs) * 2), 300) // 10 * 10
        skus = tuple(Sku(name=name, extra_fen=step * index) for index, name in enumerate(product.specs))
        return PriceCard(form=form, changes=((_FROM_EVER, base),), struck_fen=None, coupon_fen=None, unit="", skus=skus)
    form = PriceForm.PLAIN if form is PriceForm.RANGE else form
    skus = sizes or (Sku(name=rng.choice(product.specs), extra_fen=0),)
    return _single(rng, form, base=base, unit=product.unit, skus=skus)


def _single(rng: random.Random, form: PriceForm, *, base: int, unit: str, skus: tuple[Sku, ...]) -> PriceCard:
    changes: list[tuple[int, int]] = [(_FROM_EVER, base)]
    struck = None
    if form is PriceForm.STRUCK:
        struck = base
        changes.append((-rng.randrange(1, 4), base * rng.choice((70, 75, 80, 85, 90)) // 1000 * 10))
        changes.append((rng.randrange(3, 15), base))
    elif rng.random() < 0.25:
        changes.append((rng.randrange(1, 15), base * rng.choice((85, 90, 95, 105, 110)) // 1000 * 10))
    coupon = min(rng.choice((300, 500, 1000, 2000)), base // 4 // 100 * 100) if form is PriceForm.COUPON else None
    return PriceCard(
        form=PriceForm.PLAIN if form is PriceForm.COUPON and not coupon else form,
        changes=tuple(changes),
        struck_fen=struck,
        coupon_fen=coupon or None,
        unit=unit,
        skus=skus,
    )


def _size_variants(product: ProductBank) -> tuple[Sku, ...]:
    """Sizes and colours that cost the same, else nothing."""
    sized = len(product.specs) > 1 and all(
        spec in _LETTER_SIZES or spec.isdigit() or spec.endswith("色") for spec in product.specs
    )
    return tuple(Sku(name=spec, extra_fen=0) for spec in product.specs) if sized else ()
