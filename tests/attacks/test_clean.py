"""Clean packages are never refused, whatever a page is called, answers or lacks; by neither verifier.

The suite tries sixty; `make fuzz` two thousand, of shapes nobody tried yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.standalone.verify import FAILED, OpensslTrust, examine
from evidence.verify import verify_package
from tests.attacks.making import Office, Shape, make_package

EXAMPLES = 60 if settings.default.max_examples <= 100 else settings.default.max_examples
ALONE_EVERY = 20
"""The stand-alone program's own part (signature and token by the command) is slow to start; the rest is the same code."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    office = Office.open(tmp_path_factory.mktemp("office"))
    yield office
    office.records.close()


def shape_of(seed: int) -> Shape:
    return Shape(
        seed=seed,
        exchanges=1 + seed % 6,
        body_bytes=(0, 1, 40, 4096, 70_000)[seed % 5],
        partial=seed % 9 == 4,
        tokens=1 + (seed % 40 == 7),
        random_bodies=seed % 2 == 1,
        left_out=("pdf",) if seed % 13 == 5 else (),
    )


@settings(max_examples=EXAMPLES)
@given(seed=st.integers(0, 1 << 30))
def test_a_clean_package_holds(seed: int, office: Office, tmp_path_factory: pytest.TempPathFactory) -> None:
    path: Path = tmp_path_factory.getbasetemp() / "clean.wacz"
    make_package(path, shape_of(seed), office)
    report = verify_package(path, anchors_pem=office.anchors_pem, now=datetime.now(UTC))
    assert report.valid, [check for check in report.checks if check.result != "passed"]
    if seed % ALONE_EVERY == 0:
        alone = examine(str(path), OpensslTrust(office.anchors_pem), datetime.now(UTC))
        assert alone.valid, [step for step in alone.steps if step.result == FAILED]
