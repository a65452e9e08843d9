"""Opening a data directory, by many at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from wangjian.wiring import _usable


def test_surveys_that_begin_together_all_find_the_directory_writable(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(_usable, [tmp_path / "data"] * 800)) == {tmp_path / "data"}
    assert not list((tmp_path / "data").iterdir())
