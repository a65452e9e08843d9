"""The processes that answer a long `wangjian match --batch` together."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from matching.batch import Answer, BatchHelpers, Part, answering
from matching.helpers import Helpers, serve
from matching.resolver import Resolver
from records.ports import Services
from wangjian.cli.options import opened

__all__ = ["batch_helpers", "resolver_of"]

_LONG_BYTES = 20_000  # some 300 rows


def resolver_of(services: Services) -> Resolver:
    """The resolver as the newest recalibration has it."""
    correction = services.reviews.current_recalibration()
    return Resolver(services.register, services.clock, recalibration=correction)


@contextmanager
def batch_helpers(in_csv: Path, data_dir: Path | None, workers: int) -> Iterator[BatchHelpers]:
    """Helpers beside this process, which must have no database open; with 0 workers as many as there are cores for it.
    A short file is answered alone."""
    short = not in_csv.is_file() or in_csv.stat().st_size < _LONG_BYTES
    count = 0 if short else (workers or len(os.sched_getaffinity(0))) - 1
    helpers: BatchHelpers = Helpers(partial(serve, partial(_answering, data_dir)), count=count)
    try:
        yield helpers
    finally:
        helpers.stop()


@contextmanager
def _answering(data_dir: Path | None) -> Iterator[Callable[[Part], Answer]]:
    with opened(data_dir) as services:
        yield answering(resolver_of(services))
