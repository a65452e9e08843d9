"""A register of n entities: imported, asked for single sellers, and for a batch of them.

The rows are recombined out of the sample market's register (`matching/padding.py`), so that everybody has them; brands
are shared by more entities than in life, which makes queries dearer.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from spending import spent

from matching.batch import answering
from matching.register_import import import_file
from matching.resolver import Resolver
from records.register import MatchQuery
from stores.backends import open_records
from wangjian.sample.small import small_market

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "matching")]

__all__ = ["register"]

_QUERIES = 200
_SAMPLE = 5_000
_PART = 100


def register(folder: Path, size: int) -> Mapping[str, float]:
    """CPU seconds of the import; milliseconds of one query, and of one row of a batch, over that register."""
    from padding import write_padded

    path = folder / "register.csv"
    write_padded(_rows(), path, entities=size, seed=5)
    records = open_records(f"sqlite://{folder}/wangjian.db")
    records.migrate()
    imported = spent(lambda: import_file(path, register=records.register, source="growth", clock=_now))
    queries = _queries(path, size)
    one, many = Resolver(records.register, _now), Resolver(records.register, _now, explained=1)
    answer_part = answering(many)
    one.match(queries[0])
    single = spent(lambda: [one.match(query) for query in queries])
    answer_part(queries[:_PART])
    batch = spent(lambda: [answer_part(queries[at : at + _PART]) for at in range(0, len(queries), _PART)])
    records.close()
    return {
        "register import [CPU s]": imported,
        "one seller matched [CPU ms a query]": 1000 * single / len(queries),
        "batch matched [CPU ms a row]": 1000 * batch / len(queries),
    }


@cache
def _rows() -> list[dict[str, str]]:
    market = small_market(seed=3, shops=4, listings_per_shop=1, register_size=_SAMPLE)
    return [
        {
            "name": one.name,
            "code": one.code,
            "established_on": str(one.established_on or ""),
            "kind": "",
            "province": "",
            "city": "",
        }
        for one in market.register
        if len(one.code) == 18 and len(one.name) >= 4
    ]


def _queries(path: Path, size: int) -> list[MatchQuery]:
    """Names from all over the file, a third with a character left out, a third with two turned round."""
    names = [line.split(",", 1)[0] for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    chance = random.Random(size)
    return [
        MatchQuery(query_id=str(number), name=_damaged(chance.choice(names), number, chance), as_of=_now())
        for number in range(_QUERIES)
    ]


def _damaged(name: str, number: int, chance: random.Random) -> str:
    at = chance.randrange(len(name) - 1)
    if number % 3 == 1:
        return name[:at] + name[at + 1 :]
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :] if number % 3 else name


def _now() -> datetime:
    return datetime.now(UTC)
