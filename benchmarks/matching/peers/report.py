"""results.json and the peers' part of ../RESULTS.md, kept between two marks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__all__ = ["RESULTS", "table", "write_report"]

HERE = Path(__file__).resolve().parent
RESULTS = HERE.parent / "RESULTS.md"
BEGIN, END = "<!-- peers: written by peers/compare.py --write -->", "<!-- end of peers -->"

WORDS = {
    "ours": "**ours**, embedded",
    "ours_elastic": "**ours** on Elasticsearch",
    "fts5_pairs": "SQLite FTS5, character pairs + ratio",
    "fts5_trigram": "SQLite FTS5, trigrams + ratio",
    "wratio": "rapidfuzz WRatio, whole register",
    "jaro_winkler": "JaroWinkler, whole register",
    "splink": "Splink on our candidates",
    "nomenklatura": "nomenklatura logic-v2 on our candidates",
}
WORTH = (
    "| design | queries | R@1 | R@10 | recall at 99 % precision (95 % interval) | at 95 % | ECE | ECE after isotonic |"
)
COST = (
    "| design | ms a query p50 / p95 | CPU ms p50 / p95 | build s | of it CPU | memory asking MB (not of files) "
    "| building MB | disk MB |"
)


def write_report(document: dict[str, Any], *, results: Path = RESULTS, kept: Path = HERE / "results.json") -> None:
    """Keep this run's designs in the JSON file, in place of their older figures at that size, and draw all anew."""
    before = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}
    same = before.setdefault(str(document["entities"]), {"designs": {}})
    designs = same["designs"] | document["designs"]
    load = max(document["load"], same.get("load", 0.0))
    before[str(document["entities"])] = (
        same | document | {"load": load} | {"designs": {n: designs[n] for n in WORDS if n in designs}}
    )
    kept.write_text(json.dumps(before, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sizes = sorted(before, key=int)
    body = "\n\n".join(_size(before[size]) for size in sizes)
    text = results.read_text(encoding="utf-8") if results.is_file() else f"# Matching\n\n{BEGIN}\n{END}\n"
    if BEGIN not in text:
        text = f"{text.rstrip()}\n\n{BEGIN}\n{END}\n"
    head, _begin, rest = text.partition(BEGIN)
    _old, _end, tail = rest.partition(END)
    results.write_text(f"{head}{BEGIN}\n## Beside peers\n\n{body}\n{END}{tail}", encoding="utf-8")


def table(designs: dict[str, Any], part: str) -> str:
    """Worth of the designs on `all` or on the `sample` that every design was asked."""
    lines = [WORTH, "|---" * 8 + "|"]
    for name, said in designs.items():
        if part not in said:
            lines.append(f"| {WORDS[name]} | {said.get('missing') or said.get('failed', '')} |" + " |" * 6)
            continue
        one = said[part]
        low, high = one["recall_at_99_interval"] or (0.0, 0.0)
        lines.append(
            f"| {WORDS[name]} | {one['queries']:,} | {one['recall_at_1']:.3f} | {one['recall_at_10']:.3f} | "
            f"{one['recall_at_99']:.3f} ({low:.2f}-{high:.2f}) | {one['recall_at_95']:.3f} | "
            f"{one['ece']:.3f} | {one['ece_isotonic']:.3f} |"
        )
    return "\n".join(lines)


def _size(found: dict[str, Any]) -> str:
    designs = found["designs"]
    sample = max((said["sample"]["queries"] for said in designs.values() if "sample" in said), default=0)
    parts = [
        f"### {found['entities']:,} entities\n",
        f"Python {found['python']}, {found['cores']} cores, load up to {found['load']:.0f}: read CPU, not wall time.\n",
        table({n: s for n, s in designs.items() if s.get("all") != s.get("sample") or "all" not in s}, "all"),
    ]
    if any(said.get("all") == said.get("sample") for said in designs.values() if "all" in said):
        parts.append(f"\nThe same {sample} queries of every design:\n\n{table(designs, 'sample')}")
    parts.append(f"\n{_costs(designs)}")
    return "\n".join(parts)


def _costs(designs: dict[str, Any]) -> str:
    lines = [COST, "|---" * 8 + "|"]
    for name, said in designs.items():
        if "all" not in said:
            continue
        one, process, built = said["all"], said["process"], said["build"]
        lines.append(
            f"| {WORDS[name]} | {one['ms_p50']:.2f} / {one['ms_p95']:.2f} | "
            f"{one['cpu_ms_p50']:.2f} / {one['cpu_ms_p95']:.2f} | "
            f"{_said(built, 'seconds', 1)} | {_said(built, 'cpu_seconds', 1)} | "
            f"{process['peak_mb']:.0f} ({process['own_mb']:.0f}) | {_said(built, 'peak_mb')} | "
            f"{_said(built, 'disk_mb')} |"
        )
    return "\n".join(lines)


def _said(built: dict[str, Any], figure: str, places: int = 0) -> str:
    return f"{built[figure]:.{places}f}" if figure in built else "-"
