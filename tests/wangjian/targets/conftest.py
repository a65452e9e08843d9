"""Services over a data directory of the test's own, with a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from records.ports import Services
from wangjian.settings import Settings
from wangjian.wiring import open_services


@pytest.fixture
def services(
    data_dir: Path, frozen_clock: Callable[[], datetime], new_database: Callable[[Path], Path]
) -> Iterator[Services]:
    new_database(data_dir / "wangjian.db")
    with open_services(Settings(data_dir=data_dir), clock=frozen_clock) as opened:
        yield opened
