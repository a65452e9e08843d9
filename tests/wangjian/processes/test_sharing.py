"""What processes that serve together count, hold and take turns at; what of it a killed one keeps: nothing."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from records.holding import HeldFile
from wangjian.processes.holding import forget_dead, held_process
from wangjian.processes.shared_counts import SharedCounts, SharedTurn
from wangjian.processes.sharing import Shared


def in_another(act: Callable[[], object]) -> None:
    """Done to its end by a process forked for it."""
    pid = os.fork()
    if not pid:
        try:
            act()
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitpid(pid, 0)[1] == 0


@contextmanager
def another(act: Callable[[], object]) -> Iterator[int]:
    """A forked process that has done something and stays until it is killed."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            act()
            os.write(writing, b".")
            signal.pause()
        finally:
            os._exit(1)
    os.close(writing)
    assert os.read(reading, 1) == b"."
    os.close(reading)
    try:
        yield pid
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def test_callers_are_counted_over_processes_and_forgotten_with_the_minute():
    counts = SharedCounts()
    assert counts.add("甲", minute=7) == 1
    in_another(lambda: counts.add("甲", minute=7))
    assert counts.add("甲", minute=7) == 3
    assert counts.add("乙", minute=7) == 1
    assert counts.add("甲", minute=8) == 1
    assert counts.add("甲", minute=7) == 2  # by a clock read a moment before the minute ended
    assert counts.add("甲", minute=2) == 1  # by a clock that was set back


def test_flood_of_callers_is_counted_as_one_and_leaves_others_their_count():
    counts = SharedCounts(slots=64)
    first = [counts.add(str(number), minute=1) for number in range(48)]
    flood = [counts.add(f"flood {number}", minute=1) for number in range(100)]
    assert set(first) == {1}
    assert flood == list(range(1, 101))
    assert counts.add("5", minute=1) == 2
    assert counts.add("flood 5", minute=2) == 1


def test_nobody_is_lost_between_processes_that_count_at_once():
    counts = SharedCounts(slots=64)
    pids = []
    for _ in range(3):
        pids.append(os.fork())
        if not pids[-1]:
            for _ in range(300):
                counts.add("甲", minute=1)
            os._exit(0)
    for pid in pids:
        os.waitpid(pid, 0)
    assert counts.add("甲", minute=1) == 901


def test_turn_of_a_killed_process_passes_on():
    turn = SharedTurn()
    with another(turn.__enter__):
        pass
    with turn:
        pass


def test_held_file_is_one_holder_s_and_says_what_they_say(tmp_path: Path):
    first, second = HeldFile(tmp_path / "serving" / "look"), HeldFile(tmp_path / "serving" / "look")
    assert first.said() is None
    assert first.hold("八点")
    assert not second.hold()
    assert not first.hold()
    assert second.said() == "八点"
    first.release()
    assert second.said() is None
    assert second.hold()
    second.release()


def test_killed_process_holds_nothing_and_is_known_to_be_dead(tmp_path: Path):
    with another(held_process(tmp_path, "killed").hold), Shared(processes=2).joined(tmp_path) as together:
        assert together.is_alive("killed")
        assert together.is_alive(together.process)
        forget_dead(tmp_path)
        assert len([*tmp_path.glob("serving/*")]) == 2
    assert not together.is_alive("killed")
    assert not together.is_alive(together.process)
    assert not together.is_alive("")
    forget_dead(tmp_path)
    assert not [*tmp_path.glob("serving/*")]
