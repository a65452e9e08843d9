"""A capture of another machine is not called interrupted by one that sees no trace of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from evidence.liveness import Alive, Trace, scratch_root, trace_of
from evidence.preserving import recover_interrupted
from records.evidence import Capture, CaptureState
from tests.wangjian.test_keeping_evidence import Clock
from wangjian.settings import load_settings
from wangjian.wiring import open_services

HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def evidence(data_dir: Path, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with open_services(load_settings(data_dir=data_dir), clock=clock) as services:
        for name in ("capture_here", "capture_there"):
            services.evidence.save_capture(
                Capture(
                    capture_id=name,
                    url="http://a.cn/",
                    state=CaptureState.RUNNING,
                    operator="张三",
                    started_at=clock(),
                    lead_id="",
                    case_id="",
                )  # fmt: skip
            )
        yield services.evidence


def test_without_a_trace_it_is_another_machines_until_an_hour_is_over(evidence, clock) -> None:
    alive = Alive("capture_here")
    assert (trace_of("capture_here"), trace_of("capture_there")) == (Trace.HELD, Trace.NONE)
    assert recover_interrupted(evidence, clock=clock, elsewhere=HOUR) == ()
    alive._held._file.close()  # as when its process is killed: the lock goes, the file stays
    (ended,) = recover_interrupted(evidence, clock=clock, elsewhere=HOUR)
    assert ended.capture_id == "capture_here"
    assert not list(scratch_root().iterdir())
    clock.now += HOUR
    (ended,) = recover_interrupted(evidence, clock=clock, elsewhere=HOUR)
    assert (ended.capture_id, ended.state) == ("capture_there", CaptureState.INTERRUPTED)


def test_one_machine_that_has_all_to_itself_waits_for_nothing(evidence, clock) -> None:
    assert len(recover_interrupted(evidence, clock=clock)) == 2
