"""Single damage to a code: always seen, nearly always undone without a register, always with one."""

from __future__ import annotations

import csv
import lzma
import random
from pathlib import Path

import pytest

from matching.identifiers.checks import MOD31_ALPHABET, mod31_character, organisation_character
from matching.identifiers.repair import RepairKind, repair_code, sole_repair
from matching.identifiers.uscc import is_uscc

REAL = Path(__file__).resolve().parents[4] / "shared/data/register/register-250k.csv.xz"
HOW_MANY = 300
# What readers of pictures and typists take a sign for; made apart from the table of matching/identifiers/repair.py.
MISREAD = {
    "0": "ODQ8", "1": "I7L", "2": "Z7", "3": "8", "4": "A9", "5": "S6", "6": "G8", "7": "1T", "8": "B3", "9": "4G", "A": "4",
    "B": "8R", "C": "G", "D": "0O", "E": "F", "F": "P", "G": "6C", "H": "N", "J": "1", "K": "X", "L": "1", "M": "N", "N": "M",
    "P": "R", "Q": "O0", "R": "P", "T": "7", "U": "V0", "W": "M", "X": "K", "Y": "V",
}  # fmt: skip


def made(rng: random.Random) -> str:
    """A code in the usual shapes."""
    division = rng.choice(("330106", "310115", "440305", "510104", "110108", "320505", "370202", "420102"))
    body = f"{rng.randrange(10**8):08d}" if rng.random() < 0.7 else "MA" + "".join(rng.choices(MOD31_ALPHABET, k=6))
    body = body[:2] + rng.choice("0123456789") + body[3:] if body.startswith("MA") else body
    whole = rng.choice(("91", "92", "93")) + division + body
    whole += organisation_character(body)
    return whole + mod31_character(whole)


@pytest.fixture(scope="module")
def codes() -> list[str]:
    """Real codes where the register is at hand, made ones otherwise."""
    rng = random.Random(20261121)
    if not REAL.is_file():
        return [made(rng) for _ in range(HOW_MANY)]
    with lzma.open(REAL, "rt", encoding="utf-8-sig") as file:
        rows = (row["code"] for _, row in zip(range(60_000), csv.DictReader(file), strict=False))
        return rng.sample([code for code in rows if is_uscc(code)], HOW_MANY)


def damaged(code: str, rng: random.Random) -> str:
    place = rng.choice([at for at, sign in enumerate(code) if sign in MISREAD])
    return code[:place] + rng.choice(MISREAD[code[place]]) + code[place + 1 :]


def test_one_misread_sign_is_seen_and_undone(codes) -> None:
    rng = random.Random(7)
    read = [(code, damaged(code, rng)) for code in codes]
    assert not any(is_uscc(text) for _, text in read)
    right = [code for code, text in read if (sole := sole_repair(text)) is not None and sole.code == code]
    assert len(right) >= 0.93 * len(read)
    wrong = [text for code, text in read if (sole := sole_repair(text)) is not None and sole.code != code]
    assert len(wrong) <= 0.01 * len(read)


def test_any_one_wrong_sign_is_undone_with_a_register(codes) -> None:
    rng, register = random.Random(8), frozenset(codes)
    for code in codes:
        place = rng.randrange(18)
        text = code[:place] + rng.choice(MOD31_ALPHABET.replace(code[place], "")) + code[place + 1 :]
        assert not is_uscc(text)
        assert [repair.code for repair in repair_code(text) if repair.code in register] == [code]


def test_every_swap_of_neighbours_is_seen_and_undone_with_a_register(codes) -> None:
    register = frozenset(codes)
    for code in codes[:100]:
        for place in range(17):
            if code[place] == code[place + 1]:
                continue
            text = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            assert not is_uscc(text)
            assert [repair.code for repair in repair_code(text) if repair.code in register] == [code]


@pytest.mark.parametrize("kind", [RepairKind.MISSING, RepairKind.EXTRA])
def test_sign_left_out_or_doubled_is_undone_with_a_register(codes, kind) -> None:
    rng, register = random.Random(9), frozenset(codes)
    for code in codes[:80]:
        place = rng.randrange(18)
        text = code[:place] + (
            code[place + 1 :] if kind is RepairKind.MISSING else code[place:][0] * 2 + code[place + 1 :]
        )
        hits = [repair for repair in repair_code(text) if repair.code in register]
        assert [hit.code for hit in hits] == [code]
        assert hits[0].kind is kind


def test_fifteen_digits_are_repaired_too() -> None:
    assert "440301103097413" in [repair.code for repair in repair_code("440301103097473")]
    assert "440301103097413" in [repair.code for repair in repair_code("44030I103097413")]


def test_two_signs_no_code_has_beside_each_other_are_hopeless_unless_read_as_digits() -> None:
    assert repair_code("9111000060003734VV") == ()
    assert [repair.kind for repair in repair_code("9IIIOOOO6OOO3734IL")] == [RepairKind.LETTER]
