"""The whole journey on PostgreSQL, Elasticsearch and S3 with two crawl workers and two job workers: `make full`.

The same market is surveyed by the embedded default first; leads, shops, listings and preserved pages must be the same,
and every package must verify. Ends with 0 when they are, 1 when not, 3 when an engine cannot be had.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TREE))

from tests.scaleout.engines import Engines  # noqa: E402
from tests.scaleout.office import Came, compared, opened, order_surveys, outcome, problems_of, wait_until_done  # noqa: E402
from tests.scaleout.plant import OFFICE, Plant  # noqa: E402
from wangjian.sample.server import Access, serve_market  # noqa: E402
from wangjian.sample.small import small_market  # noqa: E402

__all__ = ["PORT", "SEED", "run_undisturbed", "say"]

SEED, PORT = 20260101, 8760
_PATIENCE_SECONDS = 1200.0


def say(text: str) -> None:
    """One line on stderr, with the time of day."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stderr.flush()


def run_undisturbed(
    folder: Path, *, shops: int, engines: Mapping[str, str], processes: tuple[str, ...], host: str = "127.0.0.1"
) -> tuple[Came, tuple[Access, ...], list[str], float]:
    """Survey the market, served at `host`, with these processes; what came of it, what was asked of it, what is wrong, and the seconds."""
    market = small_market(seed=SEED, shops=shops)
    with serve_market(market, host=host, base_port=PORT) as running, opened(folder / "data", engines) as services:
        order_surveys(services, market, running)
        plant, began = Plant(folder / "data", engines), time.monotonic()
        try:
            for name in processes:
                plant.start(name)
            left = wait_until_done(services, seconds=_PATIENCE_SECONDS, say=say, ended=plant.ended)
            seconds = time.monotonic() - began
        finally:
            plant.stop()
        problems = [*(f"not done: {one}" for one in left), *problems_of(services, folder / "packages")]
        return outcome(services), running.access_log, problems, seconds


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shops", type=int, default=12)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="wangjian-full-") as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)  # PostgreSQL runs as another user
        return _compare(folder, options.shops, say)


def _compare(folder: Path, shops: int, tell: Callable[[str], None]) -> int:
    tell("the embedded default: one worker, one data directory")
    reference, _, problems, embedded_seconds = run_undisturbed(
        folder / "embedded", shops=shops, engines={}, processes=("app", "alone")
    )
    with Engines(folder / "engines", say=tell) as engines:
        tell("PostgreSQL, Elasticsearch and S3: app, scheduler, two crawl workers, two job workers")
        came, _, found, seconds = run_undisturbed(
            folder / "full", shops=shops, engines=engines.environment, processes=OFFICE
        )
    differences = compared(came, reference)
    document = {
        "leads": len(came.leads),
        "shops": len(came.shops),
        "listings": len(came.listings),
        "preserved": len(came.preserved),
        "visits": dict(came.occurrences),
        "seconds": {"embedded": round(embedded_seconds, 1), "full": round(seconds, 1)},
        "differences": differences,
        "problems": {"embedded": problems, "full": found},
    }
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    return 1 if differences or problems or found else 0


if __name__ == "__main__":
    raise SystemExit(main())
