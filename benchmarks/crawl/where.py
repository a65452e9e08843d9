"""Where the CPU time of a survey goes: `python benchmarks/crawl/where.py [READER] [PAGES]` prints a share a part.

The process is interrupted every 2 ms of its own CPU time and the innermost part on its stack is counted; sampling costs
a few per cent, a profiler that counts calls would triple the price of the parts that make many.
"""

from __future__ import annotations

import os
import runpy
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from types import FrameType

HERE = Path(__file__).resolve().parent
# The first that stands on the stack, whatever stands within it.
PARTS = (
    ("start: imports", "<frozen importlib", ""),
    ("start: the judge", "wangjian/ruling.py", "judge_of"),
    ("start: the judge", "leads/judging.py", "make_ready"),
    ("judging and leading", "wangjian/flow.py", ""),
    ("reading: parsing", "crawlers/document.py", "root"),
    ("reading: walk over the tree", "crawlers/blocks.py", "walk"),
    ("reading: digest of the content", "crawlers/content.py", "content_digest"),
    ("reading: links", "crawlers/general/reader.py", "read_links"),
    ("reading: price tags", "crawlers/price_tags.py", "price_tags"),
    ("reading: cards of lists", "crawlers/general/cards.py", "read_cards"),
    ("reading: the product", "crawlers/general/listings.py", "read_listing"),
    ("reading: the rest", "crawlers/reading.py", "read_page"),
    ("records: SQL", "stores/sql/", ""),
    ("archive and digests", "crawlers/archive/", ""),
    ("rows, politeness, health", "crawlers/visiting/", ""),
    ("Scrapy and Twisted", "site-packages/", ""),
)


def main(reader: str = "general", pages: str = "1000") -> None:
    """Survey the benchmark's site once and print the shares."""
    counted: Counter[str] = Counter()

    def sample(_number: int, frame: FrameType | None) -> None:
        stack: set[tuple[str, str]] = set()
        while frame is not None:
            stack.add((frame.f_code.co_filename, frame.f_code.co_name))
            frame = frame.f_back
        counted[part_of(stack)] += 1

    command = [sys.executable, str(HERE / "shop_site.py"), pages]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert server.stdin is not None
    assert server.stdout is not None
    start = server.stdout.readline().strip()
    with tempfile.TemporaryDirectory() as folder:
        migrate = [sys.executable, "-m", "wangjian", "migrate", "--data-dir", folder]
        subprocess.run(migrate, check=True, capture_output=True, cwd=HERE.parents[1])
        sys.argv = ["ours.py", start, pages, folder, "16", reader]
        signal.signal(signal.SIGPROF, sample)
        signal.setitimer(signal.ITIMER_PROF, 0.002, 0.002)
        try:
            runpy.run_path(str(HERE / "ours.py"), run_name="__main__")
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            server.stdin.close()
            server.wait(timeout=20)
    begun = sum(counted.pop(name, 0) for name in {name for name, _, _ in PARTS if name.startswith("start: ")})
    for name, count in counted.most_common():
        print(f"{100 * count / counted.total():5.1f} %  {name}")
    print(f"beside it {begun / (begun + counted.total()):.0%} of all for imports and making the judge, once a process")


def part_of(stack: set[tuple[str, str]]) -> str:
    """The part of a stack."""
    for name, file, function in PARTS:
        if any(file in where and function in ("", what) for where, what in stack):
            return name
    return "other"


if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parents[1]))
    os.environ.setdefault("PYTHONPATH", str(HERE.parents[1]))
    main(*sys.argv[1:3])
