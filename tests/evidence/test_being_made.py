"""A capture lives while its process does; one at a time works in its folder."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from pathlib import Path

import pytest

from evidence.liveness import Alive, Trace, scratch_root, trace_of


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_capture_lives_until_it_is_released() -> None:
    assert trace_of("c1") is Trace.NONE
    alive = Alive("c1")
    (alive.folder / "data.warc.gz").write_bytes(b"x")
    assert (trace_of("c1"), trace_of("c2")) == (Trace.HELD, Trace.NONE)
    alive.release()
    assert trace_of("c1") is Trace.NONE
    assert not list(scratch_root().iterdir())


def test_what_a_killed_process_left_is_removed() -> None:
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            alive = Alive("c1")
            (alive.folder / "frames").mkdir()
            os.write(writing, b".")
            signal.pause()
        finally:
            os._exit(1)
    os.close(writing)
    try:
        assert os.read(reading, 1) == b"."
        assert trace_of("c1") is Trace.HELD
    finally:
        os.close(reading)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    assert trace_of("c1") is Trace.LEFT
    assert not list(scratch_root().iterdir())


def test_second_of_the_same_capture_waits_and_has_the_folder_to_itself() -> None:
    first, later = Alive("c1-stamp"), []
    (first.folder / "package.zip").write_bytes(b"x")
    waiting = threading.Thread(target=lambda: later.append(Alive("c1-stamp")), daemon=True)
    waiting.start()
    waiting.join(0.05)
    assert not later
    first.release()
    waiting.join(10)
    assert trace_of("c1-stamp") is Trace.HELD, "what the second holds is what others find"
    assert not list(later[0].folder.iterdir())
    later[0].release()
    assert not list(scratch_root().iterdir())
