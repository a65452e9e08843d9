"""The sample market's pages against its truth: by page object for its three known families, and by the general reader for
all four, the unseen one among them. One survey of each site, browser included, in processes of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urljoin

import pytest

from crawlers.addresses import canonical_url
from crawlers.families.registry import GENERAL
from records.market import Listing, PriceRole, Shop
from records.survey import Outcome, Run, RunState
from stores.backends import open_records
from wangjian.sample.server import serve_market
from wangjian.sample.small import small_market

pytestmark = pytest.mark.browser
SHOPS = 16


@dataclass
class Surveyed:
    """What a survey of the whole market found, and the truth."""

    truth: object
    origins: dict[str, str]
    shops: dict[str, Shop]
    listings: dict[str, Listing]
    runs: dict[str, Run]
    outcomes: dict[str, str]

    def url(self, origin: str, path: str) -> str:
        return canonical_url(urljoin(self.origins[origin], path))


@pytest.fixture(
    scope="module",
    params=[  # each survey of the market once, not once a test process
        pytest.param("own", marks=pytest.mark.xdist_group("truth-own")),
        pytest.param(GENERAL, marks=pytest.mark.xdist_group("truth-general")),
    ],
)
def surveyed(request, tmp_path_factory, browser_executable, survey_class) -> Iterator[Surveyed]:
    """All sites of a small market: as the targets name their families, then with the general reader alone."""
    place = tmp_path_factory.mktemp("truth")
    records = open_records(f"sqlite:///{place}/records.db")
    records.migrate()
    market = small_market(shops=SHOPS, seed=11, listings_per_shop=6)
    with serve_market(market) as running:
        targets = running.targets(datetime.now(UTC))
        if request.param == GENERAL:
            targets = [target.model_copy(update={"family": GENERAL}) for target in targets]
        for target in targets:
            records.survey.save_target(target)
        surveys = [survey_class(place=place, records=records, run_id=f"run-{number}") for number in range(len(targets))]
        with ThreadPoolExecutor(2) as pool:
            runs = list(
                pool.map(
                    lambda one: one[0].run(one[1], browser_executable=browser_executable),
                    zip(surveys, targets, strict=True),
                )
            )
        yield Surveyed(
            truth=market.truth(),
            origins=dict(running.origins),
            shops={shop.url: shop for shop in records.survey.shops()},
            listings={listing.url: listing for listing in records.survey.listings()},
            outcomes={
                canonical_url(page.url): page.outcome.value
                for one in surveys
                for page in records.survey.pages(one.run_id)
            },
            runs={target.seeds[0]: run for target, run in zip(targets, runs, strict=True)},
        )
    records.close()


def test_every_shop_is_found_with_its_name(surveyed) -> None:
    expected = {surveyed.url(shop.origin, shop.path): shop.name for shop in surveyed.truth.shops}
    assert {url: shop.name for url, shop in surveyed.shops.items()} == expected


def test_every_listing_is_found_in_its_shop_and_none_is_made_up(surveyed) -> None:
    shop_urls = {shop.key: surveyed.url(shop.origin, shop.path) for shop in surveyed.truth.shops}
    expected = {
        surveyed.url(one.origin, one.path): (one.title, surveyed.shops[shop_urls[one.shop_key]].shop_id)
        for one in surveyed.truth.listings
    }
    whole = {url: listing for url, listing in surveyed.listings.items() if listing.complete}
    assert {url: (listing.title, listing.shop_id) for url, listing in whole.items()} == expected
    unread = {surveyed.url(trouble.origin, trouble.path) for trouble in surveyed.truth.trouble}
    assert set(surveyed.listings) - set(whole) <= unread


def test_prices_have_amount_range_unit_and_role(surveyed) -> None:
    wrong = []
    for one in surveyed.truth.listings:
        prices = surveyed.listings[surveyed.url(one.origin, one.path)].prices
        by_role = {price.role: price for price in reversed(prices)}
        now = by_role.get(PriceRole.NOW) or by_role.get(PriceRole.FROM)
        struck, coupon = by_role.get(PriceRole.STRUCK), by_role.get(PriceRole.COUPON)
        found = (
            (now.amount_fen, now.amount_max_fen, now.unit) if now else None,
            struck.amount_fen if struck else None,
            coupon.amount_fen if coupon else None,
        )
        if found != ((one.price_fen, one.price_max_fen, one.unit), one.struck_fen, one.coupon_fen):
            wrong.append((one.path, one.price_form, found))
    assert wrong == []


def test_disclosures_are_what_the_shops_show(surveyed) -> None:
    wrong = []
    for one in surveyed.truth.shops:
        shop = surveyed.shops[surveyed.url(one.origin, one.path)]
        if one.licence_readable:
            shown = (shop.disclosure.licence_no, shop.disclosure.holder_name)
            if shown != (one.shown_code, one.shown_name):
                wrong.append((one.path, one.seller_case, shown))
        elif not shop.unread:
            wrong.append((one.path, one.seller_case, "unread licence not told"))
        if not shop.front_page_read or bool(shop.disclosure.exemption_text) != bool(one.exemption_text):
            wrong.append((one.path, one.seller_case, shop.disclosure.exemption_text))
    assert wrong == []


def test_planted_words_stand_with_the_right_speaker(surveyed) -> None:
    speaker = {"detail": "merchant", "platform": "platform", "label": "label"}
    missing: dict[str, list[str]] = defaultdict(list)
    for one in surveyed.truth.listings:
        listing = surveyed.listings[surveyed.url(one.origin, one.path)]
        for plant in one.planted:
            said = {
                "title": [listing.title],
                "review": [review.text for review in listing.reviews],
            }.get(plant.place) or [
                block.text for block in listing.texts if block.speaker.value == speaker.get(plant.place, "merchant")
            ]
            if not any(plant.text in text for text in said):
                missing[plant.place].append(plant.text)
    assert not missing


def test_sales_reviews_and_categories_are_read(surveyed) -> None:
    pairs = [(one, surveyed.listings[surveyed.url(one.origin, one.path)]) for one in surveyed.truth.listings]
    assert [one.path for one, listing in pairs if listing.sales_count != one.sales_count] == []
    assert [one.path for one, listing in pairs if len(listing.reviews) != one.review_count] == []
    assert sum(listing.category.value == one.category for one, listing in pairs) >= 0.95 * len(pairs)


def test_runs_are_partial_exactly_where_something_could_not_be_read(surveyed) -> None:
    gone = {Outcome.READ, Outcome.UNCHANGED, Outcome.NOT_FOUND, Outcome.SOFT_404, Outcome.NOT_TEXT}
    for run in surveyed.runs.values():
        gaps = sum(count for outcome, count in run.outcomes.items() if outcome not in gone)
        assert run.state is (RunState.PARTIAL if gaps else RunState.COMPLETE)
        assert bool(run.missing) is bool(gaps)
    assert any(run.state is RunState.COMPLETE for run in surveyed.runs.values())


def test_pages_of_trouble_have_the_outcome_they_deserve(surveyed) -> None:
    deserved = {surveyed.url(trouble.origin, trouble.path): trouble.outcome for trouble in surveyed.truth.trouble}
    assert len(deserved) >= 6
    assert {url: surveyed.outcomes.get(url) for url in deserved} == deserved
