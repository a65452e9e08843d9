"""kill -9 at random moments of a survey of four hundred pages: the same records, next to nothing fetched again."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

PRODUCTS = 420
KILLS = 6


@pytest.fixture(scope="module")
def kills() -> ModuleType:
    """benchmarks/crawl/kills.py, which runs the same at 5,000 pages and 20 kills."""
    place = Path(__file__).parents[2] / "benchmarks/crawl/kills.py"
    spec = importlib.util.spec_from_file_location("kills", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["kills"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_survey_killed_six_times_is_the_same_as_an_unbroken_one(kills, tmp_path) -> None:
    broken, whole = kills.broken_and_whole(tmp_path, products=PRODUCTS, kills=KILLS, seed=20)
    assert kills.broken_promises(broken, whole) == []
    assert len(whole.records["pages"]) == 433
    assert len(whole.records["listings"]) == PRODUCTS
    assert broken.run.outcomes == whole.run.outcomes
    assert broken.archive.files == KILLS + 1
    assert broken.archive.unarchived == 0
