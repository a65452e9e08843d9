"""Malls of kinds nobody described to the reader, surveyed whole: goods before filters, lists where details are walled,
routes by script. Truth is what each mall was made with."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from crawlers.addresses import canonical_url, is_facet
from records.market import ContactKind, Listing, PriceRole
from records.survey import Outcome, PageKind, RunState
from tests.crawlers.malls.facets import FacetMall
from tests.crawlers.malls.hashes import HashMall
from tests.crawlers.malls.serving import Goods, MallServer, goods_of
from tests.crawlers.malls.sessions import SessionMall


@pytest.fixture
def opened() -> Iterator[Callable[..., MallServer]]:
    """Serves malls; closes them."""
    servers: list[MallServer] = []

    def serve(mall: object) -> MallServer:
        servers.append(MallServer(mall.answer))
        return servers[-1]

    yield serve
    for server in servers:
        server.close()


def _by_goods(survey, server: MallServer, mall) -> dict[Goods, Listing]:
    found = {listing.url: listing for listing in survey.records.survey.listings()}
    pairs = ((one, found.get(canonical_url(server.url.rstrip("/") + mall.path_of(one)))) for one in mall.goods)
    return {one: listing for one, listing in pairs if listing is not None}


def _right(one: Goods, listing: Listing) -> bool:
    now = [price.amount_fen for price in listing.prices if price.role is PriceRole.NOW]
    return listing.title == one.title and now == [one.price_fen]


def test_goods_are_reached_before_endless_filters(survey, opened) -> None:
    mall = FacetMall(goods_of(28), categories=150)
    server = opened(mall)
    survey.run(survey.target(server.url), facet_pages=40)
    found = _by_goods(survey, server, mall)
    assert sum(_right(one, listing) for one, listing in found.items()) == len(mall.goods)
    asked = [path for path in server.asked if path != "/robots.txt"]
    last = max(asked.index(mall.path_of(one)) for one in mall.goods)
    assert last < 2 * (len(mall.goods) + mall.categories)
    assert "/search/index/cid/9.html" not in asked and not any(path.startswith("/user/") for path in asked)
    assert sum(is_facet(server.url.rstrip("/") + path) for path in asked) <= 40
    assert all(not shop.disclosure.icp_no and not shop.contacts for shop in survey.records.survey.shops())


def test_prices_are_read_from_lists_where_details_ask_for_a_login(survey, opened) -> None:
    mall = SessionMall(goods_of(30))
    server = opened(mall)
    run = survey.run(survey.target(server.url))
    found = _by_goods(survey, server, mall)
    assert run.state is RunState.PARTIAL
    assert run.outcomes[Outcome.LOGIN] == len(mall.goods)
    assert sum(_right(one, listing) for one, listing in found.items()) == len(mall.goods)
    assert not any(listing.complete for listing in found.values())
    assert {listing.list_price_fen for listing in found.values()} == {one.price_fen for one in mall.goods}
    (shop,) = survey.records.survey.shops()
    assert shop.disclosure.icp_no == ""
    assert [(one.kind, one.value) for one in shop.contacts] == [(ContactKind.QQ, "796794009")]
    assert len(server.asked) <= 2 * len(mall.goods) + 30, "one page under many session ids is one page"


def test_details_of_template_malls_have_their_own_titles(survey, opened) -> None:
    mall = SessionMall(goods_of(12), details=True)
    server = opened(mall)
    survey.run(survey.target(server.url))
    found = _by_goods(survey, server, mall)
    assert sum(_right(one, listing) and listing.complete for one, listing in found.items()) == len(mall.goods)


@pytest.mark.browser
def test_hash_routes_without_links_are_followed(survey, opened, browser_executable) -> None:
    mall = HashMall(goods_of(9), channels=2)
    server = opened(mall)
    survey.run(survey.target(server.url), browser_executable=browser_executable)
    found = _by_goods(survey, server, mall)
    assert sum(_right(one, listing) for one, listing in found.items()) == len(mall.goods)
    kinds = [page.kind for page in survey.records.survey.pages(survey.run_id) if "category" in page.url]
    assert kinds and PageKind.LISTING not in kinds
    assert not [path for path in server.asked if path.startswith("POST")]
    (shop,) = survey.records.survey.shops()
    assert shop.disclosure.licence_no == "91330106MA2B0T1X7C"
