"""Memory of the survey process over 50,000 pages: resident size at every 10,000, and how much it grew after the first.

`python benchmarks/crawl/memory.py [--pages N] [--step M]` prints a table. The process measured is the product's own;
the site makes its pages as they are asked for and never ends before the limit.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType

from records.survey import FrontierState
from wangjian.settings import load_settings
from wangjian.surveying import SurveyTask
from wangjian.wiring import open_survey

HERE = Path(__file__).resolve().parent
_MEGABYTE = 1 << 20
_LONG = 50_000
"""Pages from which the second half of a run says whether memory grows; before, bounded caches are still filling."""


def measure(pages: int = 50_000, step: int = 5000) -> dict[str, float]:
    """Resident size through a run and its slope over the second half, for `make bench`."""
    with tempfile.TemporaryDirectory() as folder:
        found = measure_growth(Path(folder), pages=pages, step=step)
    half = [(done, size / _MEGABYTE) for done, size, _, _ in found if done >= pages / 2]
    return {
        "pages": float(found[-1][0]),
        "first_megabytes": found[0][1] / _MEGABYTE,
        "last_megabytes": found[-1][1] / _MEGABYTE,
        "most_megabytes": max(size for _, size, _, _ in found) / _MEGABYTE,
        f"{'growth' if pages >= _LONG else 'filling'}_megabytes_per_10000": 10_000 * slope(half),
        "cpu_seconds_per_1000": 1000 * found[-1][2] / found[-1][0],
    }


def slope(points: list[tuple[int, float]]) -> float:
    """Straight line through the points by least squares: megabytes a page; 0 below two points."""
    x, y = (sum(column) / len(points) for column in zip(*points, strict=True))
    spread = sum((one - x) ** 2 for one, _ in points)
    return sum((one - x) * (size - y) for one, size in points) / spread if spread else 0.0


def resident_bytes(pid: int) -> int:
    """Resident set of a process now; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS")), 0)


def measure_growth(place: Path, *, pages: int, step: int) -> list[tuple[int, int, float, float]]:
    """(pages done, resident bytes, CPU seconds, wall seconds) at every step."""
    kills = _kills()
    data_dir = place / "data"
    data_dir.mkdir()
    found: list[tuple[int, int, float, float]] = []
    settings = load_settings(data_dir=data_dir, allow_private=True)
    with kills.served(pages + 1000, place / "asked.log") as start, open_survey(settings) as means:
        target = kills.target_of(start).model_copy(update={"max_pages": pages})
        means.survey.save_target(target)
        child = kills.begin(SurveyTask(data_dir=data_dir, allow_private=True, target=target, run_id=kills.RUN_ID))
        began = time.monotonic()
        due = min(1000, step)
        while child.running():
            time.sleep(1.0)
            counts = means.survey.frontier_counts(kills.RUN_ID)
            done = counts[FrontierState.DONE] + counts[FrontierState.FAILED]
            size = resident_bytes(child.pid)
            if size and done >= due:
                found.append((done, size, _cpu_seconds(child.pid), time.monotonic() - began))
                print(_line(found[-1]), flush=True)
                due = step * (done // step + 1)
        child.wait()
    return found


def _line(row: tuple[int, int, float, float]) -> str:
    done, size, cpu, wall = row
    return f"| {done:,} | {size / _MEGABYTE:.1f} | {1000 * cpu / done:.2f} | {wall:.0f} |"


def _cpu_seconds(pid: int) -> float:
    try:
        parts = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(parts[11]) + int(parts[12])) / 100


def _kills() -> ModuleType:
    spec = importlib.util.spec_from_file_location("kills", HERE / "kills.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["kills"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=50_000)
    parser.add_argument("--step", type=int, default=10_000)
    given = parser.parse_args()
    print("| pages | resident MB | CPU s / 1,000 pages | seconds |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        found = measure_growth(Path(folder), pages=given.pages, step=given.step)
    if len(found) > 2:
        grown = (found[-1][1] - found[1][1]) / _MEGABYTE
        rate = 10_000 * slope([(done, size / _MEGABYTE) for done, size, _, _ in found[len(found) // 2 :]])
        print(f"grown by {grown:.1f} MB from {found[1][0]:,} to {found[-1][0]:,} pages")
        print(f"over the second half {rate:.2f} MB for 10,000 pages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
