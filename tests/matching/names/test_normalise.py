"""One normal form: stable, whatever is thrown at it, and equal for the spellings of one name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from matching.data.traditional import SIMPLIFIED, TRADITIONAL
from matching.names.normalise import MAX_NAME_CHARACTERS, key_of, normalise_name


@given(st.text(max_size=300))
def test_normalising_again_changes_nothing(text: str) -> None:
    once = normalise_name(text)
    assert normalise_name(once) == once
    assert len(once) <= MAX_NAME_CHARACTERS + 4


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=30))
def test_chinese_characters_are_never_lost(text: str) -> None:
    assert len(normalise_name(text)) == len(text)


@pytest.mark.parametrize(
    "spelling",
    [
        "上海华翰印务有限公司",
        "上海華翰印務有限公司",
        " 上海 华翰印务　有限公司 ",
        "上海华翰印务有限公司。",
        "上海\u200b华翰印务有限公司",
        "<b>上海华翰印务有限公司</b>"[3:-4],
    ],
)
def test_spellings_of_one_name_are_equal(spelling: str) -> None:
    assert normalise_name(spelling) == "上海华翰印务有限公司"


def test_brackets_of_any_kind_are_one() -> None:
    spellings = ["华翰（上海）公司", "华翰(上海)公司", "华翰【上海】公司", "华翰〔上海〕公司", "华翰﹙上海﹚公司"]
    assert {normalise_name(spelling) for spelling in spellings} == {"华翰(上海)公司"}
    assert key_of("华翰(上海)公司") == "华翰上海公司"


def test_look_alike_letters_and_digits_are_one() -> None:
    assert normalise_name("АВС贸易") == "ABC贸易"
    assert normalise_name("第3分公司") == normalise_name("第三分公司") == normalise_name("第叁分公司")
    assert normalise_name("第12门市部") == "第十二门市部"


def test_different_registered_names_stay_different() -> None:
    assert normalise_name("伍丰食品") != normalise_name("五丰食品")
    assert normalise_name("陆通物流") != normalise_name("六通物流")


def test_long_and_hostile_names_are_cut_not_refused() -> None:
    assert len(normalise_name("华" * 10_000)) == MAX_NAME_CHARACTERS
    assert normalise_name("😀😀") == ""
    assert normalise_name("'; DROP TABLE register; --") == "DROPTABLEREGISTER"


def test_table_says_what_opencc_says() -> None:
    convert = OpenCC("t2s").convert
    assert len(TRADITIONAL) == len(SIMPLIFIED)
    assert [convert(character) for character in TRADITIONAL] == list(SIMPLIFIED)
