"""The register as an index beside it reads it: entities by number, which a changed entity gets anew.

So what was added or changed since a number is what has a higher one, and a number that is no more in the register leads
from a stale index entry to nobody.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from stores.sql import grams, tables
from stores.sql.database import Database

__all__ = ["FeedRow", "code_of_number", "fed_after", "newest_number", "register_origin"]

_REGION_MARK = re.compile(r"core-region:.*\|([0-9]{2})(?:[0-9]{2})?")
_USCC_LENGTH = 18
_NUMBER_LENGTHS = (13, 15)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """An entity with everything it is found by. `provinces` (2 digits) are all that speak for it, the first being where
    it is registered; empty when nothing tells."""

    number: int
    code: str
    keys: tuple[str, ...]
    grams: tuple[str, ...]
    provinces: tuple[str, ...]


def fed_after(database: Database, after: int, *, limit: int) -> list[FeedRow]:
    """The next entities by number, at most `limit`."""
    table = tables.register_entities
    page = (
        select(table.c.entity_no, table.c.code, table.c.grams, table.c.body)
        .where(table.c.entity_no > after)
        .order_by(table.c.entity_no)
        .limit(limit)
    )
    with database.read() as connection:
        rows = connection.execute(page).all()
        keys = _keys(connection, rows[0].entity_no, rows[-1].entity_no) if rows else {}
    found = []
    for number, code, own_grams, body in rows:
        own_keys = keys.get(number, ())
        region_code = str(json.loads(body).get("region_code", ""))
        found.append(
            FeedRow(
                number=number,
                code=code,
                keys=tuple(own_keys),
                grams=tuple(filter(None, own_grams.split(grams.GRAM_SEPARATOR))),
                provinces=_provinces(code, region_code, own_keys),
            )
        )
    return found


def newest_number(connection: Connection) -> int:
    """The highest number given so far that still stands; 0 of an empty register."""
    return connection.execute(select(func.max(tables.register_entities.c.entity_no))).scalar() or 0


def code_of_number(connection: Connection, number: int) -> str:
    """Whose number it is; empty when nobody's."""
    table = tables.register_entities
    return connection.execute(select(table.c.code).where(table.c.entity_no == number)).scalar() or ""


def register_origin(connection: Connection) -> str:
    """What tells this register from another: its first snapshot; empty before there is one."""
    table = tables.register_snapshots
    first = select(table.c.source, table.c.snapshot_id).order_by(table.c.snapshot_no).limit(1)
    row = connection.execute(first).first()
    return "" if row is None else f"{row.source}\x1f{row.snapshot_id}"


def _keys(connection: Connection, first: int, last: int) -> dict[int, list[str]]:
    table = tables.register_keys
    rows = connection.execute(
        select(table.c.entity_no, table.c.key).where(table.c.entity_no.between(first, last)).order_by(table.c.entity_no)
    )
    found: dict[int, list[str]] = {}
    for number, key in rows:
        found.setdefault(number, []).append(key)
    return found


def _provinces(code: str, region_code: str, keys: Iterable[str]) -> tuple[str, ...]:
    """Of the 区划代码, of the code itself (which keeps the province of the first registration when the entity moves),
    and of the name, by the marks of its keys (`matching/keys.py`)."""
    said = [region_code[:2]]
    if len(code) == _USCC_LENGTH:
        said.append(code[2:4])
    elif len(code) in _NUMBER_LENGTHS:
        said.append(code[:2])
    said.extend(sorted(found.group(1) for key in keys if (found := _REGION_MARK.fullmatch(key))))
    return tuple(dict.fromkeys(two for two in said if len(two) == 2 and two.isascii() and two.isdigit()))
