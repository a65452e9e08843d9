"""Registers made bigger: real rows first, no code and no name twice, the same file from the same seed."""

from __future__ import annotations

import csv
from pathlib import Path

from matching.identifiers.uscc import is_uscc
from matching.names.normalise import normalise_name


def test_padded_register_keeps_real_rows_and_makes_the_rest_new(register_rows: list[dict[str, str]]) -> None:
    from noise import split
    from padding import padded_rows

    inside, outside = split(register_rows)
    rows = list(padded_rows(register_rows, entities=3_000, seed=5))
    made = rows[len(inside) :]
    assert [row["code"] for row in rows[: len(inside)]] == [row["code"] for row in inside]
    assert len({row["code"] for row in rows}) == 3_000
    assert all(is_uscc(row["code"]) for row in made)
    names = [normalise_name(row["name"]) for row in made]
    assert len(set(names)) == len(names)
    assert not set(names) & {normalise_name(row["name"]) for row in (*inside, *outside)}
    assert {row["status"] for row in made} == {"存续", "注销", "吊销", "迁出"}


def test_same_seed_gives_the_same_file(register_rows: list[dict[str, str]], tmp_path: Path) -> None:
    from padding import COLUMNS, write_padded

    for name in ("a.csv", "b.csv"):
        write_padded(register_rows, tmp_path / name, entities=900, seed=7)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 900
    assert tuple(rows[0]) == COLUMNS
    write_padded(register_rows, tmp_path / "c.csv", entities=900, seed=8)
    assert (tmp_path / "c.csv").read_bytes() != (tmp_path / "a.csv").read_bytes()
