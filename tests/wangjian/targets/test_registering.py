"""A target is known by its address: one site, one target, however somebody spells it."""

from __future__ import annotations

import pytest

from records.errors import AddressRefusedError, ConflictError, InvalidInputError
from records.survey import TargetKind, TargetState
from wangjian.targets.registering import Change, TargetBook, register, target_at
from wangjian.targets.wishes import TargetWish, authorisation_of, authorisation_parts, hours_in_words, read_hours


def _add(book, url, now, **more):
    return register(book, TargetWish(seeds=(url,), **more), now=now)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://shop.cn/", "http://shop.cn"),
        ("http://shop.cn:80/", "https://shop.cn:443/"),
        ("https://SHOP.cn/", "shop.cn"),
        ("https://shop.cn/index.html?utm_source=x", "https://shop.cn./"),
        ("https://茶叶.中国/", "https://xn--qpr921i.xn--fiqs8s/"),
        ("https://茶叶。中国/", "https://茶叶.中国"),
        ("https://mall.cn/shop/9/", "http://mall.cn/shop/9?spm=a.b"),
        ("https://mall.cn/store?shop_id=9", "http://mall.cn:80/store?shop_id=9&utm_source=q"),
    ],
)
def test_two_spellings_of_one_site_are_one_target(frozen_now, one, other):
    book = TargetBook(())
    first = _add(book, one, frozen_now)
    second = _add(book, other, frozen_now)
    assert first.change is Change.ADDED and second.change is Change.UNCHANGED
    assert second.target == first.target


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://shop.cn/", "https://shop.cn:8443/"),
        ("https://shop.cn/", "https://shop.com.cn/"),
        ("https://mall.cn/shop/9/", "https://mall.cn/shop/10/"),
        ("https://mall.cn/shop/9/", "https://mall.cn/"),
    ],
)
def test_different_shops_stay_different_targets(frozen_now, one, other):
    book = TargetBook(())
    assert _add(book, one, frozen_now).target.target_id != _add(book, other, frozen_now).target.target_id


@pytest.mark.parametrize("other", ["https://www.shop.cn/", "http://m.shop.cn/", "https://wap.shop.cn"])
def test_www_form_is_told_and_not_merged(frozen_now, other):
    book = TargetBook(())
    first = _add(book, "https://shop.cn/", frozen_now)
    second = _add(book, other, frozen_now)
    assert second.change is Change.ADDED
    assert second.alike == (first.target,)


def test_what_is_not_said_stays(frozen_now):
    book = TargetBook(())
    _add(book, "https://shop.cn/", frozen_now, name="茶叶店", delay_seconds=4.0, note="常换域名")
    changed = _add(book, "http://shop.cn/", frozen_now, daily_pages=500)
    assert changed.change is Change.CHANGED
    assert (changed.target.name, changed.target.delay_seconds, changed.target.note) == ("茶叶店", 4.0, "常换域名")
    assert changed.target.seeds == ("https://shop.cn/",)


def test_further_page_becomes_an_entry_and_reseeding_replaces_them(frozen_now):
    book = TargetBook(())
    _add(book, "https://shop.cn/", frozen_now)
    added = _add(book, "https://shop.cn/sale/", frozen_now)
    assert added.target.seeds == ("https://shop.cn/", "https://shop.cn/sale/")
    assert _add(book, "http://shop.cn/", frozen_now, replace_seeds=True).target.seeds == ("http://shop.cn/",)


def test_shop_registered_as_such_is_found_again_without_saying_so(frozen_now):
    book = TargetBook(())
    shop = _add(book, "https://mall.cn/u/anna", frozen_now, kind=TargetKind.SHOP)
    assert _add(book, "https://mall.cn/u/anna", frozen_now).change is Change.UNCHANGED
    assert target_at(book, "https://mall.cn/u/anna/", now=frozen_now) == (shop.target, True)
    assert target_at(book, "https://mall.cn/", now=frozen_now)[1] is False


def test_retired_target_registered_again_is_surveyed_again(frozen_now):
    book = TargetBook(())
    known = _add(book, "https://shop.cn/", frozen_now).target
    book.put(known.model_copy(update={"state": TargetState.RETIRED, "state_reason": "店已关"}))
    revived = _add(book, "https://shop.cn/", frozen_now)
    assert revived.change is Change.CHANGED
    assert (revived.target.state, revived.target.state_reason) == (TargetState.ACTIVE, "")


def test_address_of_another_target_is_refused_to_one_that_is_named(frozen_now):
    book = TargetBook(())
    _add(book, "https://one.cn/", frozen_now)
    two = _add(book, "https://two.cn/", frozen_now).target
    wish = TargetWish(seeds=("https://one.cn/",), replace_seeds=True)
    with pytest.raises(ConflictError, match="已属于另一监测对象"):
        register(book, wish, now=frozen_now, target_id=two.target_id)


def test_address_left_behind_may_be_registered_anew(frozen_now):
    book = TargetBook(())
    moved = _add(book, "https://old.cn/", frozen_now).target
    wish = TargetWish(seeds=("https://new.cn/",), replace_seeds=True)
    moved = register(book, wish, now=frozen_now, target_id=moved.target_id).target
    again = _add(book, "https://old.cn/", frozen_now)
    assert again.change is Change.ADDED
    assert again.target.target_id != moved.target_id


@pytest.mark.parametrize(
    "url",
    ["", "   ", "你好", "http://", "http://a b.cn/", "javascript:alert(1)", "http://a.cn:99999/", "http://-a.cn/"],
)
def test_what_is_no_address_is_refused(frozen_now, url):
    with pytest.raises(InvalidInputError, match="网址"):
        _add(TargetBook(()), url, frozen_now)


@pytest.mark.parametrize("url", ["ftp://a.cn/", "http://u:p@a.cn/", "file:///etc/passwd"])
def test_what_must_not_be_visited_is_refused(frozen_now, url):
    with pytest.raises((AddressRefusedError, InvalidInputError)):
        _add(TargetBook(()), url, frozen_now)


def test_authorisation_needs_all_three_parts():
    assert authorisation_of("", "", "") == ""
    with pytest.raises(InvalidInputError, match="缺：人员、理由"):
        authorisation_of("杭市监〔2026〕1号", "", "")
    parts = ("杭市监〔2026〕1号", "张三、李四", "举报；核查")
    assert authorisation_parts(authorisation_of(*parts)) == parts


@pytest.mark.parametrize("text", ["8-12", "08:00-08:00", "25:00-26:00", "早上", "08:60-09:00"])
def test_hours_that_are_none_are_refused(text):
    with pytest.raises(InvalidInputError, match="时段"):
        read_hours(text)


def test_hours_are_written_as_they_are_read():
    assert hours_in_words(read_hours("8:00~12:00； 22：00至06:00")) == "08:00-12:00,22:00-06:00"
