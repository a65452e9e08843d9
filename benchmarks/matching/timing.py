"""What a query costs in one process, and what it cost in another checkout, asked in turn on the same machine.

    python benchmarks/matching/timing.py --make queries.csv --rows …/register-250k.csv.xz [--queries 1500] [--seed 77]
    python benchmarks/matching/timing.py --ask queries.csv --register sqlite:///ABS/wangjian.db [--beside CHECKOUT]
                                         [--batch 100]

The first makes damaged names as `evaluate.py` asks them, a third of them of sellers in no register, as a table that
`wangjian match --batch` takes too. The second asks the resolver each of them alone, `--rounds` times, in turns of fifty
queries a checkout, and prints a line of JSON for each: milliseconds of processor and of wall a query when it is first
asked and at its quickest, memory of the process (its own, and pages of the register's file that the system lends it),
and the run queue. With `--batch` turns of so many queries are answered as `wangjian match --batch` does a part, and a
query costs its share of the part. On a machine with other work only lines of one run mean anything beside each other.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = ("id", "name", "code", "region", "phone", "address")
TURN = 50
KINDS_OF_MEMORY = {"RssAnon:": "own_mb", "RssFile:": "file_mb", "VmHWM:": "most_mb"}


def make(rows: Path, out: Path, *, queries: int, seed: int, font: Path) -> None:
    """Write the table of queries."""
    from evaluate import damaged
    from noise import KINDS, Damage, glyph_neighbours, real_rows

    damage = Damage(shapes=glyph_neighbours(font), kinds=KINDS)
    asked = [one for one in damaged(real_rows(rows), damage, queries=queries, seed=seed) if one.kind in KINDS]
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows((f"{seed}-{at}", one.text, "", one.region, "", "") for at, one in enumerate(asked))


def answer(register: str, path: Path, *, batch: bool) -> None:
    """A worker: asks the queries of each turn it is told (`first last`), writes processor and wall nanoseconds."""
    from matching.batch import answering
    from matching.resolver import MOST_EXPLAINED, Resolver
    from records.register import MatchQuery
    from stores.backends import open_records

    now = datetime.now(UTC)
    with path.open(encoding="utf-8-sig", newline="") as file:
        asked = [MatchQuery(query_id=row["id"], name=row["name"], region=row["region"], as_of=now)
                 for row in csv.DictReader(file)]  # fmt: skip
    resolver = Resolver(open_records(register).register, lambda: now, explained=1 if batch else MOST_EXPLAINED)
    answer_part = answering(resolver)
    resolver.match(MatchQuery(query_id="first", name="开门", as_of=now))
    print(len(asked), flush=True)
    for line in sys.stdin:
        first, last = map(int, line.split())
        spent = []
        for part in [asked[first:last]] if batch else [[query] for query in asked[first:last]]:
            processor, wall = time.thread_time_ns(), time.perf_counter_ns()
            if batch:
                answer_part(part)
            else:
                resolver.match(part[0])
            took = time.thread_time_ns() - processor, time.perf_counter_ns() - wall
            spent.extend([(took[0] // len(part), took[1] // len(part))] * len(part))
        print(json.dumps(spent), flush=True)


class Worker:
    """A process that answers from one checkout."""

    def __init__(self, root: Path, register: str, path: Path, *, batch: int) -> None:
        command = [sys.executable, str(Path(__file__).resolve()), "--work", "--ask", str(path), "--register", register]
        command += ["--batch", str(batch)]
        self.root = root
        self.process = subprocess.Popen(
            command,
            env={**os.environ, "PYTHONPATH": str(root)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.asked = int(self._line())
        self.rounds: list[list[tuple[int, int]]] = []

    def ask(self, first: int, last: int) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{first} {last}\n")
        self.process.stdin.flush()
        self.rounds[-1].extend(json.loads(self._line()))

    def figures(self) -> dict[str, object]:
        quickest = [min(times) for times in zip(*[[cpu for cpu, _wall in one] for one in self.rounds], strict=True)]
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii").splitlines()
        memory = {name: round(int(line.split()[1]) / 1024)
                  for line in status for key, name in KINDS_OF_MEMORY.items() if line.startswith(key)}  # fmt: skip
        return {
            "checkout": str(self.root),
            "queries": self.asked,
            "first_cpu_ms": _quantiles([cpu for cpu, _wall in self.rounds[0]]),
            "first_wall_ms": _quantiles([wall for _cpu, wall in self.rounds[0]]),
            "quickest_cpu_ms": _quantiles(quickest),
            **memory,
            "run_queue": os.getloadavg()[0],
        }

    def stop(self) -> None:
        self.process.communicate()  # the end of its input ends it

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()


def _quantiles(nanoseconds: list[int]) -> dict[str, float]:
    ordered = [one / 1e6 for one in sorted(nanoseconds)]
    count = len(ordered)
    return {
        "p50": round(ordered[count // 2], 2),
        "p95": round(ordered[count * 95 // 100], 2),
        "mean": round(sum(ordered) / count, 2),
    }


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--make", type=Path)
    reader.add_argument("--rows", type=Path)
    reader.add_argument("--queries", type=int, default=1500)
    reader.add_argument("--seed", type=int, default=77)
    reader.add_argument("--font", type=Path, default=Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc"))
    reader.add_argument("--ask", type=Path)
    reader.add_argument("--register")
    reader.add_argument("--beside", type=Path, action="append", default=[], help="another checkout, asked in turn")
    reader.add_argument("--rounds", type=int, default=3)
    reader.add_argument("--batch", type=int, default=0, help="answer parts of so many, as a batch does")
    reader.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    options = reader.parse_args()
    if options.make is not None and options.rows is not None:
        make(options.rows, options.make, queries=options.queries, seed=options.seed, font=options.font)
    elif options.ask is None or options.register is None:
        reader.error("--make with --rows, or --ask with --register")
    elif options.work:
        answer(options.register, options.ask, batch=bool(options.batch))
    else:
        workers = [
            Worker(root, options.register, options.ask.resolve(), batch=options.batch)
            for root in (*options.beside, ROOT)
        ]
        turn = options.batch or TURN
        for _round in range(options.rounds):
            for worker in workers:
                worker.rounds.append([])
            for first in range(0, workers[0].asked, turn):
                for worker in workers:
                    worker.ask(first, first + turn)
        for worker in workers:
            print(json.dumps(worker.figures(), ensure_ascii=False))
            worker.stop()


if __name__ == "__main__":
    main()
