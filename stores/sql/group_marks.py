"""What shops are recognised by, as it rests: traits as JSON, prints of sentences as numbers, their words compressed;
beside it how many shops have each print."""

from __future__ import annotations

import json
import zlib
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from records.group_marks import PRINTS_OF_A_SENTENCE, MarkedSentence, ShopMarks, ShopTraits
from records.groups import LinkPage
from stores.sql.database import Database
from stores.sql.group_tables import shop_marks, text_prints
from stores.sql.rows import body_of, chunks, upsert

__all__ = ["find_marks", "find_prints", "holders_of", "keep_marks", "note_change", "settle", "walk_traits"]

_WALK_ROWS = 1_000
_NO_SHOP = ""


def keep_marks(connection: Connection, marks: Sequence[ShopMarks]) -> int:
    """Write the rows that differ from what is stored, and bring the counts of prints to it."""
    changed = 0
    for some in chunks(marks):
        rows = [_row(one) for one in some]
        stored = {
            row.shop_id: row
            for row in connection.execute(
                select(shop_marks).where(shop_marks.c.shop_id.in_([row["shop_id"] for row in rows]))
            )
        }
        fresh = [row for row in rows if not _same(stored.get(str(row["shop_id"])), row)]
        delta: Counter[int] = Counter()
        for row in fresh:
            old = stored.get(str(row["shop_id"]))
            delta.update(set(_numbers(row["prints"])))
            delta.subtract(set(_numbers(old.prints)) if old is not None else ())
        _count(connection, {printed: by for printed, by in delta.items() if by})
        upsert(connection, shop_marks, fresh)
        changed += len(fresh)
    if changed:
        note_change(connection)
    return changed


def note_change(connection: Connection) -> None:
    """Remember that the groups are behind: a row of no shop."""
    row = {"shop_id": _NO_SHOP, "version": "", "traits": "", "prints": b"", "sentences": b""}
    upsert(connection, shop_marks, [row])


def settle(connection: Connection) -> None:
    """The groups have caught up."""
    connection.execute(delete(shop_marks).where(shop_marks.c.shop_id == _NO_SHOP))


def walk_traits(database: Database, version: str) -> Iterator[ShopTraits]:
    """By shop_id, a thousand at a time, so that no transaction stays open meanwhile."""
    after = _NO_SHOP
    while True:
        statement = (
            select(shop_marks.c.shop_id, shop_marks.c.traits)
            .where(shop_marks.c.version == version, shop_marks.c.shop_id > after)
            .order_by(shop_marks.c.shop_id)
            .limit(_WALK_ROWS)
        )
        with database.read() as connection:
            rows = connection.execute(statement).all()
        for row in rows:
            yield ShopTraits.model_validate_json(row.traits)
        if len(rows) < _WALK_ROWS:
            return
        after = rows[-1].shop_id


def find_marks(connection: Connection, shop_ids: Sequence[str]) -> dict[str, ShopMarks]:
    """Whole marks by shop."""
    found: dict[str, ShopMarks] = {}
    for some in chunks(list(dict.fromkeys(shop_ids))):
        for row in connection.execute(select(shop_marks).where(shop_marks.c.shop_id.in_(some))):
            found[row.shop_id] = _marks(row)
    return found


def find_prints(connection: Connection, shop_ids: Sequence[str]) -> dict[str, array[int]]:
    """All prints of each shop in one row."""
    found: dict[str, array[int]] = {}
    for some in chunks(list(dict.fromkeys(shop_ids))):
        statement = select(shop_marks.c.shop_id, shop_marks.c.prints).where(shop_marks.c.shop_id.in_(some))
        found.update((row.shop_id, _numbers(row.prints)) for row in connection.execute(statement))
    return found


def holders_of(connection: Connection, prints: Sequence[int]) -> dict[int, int]:
    """How many shops have each print."""
    found: dict[int, int] = {}
    for some in chunks(list(dict.fromkeys(prints))):
        statement = select(text_prints).where(text_prints.c.print.in_(some))
        found.update((row.print, row.holders) for row in connection.execute(statement))
    return found


def _count(connection: Connection, delta: Mapping[int, int]) -> None:
    if not delta:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(text_prints).values(print=bindparam("p"), holders=bindparam("by"))
    statement = insert.on_conflict_do_update(
        index_elements=[text_prints.c.print], set_={"holders": text_prints.c.holders + insert.excluded.holders}
    )
    connection.execute(statement, [{"p": printed, "by": by} for printed, by in sorted(delta.items())])
    if any(by < 0 for by in delta.values()):
        for some in chunks([printed for printed, by in delta.items() if by < 0]):
            connection.execute(delete(text_prints).where(text_prints.c.print.in_(some), text_prints.c.holders <= 0))


def _row(marks: ShopMarks) -> dict[str, object]:
    prints = array("q", [printed for sentence in marks.sentences for printed in sentence.prints])
    words = {
        "pages": [page.model_dump(mode="json") for page in marks.text_pages],
        "sentences": [[sentence.snippet, sentence.page] for sentence in marks.sentences],
    }
    return {
        "shop_id": marks.traits.shop_id,
        "version": marks.version,
        "traits": body_of(marks.traits),
        "prints": prints.tobytes(),
        "sentences": zlib.compress(json.dumps(words, ensure_ascii=False).encode("utf-8", "replace"), 6),
    }


def _marks(row: Any) -> ShopMarks:
    words = json.loads(zlib.decompress(row.sentences))
    numbers = _numbers(row.prints)
    sentences = [
        MarkedSentence(snippet, page, tuple(numbers[at : at + PRINTS_OF_A_SENTENCE]))
        for at, (snippet, page) in zip(range(0, len(numbers), PRINTS_OF_A_SENTENCE), words["sentences"], strict=True)
    ]
    return ShopMarks(
        version=row.version,
        traits=ShopTraits.model_validate_json(row.traits),
        text_pages=tuple(LinkPage.model_validate(page) for page in words["pages"]),
        sentences=tuple(sentences),
    )


def _numbers(content: object) -> array[int]:
    numbers = array("q")
    numbers.frombytes(bytes(content))  # type: ignore[call-overload]  # a driver gives bytes or a view of them
    return numbers


def _same(stored: Any, row: Mapping[str, object]) -> bool:
    """Whether nothing is shown anew. Pages alone do not count: each visit has its own, and a link names the first."""
    if stored is None or stored.version != row["version"] or bytes(stored.prints) != row["prints"]:
        return False
    before, now = json.loads(stored.traits), json.loads(str(row["traits"]))
    return {**before, "pages": ()} == {**now, "pages": ()}
