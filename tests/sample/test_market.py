"""The market and its truth: repeatable, big enough, and planted in every family."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from records.market import Category
from records.register import LicenceProblem
from wangjian.sample.market import build_market
from wangjian.sample.models import Family, PriceForm
from wangjian.sample.small import small_market
from wangjian.sample.truth import write_truth

TEXT_RULES = ("G01", "G06", "A01", "A02", "A03", "A10", "A11", "C02", "C15", "C16")
SHOP_RULES = ("N01", "N02")


def test_market_has_the_promised_size(truth):
    assert len(truth.shops) >= 66
    assert len(truth.listings) >= 1_600
    assert {listing.category for listing in truth.listings} == {category.value for category in Category}
    assert {total.family for total in truth.totals} == {family.value for family in Family}
    assert sum(total.listings for total in truth.totals) == len(truth.listings)


def test_same_seed_gives_the_same_truth_byte_for_byte(tmp_path):
    for name in ("one.json", "two.json"):
        write_truth(build_market(seed=3, register_size=2_000).truth(), tmp_path / name)
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()


@pytest.mark.parametrize("seed", [1, 42, 20260101])
def test_any_seed_makes_a_whole_market(seed):
    made = build_market(seed=seed)
    assert len(made.shops) == 70
    assert len({listing.key for listing in made.listings}) == len(made.listings)
    assert len({shop.name for shop in made.shops}) == len(made.shops)


@pytest.mark.parametrize("rule", TEXT_RULES + SHOP_RULES)
def test_rule_is_planted_in_every_family_with_its_look_alikes(truth, rule):
    family_of = {shop.key: shop.family for shop in truth.shops}
    violations, innocents = Counter(), Counter()
    for record, family in [(s, s.family) for s in truth.shops] + [(i, family_of[i.shop_key]) for i in truth.listings]:
        violations[family] += rule in record.violations
        innocents[family] += rule in record.innocents
    assert all(violations[family.value] for family in Family)
    assert sum(violations.values()) >= 8
    assert sum(innocents.values()) >= 8


def test_no_page_carries_two_listing_plants(truth):
    assert all(len(listing.planted) <= 1 for listing in truth.listings)


def test_some_shops_have_nothing_planted_at_all(truth):
    dirty = {listing.shop_key for listing in truth.listings if listing.violations}
    clean = [shop for shop in truth.shops if shop.key not in dirty and not shop.violations]
    assert len(clean) >= 8


def test_expected_decisions_follow_from_what_is_shown(truth, market):
    names = {entity.name: entity for entity in market.register}
    codes = {entity.code: entity for entity in market.register}
    for shop in truth.shops:
        if shop.decision == "match":
            assert shop.entity_code in codes
        if shop.seller_case == "plain":
            assert codes[shop.shown_code] is names[shop.shown_name]
        if shop.seller_case == "unknown":
            assert shop.shown_code not in codes
            assert shop.shown_name not in names
        if shop.seller_case == "mismatch":
            assert codes[shop.shown_code].name != shop.shown_name
            assert shop.shown_name in names
        if shop.seller_case == "former_name":
            assert shop.shown_name in codes[shop.entity_code].former_names
        if shop.seller_case == "bad_code":
            assert shop.shown_code not in codes
        assert set(shop.licence_problems) <= {problem.value for problem in LicenceProblem}


def test_every_decision_and_case_of_disclosure_occurs(truth):
    assert set(Counter(shop.decision for shop in truth.shops)) == {"match", "possible", "none"}
    assert len({shop.seller_case for shop in truth.shops}) == 19


def test_prices_move_from_day_to_day(market):
    later = market.at_day(14)
    moved = [
        listing.key
        for listing, same in zip(market.truth().listings, later.truth().listings, strict=True)
        if listing.price_fen != same.price_fen
    ]
    assert 200 <= len(moved) <= 1_000
    sold = [listing.sold_on(14) - listing.sold_on(0) for listing in market.listings]
    assert min(sold) >= 0 < max(sold)
    assert any(len(listing.reviews_on(14)) > len(listing.reviews_on(0)) for listing in market.listings)


def test_struck_price_was_really_asked_within_the_seven_days_before_the_promotion(market):
    for listing in market.listings:
        if listing.form is PriceForm.STRUCK:
            began = listing.changes[1][0]
            asked = [listing.price_fen(day) for day in range(began - 7, began)]
            assert min(asked) == listing.struck_fen > listing.price_fen(0)


def test_all_forms_of_price_occur(market):
    assert {listing.form for listing in market.listings} == set(PriceForm)


def test_small_market_has_what_was_asked_for():
    made = small_market(seed=9, shops=8, listings_per_shop=5)
    assert len(made.shops) == 8
    assert {shop.family for shop in made.shops} == set(Family)
    assert 8 * 2 <= len(made.listings) <= 8 * 9
    assert any(listing.planted for listing in made.listings)
    only = small_market(shops=3, families=(Family.UNSEEN,))
    assert [shop.origin for shop in only.shops] == ["unseen-01", "unseen-02", "unseen-03"]


def test_permit_numbers_check_by_mod_11_10(market):
    found = [number for shop in market.shops for title, number in shop.permits if title == "食品经营许可证"]
    assert len(found) >= 10
    for number in found:
        assert re.fullmatch(r"JY1\d{13}", number)
        product = 10
        for digit in number[2:-1]:
            product = ((product + int(digit)) % 10 or 10) * 2 % 11
        assert (product + int(number[-1])) % 10 == 1
