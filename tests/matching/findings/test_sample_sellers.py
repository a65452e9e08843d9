"""The sample market: of every seller exactly the licence problems planted, and none of a sound one."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from matching.licence_sharing import LicenceSharing
from matching.queries import query_of
from matching.resolver import Resolver
from matching.rows import register_row
from records.market import Contact, ContactKind, Disclosure, Shop, Speaker, TextBlock
from stores.backends import open_records
from wangjian.sample.models import SellerCase
from wangjian.sample.small import small_market

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
NOT_HERE = (SellerCase.PLACEHOLDER, SellerCase.LICENCE_BLOCKED)
"""Their pages are read by the crawlers as showing nothing, or not at all."""


@pytest.fixture(scope="module")
def market():
    return small_market(shops=56, listings_per_shop=1, register_size=1_500)


@pytest.fixture(scope="module")
def resolver(market, tmp_path_factory):
    records = open_records(f"sqlite://{tmp_path_factory.mktemp('sellers')}/wangjian.db")
    records.migrate()
    shown = {sample.seller.entity.code for sample in market.shops if sample.seller.entity is not None}
    others = random.Random(5).sample(market.register, 300)
    entities = [entity for entity in market.register if entity.code in shown or entity in others]
    held = {sample.seller.shown_code for sample in market.shops if sample.seller.case is SellerCase.MISMATCH}
    entities += [entity for entity in market.register if entity.code in held - {one.code for one in entities}]
    records.register.import_entities("样本", "snap_20260930_0123456789ab", map(register_row, entities))
    yield Resolver(records.register, lambda: NOW)
    records.close()


def _as_read(sample) -> Shop:
    """The shop as a complete survey reads it."""
    seller, published = sample.seller, sample.seller.has_licence_page
    return Shop(
        shop_id=sample.key,
        target_id="target_1",
        url=f"http://{sample.key}.test/",
        name=sample.name,
        disclosure=Disclosure(
            licence_no=seller.shown_code,
            holder_name=seller.shown_name,
            legal_representative=sample.legal_representative if published else "",
            address=sample.address if published else "",
            subject_kind="有限责任公司" if published else "",
            icp_no=sample.icp_no,
            approval_nos=tuple(number for _, number in sample.permits),
            has_licence_link=published,
            exemption_text=seller.exemption_text,
        ),
        contacts=(Contact(kind=ContactKind.PHONE, value=sample.phone),),
        texts=tuple(TextBlock(speaker=Speaker.MERCHANT, text=text) for text in sample.notices),
        front_page_read=True,
        licence_page_read=published,
        first_seen_at=NOW,
        last_seen_at=NOW,
    )


def test_every_seller_has_exactly_the_problems_planted(market, resolver) -> None:
    shops = {sample.key: _as_read(sample) for sample in market.shops}
    sharing = LicenceSharing(shops.values())
    seen = set()
    for sample in market.shops:
        if sample.seller.case in NOT_HERE:
            continue
        shop = shops[sample.key]
        found = resolver.match(query_of(shop, unlike_shops=sharing.unlike(shop)), shop_id=shop.shop_id)
        problems = sorted(finding.problem.value for finding in found.licence_findings)
        assert problems == sorted(sample.seller.problems), (sample.seller.case, sample.name, found.licence_findings)
        seen.add(sample.seller.case)
    assert len(seen) >= 14


def test_one_licence_on_shops_that_have_nothing_in_common_is_counted(market) -> None:
    plain = next(sample for sample in market.shops if sample.seller.case is SellerCase.PLAIN)
    first = _as_read(plain)
    strangers = [
        first.model_copy(
            update={
                "shop_id": f"stranger_{number}",
                "name": f"{name}百货",
                "contacts": (Contact(kind=ContactKind.PHONE, value=f"1380013800{number}"),),
            }
        )
        for number, name in enumerate(("晨曦", "暮云", "白露", "青禾", "远山"))
    ]
    sister = first.model_copy(update={"shop_id": "sister", "name": "另一家店"})
    assert LicenceSharing([first, *strangers, sister]).unlike(first) == tuple(sorted(shop.name for shop in strangers))
    assert LicenceSharing([first, sister]).unlike(first) == ()
