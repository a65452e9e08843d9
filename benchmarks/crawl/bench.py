"""Bare Scrapy and ours on the same pages in the same run: CPU seconds for 1,000 pages, memory, bytes stored a page.

`python benchmarks/crawl/bench.py [--pages N] [--browser-pages N] [--rounds N] [--only PEER…] [--write]`; --write puts
the table in RESULTS.md. CPU is what the kernel charged to the crawling process (imports and start included), never wall
time; the server of the pages is a process of its own that is not counted. A shared processor has fast and slow minutes:
the peers without a browser take turns, each round in the other direction, and what their rounds used is added up.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CONCURRENCY = 16
PEERS = ("bare_scrapy", "two_fields", "duli", "general", "bare_browser", "browser")
WORDS = {
    "bare_scrapy": "Scrapy, memory queue, two CSS fields, links, JSON lines",
    "two_fields": "ours: durable frontier, archive, digests, two CSS fields, links",
    "duli": "ours: every field by page object",
    "general": "ours: every field by the general reader",
    "bare_browser": "Chromium alone: each page opened, drawn, its HTML taken",
    "browser": "ours: every page drawn in Chromium, general reader",
}


SCRIPTS = {"bare_scrapy": "bare_scrapy.py", "bare_browser": "bare_browser.py"}
BROWSERS = ("bare_browser", "browser")


def measure(pages: int = 1000, browser_pages: int = 40, rounds: int = 2) -> dict[str, float]:
    """Figures of one run of all peers, for `make bench`."""
    found = run_peers(PEERS, pages=pages, browser_pages=browser_pages, rounds=rounds)
    figures = {f"{peer}_cpu_seconds_per_1000": per_thousand(said) for peer, said in found.items()}
    figures |= {f"{peer}_throughput_ratio": ratio(found, peer) for peer in found if peer != "bare_scrapy"}
    figures |= {f"{peer}_rss_megabytes": said["rss_megabytes"] for peer, said in found.items()}
    figures |= {
        f"{peer}_judged_cpu_seconds_per_1000": per_thousand(found[peer], "judged_") for peer in ("duli", "general")
    }
    figures["judge_start_cpu_seconds"] = found["general"]["judge_start_cpu_seconds"]
    return figures | {
        f"{peer}_pages_per_minute": 60 * found[peer]["pages"] / found[peer]["seconds"] for peer in BROWSERS
    }


def run_peers(peers: tuple[str, ...], *, pages: int, browser_pages: int, rounds: int) -> dict[str, dict[str, Any]]:
    """What each peer said of its own processes, by peer."""
    found: dict[str, dict[str, Any]] = {}
    with served(20) as start:  # the first start of a program compiles it; neither peer is charged for that
        run_peer("bare_scrapy", start, pages=20, concurrency=4)
        run_peer("general", start, pages=20, concurrency=4)
    told: dict[str, list[dict[str, Any]]] = {peer: [] for peer in peers if peer not in BROWSERS}
    with served(pages) as start:
        for number in range(rounds):
            for peer in told if number % 2 == 0 else reversed(told):
                told[peer].append(run_peer(peer, start, pages=pages, concurrency=CONCURRENCY))
    found |= {peer: added_up(rounds_of) for peer, rounds_of in told.items()}
    for peer in BROWSERS:
        if peer in peers:
            with served(browser_pages, "--by-script") as start:
                found[peer] = run_peer(peer, start, pages=browser_pages, concurrency=4)
    return found


def added_up(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """The rounds of a peer as one: seconds, pages and bytes in sum, memory and the judge's start as the largest."""
    largest = {"rss_megabytes", "judge_start_cpu_seconds"}
    return {
        name: max(each[name] for each in rounds) if name in largest else sum(each[name] for each in rounds)
        for name, value in rounds[0].items()
        if isinstance(value, int | float)
    }


def run_peer(peer: str, start: str, *, pages: int, concurrency: int) -> dict[str, Any]:
    """One peer in a process and a folder of its own."""
    script = SCRIPTS.get(peer, "ours.py")
    compiled = Path(tempfile.gettempdir()) / "wangjian-benchmark-bytecode"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(compiled)}
    with tempfile.TemporaryDirectory() as folder:
        if peer not in SCRIPTS:  # the tables are there when the product starts its child
            migrate = [sys.executable, "-m", "wangjian", "migrate", "--data-dir", folder]
            subprocess.run(migrate, capture_output=True, env=environment, check=True)
        command = [sys.executable, str(HERE / script), start, str(pages), folder, str(concurrency), peer]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise SystemExit(f"{peer}: {done.stderr[-2000:]}")
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


@contextmanager
def served(pages: int, *more: str) -> Iterator[str]:
    """The address of the site while the block runs."""
    server = subprocess.Popen(
        [sys.executable, str(HERE / "shop_site.py"), str(pages), *more],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        yield server.stdout.readline().strip()
    finally:
        server.stdin.close()
        server.wait(timeout=20)


def per_thousand(said: dict[str, Any], what: str = "") -> float:
    """CPU seconds for 1,000 pages."""
    return float(1000 * said[f"{what}cpu_seconds"] / said["pages"])


def ratio(found: dict[str, dict[str, Any]], peer: str) -> float:
    """Throughput against bare Scrapy of the same run: 1.0 is as fast, less is slower."""
    bare = found.get("bare_scrapy")
    return per_thousand(bare) / per_thousand(found[peer]) if bare else 0.0


def table(found: dict[str, dict[str, Any]]) -> str:
    """The run as a Markdown table."""
    lines = [
        "| peer | pages | with price | CPU s / 1,000 pages | throughput to Scrapy's | RSS MB | bytes a page |",
        "|---|---|---|---|---|---|---|",
    ]
    for peer, said in found.items():
        lines.append(
            f"| {WORDS[peer]} | {said['pages']} | {said['fields']} | {per_thousand(said):.2f} "
            f"| {ratio(found, peer):.2f} "
            f"| {said['rss_megabytes']:.0f} | {said['stored_bytes'] / said['pages']:,.0f} |"
        )
    if "browser" in found:
        drawn = found["browser"]
        lines.append(f"\nBrowser pages a minute: {60 * drawn['pages'] / drawn['seconds']:.0f}.")
    return "\n".join(lines)


def main() -> int:
    """Run, print, and write when asked to."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--pages", type=int, default=3000)
    asked.add_argument("--browser-pages", type=int, default=100)
    asked.add_argument("--rounds", type=int, default=2)
    asked.add_argument("--only", nargs="+", choices=PEERS, default=list(PEERS))
    asked.add_argument("--write", action="store_true")
    given = asked.parse_args()
    found = run_peers(tuple(given.only), pages=given.pages, browser_pages=given.browser_pages, rounds=given.rounds)
    print(table(found))
    print(json.dumps(found, ensure_ascii=False))
    if given.write:
        head = f"Python {platform.python_version()}, {os.cpu_count()} cores, concurrency {CONCURRENCY}."
        results = HERE / "RESULTS.md"
        _, mark, others = results.read_text().partition("\n## ")  # what other programs found stands below
        results.write_text(
            f"# Crawl\n\n{head} Repeat: `python benchmarks/crawl/bench.py --write`.\n\n{table(found)}\n{mark}{others}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
