"""The synthetic register: repeatable, valid by arithmetic written anew here, and hard in the ways real ones are."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from records.register import EntityKind, EntityStatus
from wangjian.sample.divisions import load_divisions
from wangjian.sample.register import COLUMNS, REGISTER_DAY, make_register, write_register
from wangjian.sample.sellers import core_of
from wangjian.sample.trades import LOOKALIKES, SAME_SOUND

_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def _mod31_holds(code: str) -> bool:
    """GB 32100: the sum over 3^i of the first seventeen and the check itself make a multiple of 31."""
    total = sum(pow(3, place, 31) * _SIGNS.index(sign) for place, sign in enumerate(code[:17]))
    return len(code) == 18 and (total + _SIGNS.index(code[17])) % 31 == 0


def _organisation_check_holds(code: str) -> bool:
    """GB 11714: eight signs in base 36, weights 3 7 9 10 5 8 4 2, check 10 written X."""
    total = sum(int(sign, 36) * weight for sign, weight in zip(code[8:16], (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    check = 10 if code[16] == "X" else int(code[16])
    return (total + check) % 11 == 0


@pytest.fixture(scope="module")
def register(market):
    return market.register


def test_register_has_more_than_twenty_thousand_entities_with_unique_codes_and_names(register):
    assert len(register) >= 20_000
    assert len({entity.code for entity in register}) == len(register)
    assert len({entity.name for entity in register}) == len(register)


def test_every_code_passes_both_checks(register):
    wrong = [
        entity.code for entity in register if not (_mod31_holds(entity.code) and _organisation_check_holds(entity.code))
    ]
    assert wrong == []


def test_known_real_code_passes_the_formulas_used_here():
    assert _mod31_holds("91110000600037341L")
    assert _organisation_check_holds("91110000600037341L")


def test_every_code_names_a_division_and_the_kind_of_entity(register):
    divisions = {division.code for division in load_divisions()}
    prefixes = {EntityKind.INDIVIDUAL: "92", EntityKind.COOPERATIVE: "93"}
    for entity in register:
        assert entity.code[2:8] == entity.region_code
        assert entity.region_code in divisions
        assert entity.code[:2] == prefixes.get(entity.kind, "91")


def test_divisions_cover_all_provinces_of_the_mainland():
    divisions = load_divisions()
    assert len(divisions) >= 60
    assert len({division.code[:2] for division in divisions}) == 31


def test_all_statuses_kinds_and_listings_occur(register):
    statuses = Counter(entity.status for entity in register)
    younger = {EntityStatus.SUSPENDED, EntityStatus.ANNULLED, EntityStatus.ORDERED_CLOSED}  # than the sample market
    assert set(statuses) == set(EntityStatus) - younger
    assert min(statuses.values()) >= 100
    assert {entity.kind for entity in register} == set(EntityKind)
    assert sum(entity.abnormal_since is not None for entity in register) >= 100
    assert sum(entity.seriously_illegal_since is not None for entity in register) >= 50
    assert sum(bool(entity.former_names) for entity in register) >= 300
    assert sum(entity.valid_until is not None and entity.valid_until < REGISTER_DAY for entity in register) >= 100


def test_namesakes_occur_with_the_same_core_and_one_character_off(register):
    cores = Counter(core_of(entity) for entity in register if core_of(entity))
    assert sum(count > 1 for count in cores.values()) >= 500
    names = {entity.name for entity in register}
    swapped = [pair for one, other in (*LOOKALIKES, *SAME_SOUND) for pair in ((one, other), (other, one))]
    near = {name for one, other in swapped for name in names if one in name and name.replace(one, other, 1) in names}
    assert len(near) >= 300


def test_dates_are_in_order(register):
    for entity in register:
        assert entity.established_on < REGISTER_DAY
        if entity.status_on is not None:
            assert entity.established_on < entity.status_on <= REGISTER_DAY
        if entity.abnormal_since is not None:
            assert entity.established_on < entity.abnormal_since <= REGISTER_DAY


def test_phones_are_of_ranges_nobody_can_be_reached_at(register):
    for entity in register:
        number = entity.phone
        assert number.startswith("14000") or number.split("-")[1].startswith("0"), number


def test_same_seed_gives_the_same_file_byte_for_byte(tmp_path):
    for name in ("one.csv", "two.csv"):
        write_register(make_register(5, size=800), tmp_path / name)
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    write_register(make_register(6, size=800), tmp_path / "other.csv")
    assert (tmp_path / "one.csv").read_bytes() != (tmp_path / "other.csv").read_bytes()


def test_file_has_the_headings_a_bureau_would_export(tmp_path):
    entities = make_register(5, size=300)
    write_register(entities, tmp_path / "register.csv")
    with (tmp_path / "register.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert [row["统一社会信用代码"] for row in rows] == [entity.code for entity in entities]
    assert {row["登记状态"] for row in rows} <= {status.value for status in EntityStatus}
