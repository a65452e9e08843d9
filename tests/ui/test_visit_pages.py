"""店铺 and 商品 at two visits: side by side, word by word, with the page each was read on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.market import Reading
from records.survey import PageKind, RunState
from tests.ui.seeded_market import NOW, listings_of, run_of, source_of, visited
from ui.word_diff import word_diff

HOSTILE = "<script>alert(1)</script>"


@given(st.text(max_size=60), st.text(max_size=60))
def test_both_sides_are_whole_and_what_is_common_is_the_same(before, after):
    old, new = word_diff(before, after)
    assert ("".join(one.text for one in old), "".join(one.text for one in new)) == (before, after)
    assert "".join(one.text for one in old if not one.own) == "".join(one.text for one in new if not one.own)


def test_numbers_are_marked_whole_and_strangers_not_letter_by_letter():
    old, new = word_diff("活动价 128.00 元起", "活动价 99.00 元起")
    assert [one.text for one in (*old, *new) if one.own] == ["128.00", "99.00"]
    assert all(one.own for side in word_diff("全网销量第一", "七天无理由退货") for one in side)


@pytest.fixture
def revisited(office):
    """The Hangzhou shop and its listing, seen again five days later: dearer, milder words, another licence holder."""
    services = office.services
    later = NOW + timedelta(days=5)
    target = services.survey.target("target_jishi")
    shop = services.survey.shop(office.ids["hangzhou"])
    for number, (at, holder, fen, words) in enumerate(
        (
            (NOW + timedelta(days=1), "杭州百草园商贸有限公司", 12800, f"全网销量第一的蜂胶软胶囊{HOSTILE}"),
            (later, "宁波百草园商贸有限公司", 15800, f"销量不错的蜂胶软胶囊{HOSTILE}"),
        )
    ):
        run = run_of(f"run_again_{number}", target)
        services.survey.open_run(run, [])
        disclosure = shop.disclosure.model_copy(update={"holder_name": holder, "legal_representative": "张三丰"})
        seen = shop.model_copy(
            update={"disclosure": disclosure, "sources": (source_of(shop.url, at),), "last_seen_at": at,
                    "front_page_read": True}
        )  # fmt: skip
        listings = listings_of("hangzhou", shop, at=at, now_fen=fen, words=words)
        reading = Reading(kind=PageKind.SHOP, shop=seen, listings=tuple(listings))
        visited(services, run, shop.url, reading, at=at)
        services.survey.finish_run(run.model_copy(update={"state": RunState.COMPLETE, "finished_at": at}))
    return office


def test_listing_is_compared_with_its_prices_words_and_pages(revisited, client_of):
    listing = revisited.ids["hangzhou_listing"]
    client = client_of(revisited)
    text = client.get(f"/listings/{listing}/compare").text
    assert '<mark class="own">128.00</mark>' in text and '<mark class="own">158.00</mark>' in text
    assert '<mark class="own">全网</mark>销量<mark class="own">第一</mark>的蜂胶软胶囊' in text
    assert text.count("/evidence/prove?page=page_") >= 2
    assert HOSTILE not in text
    assert f"/listings/{listing}/compare" in client.get(f"/listings/{listing}").text


def test_shop_is_compared_and_persons_masked_by_role(revisited, client_of):
    shop = revisited.ids["hangzhou"]
    text = client_of(revisited).get(f"/shops/{shop}/compare").text
    assert '<mark class="own">杭州</mark>百草园商贸有限公司' in text
    assert '<mark class="own">宁波</mark>百草园商贸有限公司' in text
    older = client_of(revisited, "jiancha").get(f"/shops/{shop}/compare?first=1&second=2").text
    assert "张三丰" not in older


def test_versions_are_chosen_and_nonsense_is_the_last_two(revisited, client_of):
    listing = revisited.ids["hangzhou_listing"]
    client = client_of(revisited)
    last = _main(client.get(f"/listings/{listing}/compare"))
    assert "第 2 版" in last
    for asked in ("first=9&second=x", "first=-1", "first=2&second=2"):
        assert _main(client.get(f"/listings/{listing}/compare?{asked}")) == last
    assert _main(client.get(f"/listings/{listing}/compare?first=1&second=2")) != last


def _main(answer) -> str:
    return answer.text.partition("<main")[2].partition("</main>")[0]


def test_one_version_alone_says_so_and_other_regions_stay_closed(quiet_office, client_of):
    ids = quiet_office.ids
    client = client_of(quiet_office)
    assert "只有一个版本" in client.get(f"/shops/{ids['chengdu']}/compare").text
    for path in (f"/shops/{ids['chengdu']}/compare", "/shops/nichts/compare", "/listings/nichts/compare"):
        assert client_of(quiet_office, "hangzhou").get(path).status_code == 404
    assert client_of(quiet_office, "").get(f"/shops/{ids['chengdu']}/compare").status_code == 303
    assert client_of(quiet_office, "guanli").get(f"/shops/{ids['chengdu']}/compare").status_code == 200
