"""Promises of forked survey processes: each is what a process started anew would be, and none outlives whoever asked."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from wangjian.nursery import LOST_CODE, start_survey_process

PATIENCE_SECONDS = 240
# A child that was not yet told its task waits for it.
_PARENT = """
import sys
from wangjian.nursery import start_survey_process
with open(sys.argv[1], "ab") as log:
    child = start_survey_process(log)
    sys.stdin.readline()
    {then}
"""


@pytest.fixture
def task(tmp_path: Path) -> str:
    (tmp_path / "logs").mkdir()
    target = {"target_id": "t1", "name": "茶", "kind": "site", "seeds": ["http://127.0.0.1:9/"]}
    target["created_at"] = "2026-11-20T08:00:00Z"
    return json.dumps({"data_dir": str(tmp_path), "allow_private": True, "target": target, "run_id": "run_1"})


def _parent(log: Path, then: str) -> tuple[subprocess.Popen[str], list[int]]:
    """One that does something to its child once it reads a line; itself, its nursery and its child."""
    begun = subprocess.Popen(
        [sys.executable, "-c", _PARENT.format(then=then), log],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    while len(seen := _below(begun.pid)) < 3 or len({os.getsid(pid) for pid in seen}) < 3:
        assert begun.poll() is None, begun.communicate()
        threading.Event().wait(0.05)
    return begun, seen


def _below(pid: int) -> list[int]:
    """The process and all that came of it."""
    listed = [path.read_text().split() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    return [pid, *(below for children in listed for child in children for below in _below(int(child)))]


def _gone(pids: list[int]) -> bool:
    """None of them is more than a zombie; whoever is left is waited for."""
    for pid in pids:
        try:
            watched = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        try:
            if not select.select([watched], [], [], PATIENCE_SECONDS)[0]:
                return False
        finally:
            os.close(watched)
    return True


def test_child_lives_in_a_session_of_its_own_and_ends_with_whoever_asked(tmp_path: Path) -> None:
    parent, seen = _parent(tmp_path / "log", "raise SystemExit")
    os.killpg(parent.pid, signal.SIGINT)
    os.killpg(parent.pid, signal.SIGKILL)
    assert _gone(seen)
    parent.communicate()
    assert not (tmp_path / "log").read_text(), "a Ctrl-C is heard by the parent alone"


def test_nothing_is_left_and_nothing_said_when_the_parent_ends(tmp_path: Path) -> None:
    then = "child.terminate(); assert child.wait(30) and child.returncode == -15, child.returncode"
    parent, seen = _parent(tmp_path / "log", then)
    assert parent.communicate("go\n", timeout=PATIENCE_SECONDS) == ("", "")
    assert parent.returncode == 0 and _gone(seen)
    assert not (tmp_path / "log").read_text()


def test_end_of_a_child_is_told_and_another_is_born_when_the_nursery_was_killed(tmp_path: Path) -> None:
    then = f"""assert not child.wait(0)
    child.kill()
    assert child.wait(60) and child.returncode == {LOST_CODE}
    child = start_survey_process(log)
    child.kill()
    assert child.wait(60) and child.returncode == -9, child.returncode"""
    parent, (_own, nursery, _child) = _parent(tmp_path / "log", then)
    os.kill(nursery, signal.SIGKILL)
    assert parent.communicate("go\n", timeout=PATIENCE_SECONDS) == ("", "")
    assert parent.returncode == 0


def test_child_has_the_environment_and_the_place_of_the_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, task: str
) -> None:
    with (tmp_path / "first.log").open("w+b") as log:  # so that the nursery is there before either changes
        first = start_survey_process(log)
        first.let_go()
    monkeypatch.setenv("WANGJIAN_STORES__RECORDS_URL", "nonsense://茶")
    monkeypatch.chdir(tmp_path)
    with (tmp_path / "second.log").open("w+b") as log:
        second = start_survey_process(log)
        second.tell(task.encode())
        assert second.wait(PATIENCE_SECONDS)
        second.let_go()
        log.seek(0)
        said = log.read().decode()
    assert second.returncode == 2 and "nonsense" in said


def test_children_are_told_apart_from_several_threads(tmp_path: Path) -> None:
    codes: dict[int, int | None] = {}

    def bear(number: int) -> None:
        with (tmp_path / f"{number}.log").open("wb") as log:
            child = start_survey_process(log)
            if number % 2:
                child.kill()
            else:
                child.tell(b"no task")
            assert child.wait(PATIENCE_SECONDS)
            codes[number] = child.returncode
            child.let_go()

    threads = [threading.Thread(target=bear, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == {0: 1, 1: -9, 2: 1, 3: -9, 4: 1, 5: -9}
    assert "ValidationError" in (tmp_path / "0.log").read_text() and not (tmp_path / "1.log").read_text()


def test_wait_is_over_when_its_time_is(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log:
        child = start_survey_process(log)
    began = time.monotonic()
    assert not child.wait(0.01) and time.monotonic() >= began + 0.01
    child.kill()
    assert child.wait(PATIENCE_SECONDS) and child.returncode == -9
    child.let_go()
