"""The sample market: shops and listings made from a seed, on a market day, with their truth.

`build_market(seed=7)` makes the whole market and its register; `plans` and `register_size` make smaller ones for tests.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from records.register import Entity
from records.survey import Outcome
from wangjian.sample.banks import load_banks, load_generic_bank, load_plants, load_review_texts
from wangjian.sample.listings import ListingMaker
from wangjian.sample.models import Family, Planted, PlantKind, SampleListing, SampleShop, SellerCase
from wangjian.sample.paths import Troubled, licence_path, listing_path, shop_path
from wangjian.sample.planting import plant_shops
from wangjian.sample.register import REGISTER_SIZE, make_register
from wangjian.sample.shops import FamilyPlan, family_plans, make_shops
from wangjian.sample.truth import FamilyTotals, ListingTruth, MarketTruth, ShopTruth, TroubleTruth, plant_truth

__all__ = ["LIST_PAGE_SIZE", "SHOP_PAGE_SIZE", "Market", "build_market"]

SHOP_PAGE_SIZE = 12
"""Listings on one page of a shop or of an independent site's catalogue."""

LIST_PAGE_SIZE = 20
"""Listings on one page of a marketplace's class list."""

_GREY = {
    SellerCase.PLACEHOLDER: ("N01", "N02"),
    SellerCase.MOVED_OUT: ("N02",),
    SellerCase.ABNORMAL: ("N02",),
    SellerCase.EXPIRED: ("N02",),
    SellerCase.LICENCE_BLOCKED: ("N02",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """A market as it stands on market day `day`."""

    seed: int
    day: int
    register: tuple[Entity, ...]
    shops: tuple[SampleShop, ...]
    listings: tuple[SampleListing, ...]

    def at_day(self, day: int) -> Market:
        """The same market on another day: prices, sales counts and reviews move on."""
        return replace(self, day=day)

    def shops_of(self, family: Family) -> tuple[SampleShop, ...]:
        """In the order of their numbers."""
        return tuple(shop for shop in self.shops if shop.family is family)

    def listings_of(self, shop: SampleShop) -> tuple[SampleListing, ...]:
        """In the order the shop shows them."""
        return tuple(listing for listing in self.listings if listing.shop_key == shop.key)

    @property
    def origins(self) -> tuple[str, ...]:
        """Keys of all origins, marketplaces first; one port each."""
        return tuple(dict.fromkeys(shop.origin for shop in self.shops))

    def truth(self) -> MarketTruth:
        """What is true on this day."""
        by_key = {shop.key: shop for shop in self.shops}
        return MarketTruth(
            seed=self.seed,
            day=self.day,
            shops=tuple(_shop_truth(shop) for shop in self.shops),
            listings=tuple(_listing_truth(listing, by_key[listing.shop_key], self.day) for listing in self.listings),
            totals=tuple(self._totals(family) for family in Family if self.shops_of(family)),
            trouble=_trouble(self),
        )

    def _totals(self, family: Family) -> FamilyTotals:
        shops = self.shops_of(family)
        counts = [len(self.listings_of(shop)) for shop in shops]
        origins = len({shop.origin for shop in shops})
        licences = sum(
            shop.seller.has_licence_page and shop.seller.case is not SellerCase.LICENCE_BLOCKED for shop in shops
        )
        shelves = sum(_pages(count, SHOP_PAGE_SIZE) for count in counts)
        fronts = origins
        if family is Family.JISHI:
            keys = {shop.key for shop in shops}
            classes = [listing.category for listing in self.listings if listing.shop_key in keys]
            fronts += sum(_pages(classes.count(category), LIST_PAGE_SIZE) for category in set(classes))
        return FamilyTotals(
            family=family.value,
            origins=origins,
            shops=len(shops),
            listings=sum(counts),
            readable_pages=fronts + shelves + licences + sum(counts),
        )


def build_market(
    *, seed: int, day: int = 0, plans: Sequence[FamilyPlan] | None = None, register_size: int = REGISTER_SIZE
) -> Market:
    """Make a market; the same arguments give the same market."""
    register = make_register(seed, size=register_size)
    rng = random.Random(f"market-{seed}")
    banks = load_banks()
    plans = tuple(plans) if plans is not None else family_plans()
    shops = make_shops(rng, plans, register=register, banks=banks)
    per_shop = {plan.family: plan.listings_per_shop for plan in plans}
    planting = plant_shops(rng, shops, load_plants(), limit=max(per_shop.values()))
    maker = ListingMaker(rng, banks=banks, generic=load_generic_bank(), reviews=load_review_texts())
    listings: list[SampleListing] = []
    for shop in planting.shops:
        count = max(1, per_shop[shop.family] + rng.randrange(-3, 4))
        listings += maker.of_shop(shop, count=count, plants=planting.by_shop[shop.key])
    listings[0] = replace(listings[0], outside_link="http://127.0.0.1:1/")
    return Market(seed=seed, day=day, register=register, shops=planting.shops, listings=tuple(listings))


def _as_printed(count: int) -> int:
    """1.2万+ says no more than 12,000."""
    return count // 1000 * 1000 if count >= 10_000 else count


def _pages(count: int, size: int) -> int:
    return max(1, -(-count // size))


def _rules(planted: Sequence[Planted], kind: PlantKind) -> tuple[str, ...]:
    return tuple(sorted({plant.rule for plant in planted if plant.kind is kind}))


def _shop_truth(shop: SampleShop) -> ShopTruth:
    seller = shop.seller
    return ShopTruth(
        key=shop.key,
        family=shop.family.value,
        origin=shop.origin,
        path=shop_path(shop),
        licence_path=licence_path(shop) if seller.has_licence_page else "",
        name=shop.name,
        seller_case=seller.case.value,
        shown_code=seller.shown_code,
        shown_name=seller.shown_name,
        entity_code=seller.entity.code if seller.entity else "",
        decision=seller.decision.value,
        tolerated=tuple(decision.value for decision in seller.tolerated),
        licence_problems=seller.problems,
        exemption_text=seller.exemption_text,
        licence_readable=seller.case is not SellerCase.LICENCE_BLOCKED,
        violations=_rules(shop.planted, PlantKind.VIOLATION),
        innocents=_rules(shop.planted, PlantKind.INNOCENT),
        grey=_GREY.get(seller.case, ()),
        planted=tuple(map(plant_truth, shop.planted)),
    )


def _listing_truth(listing: SampleListing, shop: SampleShop, day: int) -> ListingTruth:
    return ListingTruth(
        key=listing.key,
        shop_key=shop.key,
        origin=shop.origin,
        path=listing_path(shop, listing.key),
        title=listing.title,
        category=listing.category.value,
        price_form=listing.form.value,
        price_fen=listing.price_fen(day),
        price_max_fen=listing.price_max_fen(day),
        struck_fen=listing.struck_on(day),
        coupon_fen=listing.coupon_on(day),
        unit=listing.unit,
        sales_count=_as_printed(listing.sold_on(day)),
        review_count=len(listing.reviews_on(day)),
        violations=_rules(listing.planted, PlantKind.VIOLATION),
        innocents=_rules(listing.planted, PlantKind.INNOCENT),
        planted=tuple(map(plant_truth, listing.planted)),
    )


def _trouble(market: Market) -> tuple[TroubleTruth, ...]:
    expected = (
        (Troubled.SOFT_404, Outcome.SOFT_404),
        (Troubled.LOGIN, Outcome.LOGIN),
        (Troubled.CAPTCHA, Outcome.CAPTCHA),
        (Troubled.SERVER_ERROR, Outcome.SERVER_ERROR),
        (Troubled.SLOW, Outcome.READ),
        (Troubled.REDIRECT, Outcome.ADDRESS_REFUSED),
        (Troubled.GONE, Outcome.NOT_FOUND),
    )
    found: list[TroubleTruth] = []
    for shop in market.shops_of(Family.JISHI)[:1]:
        for key, outcome in expected:
            path = {Troubled.SLOW: "/help/delivery.html", Troubled.REDIRECT: "/go/900006"}.get(
                key, listing_path(shop, key)
            )
            found.append(TroubleTruth(origin=shop.origin, path=path, outcome=outcome.value))
    for shop in market.shops_of(Family.YUNSHANG)[:1]:
        for key, outcome in expected[:2]:
            found.append(TroubleTruth(origin=shop.origin, path=listing_path(shop, key), outcome=outcome.value))
    for shop in market.shops:
        if shop.seller.case is SellerCase.LICENCE_BLOCKED:
            found.append(TroubleTruth(origin=shop.origin, path=licence_path(shop), outcome=Outcome.CAPTCHA.value))
    return tuple(found)
