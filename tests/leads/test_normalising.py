from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.normalising import Normaliser

NORMALISER = Normaliser()
SHOP_TEXT = st.text(
    alphabet=st.one_of(
        st.sampled_from("最好第一国家级顶级ａＢ１，。！ 　/*·\u200b\ufe0f【】（）“”、👍🔥級國\n.%7天"), st.characters()
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("disguised", "plain"),
    [
        ("国/家/级", "国家级"),
        ("最 好", "最好"),
        ("最\u200b好", "最好"),
        ("顶*级", "顶级"),
        ("最👍好", "最好"),
        ("【最】【好】", "最好"),
        ("国、家、级", "国家级"),
        ("國家級", "国家级"),
        ("ＮＯ．１", "no.1"),
        ("第壹品牌", "第一品牌"),
        ("蕞好", "最好"),
        ("７天无理由", "7天无理由"),
    ],
)
def test_disguised_word_is_seen_plain(disguised: str, plain: str) -> None:
    assert NORMALISER.normalise(disguised).text == plain


@pytest.mark.parametrize("kept", ["7-15天", "3*5cm", "a/b", "质量好,价格低", "第一段\n第二段"])
def test_what_separates_words_for_real_is_kept(kept: str) -> None:
    assert NORMALISER.normalise(kept).text == kept


@given(SHOP_TEXT)
def test_every_position_names_the_character_it_came_from(text: str) -> None:
    folded = NORMALISER.fold(text)
    normalised = NORMALISER.normalise(text)
    assert len(folded) == len(text)
    for position, sign in enumerate(normalised.text):
        start, end = normalised.original(position, position + 1)
        assert folded[start:end] == sign


@given(SHOP_TEXT)
def test_positions_of_the_original_only_grow(text: str) -> None:
    normalised = NORMALISER.normalise(text)
    places = [normalised.original(at, at + 1)[0] for at in range(len(normalised.text))]
    assert places == sorted(set(places))


@given(st.one_of(SHOP_TEXT, st.text(st.sampled_from("\uf90a\uf900金囯國①Ⅷ𝐀🄰ａＡAé\u2f00级ﾊ"), max_size=200)))
def test_text_folds_as_each_of_its_characters_does(text: str) -> None:
    assert NORMALISER.fold(text) == "".join(NORMALISER.fold(sign) for sign in text)


def test_long_run_of_signs_parts_words_and_disguises_none() -> None:
    text = "国" + "★" * 50_000 + "级" + " *" * 50_000
    assert NORMALISER.normalise(text).text == text
