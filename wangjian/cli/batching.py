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


def resolver_of(services: Services) -> Resolver:
    """The resolver as the newest recalibration has it."""
    return Resolver(services.register, services.clock, recalibration=services.reviews.current_recalibration())


@contextmanager
def batch_helpers(data_dir: Path | None, workers: int) -> Iterator[BatchHelpers]:
    """Helpers beside this process; with 0 workers as many as there are cores for it."""
    helpers: BatchHelpers = Helpers(
        partial(serve, partial(_answering, data_dir)), count=(workers or len(os.sched_getaffinity(0))) - 1
    )
    try:
        yield helpers
    finally:
        helpers.stop()


@contextmanager
def _answering(data_dir: Path | None) -> Iterator[Callable[[Part], Answer]]:
    with opened(data_dir) as services:
        yield answering(resolver_of(services))
