"""Addresses a run remembers: the newest, and every filter combination."""

from __future__ import annotations

from crawlers.visiting.offered import OfferedAddresses
from crawlers.visiting.rows import row_for
from records.survey import PageKind


def test_filter_combinations_are_never_forgotten_and_the_rest_is_bounded() -> None:
    known = OfferedAddresses(10)
    kept = row_for("run-1", "http://shop.cn/list?brand=1", PageKind.FACET, depth=1, found_on="")
    known.enter([kept])
    known.keep(["http://shop.cn/list?brand=2"])
    rows = [
        row_for("run-1", f"http://shop.cn/goods/{n}.html", PageKind.LISTING, depth=1, found_on="") for n in range(50)
    ]
    known.enter(rows)
    assert kept.canonical_url in known
    assert "http://shop.cn/list?brand=2" in known
    assert sum(row.canonical_url in known for row in rows) == 10
