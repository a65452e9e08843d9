"""How fast a large package is verified, beside what reading and digesting the same file costs at least.

    python benchmarks/evidence/verify_speed.py [--megabytes 1000] [--runs 3]

In turn, on the same file: `sha256sum` and then `openssl dgst -sm3`; the same two digests in one reading, in threads;
and `verify.py` alone, which besides does CRC-32, member digests, gzip, and the digests of each WARC record.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import queue
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
PROGRAM = ROOT / "evidence" / "standalone" / "verify.py"


def main() -> None:
    """Measure and print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    chosen = parser.parse_args()
    sys.stdout.write(json.dumps(_told(chosen.megabytes, chosen.runs), ensure_ascii=False, indent=1) + "\n")


def measure(megabytes: int = 1000, runs: int = 3) -> dict[str, float]:
    """Medians by name, for `make bench`."""
    return {name: float(value) for name, value in _told(megabytes, runs).items() if isinstance(value, int | float)}


def _told(megabytes: int, runs: int) -> dict[str, Any]:
    place = ROOT / ".cache"
    place.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place) as folder:
        path, anchors = _package(Path(folder), megabytes)
        kinds: dict[str, Callable[[], float]] = {
            "two_programs_seconds": lambda: (
                _wall(["sha256sum", str(path)]) + _wall(["openssl", "dgst", "-sm3", str(path)])
            ),
            "two_digests_in_one_reading_seconds": lambda: _one_reading(path),
            "verify_seconds": lambda: _wall([sys.executable, "-I", str(PROGRAM), str(path), "--anchors", str(anchors)]),
        }
        figures: dict[str, list[float]] = {kind: [] for kind in kinds}
        for _ in range(runs):
            for kind, measure in kinds.items():
                figures[kind].append(measure())
        best = {kind: round(statistics.median(found), 2) for kind, found in figures.items()}
        return {
            "bytes": path.stat().st_size,
            **best,
            "all": {kind: [round(one, 2) for one in found] for kind, found in figures.items()},
            "speed_beside_two_programs": round(best["two_programs_seconds"] / best["verify_seconds"], 2),
            "speed_beside_one_reading": round(best["two_digests_in_one_reading_seconds"] / best["verify_seconds"], 2),
            "two_programs_processor_seconds": round(_processor(kinds["two_programs_seconds"]), 2),
            **_once(path, anchors),
            "load": os.getloadavg(),
        }


def _package(folder: Path, megabytes: int) -> tuple[Path, Path]:
    from tests.attacks.making import Office, Shape, make_package

    office, path, anchors = Office.open(folder), folder / "large.wacz", folder / "anchors.pem"
    shape = Shape(exchanges=megabytes // 10, body_bytes=10_000_000, random_bodies=True)
    make_package(path, shape, office)
    office.records.close()
    anchors.write_text(office.anchors_pem)
    return path, anchors


def _wall(words: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(words, check=True, capture_output=True)
    return time.perf_counter() - begun


def _processor(measure: Callable[[], float]) -> float:
    before = os.times()
    measure()
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def _one_reading(path: Path) -> float:
    begun = time.perf_counter()
    waiting: queue.Queue[bytes | None] = queue.Queue(8)
    sm3, sha256 = hashlib.new("sm3"), hashlib.sha256()

    def work() -> None:
        while (chunk := waiting.get()) is not None:
            sm3.update(chunk)

    thread = threading.Thread(target=work)
    thread.start()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            waiting.put(chunk)
            sha256.update(chunk)
    waiting.put(None)
    thread.join()
    return time.perf_counter() - begun


def _once(path: Path, anchors: Path) -> dict[str, float]:
    """What one verification read, and how much memory and processor it took."""
    code = (
        "import runpy,sys,resource;sys.argv=sys.argv[1:]\n"
        "try: runpy.run_path(sys.argv[0],run_name='__main__')\n"
        "except SystemExit: pass\n"
        "u=resource.getrusage(resource.RUSAGE_SELF)\n"
        "r=open('/proc/self/io').read().split('rchar: ')[1].split()[0]\n"
        "print(r,u.ru_maxrss,u.ru_utime+u.ru_stime,file=sys.stderr)"
    )
    words = [sys.executable, "-I", "-c", code, str(PROGRAM), str(path), "--anchors", str(anchors)]
    told = subprocess.run(words, check=True, capture_output=True, text=True)
    read, most, cpu = told.stderr.split()[-3:]
    assert "全部通过" in told.stdout, told.stdout
    return {
        "times_read": round(int(read) / path.stat().st_size, 3),
        "memory_megabytes": round(int(most) / 1024),
        "processor_seconds": round(float(cpu), 2),
    }


if __name__ == "__main__":
    main()
