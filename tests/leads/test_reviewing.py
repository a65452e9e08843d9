from __future__ import annotations

import pytest

from leads.reviewing import SaidBy, reviews_alike, reviews_in

SAID = "这款面膜真的很好用，皮肤水水嫩嫩的，已经回购三次了"


def _by(*authors: str, text: str = SAID) -> tuple[SaidBy, ...]:
    return tuple(SaidBy(author=author, text=text) for author in authors)


def test_same_praise_under_three_names_is_alike() -> None:
    assert len(reviews_alike(_by("甲", "乙", "丙"))) == 3


def test_a_word_changed_is_still_alike() -> None:
    changed = (*_by("甲", "乙"), SaidBy(author="丙", text=SAID.replace("三次了", "三次啦")))
    assert len(reviews_alike(changed)) == 3


def test_one_author_repeating_is_one_author() -> None:
    assert reviews_alike(_by("甲", "甲", "甲", "甲")) == ()


@pytest.mark.parametrize(
    "stock", ["质量很好", "系统默认好评！系统默认好评！系统默认好评", "此用户没有填写评价内容，此用户没有填写"]
)
def test_stock_phrases_show_nothing(stock: str) -> None:
    assert reviews_alike(_by("甲", "乙", "丙", "丁", text=stock)) == ()


def test_shorter_praise_needs_five() -> None:
    short = "宝贝很好，物流也快，五星好评"
    assert reviews_alike(_by("甲", "乙", "丙", "丁", text=short)) == ()
    assert len(reviews_alike(_by("甲", "乙", "丙", "丁", "戊", text=short))) == 5


@pytest.mark.parametrize("text", [f"a**1：{SAID}\nb**2：{SAID}", f"1、{SAID}\n2、{SAID}", f"{SAID}\n\n{SAID}"])
def test_reviews_keep_their_place_in_the_text(text: str) -> None:
    read = reviews_in(text)
    assert [text[one.start : one.end] for one in read] == [SAID, SAID]


def test_very_many_reviews_are_read_up_to_a_limit() -> None:
    assert len(reviews_alike(_by(*map(str, range(5000))))) == 300
