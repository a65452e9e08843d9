"""300 officers at once on one served console: reads and decisions mixed, each thinking between clicks.

    PYTHONPATH=. python benchmarks/console/officers.py [--leads 200000] [--officers 300] [--think 10] [--processes 2]
        [--seconds 120] [--keep DIR]

`--think`: seconds between two clicks of one officer, on average; each is drawn from half of it to one and a half.
Twenty officers a second sit down; what is told is counted from when all do. locust runs in an environment of its own
(locust.lock). Afterwards every decision that was answered as done is looked for in the records, once. Officers and
server share the machine's processors; what both used of them is told.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import importlib.util
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import venv
from collections import Counter
from pathlib import Path
from types import ModuleType

_HERE = Path(__file__).resolve().parent
_CACHE = _HERE.parents[1] / ".cache" / "locust"


def main(wanted: argparse.Namespace) -> int:
    """Print percentiles of each kind of request, and whether anything was lost."""
    filling, serving = (_module(_HERE, name) for name in ("filling", "serving"))
    market = _module(_HERE.parent / "search", "market")
    words = sorted({query.text for query in market.queries(200)})
    with tempfile.TemporaryDirectory() as made:
        folder = wanted.keep or Path(made)
        filling.fill(folder, wanted.leads)
        before = _decisions(folder)
        with serving.served(folder, processes=wanted.processes) as (address, server):
            before_seconds = serving.processor_seconds(server)
            done = _swarm(Path(made), address, wanted, {"tokens": filling.tokens(), "words": words})
            for name, seconds in serving.processor_seconds(server).items():
                print(f"processor of {name}: {seconds - before_seconds.get(name, 0.0):.1f} s")
        kept = _decisions(folder) - before
    lost = [lead for lead, times in Counter(done).items() if kept[lead] != times]
    print(f"decisions answered as done: {len(done)}; of them not in the records exactly as often: {len(lost)}")
    return 1 if lost else 0


def _swarm(folder: Path, address: str, wanted: argparse.Namespace, material: dict[str, list[str]]) -> list[str]:
    (folder / "material.json").write_text(json.dumps(material, ensure_ascii=False))
    done = folder / "done.txt"
    done.touch()
    environment = {**os.environ, "OFFICER_MATERIAL": str(folder / "material.json"), "OFFICER_DONE": str(done)}
    environment["OFFICER_THINK_SECONDS"] = str(wanted.think)
    environment.pop("PYTHONPATH", None)
    words = [_locust(), "-m", "locust", "-f", _HERE / "officer.py", "--headless", "--host", address,
             "-u", wanted.officers, "-r", 20, "-t", f"{wanted.seconds}s", "--reset-stats",
             "--csv", folder / "run"]  # fmt: skip
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with (folder / "locust.log").open("w") as log:
        subprocess.run([str(word) for word in words], env=environment, check=False, stdout=log, stderr=log)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"processor of the officers: {used:.1f} s of {wanted.seconds}; load {os.getloadavg()[0]:.1f}")
    with (folder / "run_stats.csv").open() as file:
        for row in csv.DictReader(file):
            print(
                f"{row['Name']:<14} {row['Request Count']:>7} requests, {row['Failure Count']:>3} failed, "
                f"p50 {row['50%']:>6} ms, p95 {row['95%']:>6} ms, p99 {row['99%']:>6} ms"
            )
    return done.read_text().split()


def _decisions(folder: Path) -> Counter[str]:
    with sqlite3.connect(f"file:{folder}/wangjian.db?mode=ro", uri=True) as connection:
        rows = connection.execute("select lead_id, body from lead_events").fetchall()
    return Counter(lead_id for lead_id, body in rows if json.loads(body)["action"] == "签收")


def _locust() -> Path:
    lock = _HERE / "locust.lock"
    place = _CACHE / hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
    if not (place / "ready").is_file():
        print("locust: installing into an environment of its own", file=sys.stderr, flush=True)
        venv.create(place, with_pip=True, clear=True)
        install = ["-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)]
        subprocess.run([str(place / "bin" / "python"), *install], check=True)
        (place / "ready").touch()
    return place / "bin" / "python"


def _module(folder: Path, name: str) -> ModuleType:
    found = importlib.util.spec_from_file_location(f"console_{name}", folder / f"{name}.py")
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


if __name__ == "__main__":
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--leads", type=int, default=200_000)
    reader.add_argument("--officers", type=int, default=300)
    reader.add_argument("--think", type=float, default=10.0)
    reader.add_argument("--processes", type=int, default=2)
    reader.add_argument("--seconds", type=int, default=120)
    reader.add_argument("--keep", type=Path)
    sys.exit(main(reader.parse_args()))
