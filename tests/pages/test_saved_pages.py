"""Saved pages against what a person reads on them: `<platform>/<case>/inputs/page.html`, `meta.json`, `output.json`.

`output.json` holds only the fields that are told; the page is read at the time `meta.json` freezes.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from crawlers.reading import read_page
from records.digests import digests_of
from records.market import Reading
from records.survey import Outcome, Page, PageKind, Target, TargetKind

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("*/*/meta.json"))


@pytest.mark.parametrize("case", CASES, ids=[f"{case.parent.name}-{case.name}" for case in CASES])
def test_page_is_read_as_a_person_reads_it(case: Path) -> None:
    expected = json.loads((case / "output.json").read_text("utf-8"))
    told = _told(_read(case))
    assert {name: told.get(name) for name in expected} == expected


def test_there_are_cases() -> None:
    assert len(CASES) >= 8


def _read(case: Path) -> Reading:
    meta = json.loads((case / "meta.json").read_text("utf-8"))
    body = (case / "inputs/page.html").read_bytes()
    page = Page(
        page_id="p1", run_id="r1", target_id="t1", url=meta["url"], final_url=meta["url"], kind=PageKind(meta["kind"]),
        outcome=Outcome.READ, status=200, headers=(("Content-Type", meta.get("content_type", "text/html")),),
        fetched_at=datetime.fromisoformat(meta["frozen_time"]), body=digests_of(body), rendered=meta.get("rendered", False),
    )  # fmt: skip
    target = Target(
        target_id="t1", name="试", kind=TargetKind(meta.get("target", "site")), seeds=(meta["url"],),
        family="general", created_at=page.fetched_at,
    )  # fmt: skip
    return read_page(page, body, target)


def _told(reading: Reading) -> dict[str, object]:
    told: dict[str, object] = {"kind": reading.kind.value, "problem": reading.problem and reading.problem.value}
    told["links"] = sorted(f"{link.kind.value} {link.url}" for link in reading.links if link.kind is PageKind.LISTING)
    if reading.shop is not None:
        told["shop"] = reading.shop.name
        told["disclosure"] = reading.shop.disclosure.model_dump(mode="json", exclude_defaults=True, exclude={"place"})
        told["contacts"] = sorted(f"{one.kind.value} {one.value}" for one in reading.shop.contacts)
    told["listings"] = len(reading.listings)
    if reading.listings:
        one = reading.listings[0]
        told |= {
            "title": one.title,
            "prices": [[price.role.value, price.amount_fen, price.amount_max_fen, price.unit] for price in one.prices],
            "sales": one.sales_count,
            "stock": one.stock_count,
            "promotions": list(one.promotions),
            "variants": [[each.name, each.price_fen, each.stock_count] for each in one.variants],
            "images": list(one.image_urls),
            "reviews": [[each.author_masked, each.text, str(each.written_on or "")] for each in one.reviews],
            "complete": one.complete,
        }
    return told
