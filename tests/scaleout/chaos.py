"""Ten minutes of an office on PostgreSQL, Elasticsearch and S3 while every part of it is killed: `make chaos`.

A market is surveyed slowly. Every few seconds one of the workers, the scheduler, the app or one of the three engines is
killed with SIGKILL and started again as a supervisor would. At the end everything is let come to rest, and held against
an office nobody disturbed: the same leads, shops, listings and preserved pages, records equal to the index, custody
chain and log whole, and no page fetched more than once more than needed. The report is printed; 0 when all holds, else 1.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TREE))

from records.errors import AwayError  # noqa: E402
from tests.scaleout.engines import Engines  # noqa: E402
from tests.scaleout.journey import PORT, SEED, run_undisturbed, say  # noqa: E402
from tests.scaleout.office import (  # noqa: E402
    compared,
    fetched_too_often,
    opened,
    order_surveys,
    outcome,
    problems_of,
    surveyed,
    wait_until_done,
)
from tests.scaleout.plant import OFFICE, Plant  # noqa: E402
from wangjian.sample.server import serve_market  # noqa: E402
from wangjian.sample.small import small_market  # noqa: E402

__all__: list[str] = []

_REST_SECONDS = 1500.0
_SUPERVISOR_SECONDS = 1.0
_SHARE_OF_STORM = 0.35
"""Of the storm's time the largest site would take, left alone: one request after another. Not more, since the 5xx and
time-outs of a storm stretch a host's distance two- to eightfold (`network.pace`), and the rest after it has to end."""


@dataclass(slots=True)
class _Storm:
    """Kills and starts again until told to stop, each choice drawn from a seed."""

    plant: Plant
    engines: Engines
    chance: random.Random
    pause: tuple[float, float]
    kills: Counter[str] = field(default_factory=Counter)
    stopping: threading.Event = field(default_factory=threading.Event)

    def blow(self) -> None:
        """One kill after another."""
        while not self.stopping.wait(self.chance.uniform(*self.pause)):
            name = self.chance.choice((*OFFICE, *self.engines.names))
            self.kills[name] += 1
            say(f"kill -9 {name} (number {self.kills.total()})")
            if name in OFFICE:
                self.plant.kill(name)
                self.stopping.wait(_SUPERVISOR_SECONDS)
                self.plant.start(name)
            else:
                self.engines.kill(name)
                self.stopping.wait(self.chance.uniform(0.0, 5.0))
                say(f"{name} serves again after {self.engines.start_again(name):.1f} s")


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--shops", type=int, default=6)
    parser.add_argument("--seed", type=int, default=9)
    parser.add_argument("--pause", type=float, nargs=2, default=(5.0, 11.0), metavar=("FROM", "TO"))
    parser.add_argument("--keep", type=Path, default=None, help="a folder that stays, with the logs of every process")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="wangjian-chaos-") as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)  # PostgreSQL runs as another user
        document = _run(folder, options)
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    return 1 if document["wrong"] else 0


def _run(folder: Path, options: argparse.Namespace) -> dict[str, object]:
    say("an office nobody disturbs, to compare with")
    reference, needed, problems, _ = run_undisturbed(
        folder / "undisturbed", shops=options.shops, engines={}, processes=("app", "alone")
    )
    delay = _SHARE_OF_STORM * options.minutes * 60 / max(Counter(one.origin for one in surveyed(needed)).values())
    market = small_market(seed=SEED, shops=options.shops)
    wrong = [f"undisturbed: {line}" for line in problems]
    with (
        Engines(folder / "engines", say=say) as engines,
        serve_market(market, base_port=PORT) as running,
    ):
        plant = Plant(folder / "data", engines.environment)
        storm = _Storm(plant, engines, random.Random(options.seed), tuple(options.pause))
        blowing = threading.Thread(target=storm.blow, name="storm")
        try:
            with opened(folder / "data", engines.environment) as services:
                order_surveys(services, market, running, delay_seconds=delay)
                for name in OFFICE:
                    plant.start(name)
                began = time.monotonic()
                blowing.start()
                said = wait_until_done(services, seconds=options.minutes * 60, say=say)
                time.sleep(max(0.0, options.minutes * 60 - (time.monotonic() - began)))
                storm.stopping.set()
                blowing.join()
                stormy = time.monotonic() - began
                say(f"the storm is over after {stormy:.0f} s, {storm.kills.total()} kills; left: {said}")
                for name in OFFICE:
                    plant.start(name)
                left = wait_until_done(services, seconds=_REST_SECONDS, say=say)
                wrong += [f"not done: {one}" for one in left]
        finally:
            storm.stopping.set()
            plant.stop()
        try:
            with opened(folder / "data", engines.environment) as services:
                wrong += problems_of(services, folder / "packages")
                came = outcome(services)
                wrong += compared(came, reference)
        except AwayError as exc:
            wrong.append(f"a store is away at the end: {exc.message}")
            came = reference
        again = fetched_too_often(running.access_log, needed)
    most = max(again, default=0)
    if most > 1:
        wrong.append(f"a page was fetched {most} times more than needed")
    return {
        "minutes": round(stormy / 60, 1),
        "kills": dict(sorted(storm.kills.items())),
        "kills_in_all": storm.kills.total(),
        "leads": len(came.leads),
        "shops": len(came.shops),
        "listings": len(came.listings),
        "preserved": len(came.preserved),
        "visits": dict(came.occurrences),
        "pages_by_times_more_than_needed": {str(times): count for times, count in sorted(again.items())},
        "wrong": wrong,
    }


if __name__ == "__main__":
    raise SystemExit(main())
