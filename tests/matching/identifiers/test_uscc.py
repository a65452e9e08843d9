"""统一社会信用代码: both checks hold or the code is refused, and the reason is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.identifiers.checks import MOD31_ALPHABET, mod31_character, organisation_character
from matching.identifiers.uscc import KINDS, UsccProblem, division_of, is_uscc, kind_of, uscc_problem

HEADS = [first + second for first, kinds in KINDS.items() for second in kinds]


@st.composite
def codes(draw: st.DrawFn) -> str:
    head = draw(st.sampled_from(HEADS))
    division = draw(st.integers(110000, 659004))
    body = draw(st.text(alphabet=MOD31_ALPHABET, min_size=8, max_size=8).filter(lambda text: text.strip("0")))
    check = organisation_character(body)
    whole = f"{head}{division}{body}{check}"
    return whole + mod31_character(whole)


@given(codes())
def test_code_with_both_checks_is_accepted(code: str) -> None:
    assert uscc_problem(code) is None


@given(codes(), st.integers(0, 17), st.sampled_from(MOD31_ALPHABET))
def test_every_single_wrong_character_is_detected(code: str, place: int, character: str) -> None:
    damaged = code[:place] + character + code[place + 1 :]
    assert is_uscc(damaged) == (damaged == code)


@given(codes(), st.integers(0, 16))
def test_every_swap_of_neighbours_is_detected(code: str, place: int) -> None:
    damaged = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert is_uscc(damaged) == (damaged == code)


@pytest.mark.parametrize("head", ["N1", "N2", "N3", "A1", "G1", "Y1"])
def test_letter_led_code_is_lawful(head: str) -> None:
    body = f"{head}330106" + "12345678" + organisation_character("12345678")
    assert is_uscc(body + mod31_character(body))
    assert kind_of(body)


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("0" * 18, UsccProblem.ZEROS),
        ("1" * 18, None),
        ("9111000060003734IL", UsccProblem.ALPHABET),
        ("98110000600037341L", UsccProblem.DEPARTMENT),
        ("9111000060003734", UsccProblem.LENGTH),
        ("91A10000600037341L", UsccProblem.DIVISION),
        ("91110000600037341K", UsccProblem.CHECK),
        ("中" * 18, UsccProblem.ALPHABET),
    ],
)
def test_what_is_wrong_is_named(code: str, problem: UsccProblem | None) -> None:
    if problem is None:
        assert uscc_problem(code) is not None  # eighteen ones: a pattern alone would accept it
    else:
        assert uscc_problem(code) is problem


def test_wrong_inner_organisation_check_is_refused_though_mod_31_holds() -> None:
    body = "91310115" + "12345678" + ("0" if organisation_character("12345678") != "0" else "1")
    assert uscc_problem(body + mod31_character(body)) is UsccProblem.ORGANISATION


def test_division_is_read_from_places_three_to_eight() -> None:
    assert division_of("91110000600037341L") == "110000"
    assert division_of("91AB0000600037341L") == ""
