"""kill -9 at random moments of a survey, taken up again each time, held against an unbroken one of the same site.

`python benchmarks/crawl/kills.py [--products N] [--kills K] [--seed S]` prints a table and ends with 1 when a promise
does not hold. The process killed is the product's own survey process; what was fetched is told by the site's log.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

from crawlers.archive.verifying import ArchiveReport, verify_archive
from records.ports import SurveyStore
from records.survey import BrowserPolicy, FrontierState, Run, RunState, Target, TargetKind
from wangjian.settings import load_settings
from wangjian.surveying import SurveyTask
from wangjian.wiring import open_survey

HERE = Path(__file__).resolve().parent
CONCURRENCY = 4
RUN_ID = "run_kills"


@dataclass(kw_only=True)
class Told:
    """What one survey came to."""

    run: Run
    seconds: float
    kills: int = 0
    fetched: Counter[str] = field(default_factory=Counter)
    early: int = 0
    counts: dict[FrontierState, int] = field(default_factory=dict)
    records: dict[str, list[str]] = field(default_factory=dict)
    archive: ArchiveReport

    @property
    def refetched(self) -> int:
        """Pages fetched beyond once each."""
        return sum(self.fetched.values()) - len(self.fetched)

    @property
    def left(self) -> int:
        """Rows that are neither done nor failed."""
        return self.counts[FrontierState.PENDING] + self.counts[FrontierState.LEASED]


def broken_and_whole(place: Path, *, products: int, kills: int, seed: int) -> tuple[Told, Told]:
    """The survey that was killed so often, and the unbroken one, of the same site on the same address."""
    log = place / "asked.log"
    with served(products, log) as start:
        whole = survey(place / "whole", start, log, stops=())
        log.write_bytes(b"")
        pages = load_site().page_count(products)
        stops = tuple(sorted(random.Random(seed).sample(range(1, pages), kills)))
        broken = survey(place / "broken", start, log, stops=stops, chance=random.Random(seed + 1))
    return broken, whole


def survey(
    data_dir: Path, start: str, log: Path, *, stops: tuple[int, ...], chance: random.Random | None = None
) -> Told:
    """Survey to the end, killed when the site was first asked for so many different pages."""
    data_dir.mkdir(parents=True)
    settings = load_settings(data_dir=data_dir, allow_private=True)
    began = time.monotonic()
    with open_survey(settings) as means:
        target = target_of(start)
        means.survey.save_target(target)
        task = SurveyTask(data_dir=data_dir, allow_private=True, target=target, run_id=RUN_ID)
        early = 0
        for stop in stops:
            _killed(task, log, after=stop, grace=chance.random() * 0.08 if chance else 0.0)
            early += _finished_early(means.survey)
        begin(task).wait()
        run = means.survey.run(RUN_ID)
        seconds = time.monotonic() - began
        return Told(
            run=run, seconds=seconds, kills=len(stops), fetched=_pages_asked(log), early=early,
            counts=dict(means.survey.frontier_counts(RUN_ID)), records=_records(means.survey),
            archive=verify_archive(means.archive, RUN_ID, means.survey.pages(RUN_ID), blobs=means.blobs),
        )  # fmt: skip


@contextmanager
def served(products: int, log: Path) -> Iterator[str]:
    """The address of the made shop while the block runs."""
    log.write_bytes(b"")
    server = subprocess.Popen(
        [sys.executable, str(HERE / "growing_site.py"), str(products), str(log)],
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
        server.stdout.close()


def load_site() -> ModuleType:
    """The made shop as a module."""
    spec = importlib.util.spec_from_file_location("growing_site", HERE / "growing_site.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def broken_promises(broken: Told, whole: Told) -> list[str]:
    """What does not hold, in words; empty when all does."""
    said = []
    if broken.run.state is not RunState.COMPLETE or broken.left or broken.early:
        said.append(f"state {broken.run.state}, {broken.left} rows left, {broken.early} times finished too early")
    for name, expected in whole.records.items():
        said += [f"other {name} than unbroken: {line}" for line in _differences(broken.records[name], expected)]
    if broken.refetched > broken.kills * CONCURRENCY:
        said.append(f"{broken.refetched} pages fetched again after {broken.kills} kills")
    if set(broken.fetched) != set(whole.fetched):
        said.append("other pages were fetched")
    said += [f"archive: {line}" for told in (broken, whole) for line in told.archive.damaged[:3]]
    return said


def target_of(start: str) -> Target:
    """The made shop, asked as fast as it answers."""
    return Target(
        target_id="target_kills", name="茗香茶庄", kind=TargetKind.SITE, seeds=(start,), browser=BrowserPolicy.NEVER,
        delay_seconds=0, concurrency=CONCURRENCY, max_pages=1_000_000, created_at=datetime(2026, 11, 20, tzinfo=UTC),
    )  # fmt: skip


def begin(task: SurveyTask) -> Child:
    """The product's survey process with its task."""
    child = subprocess.Popen(
        [sys.executable, "-m", "wangjian.survey_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(HERE.parents[1])},
    )
    assert child.stdin is not None
    child.stdin.write(task.model_dump_json().encode() + b"\n")
    child.stdin.flush()
    return Child(child)


class Child:
    """A survey process whose standard input stays open: the end of it would end the process."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.pid = process.pid

    def kill(self) -> None:
        """kill -9."""
        self._process.kill()

    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def wait(self) -> None:
        """Until it ends."""
        self._process.wait()
        assert self._process.stdin is not None
        self._process.stdin.close()


def _killed(task: SurveyTask, log: Path, *, after: int, grace: float) -> None:
    child = begin(task)
    while child.running() and len(_pages_asked(log)) < after:
        time.sleep(0.004)
    time.sleep(grace)
    child.kill()
    child.wait()


def _finished_early(survey: SurveyStore) -> bool:
    counts = survey.frontier_counts(RUN_ID)
    left = counts[FrontierState.PENDING] + counts[FrontierState.LEASED]
    return bool(left) and survey.run(RUN_ID).state is not RunState.RUNNING


def _pages_asked(log: Path) -> Counter[str]:
    lines = log.read_text().splitlines()
    return Counter(line for line in lines if line != "/robots.txt")


def _differences(one: list[str], other: list[str]) -> list[str]:
    return [line[:300] for line in sorted(set(one) ^ set(other))][:4]


def _records(survey: SurveyStore) -> dict[str, list[str]]:
    """Everything a survey is for, without its own times; which pages a shop names as its sources goes by their turn."""
    return {
        "pages": sorted(
            repr((page.url, page.final_url, page.outcome, page.kind, page.status, page.body and page.body.sha256))
            for page in survey.pages(RUN_ID)
        ),
        "listings": sorted(
            repr((
                listing.url, listing.title, listing.category, listing.shop_id, listing.list_price_fen,
                tuple((price.role, price.amount_fen, price.text) for price in listing.prices),
                tuple((text.speaker, text.text) for text in listing.texts),
                len(survey.listing_versions(listing.listing_id)),
            ))
            for listing in survey.listings()
        ),
        "shops": sorted(
            repr((
                shop.url, shop.name, shop.disclosure.model_dump_json(), shop.front_page_read, shop.licence_page_read,
                shop.unread, tuple(sorted(contact.model_dump_json() for contact in shop.contacts)),
                tuple(sorted(text.model_dump_json() for text in shop.texts)),
            ))
            for shop in survey.shops()
        ),
    }  # fmt: skip


def main() -> int:
    """Print the table; 1 when a promise does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=4873)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        broken, whole = broken_and_whole(Path(folder), products=given.products, kills=given.kills, seed=given.seed)
    print("| survey | kills | state | rows left | pages | listings | fetched again | files | torn | seconds |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, told in (("unbroken", whole), ("killed", broken)):
        pages, listings = (len(told.records[key]) for key in ("pages", "listings"))
        print(
            f"| {name} | {told.kills} | {told.run.state.value} | {told.left} | {pages} | {listings} | {told.refetched} "
            f"| {told.archive.files} | {len(told.archive.torn)} | {told.seconds:.0f} |"
        )
    wrong = broken_promises(broken, whole)
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
