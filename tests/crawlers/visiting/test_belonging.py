"""A survey of one shop stays with that shop; further addresses belong to a target when it says so."""

from __future__ import annotations

import pytest

from crawlers.visiting.belonging import belongs
from records.survey import FrontierRow, PageKind, RunState, Target, TargetKind
from wangjian.sample.models import Family
from wangjian.sample.paths import listing_path, shop_path
from wangjian.sample.server import serve_market
from wangjian.sample.small import small_market


def test_shop_of_a_marketplace_is_surveyed_without_the_marketplace(survey):
    sample = small_market(shops=2, listings_per_shop=4, families=(Family.JISHI,), register_size=50)
    first, second = sample.shops
    with serve_market(sample) as market:
        target = survey.target(f"{market.origins['jishi']}{shop_path(first)}", kind=TargetKind.SHOP, family="jishi")
        run = survey.run(target)
        asked = {access.path for access in market.access_log}
    assert {listing_path(first, listing.key) for listing in sample.listings_of(first)} <= asked
    assert not {path for path in asked if path.startswith((shop_path(second), "/list/")) or path == "/"}
    assert not {listing_path(second, listing.key) for listing in sample.listings_of(second)} & asked
    assert run.state is RunState.COMPLETE, run.missing


@pytest.mark.parametrize(
    ("canonical", "kind", "found_on", "belonging"),
    [
        ("http://a.cn/shop/9/x", PageKind.OTHER, "http://a.cn/", True),
        ("http://a.cn/shop/91", PageKind.SHOP, "http://a.cn/shop/9", False),
        ("http://a.cn/goods/1", PageKind.LISTING, "http://a.cn/shop/9", True),
        ("http://a.cn/goods/1", PageKind.LISTING, "http://a.cn/goods/2", False),
        ("http://a.cn/reviews/1", PageKind.REVIEWS, "http://a.cn/goods/2", True),
        ("http://a.cn/list/", PageKind.LIST, "http://a.cn/shop/9", False),
        ("https://m.a.cn/s/9/3", PageKind.LIST, "http://a.cn/shop/9", True),
        ("https://m.a.cn/s/8/3", PageKind.LIST, "http://a.cn/shop/9", False),
    ],
)
def test_what_belongs_to_a_shop(frozen_now, canonical, kind, found_on, belonging):
    shop = Target(
        target_id="t", name="店", kind=TargetKind.SHOP, seeds=("http://a.cn/shop/9",), scope=("http://m.a.cn/s/9/",),
        created_at=frozen_now,
    )  # fmt: skip
    row = FrontierRow(
        row_id="r", run_id="run", url=found_on, canonical_url=found_on, host="a.cn",
        kind=PageKind.LISTING if "goods" in found_on else PageKind.SHOP,
    )  # fmt: skip
    assert belongs(shop, canonical, kind, found_on=row) is belonging
    assert belongs(shop.model_copy(update={"kind": TargetKind.SITE}), canonical, kind, found_on=row)
    assert belongs(shop.model_copy(update={"seeds": ("http://a.cn/",)}), canonical, kind, found_on=row)
