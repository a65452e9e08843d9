"""The benchmarks' own modules, imported as their scripts import them, and a small register in the real one's columns."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from wangjian.sample.small import small_market

_BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
_MATCHING = _BENCHMARKS / "matching"


@pytest.fixture(scope="session", autouse=True)
def _importable() -> None:
    for place in (_BENCHMARKS, _MATCHING / "peers", _MATCHING):
        if str(place) not in sys.path:
            sys.path.insert(0, str(place))


@pytest.fixture(scope="session")
def register_rows() -> list[dict[str, str]]:
    """Rows as register-250k.csv.xz has them, of the sample market's register."""
    market = small_market(seed=3, shops=4, listings_per_shop=1, register_size=400)
    return [
        {
            "name": one.name,
            "code": one.code,
            "established_on": str(one.established_on or ""),
            "kind": "",
            "province": "",
            "city": "N/A",
        }
        for one in market.register
        if len(one.code) == 18 and len(one.name) >= 4
    ]
