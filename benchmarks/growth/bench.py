"""What things cost as they grow: each workload at 3,000, 10,000, 30,000 … of what it grows by, CPU at each.

    python benchmarks/growth/bench.py [--most N] [--seconds S] [--only WORKLOAD…] [--elastic]

A workload is done at the next size as long as that is not above `most` and the last one foretells that it ends within
`seconds` (by n log n). Figures are named `curve [unit] | size`; `../slopes.py` fits the exponents.
"""

from __future__ import annotations

import argparse
import gc
import math
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import structlog

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from market_growth import console_pages, elastic_search, embedded_search, judging  # noqa: E402
from register_growth import register  # noqa: E402
from slopes import curves, exponent, n_log_n_growth  # noqa: E402
from store_growth import audit_chain, evidence_log, frontier_and_outbox  # noqa: E402

__all__ = ["WORKLOADS", "measure", "sizes_to_do"]

Workload = Callable[[Path, int], Mapping[str, float]]

WORKLOADS: dict[str, Workload] = {
    "register": register,
    "judging": judging,
    "search": embedded_search,
    "elastic": elastic_search,
    "console": console_pages,
    "survey": frontier_and_outbox,
    "evidence_log": evidence_log,
    "audit": audit_chain,
}
_LADDER = (3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
_WARMING = 300


def measure(
    most: int = 100_000, seconds: float = 60, *, only: Iterable[str] = (), elastic: bool = False
) -> dict[str, float]:
    """CPU at every size of every workload."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    names = list(only) or [name for name in WORKLOADS if elastic or name != "elastic"]
    figures: dict[str, float] = {}
    for name in names:
        _done(WORKLOADS[name], _WARMING)  # imports, compiled patterns, the first look at everything
        for size, found in _climbed(WORKLOADS[name], most, seconds):
            for curve, cost in found.items():
                figures[f"{curve} | {size}"] = cost
                print(f"{name}: {curve} | {size}: {cost:.4g}", file=sys.stderr, flush=True)
    return figures


def sizes_to_do(most: int) -> tuple[int, ...]:
    """Sizes of the ladder up to `most`."""
    return tuple(size for size in _LADDER if size <= most)


def foretold(size: int, then: int, seconds: float) -> float:
    """How long a size takes when another took so long, at n log n.

    >>> round(foretold(1_000, 10_000, 3.0), 6)
    40.0
    """
    return seconds * (then * math.log(then)) / (size * math.log(size))


def _climbed(workload: Workload, most: int, seconds: float) -> Iterable[tuple[int, Mapping[str, float]]]:
    before, took = 0, 0.0
    for size in sizes_to_do(most):
        if before and foretold(before, size, took) > seconds:
            return
        began = time.perf_counter()
        yield size, _done(workload, size)
        before, took = size, time.perf_counter() - began


def _done(workload: Workload, size: int) -> Mapping[str, float]:
    gc.collect()
    with tempfile.TemporaryDirectory() as folder:
        return workload(Path(folder), size)


def main() -> None:
    """Print every curve with its exponent."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--only", nargs="+", choices=list(WORKLOADS), default=[])
    parser.add_argument("--elastic", action="store_true")
    given = parser.parse_args()
    found = measure(given.most, given.seconds, only=given.only, elastic=given.elastic)
    for curve, points in curves(found).items():
        costs = "  ".join(f"{size:,}: {cost:.4g}" for size, cost in points)
        grown = f"exponent {exponent(points):.2f}, {n_log_n_growth(points):.2f} of n log n" if len(points) > 1 else ""
        print(f"{curve:<52} {costs}  {grown}")


if __name__ == "__main__":
    main()
