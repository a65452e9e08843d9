"""How the sizes of growth are climbed: which are left out, and that one workload's failure is no other's."""

from __future__ import annotations

import doctest
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

_GROWTH = Path(__file__).parents[2] / "benchmarks" / "growth"


@pytest.fixture(scope="module")
def growth() -> ModuleType:
    """The command without its workloads, whose imports take seconds."""
    names = {
        "market_growth": ("console_pages", "elastic_search", "embedded_search", "judging"),
        "register_growth": ("register",),
        "store_growth": ("audit_chain", "evidence_log", "frontier_and_outbox"),
    }
    stand_ins = {name: ModuleType(name) for name in names}
    for name, module in stand_ins.items():
        vars(module).update(dict.fromkeys(names[name]))
    path, modules = list(sys.path), {name: sys.modules.get(name) for name in (*names, "growth_bench")}
    sys.modules.update(stand_ins)
    spec = importlib.util.spec_from_file_location("growth_bench", _GROWTH / "bench.py")
    assert spec is not None and spec.loader is not None
    module = sys.modules["growth_bench"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.path[:] = path
    for name, before in modules.items():
        sys.modules.pop(name)
        sys.modules.update({name: before} if before else {})


def test_examples_hold(growth: ModuleType) -> None:
    assert doctest.testmod(growth).failed == 0


def test_all_are_done_at_a_size_before_any_at_the_next_and_a_failure_is_told(growth: ModuleType) -> None:
    done = []

    def good(_folder: Path, size: int) -> dict[str, float]:
        done.append(("good", size))
        return {"good [s]": float(size)}

    def breaks(_folder: Path, size: int) -> dict[str, float]:
        done.append(("breaks", size))
        if size == 1_000:
            raise OSError("disk full")
        return {"breaks [s]": 1.0}

    figures: dict[str, float] = {}
    for some in growth.climb({"breaks": breaks, "good": good}, (100, 1_000, 10_000), 240):
        figures |= some
    warming = growth._WARMING
    assert done == [
        ("breaks", warming), ("breaks", 100), ("good", warming), ("good", 100),
        ("breaks", 1_000), ("good", 1_000), ("good", 10_000),
    ]  # fmt: skip
    assert figures == {
        "breaks [s] | 100": 1.0, "breaks [s] | 1000 | failed": 1.0,
        "good [s] | 100": 100.0, "good [s] | 1000": 1_000.0, "good [s] | 10000": 10_000.0,
    }  # fmt: skip


def test_size_that_would_take_too_long_is_left_out_and_foretold(
    growth: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growth, "spent", lambda act: act() or 10.0)
    figures: dict[str, float] = {}
    for some in growth.climb({"slow": lambda _folder, _size: {"slow [s]": 7.0}}, (1_000, 10_000, 100_000), 100):
        figures |= some
    assert figures == {"slow [s] | 1000": 7.0, "slow [s] | 10000 | foretold": pytest.approx(133.3, abs=0.1)}


def test_what_commits_every_step_has_as_many_sizes_over_as_many_decades(growth: ModuleType) -> None:
    figures: dict[str, float] = {}
    for some in growth.climb({"audit": lambda _folder, size: {"audit [s]": float(size)}}, (1_000, 10_000, 100_000), 99):
        figures |= some
    assert list(figures) == ["audit [s] | 300", "audit [s] | 3000", "audit [s] | 30000"]


def test_what_making_costs_is_known_apart(growth: ModuleType) -> None:
    from spending import Stock

    stock = Stock(str(number) for number in range(2_500))
    assert len(list(stock)) == 2_500
    assert stock.seconds > 0
