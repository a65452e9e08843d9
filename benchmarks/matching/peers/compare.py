"""Ours beside its peers: one register, one set of queries, one run, every design in a process of its own.

    python benchmarks/matching/peers/compare.py [--rows …/register-250k.csv.xz] [--entities 1000000]
        [--designs ours,…] [--queries 1500] [--slow-queries 250] [--elastic elasticsearch://HOST:PORT/PREFIX]
        [--again] [--write]

Prints one JSON document; `--write` keeps it in results.json and puts the tables in ../RESULTS.md. Registers and indexes
stay in .cache/matching-peers; `--again` uses those built before. See README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
DATA = "data/register/register-250k.csv.xz"
REGISTER = next((path for place in (ROOT, ROOT.parent / "shared") if (path := place / DATA).is_file()), None)
"""The real rows, where they are at hand."""

sys.path[:0] = [str(HERE), str(HERE.parent)]

from environments import CACHE, python_of  # noqa: E402 - the folder is put on the path first
from figures import figures_of  # noqa: E402
from material import Material, Sizes, make_candidates, make_material  # noqa: E402
from noise import BARE, real_rows, split  # noqa: E402
from report import write_report  # noqa: E402


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """How a design is run: its script, whether it is too slow for all queries, whether it rescores our candidates,
    and the lock file of its own environment (none: the product's)."""

    script: str
    slow: bool = False
    rescores: bool = False
    environment: str = ""


DESIGNS = {
    "ours": Design(script="design_ours.py"),
    "ours_elastic": Design(script="design_ours.py"),
    "fts5_pairs": Design(script="design_fts5.py"),
    "fts5_trigram": Design(script="design_fts5.py"),
    "wratio": Design(script="design_brute.py", slow=True),
    "jaro_winkler": Design(script="design_brute.py"),
    "splink": Design(script="design_splink.py", rescores=True, environment="splink"),
    "nomenklatura": Design(script="design_nomenklatura.py", rescores=True, environment="nomenklatura"),
}


def compare(material: Material, designs: Sequence[str], *, again: bool = False) -> dict[str, Any]:
    """What every design was worth and what it cost, by its name; `ours` must come before those that rescore."""
    found: dict[str, Any] = {}
    for name in designs:
        print(name, file=sys.stderr, flush=True)
        found[name] = _figures(name, DESIGNS[name], material, again=again)
        if name == "ours" and "all" in found[name] and any(DESIGNS[one].rescores for one in designs):
            _candidates(material.folder)
    return found


def _figures(name: str, design: Design, material: Material, *, again: bool) -> dict[str, Any]:
    python, missing = python_of(design.environment) if design.environment else (Path(sys.executable), "")
    if python is None:
        return {"missing": missing}
    if design.rescores and not (material.folder / "candidates.jsonl").is_file():
        return {"missing": "no candidates: run the design `ours` first"}
    kept = material.folder / f"{name}.build.json"
    try:
        if not (again and kept.is_file()):
            kept.write_text(json.dumps(_child(python, design, "build", material.folder, name)), encoding="utf-8")
        built = json.loads(kept.read_text(encoding="utf-8"))
        asked = _asked(python, name, design, material=material)
    except subprocess.CalledProcessError as exc:
        return {"failed": exc.stderr.strip().splitlines()[-1][:300] if exc.stderr.strip() else str(exc)}
    return {"build": built} | asked


def _asked(python: Path, name: str, design: Design, *, material: Material) -> dict[str, Any]:
    folder = material.folder
    out = folder / f"{name}.answers.jsonl"
    queries = "candidates.jsonl" if design.rescores else "slow.jsonl" if design.slow else "queries.jsonl"
    process = _child(python, design, "ask", folder, name, str(folder / queries), str(out))
    answers = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    plain = [one for one in answers if material.queries[one["id"]]["kind"] != BARE]
    few = material.ids_of("slow.jsonl")
    figures = {
        "process": process,
        "all": figures_of(plain, material.queries),
        "sample": figures_of([one for one in plain if one["id"] in few], material.queries),
    }
    decided = [one for one in plain if one.get("decision") == "match"]
    if decided:
        right = sum(one["ranked"][0][0] == material.queries[one["id"]]["code"] for one in decided)
        figures["decided_match"] = {"count": len(decided), "right": right}
    return figures


def _candidates(folder: Path) -> None:
    """The candidates for those that rescore; training queries are asked of ours too, untimed."""
    training, ours = folder / "ours.training.jsonl", DESIGNS["ours"]
    _child(Path(sys.executable), ours, "ask", folder, "ours", str(folder / "training.jsonl"), str(training))
    make_candidates(folder, "training.jsonl", training, "training_candidates.jsonl")
    make_candidates(folder, "queries.jsonl", folder / "ours.answers.jsonl", "candidates.jsonl")


def _child(python: Path, design: Design, what: str, folder: Path, *more: str) -> dict[str, Any]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    product = not design.environment
    environment["PYTHONPATH"] = os.pathsep.join([str(HERE), *([str(ROOT), str(HERE.parent)] if product else [])])
    command = [str(python), str(HERE / design.script), what, str(folder), *more]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--rows", type=Path, default=REGISTER, required=REGISTER is None)
    reader.add_argument("--entities", type=int, default=0, help="0: the real rows only")
    reader.add_argument("--designs", default="")
    reader.add_argument("--queries", type=int, default=1500)
    reader.add_argument("--slow-queries", type=int, default=250)
    reader.add_argument("--elastic", default="", help="URL of a node, for ours_elastic")
    reader.add_argument("--again", action="store_true")
    reader.add_argument("--write", action="store_true")
    options = reader.parse_args()
    designs = options.designs.split(",") if options.designs else [n for n in DESIGNS if n != "ours_elastic"]
    if options.elastic and "ours_elastic" not in designs:
        designs.insert(1, "ours_elastic")
    if unknown := [name for name in designs if name not in DESIGNS]:
        reader.error(f"unknown designs {', '.join(unknown)}; there are {', '.join(DESIGNS)}")
    rows = real_rows(options.rows)
    sizes = Sizes(entities=options.entities or len(split(rows)[0]), queries=options.queries, slow=options.slow_queries)
    material = make_material(rows, CACHE / f"register-{sizes.entities}", sizes=sizes)
    if options.elastic:
        (material.folder / "elastic.txt").write_text(options.elastic, encoding="utf-8")
    document = {
        "entities": sizes.entities,
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[1],
        "designs": compare(material, designs, again=options.again),
    }
    print(json.dumps(document, ensure_ascii=False, indent=1))
    if options.write:
        write_report(document)


if __name__ == "__main__":
    main()
