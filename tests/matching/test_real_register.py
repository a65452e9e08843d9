"""The same promises over real registrations, where that data set is present (it is never shipped)."""

from __future__ import annotations

import csv
import io
import lzma
import random
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from matching.identifiers.registration import is_registration
from matching.identifiers.repair import repair_code
from matching.identifiers.uscc import is_uscc
from matching.register_import import import_file
from matching.resolver import Resolver
from records.register import MatchDecision, MatchQuery
from records.register_ports import RegisterStore
from stores.backends import open_records

_REPOSITORY = Path(__file__).resolve().parents[2]
_PLACES = [
    folder / "data" / "register" / "register-250k.csv.xz" for folder in (_REPOSITORY, _REPOSITORY.parent / "shared")
]
DATA = next((place for place in _PLACES if place.is_file()), _PLACES[0])
LOOKALIKES = {"0": "DQ", "1": "7T", "2": "7", "3": "8", "5": "6", "6": "8G", "8": "3B", "9": "4", "B": "8", "D": "0"}

pytestmark = pytest.mark.skipif(not DATA.is_file(), reason="真实登记数据不在此机（data/register/register-250k.csv.xz）")


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with lzma.open(DATA) as file:
        return list(csv.DictReader(io.TextIOWrapper(file, encoding="utf-8")))


@pytest.fixture(scope="module")
def slice_path(rows: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("real") / "slice.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(random.Random(5).sample(rows, 5000))
    return path


@pytest.fixture
def real_register(tmp_path: Path, slice_path: Path, clock: Callable[[], datetime]) -> Iterator[RegisterStore]:
    records = open_records(f"sqlite://{tmp_path}/wangjian.db")
    records.migrate()
    import_file(slice_path, register=records.register, source="真实", clock=clock)
    yield records.register
    records.close()


def test_checks_hold_on_real_numbers(rows: list[dict[str, str]]) -> None:
    codes = [row["code"] for row in rows if len(row["code"]) == 18]
    assert sum(map(is_uscc, codes)) / len(codes) > 0.999
    old = [row["code"] for row in rows if len(row["code"]) == 15 and row["code"].isdigit()]
    assert sum(map(is_registration, old)) / len(old) > 0.99


def test_single_look_alike_is_always_detected_and_the_true_code_is_among_the_repairs(
    rows: list[dict[str, str]],
) -> None:
    rng = random.Random(9)
    codes = [row["code"] for row in rng.sample(rows, 600) if is_uscc(row["code"])]
    for code in codes:
        places = [at for at, character in enumerate(code) if character in LOOKALIKES]
        at = rng.choice(places)
        damaged = code[:at] + rng.choice(LOOKALIKES[code[at]]) + code[at + 1 :]
        assert not is_uscc(damaged)
        assert code in {repair.code for repair in repair_code(damaged)}


def test_real_names_are_found_however_they_are_written(
    real_register: RegisterStore, slice_path: Path, clock: Callable[[], datetime]
) -> None:
    with slice_path.open(encoding="gb18030", newline="") as file:
        known = random.Random(3).sample(list(csv.DictReader(file)), 200)
    resolver, right, settled = Resolver(real_register, clock), 0, 0
    for row in known:
        shown = row["name"].replace("(", "（").replace(")", "）") + "　"
        found = resolver.match(MatchQuery(query_id=row["code"], name=shown, as_of=clock()))
        right += bool(found.candidates) and found.candidates[0].code == row["code"]
        settled += found.decision is MatchDecision.MATCH
    assert right >= 196
    assert settled >= 190


def test_real_names_of_others_are_not_called_match(
    real_register: RegisterStore, rows: list[dict[str, str]], slice_path: Path, clock: Callable[[], datetime]
) -> None:
    inside = {line.split(",")[0] for line in slice_path.read_text(encoding="gb18030").splitlines()}
    outside = [row["name"] for row in random.Random(4).sample(rows, 320) if row["name"] not in inside][:300]
    resolver = Resolver(real_register, clock)
    answers = [resolver.match(MatchQuery(query_id="q", name=name, as_of=clock())) for name in outside]
    assert sum(answer.decision is MatchDecision.MATCH for answer in answers) <= 3
