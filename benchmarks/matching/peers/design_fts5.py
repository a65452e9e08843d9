"""SQLite FTS5 and a ratio: what a careful developer without a matcher builds in a day.

Names (our normaliser on both sides) are cut into overlapping pieces: pairs of characters separated by spaces
(`fts5_pairs`), or FTS5's own trigram tokeniser (`fts5_trigram`, which finds nothing for two characters). The query asks
for any of its `MOST_PIECES` rarest pieces, and for none that more than `COMMON` of the register have (unless it has no
other), because 有限公司 in the question makes SQLite rank the whole register; the `MOST_READ` best by bm25 are ordered
by rapidfuzz's ratio of the whole names.
"""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz
from running import Answer, Ask, Query, main_of

from matching.names.normalise import normalise_name

MOST_PIECES = 8
COMMON = 0.02
MOST_READ = 50
MOST = 10
SIZES = {"fts5_pairs": 2, "fts5_trigram": 3}
TOKENISERS = {"fts5_pairs": "unicode61 remove_diacritics 0", "fts5_trigram": "trigram"}
_RANKED = "select rowid from names where names match ? order by rank limit ?"


def pieces(name: str, size: int) -> list[str]:
    """Overlapping runs of `size` characters, letters and figures only.

    >>> pieces("华翰(上海)印务", 2)
    ['华翰', '翰上', '上海', '海印', '印务']
    """
    text = "".join(filter(str.isalnum, name))
    return [text[at : at + size] for at in range(len(text) - size + 1)] or ([text] if text else [])


def build(folder: Path, design: str) -> dict[str, Any]:
    """One file with the index and the names."""
    path = folder / f"{design}.db"
    path.unlink(missing_ok=True)
    database = sqlite3.connect(path)
    database.execute("create table entity (id integer primary key, code text, name text)")
    database.execute(
        f"create virtual table names using fts5(body, content='', detail='full', tokenize='{TOKENISERS[design]}')"
    )
    with (folder / "register.csv").open(encoding="utf-8", newline="") as file:
        rows = [(number, row["code"], normalise_name(row["name"])) for number, row in enumerate(csv.DictReader(file))]
    database.executemany("insert into entity values (?, ?, ?)", rows)
    database.executemany("insert into names (rowid, body) values (?, ?)", _bodies(rows, design))
    database.execute("insert into names (names) values ('optimize')")
    database.execute("create virtual table terms using fts5vocab(names, row)")
    database.execute("create table piece (term text primary key, docs integer) without rowid")
    database.execute("insert into piece select term, doc from terms")
    database.execute("drop table terms")
    database.commit()
    database.close()
    return {"disk_mb": path.stat().st_size / 1e6}


def _bodies(rows: list[tuple[int, str, str]], design: str) -> Iterator[tuple[int, str]]:
    for number, _code, name in rows:
        body = " ".join(pieces(name, 2)) if design == "fts5_pairs" else "".join(filter(str.isalnum, name))
        yield number, body


def load(folder: Path, design: str) -> Ask:
    """The file, read only."""
    database = sqlite3.connect(f"file:{folder / design}.db?mode=ro", uri=True)
    size = SIZES[design]
    (total,) = database.execute("select count(*) from entity").fetchone()
    most = int(total * COMMON)

    def ask(query: Query) -> Answer:
        name = normalise_name(query["text"])
        asked = _rarest(database, list(dict.fromkeys(pieces(name.lower(), size))), most)
        if not asked:
            return Answer([], 0.0)
        question = " OR ".join(f'"{piece}"' for piece in asked)
        found = [number for (number,) in database.execute(_RANKED, (question, MOST_READ))]
        marks = ",".join("?" * len(found))
        rows = database.execute(f"select code, name from entity where id in ({marks})", found)
        scored = [(code, fuzz.ratio(name, other) / 100) for code, other in rows]
        ranked = sorted(scored, key=lambda one: -one[1])[:MOST]
        return Answer(ranked, ranked[0][1] if ranked else 0.0)

    return ask


def _rarest(database: sqlite3.Connection, asked: list[str], most: int) -> list[str]:
    """The pieces the register has, rarest first, without the common ones."""
    marks = ",".join("?" * len(asked))
    rows = database.execute(f"select term, docs from piece where term in ({marks}) order by docs", asked).fetchall()
    rare = [term for term, docs in rows if docs <= most]
    return rare[:MOST_PIECES] or [term for term, _docs in rows[:1]]


if __name__ == "__main__":
    main_of(build, load)
