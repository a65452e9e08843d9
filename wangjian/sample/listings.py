"""The listings of a shop: ordinary ones from the phrase banks, and those that carry a plant."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from records.market import Category
from wangjian.sample.banks import Bank, Plant, ProductBank
from wangjian.sample.divisions import load_divisions
from wangjian.sample.models import (
    Planted,
    PlantPlace,
    PriceForm,
    ReviewText,
    SampleListing,
    SampleShop,
)
from wangjian.sample.people import nickname
from wangjian.sample.pricing import PriceCard, draw_price, fixed_price
from wangjian.sample.trades import trade_name

__all__ = ["ListingMaker"]

_ANIMALS = frozenset("龙凤麒麟鹤鹏雁鹿")
_FRESH_WORDS = ("活体", "鲜")
_SHIPPING = (
    "付款后四十八小时内发货，默认发中通或韵达。",
    "下午四点前付款当天发出，之后的订单次日发。",
    "江浙沪皖包邮，其他地区运费见结算页。",
    "发货地与店铺所在地相同，大件走物流。",
)
_RETURNS = (
    "支持七天无理由退货，商品完好即可。",
    "签收次日起七天内支持无理由退货，请保留包装和吊牌。",
    "支持7天无理由退货，运费规则见平台说明。",
)
_NO_PROMISE = frozenset(
    (Category.DRUG, Category.PROPERTY, Category.INVESTMENT, Category.EDUCATION, Category.WILDLIFE, Category.HEALTH_FOOD)
)
"""Classes for which ordinary listings say nothing on returns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    title: str
    paragraphs: list[str]
    params: tuple[tuple[str, str], ...]
    breadcrumb: tuple[str, ...]
    bank: Bank


class ListingMaker:
    """Makes listings one after another; numbers run through the whole market."""

    def __init__(
        self,
        rng: random.Random,
        *,
        banks: dict[Category, Bank],
        generic: Bank,
        reviews: tuple[tuple[str, ...], tuple[str, ...]],
    ) -> None:
        self._rng = rng
        self._banks = banks
        self._generic = generic
        self._ordinary, self._hostile = reviews
        self._next_key = 100_001
        self._places = [division.county for division in load_divisions()]
        self._titles: set[tuple[str, str]] = set()

    def of_shop(self, shop: SampleShop, *, count: int, plants: Sequence[Plant]) -> tuple[SampleListing, ...]:
        """At least one listing a plant, and ordinary ones up to `count`, shuffled."""
        made = [self._planted(shop, plant) for plant in plants]
        weights = [3 if index == 0 else 2 for index, _ in enumerate(shop.categories)]
        while len(made) < count:
            category = self._rng.choices(shop.categories, weights)[0]
            made.append(self._ordinary_listing(shop, category, product=None, plant=None))
        self._rng.shuffle(made)
        return tuple(made)

    def _planted(self, shop: SampleShop, plant: Plant) -> SampleListing:
        if plant.own_listing:
            return self._own_listing(shop, plant)
        bank = self._banks[plant.category]
        product = next((found for found in bank.products if found.name == plant.host), None)
        return self._ordinary_listing(shop, plant.category, product=product, plant=plant)

    def _ordinary_listing(
        self, shop: SampleShop, category: Category, *, product: ProductBank | None, plant: Plant | None
    ) -> SampleListing:
        rng, bank = self._rng, self._banks[category]
        product = product or rng.choice(bank.products)
        card = draw_price(rng, product)
        params = [("品牌", self._brand()), *((key, self._fill(value)) for key, value in product.params)]
        if card.form is not PriceForm.RANGE and len(card.skus) == 1:
            params.append(("规格", card.skus[0].name))
        draft = _Draft(
            title=self._title(shop, bank, product, spec="" if len(card.skus) > 1 else card.skus[0].name),
            paragraphs=self._paragraphs(bank, lines=product.lines),
            params=tuple(params),
            breadcrumb=(bank.label, product.sub),
            bank=bank,
        )
        return self._finish(shop, card, draft, plant)

    def _own_listing(self, shop: SampleShop, plant: Plant) -> SampleListing:
        bank = self._banks[plant.category]
        draft = _Draft(
            title=plant.title,
            paragraphs=self._paragraphs(self._generic, lines=()),
            params=(("规格", "见标题"), ("发货", "快递")),
            breadcrumb=(bank.label, "其他"),
            bank=bank,
        )
        return self._finish(shop, fixed_price(plant.price * 100, unit=""), draft, plant)

    def _finish(self, shop: SampleShop, card: PriceCard, draft: _Draft, plant: Plant | None) -> SampleListing:
        rng = self._rng
        bank, paragraphs, reviews = draft.bank, draft.paragraphs, self._reviews()
        notes: tuple[str, ...] = ()
        if plant is not None and plant.place is PlantPlace.DETAIL:
            paragraphs.insert(rng.randrange(len(paragraphs) + 1), plant.text)
        elif plant is not None and plant.place is PlantPlace.REVIEW:
            reviews.append(ReviewText(author=nickname(rng), text=plant.text, day=-rng.randrange(1, 60), stars=5))
        elif plant is not None and plant.place is PlantPlace.PLATFORM:
            notes = (plant.text,)
        key, self._next_key = str(self._next_key), self._next_key + 1
        about_returns = plant is not None and plant.rule in ("C15", "C16")
        return SampleListing(
            key=key,
            shop_key=shop.key,
            title=draft.title,
            category=bank.category,
            breadcrumb=draft.breadcrumb,
            form=card.form,
            changes=card.changes,
            struck_fen=card.struck_fen,
            coupon_fen=card.coupon_fen,
            unit=card.unit,
            skus=card.skus,
            params=draft.params,
            paragraphs=tuple(paragraphs),
            labels=bank.labels if plant is None or not plant.own_listing else (),
            service=self._service(bank.category, draft.title, silent=about_returns),
            platform_notes=notes,
            sold=rng.choice((0, 3, 12, 35, 86, 140, 320, 870, 2300, 8600, 12_000, 35_000)) + rng.randrange(9),
            sold_per_day=rng.choice((0, 0, 1, 2, 5, 12)),
            reviews=tuple(reviews),
            hue=rng.randrange(360),
            outside_link="",
            planted=_planted_of(plant),
        )

    def _title(self, shop: SampleShop, bank: Bank, product: ProductBank, *, spec: str) -> str:
        rng = self._rng
        while True:
            style, brand = rng.choice(bank.styles), self._brand()
            title = rng.choice(
                (
                    f"{brand} {product.name} {style} {spec}",
                    f"{brand}{style}{product.name} {spec}",
                    f"{product.name} {style} {spec} {brand}",
                    f"【{style}】{product.name}{spec} {brand}家",
                    f"{product.name} {spec} {brand}出品",
                )
            )
            title = " ".join(title.split())
            if (shop.key, title) not in self._titles:
                self._titles.add((shop.key, title))
                return title

    def _brand(self) -> str:
        while True:
            name = trade_name(self._rng)
            if not _ANIMALS & set(name) and len(name) < 4:
                return name

    def _paragraphs(self, bank: Bank, *, lines: Sequence[str]) -> list[str]:
        rng = self._rng
        body = [
            *rng.sample(bank.opening, min(len(bank.opening), rng.choice((1, 2, 2)))),
            *rng.sample(lines, rng.randrange(1, len(lines) + 1) if lines else 0),
            *rng.sample(bank.detail, min(len(bank.detail), rng.choice((2, 3, 4)))),
            *rng.sample(bank.use, min(len(bank.use), rng.choice((1, 1, 2)))),
            *rng.sample(bank.care, 1),
        ]
        return [self._fill(line) for line in body]

    def _fill(self, line: str) -> str:
        if "{" not in line:
            return line
        rng = self._rng
        return line.format(
            place=rng.choice(self._places),
            year=rng.randrange(2012, 2024),
            eight=f"{rng.randrange(1999, 2024)}{rng.randrange(10**4):04d}",
            five=f"{rng.randrange(10**4):05d}",
            healthno=f"国食健注G20{rng.randrange(15, 24)}{rng.randrange(1, 9999):04d}",
            devno=f"{rng.choice('浙苏粤鲁沪')}械注准20{rng.randrange(18, 25)}2{rng.choice(('07', '14', '19'))}{rng.randrange(10**4):04d}",
            devfiling=f"{rng.choice(('浙杭', '苏苏', '粤穗', '鲁青'))}械备20{rng.randrange(18, 25)}{rng.randrange(10**4):04d}",
            cosno=f"{rng.choice('粤沪浙苏')}G妆网备字20{rng.randrange(21, 26)}{rng.randrange(10**6):06d}",
        )

    def _service(self, category: Category, title: str, *, silent: bool) -> tuple[str, ...]:
        shipping = self._rng.choice(_SHIPPING)
        if silent or category in _NO_PROMISE or any(word in title for word in _FRESH_WORDS):
            return (shipping,)
        return (shipping, self._rng.choice(_RETURNS))

    def _reviews(self) -> list[ReviewText]:
        rng = self._rng
        made = [
            ReviewText(
                author=nickname(rng),
                text=rng.choice(self._ordinary),
                day=rng.randrange(-220, 15),
                stars=rng.choice((3, 4, 5, 5, 5)),
            )
            for _ in range(rng.choice((0, 1, 2, 3, 4, 6)))
        ]
        if rng.random() < 0.03:
            made.append(
                ReviewText(author=nickname(rng), text=rng.choice(self._hostile), day=-rng.randrange(1, 90), stars=5)
            )
        return made


def _planted_of(plant: Plant | None) -> tuple[Planted, ...]:
    if plant is None:
        return ()
    return (Planted(rule=plant.rule, kind=plant.kind, place=plant.place, text=plant.text),)
