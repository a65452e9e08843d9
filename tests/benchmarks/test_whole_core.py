"""Two processes at once: what both did over the wall time of both."""

from __future__ import annotations

import doctest
import os
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

_RULES = Path(__file__).parents[2] / "benchmarks" / "rules"


@pytest.fixture
def whole_core(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(sys, "path", [str(_RULES), *sys.path])
    import whole_core

    return whole_core


def test_examples_in_the_docstrings_hold(whole_core: ModuleType) -> None:
    assert doctest.testmod(whole_core).failed == 0


def test_megabytes_of_both_are_told_over_the_time_until_the_last_ended(whole_core: ModuleType) -> None:
    processor = min(os.sched_getaffinity(0))
    parts = [[0.4], [0.2], [0.4], [0.2]]  # long beside the slices of a busy processor
    rates = whole_core.rates_at_once(
        {"slept": lambda part: time.sleep(part[0]), "nothing": lambda part: None},
        parts,
        [3.0, 1.0, 3.0, 1.0],
        on=(processor, processor),
    )
    assert 0 < rates["slept"] <= (3.0 + 1.0) / 0.4
    assert rates["slept"] < rates["nothing"]


def test_process_that_fails_is_not_waited_for(whole_core: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_core, "_LONGEST_SECONDS", 0.1)
    processor = min(os.sched_getaffinity(0))
    with pytest.raises(EOFError):
        whole_core.rates_at_once({"fails": lambda part: part[1]}, [[0.0], [0.0]], [1.0, 1.0], on=(processor, processor))
