"""The whole register compared with every query, as the libraries' own examples do: `rapidfuzz.process.extract` with
WRatio or JaroWinkler, over names normalised by our normaliser on both sides (raw names would do worse)."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler
from running import Answer, Ask, Query, main_of

from matching.names.normalise import normalise_name

MOST = 10
SCORERS: dict[str, tuple[Any, float]] = {
    "wratio": (fuzz.WRatio, 100.0),
    "jaro_winkler": (JaroWinkler.normalized_similarity, 1.0),
}


def build(folder: Path, design: str) -> None:
    """Nothing is built: the list is read when the process starts."""


def load(folder: Path, design: str) -> Ask:
    """All names in memory."""
    with (folder / "register.csv").open(encoding="utf-8", newline="") as file:
        pairs = [(row["code"], normalise_name(row["name"])) for row in csv.DictReader(file)]
    codes, names = [code for code, _name in pairs], [name for _code, name in pairs]
    scorer, most = SCORERS[design]

    def ask(query: Query) -> Answer:
        found = process.extract(normalise_name(query["text"]), names, scorer=scorer, processor=None, limit=MOST)
        ranked = [(codes[at], score / most) for _name, score, at in found]
        return Answer(ranked, ranked[0][1] if ranked else 0.0)

    return ask


if __name__ == "__main__":
    main_of(build, load)
