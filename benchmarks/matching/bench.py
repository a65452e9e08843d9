"""Ours beside what needs no other environment, over the real register: `make bench BENCH_ARGS="matching"`.

Splink, nomenklatura, Elasticsearch and the padded registers: `peers/compare.py`. Accuracy by kind of damage:
`evaluate.py`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "peers"), str(HERE)]

DESIGNS = ("ours", "fts5_pairs", "jaro_winkler", "wratio")


def measure(queries: int = 1300, slow: int = 130) -> dict[str, float]:
    """Worth and cost of each design; nothing, with a word on stderr, where the real register is not at hand."""
    from compare import REGISTER, compare
    from material import Sizes, make_material
    from noise import real_rows, split

    if REGISTER is None:
        print("matching: data/register/register-250k.csv.xz is not here", file=sys.stderr)
        return {}
    rows = real_rows(REGISTER)
    sizes = Sizes(entities=len(split(rows)[0]), queries=queries, slow=slow, training=60)
    with tempfile.TemporaryDirectory() as folder:
        found = compare(make_material(rows, Path(folder), sizes=sizes), DESIGNS)
    return {f"{name}_{figure}": value for name, said in found.items() for figure, value in _figures(said)}


def _figures(said: dict[str, Any]) -> list[tuple[str, float]]:
    if "all" not in said:
        return []
    shown = ("recall_at_1", "recall_at_10", "recall_at_99", "ece", "cpu_ms_p50", "cpu_ms_p95")
    build = [("build_cpu_seconds", float(said["build"]["cpu_seconds"]))]
    return [(name, float(said["all"][name])) for name in shown] + build + [("peak_mb", said["process"]["peak_mb"])]
