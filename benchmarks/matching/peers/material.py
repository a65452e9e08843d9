"""What all designs of one run are given: the same register, the same queries, and, for those that rescore our
candidates, the candidates and the parts of every name.

| file | what |
|---|---|
| `register.csv` | the register: the inside rows of `noise.split`, padded by `padding.py` when more are asked for |
| `queries.jsonl` | test queries, those of `evaluate.py`: id, text, region, code (empty: not in the register), kind |
| `slow.jsonl` | every n-th of them, for designs that take long |
| `training.jsonl` | other queries with the noise of the fit (`calibrate.py`), for what peers train or tune |
| `parts.csv` | register as columns for Splink: code, name and the parts of it |
| `candidates.jsonl`, `training_candidates.jsonl` | queries with their parts and those of the candidates we list |
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from noise import BARE, KINDS, Damage, Damaged, damaged_names, glyph_neighbours, split
from padding import write_padded

from matching.data.sounds import SOUNDS
from matching.names.normalise import normalise_name
from matching.names.parts import parse_name

__all__ = ["FONT", "Material", "Sizes", "make_candidates", "make_material"]

FONT = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc")
"""Whose glyphs are confused: sharp and large for the test, as a coarse scan for training."""

UNREGISTERED = 1 / 3
PARTS = ("name", "brand", "industry", "form", "branch", "region", "brand_sound", "core", "core_sound")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much is asked: entities of the register, queries, of those for slow designs, and training queries."""

    entities: int
    queries: int = 1500
    slow: int = 250
    training: int = 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """The folder, and the queries by id."""

    folder: Path
    queries: dict[int, dict[str, Any]]

    def ids_of(self, name: str) -> set[int]:
        """Which queries stand in one of its files."""
        return {line["id"] for line in _lines(self.folder / name)}


def make_material(rows: list[dict[str, str]], folder: Path, *, sizes: Sizes, seed: int = 77) -> Material:
    """Write the register and the queries; they are kept when the folder has them of that size."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "register.csv").is_file():
        write_padded(rows, folder / "register.csv", entities=sizes.entities, seed=5)
    stamp, wanted = folder / "sizes.json", json.dumps([seed, sizes.queries, sizes.slow, sizes.training])
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        _make_queries(rows, folder, sizes=sizes, seed=seed)
        stamp.write_text(wanted, encoding="utf-8")
    made = list(_lines(folder / "queries.jsonl"))
    return Material(folder=folder, queries={one["id"]: one for one in made})


def _make_queries(rows: list[dict[str, str]], folder: Path, *, sizes: Sizes, seed: int) -> None:
    made = [_line(number, one) for number, one in enumerate(_test_queries(rows, sizes.queries, seed))]
    _write(folder / "queries.jsonl", made)
    step = max(len(made) // sizes.slow, 1)
    _write(folder / "slow.jsonl", made[::step])
    wanted = {one["code"] for one in made}
    training = _training_queries(rows, sizes.training, seed=20261121, without=wanted)
    _write(folder / "training.jsonl", [_line(number, one) for number, one in enumerate(training)])


def make_candidates(folder: Path, queries: str, answers: Path, out: str) -> None:
    """Write queries with the candidates ours listed for them, both with the parts of their names. They stand in the
    order of their codes: our order would help a peer whose scores tie."""
    _write_parts(folder)
    listed = {line["id"]: [code for code, _score in line["ranked"]] for line in _lines(answers)}
    wanted = {code for codes in listed.values() for code in codes}
    with (folder / "parts.csv").open(encoding="utf-8", newline="") as file:
        found = {row["code"]: row for row in csv.DictReader(file) if row["code"] in wanted}
    _write(
        folder / out,
        (
            query | parts_of(query["text"]) | {"candidates": [found[code] for code in sorted(listed[query["id"]])]}
            for query in _lines(folder / queries)
        ),
    )


def parts_of(text: str) -> dict[str, str]:
    """A name as columns: its parts, the prefecture it names, and how its 字号 and 字号+行业 sound."""
    name = normalise_name(text)
    parts = parse_name(name)
    return {
        "raw": text,
        "name": name,
        "brand": parts.brand,
        "industry": parts.industry,
        "form": parts.form,
        "branch": parts.branch,
        "region": parts.region.code[:4],
        "core": parts.brand + parts.industry,
        "brand_sound": _sound(parts.brand),
        "core_sound": _sound(parts.brand + parts.industry),
    }


def _sound(text: str) -> str:
    return " ".join(_SOUND_OF.get(character, character) for character in text)


_SOUND_OF = {
    character: group[: len(group) - len(group.lstrip("abcdefghijklmnopqrstuvwxyz"))]
    for group in SOUNDS.split()
    for character in group
    if not character.isascii()
}


def _test_queries(rows: list[dict[str, str]], count: int, seed: int) -> Iterator[Damaged]:
    rng, (inside, outside) = random.Random(seed), split(rows)
    shapes = glyph_neighbours(FONT, size=40)
    for kinds, share in ((KINDS, count), ((BARE,), count // 10)):
        damage, known = Damage(shapes=shapes, kinds=kinds), share * 2 // 3
        yield from damaged_names(rng.sample(inside, known), damage, rng=rng, registered=True)
        yield from damaged_names(rng.sample(outside, share - known), damage, rng=rng, registered=False)


def _training_queries(rows: list[dict[str, str]], count: int, *, seed: int, without: set[str]) -> Iterable[Damaged]:
    rng, (inside, outside) = random.Random(seed), split(rows)
    shapes = glyph_neighbours(FONT, size=13, shades=3)
    damage, known = Damage(shapes=shapes, kinds=KINDS), int(count * (1 - UNREGISTERED))
    kept = [row for row in inside if row["code"] not in without]
    asked = [
        *damaged_names(rng.sample(kept, known), damage, rng=rng, registered=True),
        *damaged_names(rng.sample(outside, count - known), damage, rng=rng, registered=False),
    ]
    rng.shuffle(asked)
    return asked


def _write_parts(folder: Path) -> None:
    path = folder / "parts.csv"
    if path.is_file():
        return
    partial = path.with_name("parts.csv.partial")
    with (
        (folder / "register.csv").open(encoding="utf-8", newline="") as source,
        partial.open("w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.DictWriter(file, ("code", "raw", *PARTS))
        writer.writeheader()
        for row in csv.DictReader(source):
            parts = parts_of(row["name"])
            parts["region"] = parts["region"] or row["code"][2:6]
            writer.writerow({"code": row["code"]} | parts)
    partial.replace(path)


def _line(number: int, one: Damaged) -> dict[str, Any]:
    return {"id": number, "text": one.text, "region": one.region, "code": one.code, "kind": one.kind}


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def _write(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for line in lines:
            print(json.dumps(line, ensure_ascii=False), file=file)
