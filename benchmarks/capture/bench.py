"""One page of 101 responses over TLS on loopback: ours with all artefacts, ArchiveBox and single-file-cli, in turn.

Ours is measured twice: a warm worker (visit, papers, seal, keep) and the whole command from a cold start. Processor
seconds of the process tree stand beside wall seconds, as the machine may be shared. Not equal: ours records every
exchange with address, TLS and DNS, films the visit, prints the 笔录, signs and stamps; ArchiveBox starts a browser for
each of four outputs; single-file-cli makes one HTML file.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT)]

from peers import Run, archivebox, measured, single_file  # noqa: E402
from shop_page import ShopPage, shop_page  # noqa: E402

from evidence.capturing.browser import find_browser  # noqa: E402
from evidence.standalone.verify import REQUIRED_ROLES  # noqa: E402

_ROUNDS = int(os.environ.get("CAPTURE_BENCH_ROUNDS", "3"))


def measure(rounds: int = _ROUNDS) -> dict[str, float]:
    """Medians by name."""
    browser = find_browser()
    warm: list[dict[str, float]] = []
    cold, boxes, singles = [], [], []
    with shop_page() as page, tempfile.TemporaryDirectory() as folder:
        roots = Path(folder) / "roots.pem"
        roots.write_text(page.root_pem)
        data = Path(folder) / "data"
        with _worker(data, roots, page.url) as worker:
            for number in range(rounds + 2):
                line = _ask(worker)
                if number >= 2:  # two to warm up: from the second on a browser waits
                    warm.append(line)
                    cold.append(_cold(page, Path(folder)))
                    boxes.append(archivebox(page.url, browser))
                    singles.append(single_file(page.url, browser))
        facts = _facts(Path(folder) / "cold.wacz", page)
    made = {
        "warm s": _median(line["seconds"] for line in warm),
        "warm CPU s": _median(line["cpu_seconds"] for line in warm),
        "warm memory MB": max(line["memory_mb"] for line in warm),
        "warm not complete": float(sum(line["state"] != "complete" for line in warm)),
        "package MB": _median(line["size_bytes"] / 1e6 for line in warm),
        "cold s": _median(seconds for seconds, _ in cold),
        "cold CPU s": _median(cpu for _, cpu in cold),
        **facts,
        **_peer("ArchiveBox", [run for run in boxes if run]),
        **_peer("single-file", [run for run in singles if run]),
    }
    if "ArchiveBox s" in made:
        made["warm / ArchiveBox"] = made["warm s"] / made["ArchiveBox s"]
        made["warm / ArchiveBox, CPU"] = made["warm CPU s"] / made["ArchiveBox CPU s"]
        made["cold / ArchiveBox"] = made["cold s"] / made["ArchiveBox s"]
        made["cold / ArchiveBox, CPU"] = made["cold CPU s"] / made["ArchiveBox CPU s"]
    return made


def _peer(name: str, runs: list[Run]) -> dict[str, float]:
    if not runs:
        return {}
    for run in runs:
        if run.missing:
            print(f"  {name}: 缺 {'、'.join(run.missing)}", file=sys.stderr)
    return {
        f"{name} s": _median(run.seconds for run in runs),
        f"{name} CPU s": _median(run.cpu_seconds for run in runs),
        f"{name} MB": _median(run.size_bytes / 1e6 for run in runs),
        f"{name} artefacts missing": max(float(len(run.missing)) for run in runs),
    }


def _cold(page: ShopPage, folder: Path) -> tuple[float, float]:
    out = folder / "cold.wacz"
    command = [str(Path(sys.executable).with_name("wangjian")), "evidence", "capture", page.url, "-o", str(out)]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment["SSL_CERT_FILE"] = str(folder / "roots.pem")
    return measured([*command, "--allow-private", "--data-dir", str(folder / "cold")], env=environment)


def _facts(package: Path, page: ShopPage) -> dict[str, float]:
    """Of the last package: artefacts missing, exchanges with address, TLS and DNS, and bytes equal to the origin's."""
    with zipfile.ZipFile(package) as found:
        manifest = json.loads(found.read("evidence/manifest.json"))
        rows = [json.loads(line) for line in found.read("evidence/exchanges.jsonl").splitlines()]
        warc = found.read("archive/data.warc.gz")
    roles = {artefact["role"] for artefact in manifest["artefacts"]}
    full = [row for row in rows if row["address"] and row["dns_answers"] and row["tls_chain_sha256"]]
    return {
        "artefacts missing": float(len(set(REQUIRED_ROLES) - roles)),
        "exchanges": float(len(rows)),
        "exchanges with address, TLS, DNS": float(len(full)),
        "exchanges with the origin's bytes": float(_equal(warc, page)),
    }


def _equal(warc: bytes, page: ShopPage) -> int:
    import io

    from warcio.archiveiterator import ArchiveIterator

    equal = 0
    for record in ArchiveIterator(io.BytesIO(warc), no_record_parse=True):
        if record.rec_type == "response":
            path = "/" + record.rec_headers.get_header("WARC-Target-URI").removeprefix(page.url)
            equal += record.raw_stream.read() == page.answers[path]
    return equal


def _median(values: Iterator[float]) -> float:
    return statistics.median(values)


@contextmanager
def _worker(data: Path, roots: Path, url: str) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(HERE / "worker.py"), str(data), str(roots), url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as found:
        assert found.stdout is not None
        _line(found.stdout, "ready")
        try:
            yield found
        finally:
            assert found.stdin is not None
            found.stdin.close()


def _ask(worker: subprocess.Popen[str]) -> dict[str, float]:
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write("go\n")
    worker.stdin.flush()
    found: dict[str, float] = json.loads(_line(worker.stdout, "{"))
    return found


def _line(out: IO[str], beginning: str) -> str:
    for line in out:
        if line.startswith(beginning):
            return line
    raise RuntimeError("the worker ended")


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name:<40} {value:>12.3f}")
