"""kill -9 at any moment: a capture is whole and verifies, or is listed as interrupted; the chain holds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from evidence.audit import audit_evidence
from evidence.liveness import scratch_root
from evidence.preserving import recover_interrupted
from evidence.trust import load_anchors
from evidence.verify import verify_package
from records.chain import check_chain
from records.evidence import CaptureState, CustodyAction
from stores.backends import open_blobs, open_records

pytestmark = pytest.mark.browser


def utc_now() -> datetime:
    return datetime.now(UTC)


def _killed_after(folder: Path, url: str, seconds: float) -> None:
    command = [sys.executable, str(Path(__file__).with_name("one_capture.py")), str(folder), url]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == b"begun\n"
        timer = threading.Timer(seconds, lambda: os.killpg(process.pid, signal.SIGKILL))
        timer.start()
        process.wait()
        timer.cancel()
        timer.join()
    while _alive_in(process.pid):  # a child killed between fork and exec still holds what its parent held
        time.sleep(0.01)


def _alive_in(group: int) -> bool:
    """Whether a process of the group is still there, not only waiting to be buried."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, pgrp = stat.read_text().rpartition(")")[2].split()[:3]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(pgrp) == group and state not in "ZX":
            return True
    return False


@pytest.mark.parametrize("seconds", [0.05, 0.5, 1.1, 1.6, 2.0, 2.4])
def test_a_killed_capture_is_whole_or_interrupted(seconds: float, shop: Any, tmp_path: Path) -> None:
    _killed_after(tmp_path, shop.url, seconds)
    records = open_records(f"sqlite:///{tmp_path}/wangjian.db")
    records.migrate()
    blobs = open_blobs(f"file:///{tmp_path}/blobs")
    try:
        recover_interrupted(records.evidence, clock=utc_now)
        for capture in records.evidence.captures():
            assert capture.state in (CaptureState.COMPLETE, CaptureState.INTERRUPTED)
            if capture.package is not None:
                path = tmp_path / "p.wacz"
                path.write_bytes(blobs.get(capture.package.sha256))
                assert verify_package(path, anchors_pem=load_anchors(tmp_path / "keys"), now=utc_now()).valid
            assert not (scratch_root() / capture.capture_id).exists()
        assert audit_evidence(blobs, records.evidence).problems == ()
    finally:
        records.close()


def test_a_capture_cut_off_while_the_origin_hangs_is_found_at_next_start(shop: Any, tmp_path: Path) -> None:
    _killed_after(tmp_path, f"{shop.url}/hang", 1.5)
    records = open_records(f"sqlite:///{tmp_path}/wangjian.db")
    try:
        assert [capture.state for capture in records.evidence.captures()] == [CaptureState.RUNNING]
        (found,) = recover_interrupted(records.evidence, clock=utc_now)
        assert (found.state, found.package) == (CaptureState.INTERRUPTED, None)
        assert "打断" in found.reason
        assert [event.action for event in check_chain(records.evidence.custody())] == [CustodyAction.INTERRUPTED]
        assert recover_interrupted(records.evidence, clock=utc_now) == ()
    finally:
        records.close()
