"""Makes a register of any size out of the real one, to measure what size costs.

    python benchmarks/matching/padding.py --rows …/register-250k.csv.xz --entities 1000000 -o register-1m.csv

First come the real rows that `noise.split` puts inside (the others stay unregistered sellers), then recombined ones:
a real division, another row's 字号, a third row's 行业 and 组织形式, a branch as often as the real rows have one. Every
made code is new and carries both checks; no made name is that of a real row (inside or out) or of another made row, so
the right answer to a query stays the right one. The same seed gives the same file.

Not like life: a 字号 is drawn as often as the real rows use it and none is new, so at a million more entities share a
字号 than would in life; there are hardly any 个体户. The real rows say no state: all are given one in `STATES`' parts,
an assumption.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from noise import real_rows, split

from matching.identifiers.checks import MOD31_ALPHABET, mod31_character, organisation_character
from matching.identifiers.uscc import is_uscc
from matching.names.normalise import normalise_name
from matching.names.parts import parse_name
from matching.names.regions import read_leading_region

__all__ = ["COLUMNS", "STATES", "padded_rows", "write_padded"]

COLUMNS = ("name", "code", "established_on", "kind", "province", "city", "status", "status_on")
STATES = {"存续": 0.72, "注销": 0.19, "吊销": 0.08, "迁出": 0.01}
"""Shares of the states; the data says none. A matcher must look at all of them."""

_LETTERED = 0.1
"""Share of organisation codes of the newer form, MA and six characters (a tenth of the real rows)."""

_BITS = 1 << 30
_LAST_DAY = date(2026, 9, 30)


def padded_rows(rows: list[dict[str, str]], *, entities: int, seed: int) -> Iterator[dict[str, str]]:
    """Rows of a register of that many entities, real ones first; fewer than there are real ones: the first of them."""
    rng = random.Random(seed)
    inside = split(rows)[0][:entities]
    for row in inside:
        yield {**row, **_state(rng, row["established_on"])}
    if entities > len(inside):
        yield from _made(rows, entities - len(inside), rng)


def write_padded(rows: list[dict[str, str]], path: Path, *, entities: int, seed: int) -> None:
    """The same as a CSV file; it appears whole or not at all."""
    partial = path.with_name(f"{path.name}.partial")
    with partial.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(padded_rows(rows, entities=entities, seed=seed))
    partial.replace(path)


@dataclass(slots=True, kw_only=True)
class _Stock:
    """Parts of real names, one entry a row that has the part, so that common parts are drawn as often as they occur."""

    places: list[tuple[str, dict[str, str]]]
    brands: list[str]
    trades: list[tuple[str, str]]
    branches: list[str]


def _stock_of(rows: list[dict[str, str]]) -> _Stock:
    stock = _Stock(places=[], brands=[], trades=[], branches=[])
    for row in rows:
        name = normalise_name(row["name"])
        parts = parse_name(name)
        sound = is_uscc(row["code"])
        if sound and (length := read_leading_region(name).length):
            stock.places.append((name[:length], row))
        if 2 <= len(parts.brand) <= 5:
            stock.brands.append(parts.brand)
        if sound and parts.industry and parts.form:
            stock.trades.append((parts.industry + parts.form, row["code"][:2]))
        if parts.branch:
            stock.branches.append(parts.branch)
    return stock


class _Seen:
    """Which names were met, by one bit each of a 128 MB map: now and then a new one is taken for an old one and left
    out, never the other way."""

    def __init__(self, names: Iterator[str]) -> None:
        self._bits = bytearray(_BITS // 8)
        for name in names:
            self.add(name)

    def add(self, name: str) -> bool:
        """Whether it is new."""
        place, bit = divmod(zlib.crc32(name.encode()) % _BITS, 8)
        new = not self._bits[place] >> bit & 1
        self._bits[place] |= 1 << bit
        return new


def _made(rows: list[dict[str, str]], wanted: int, rng: random.Random) -> Iterator[dict[str, str]]:
    inside = split(rows)[0]
    stock = _stock_of(inside)
    seen = _Seen(normalise_name(row["name"]) for row in rows)
    codes = _organisation_codes({row["code"][8:16] for row in rows}, rng)
    branch_share = len(stock.branches) / len(inside)
    while wanted:
        (place, origin), (trade, sort) = rng.choice(stock.places), rng.choice(stock.trades)
        branch = rng.choice(stock.branches) if rng.random() < branch_share else ""
        name = place + rng.choice(stock.brands) + trade + branch
        if not seen.add(name):
            continue
        established = date(1979, 1, 1) + timedelta(days=rng.randrange(17_000))
        yield {
            "name": name,
            "code": _code(sort + origin["code"][2:8] + next(codes)),
            "established_on": established.isoformat(),
            "kind": "",
            "province": origin["province"],
            "city": origin["city"],
            **_state(rng, established.isoformat()),
        }
        wanted -= 1


def _organisation_codes(taken: set[str], rng: random.Random) -> Iterator[str]:
    """Eight characters each, never the same twice and none of those taken: walks of full period over both forms."""
    digits = _walk(10**8, 2 * rng.randrange(10**6) * 5 + 38_196_601, rng)
    letters = _walk(31**6, 31 * rng.randrange(10**6) + 340_573_321, rng)
    while True:
        text = f"MA{_base31(next(letters))}" if rng.random() < _LETTERED else f"{next(digits):08d}"
        if text not in taken:
            yield text


def _walk(size: int, step: int, rng: random.Random) -> Iterator[int]:
    """Every number below `size` once, in steps that share no divisor with it."""
    at = rng.randrange(size)
    for _ in range(size):
        yield at
        at = (at + step) % size


def _base31(number: int) -> str:
    text = ""
    for _ in range(6):
        number, rest = divmod(number, 31)
        text += MOD31_ALPHABET[rest]
    return text


def _code(body: str) -> str:
    whole = body + organisation_character(body[8:])
    return whole + mod31_character(whole)


def _state(rng: random.Random, established_on: str) -> dict[str, str]:
    status = rng.choices(tuple(STATES), tuple(STATES.values()))[0]
    if status == "存续":
        return {"status": status, "status_on": ""}
    try:
        start = date.fromisoformat(established_on)
    except ValueError:
        return {"status": status, "status_on": ""}
    days = max((_LAST_DAY - start).days, 1)
    return {"status": status, "status_on": (start + timedelta(days=rng.randrange(days))).isoformat()}


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--rows", type=Path, required=True)
    reader.add_argument("--entities", type=int, required=True)
    reader.add_argument("--seed", type=int, default=5)
    reader.add_argument("-o", "--output", type=Path, required=True)
    options = reader.parse_args()
    write_padded(real_rows(options.rows), options.output, entities=options.entities, seed=options.seed)
    print(f"{options.output}: {options.entities}", file=sys.stderr)


if __name__ == "__main__":
    main()
