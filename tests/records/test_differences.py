"""What differs between two versions is said field by field, and never as an empty difference."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from records.differences import listing_differences, shop_differences, text_differences
from records.history import ChangeKind
from records.market import (
    Contact,
    ContactKind,
    Disclosure,
    Listing,
    Price,
    PriceRole,
    Review,
    Shop,
    Source,
    Speaker,
    TextBlock,
)

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def _source(page_id):
    return Source(page_id=page_id, page_sha256="0" * 64, url="http://a.cn/g/1", seen_at=NOW)


def _listing(page_id="p1", *, prices=(), texts=(), **more):
    return Listing(
        listing_id="l", shop_id="s", target_id="t", url="http://a.cn/g/1", source=_source(page_id),
        first_seen_at=NOW, last_seen_at=NOW,
        prices=tuple(Price(role=role, amount_fen=fen, text=text) for role, fen, text in prices),
        texts=tuple(TextBlock(speaker=Speaker.MERCHANT, text=text) for text in texts),
        **{"title": "龙井茶", **more},
    )  # fmt: skip


def _shop(**more):
    return Shop(shop_id="s", target_id="t", url="http://a.cn/", first_seen_at=NOW, last_seen_at=NOW, **more)


def said(differences):
    return [(one.field, one.kind, one.before, one.after) for one in differences]


def test_price_is_said_by_role_with_both_sources():
    before = _listing("p1", prices=[(PriceRole.NOW, 9900, "￥99"), (PriceRole.STRUCK, 19900, "￥199")])
    after = _listing("p2", prices=[(PriceRole.NOW, 5950, "59.5元")])
    found = listing_differences(before, after)
    assert said(found) == [
        ("现价", ChangeKind.CHANGED, "99.00元", "59.50元"),
        ("划线价", ChangeKind.REMOVED, "199.00元", ""),
    ]
    assert (found[0].before_source.page_id, found[0].after_source.page_id) == ("p1", "p2")


def test_same_amount_written_otherwise_is_no_difference():
    before = _listing("p1", prices=[(PriceRole.NOW, 9900, "￥99")], texts=["浏览 12 次"])
    after = _listing("p2", prices=[(PriceRole.NOW, 9900, "99.00元")], texts=["浏览 9876 次"])
    assert listing_differences(before, after) == ()


def test_text_differs_by_sentence():
    before = ["七天无理由退货。满100元减10元。本店概不负责！"]
    after = ["七天无理由退货。满200元减20元。", "包邮。"]
    assert said(text_differences("文字", before, after)) == [
        ("文字", ChangeKind.CHANGED, "满100元减10元。本店概不负责！", "满200元减20元。包邮。")
    ]
    assert said(text_differences("文字", ["甲。乙。"], ["甲。"])) == [("文字", ChangeKind.REMOVED, "乙。", "")]
    assert text_differences("文字", ["甲。乙。"], ["甲。", "乙。"]) == ()


def test_new_reviews_are_added():
    before = _listing(reviews=(Review(author_masked="王*", text="好"),))
    after = _listing(reviews=(Review(author_masked="王*", text="好"), Review(author_masked="李*", text="假货")))
    assert said(listing_differences(before, after)) == [("评价", ChangeKind.ADDED, "", "李*：假货")]


def test_listing_that_is_back_is_said():
    assert said(listing_differences(_listing(gone_at=NOW), _listing())) == [
        ("在架", ChangeKind.CHANGED, "已下架", "在架")
    ]


def test_licence_contact_and_name_of_a_shop():
    before = _shop(
        name="山货铺",
        disclosure=Disclosure(licence_no="91330100000000001X", has_licence_link=True, approval_nos=("甲", "乙")),
        contacts=(Contact(kind=ContactKind.PHONE, value="0571-1"),),
    )
    after = _shop(
        name="山货铺",
        disclosure=Disclosure(approval_nos=("甲", "丙")),
        contacts=(Contact(kind=ContactKind.PHONE, value="0571-2"),),
    )
    assert said(shop_differences(before, after)) == [
        ("营业执照代码", ChangeKind.REMOVED, "91330100000000001X", ""),
        ("亮照链接", ChangeKind.REMOVED, "有", ""),
        ("许可批准文号", ChangeKind.CHANGED, "甲、乙", "甲、丙"),
        ("电话", ChangeKind.CHANGED, "0571-1", "0571-2"),
    ]


@pytest.mark.parametrize("field", list(Disclosure.model_fields))
def test_every_disclosed_field_is_compared(field):
    if field == "place":
        return
    value = {"has_licence_link": True, "licence_image_urls": ("http://a.cn/z.jpg",), "approval_nos": ("甲",)}
    after = _shop(disclosure=Disclosure(**{field: value.get(field, "某某")}))
    assert [one.kind for one in shop_differences(_shop(), after)] == [ChangeKind.ADDED]


def test_text_beyond_measure_is_said_to_be_compared_as_a_whole():
    long = [f"第{number}条 说明{number}。" for number in range(2500)]
    assert text_differences("文字", long, long) == ()
    (found,) = text_differences("文字", long, [*long[:-1], "改了。"])
    assert "其余 500 句（过长，未逐句比较）" in found.before and "内容有变" in found.after
