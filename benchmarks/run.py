"""Runs the benchmarks, each in a process of its own, and writes docs/benchmarks.md from what they said.

    python benchmarks/run.py [NAME…] [--full] [--compare OLD.json] [--no-write]

Without names all of `subjects.py` run at sizes of some minutes; `--full` takes the large sizes (hours). Figures are
kept in benchmarks/results.json as they come, so that a benchmark that fails, hangs or is interrupted loses no other's;
a run of some replaces only theirs. `--compare` prints how they stand to an older results.json. Ends with 1 when one
failed.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import json
import os
import platform
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE)]

from subjects import SUBJECTS, Size, Subject  # noqa: E402 - the folder is put on the path first
from telling import compared, page, told  # noqa: E402

RESULTS = HERE / "results.json"
PAGE = ROOT / "docs" / "benchmarks.md"
_LIBRARIES = (
    "scrapy", "lxml", "parsel", "warcio", "sqlalchemy", "rapidfuzz", "pyahocorasick", "ahocorasick-rs", "elasticsearch",
    "playwright", "typst",
)  # fmt: skip
_REASON_CHARACTERS = 300


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the named benchmarks, or all; 2 when a name is unknown."""
    asked = _parser().parse_args(arguments)
    if asked.child:
        return child(asked.child, json.loads(asked.sizes), Path(asked.out))
    unknown = [name for name in asked.names if name not in SUBJECTS]
    if unknown:
        print(f"没有名为 {'、'.join(unknown)} 的基准；有：{'、'.join(SUBJECTS)}", file=sys.stderr)
        return 2
    old = json.loads(asked.compare.read_text(encoding="utf-8")) if asked.compare else None
    measured: dict[str, Any] = {}
    for name in asked.names or SUBJECTS:
        measured[name] = run(name, SUBJECTS[name], full=asked.full)
        print(told(name, measured[name]), flush=True)
        if not asked.no_write:
            keep(name, measured[name], asked.results, asked.page)
    if old:
        print(compared(old, {"subjects": measured}, list(measured)))
    failed = [name for name, said in measured.items() if said["state"] == "failed" or said.get("cut_off")]
    if failed:
        print(f"失败的基准：{'、'.join(failed)}（原因见上）", file=sys.stderr)
    return 1 if failed else 0


def _ended(number: int, _frame: object) -> None:
    """A run that is told to end takes the benchmark it waits for with it."""
    raise SystemExit(128 + number)


def run(name: str, subject: Subject, *, full: bool) -> dict[str, Any]:
    """What one benchmark said, or why it said nothing; never raises for what a benchmark does."""
    sizes = subject.full if full else subject.sizes
    began, load = time.monotonic(), os.getloadavg()[0]
    said: dict[str, Any] = {
        "title": subject.title,
        "sizes": dict(sizes),
        "full": full,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
    }
    print(f"{name} …", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        out, log = Path(folder) / "figures.json", Path(folder) / "log"
        code = _child_code(name, sizes, out=out, log=log, most_seconds=60 * subject.minutes[full])
        figures = json.loads(out.read_text(encoding="utf-8")) if out.is_file() else {}
        why = f"given up after {subject.minutes[full]:g} minutes" if code is None else f"ended with {code}"
        if figures:  # of one that tells them as they come and was cut off, those it had
            said |= {"state": "measured", "figures": figures}
            said |= {"cut_off": f"{why}: {reason(log)}"} if code != 0 else {}
        elif code == 0:
            said |= {"state": "not_run", "figures": {}, "reason": reason(log) or "the benchmark gave no figures"}
        else:
            said |= {"state": "failed", "figures": {}, "reason": f"{why}: {reason(log)}"}
    spent = {"seconds": round(time.monotonic() - began, 1), "load": [round(load, 1), round(os.getloadavg()[0], 1)]}
    return said | spent


def child(name: str, sizes: dict[str, Size], out: Path) -> int:
    """Measure in this process and leave the figures in a file."""
    path = HERE / SUBJECTS[name].module
    sys.path[:0] = [str(path.parent)]
    spec = importlib.util.spec_from_file_location(f"bench_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[f"bench_{name}"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    measure: Callable[..., dict[str, float] | Iterator[dict[str, float]]] = module.measure
    found, figures = measure(**sizes), {}
    for some in (found,) if isinstance(found, dict) else found:
        figures |= some
        whole = out.with_suffix(".part")
        whole.write_text(json.dumps(figures), encoding="utf-8")
        whole.replace(out)
    return 0


def reason(log: Path) -> str:
    """The last line a benchmark left, without the places of this machine."""
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    last = lines[-1] if lines else ""
    for place, word in ((str(ROOT), "."), (tempfile.gettempdir(), "TMP"), (str(Path.home()), "~")):
        last = last.replace(place, word)
    return last[:_REASON_CHARACTERS]


def machine() -> dict[str, Any]:
    """Cores, memory, system and versions; nothing that names the machine."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    versions = {"SQLite": sqlite3.sqlite_version}
    for name in _LIBRARIES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(pages / (1 << 30)),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": versions,
    }


def kept(results: Path) -> dict[str, Any]:
    """Figures of earlier runs; an empty document where there are none."""
    if results.is_file():
        document: dict[str, Any] = json.loads(results.read_text(encoding="utf-8"))
        return document
    return {"format": 1, "subjects": {}}


def keep(name: str, said: dict[str, Any], results: Path, place: Path) -> None:
    """Put one subject into both files, each whole or as it was; another run may have added to them meanwhile."""
    document = kept(results)
    document["subjects"][name] = said
    for path, text in (
        (results, json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"),
        (place, page(document, SUBJECTS)),
    ):
        aside = path.with_name(f".{path.name}.part")
        aside.write_text(text, encoding="utf-8")
        aside.replace(path)


def _child_code(name: str, sizes: Any, *, out: Path, log: Path, most_seconds: float) -> int | None:
    """Exit code of the benchmark's process; None when it was ended, with all it had started, for taking too long."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPATH": str(ROOT)}
    with log.open("w") as stream:
        process = subprocess.Popen(
            _command(name, sizes, out), stdout=stream, stderr=stream, env=environment, start_new_session=True, cwd=ROOT
        )
        try:
            return process.wait(most_seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _command(name: str, sizes: Any, out: Path) -> list[str]:
    given = ["--child", name, "--sizes", json.dumps(dict(sizes)), "--out", str(out)]
    return [sys.executable, str(HERE / "run.py"), *given]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(SUBJECTS)}")
    parser.add_argument("--full", action="store_true", help="the large sizes: hours, some gigabytes of disk")
    parser.add_argument("--compare", type=Path, help="an older results.json")
    parser.add_argument("--no-write", action="store_true", help="only print")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the figures are kept")
    parser.add_argument("--page", type=Path, default=PAGE, help="the page that is written")
    for name in ("--child", "--sizes", "--out"):
        parser.add_argument(name, help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _ended)
    sys.exit(main())
