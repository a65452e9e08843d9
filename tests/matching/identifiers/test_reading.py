"""Numbers as shown: cleaned, told apart, refused with a reason, repaired when one character is damaged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.identifiers.checks import mod11_10_digit, mod31_character, organisation_character
from matching.identifiers.cleaning import clean_code
from matching.identifiers.food_permit import is_food_permit
from matching.identifiers.reading import IdentifierKind, read_identifier
from matching.identifiers.registration import is_old_registration, is_registration
from matching.identifiers.repair import RepairKind, repair_code

CODE = "91110000600037341L"


@pytest.mark.parametrize(
    "shown",
    [
        CODE.lower(),
        " ".join(CODE),
        "统一社会信用代码：" + CODE,
        "９１１１００００６０００３７３４１Ｌ",
        "91110000-600037341-L（1-1）",
        "注册号/统一社会信用代码:91110000600037341L(副本)",
    ],
)
def test_code_is_read_however_it_is_written(shown: str) -> None:
    found = read_identifier(shown)
    assert (found.kind, found.code, found.problem) == (IdentifierKind.USCC, CODE, "")


@pytest.mark.parametrize("shown", ["", "   ", "暂无", "详见营业执照图片", "😀", "\u200b", "123456789", "0000", "XXXX"])
def test_text_without_a_number_counts_as_not_shown(shown: str) -> None:
    assert read_identifier(shown).kind is IdentifierKind.NONE


@given(st.text(max_size=400))
def test_any_text_gets_an_answer(text: str) -> None:
    found = read_identifier(text)
    assert found.sound or found.problem or found.kind is IdentifierKind.NONE
    repair_code(text)


@given(st.text(max_size=60))
def test_cleaning_again_changes_nothing(text: str) -> None:
    assert clean_code(clean_code(text)) == clean_code(text)


def test_real_registration_numbers_hold() -> None:
    assert is_registration("440301103097413")
    assert not is_registration("440301103097431")
    assert read_identifier("440301103097413").kind is IdentifierKind.REGISTRATION
    assert is_old_registration("3101152000001")
    assert read_identifier("110105123456789").problem == "15位注册号校验位不符"


def test_division_of_no_province_is_refused_and_an_unlisted_one_is_not() -> None:
    for division, problem in (("990106", "行政区划990106不属于任何省份"), ("330199", ""), ("100000", "")):
        body = f"91{division}60003734{organisation_character('60003734')}"
        assert read_identifier(body + mod31_character(body)).problem == problem
    assert "不属于任何省份" in read_identifier("99030110309741" + mod11_10_digit("99030110309741")).problem


@pytest.mark.parametrize("permit", ["JY11108071215650", "JY11105050876919"])
def test_real_food_permits_hold(permit: str) -> None:
    assert is_food_permit(permit)
    assert read_identifier(permit).kind is IdentifierKind.FOOD_PERMIT
    assert not is_food_permit(permit[:-1] + str((int(permit[-1]) + 1) % 10))


@pytest.mark.parametrize(
    ("shown", "kind"),
    [
        ("9111OOOO600O37341L", RepairKind.LETTER),
        ("91110000600037347L", RepairKind.CHARACTER),
        ("91110000600037314L", RepairKind.SWAP),
        ("9111000600037341L", RepairKind.MISSING),
    ],
)
def test_single_damage_is_repaired(shown: str, kind: RepairKind) -> None:
    found = repair_code(shown)
    assert any(repair.code == CODE and repair.kind is kind for repair in found)
    assert len(found) <= 40


def test_sound_code_is_not_repaired() -> None:
    assert repair_code(CODE) == ()


def test_hopeless_text_is_not_repaired() -> None:
    assert repair_code("12345") == ()
    assert repair_code("中" * 18) == ()
    assert repair_code("9" * 5000) == ()
