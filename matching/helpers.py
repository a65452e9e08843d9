"""Other processes that answer parts of a long job, in the order of the job, whatever becomes of them.

A helper is given parts ahead, so that it never waits for the caller, whose own process does parts meanwhile. What a
helper that died had is done by the caller: a job ends with every answer or with the caller's own error.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from multiprocessing.connection import Connection, wait
from typing import Generic, TypeVar

from records.errors import WangJianError

__all__ = ["Helpers", "in_order", "serve"]

Part = TypeVar("Part")
Answer = TypeVar("Answer")

_AHEAD = 2
_PAUSED = 200
"""So many answers may wait for an earlier one; then the caller waits too, and memory does not grow."""


class _Helper(Generic[Part, Answer]):
    """One other process and the parts it has, the oldest first."""

    def __init__(self, work: Callable[[Connection], None], others: list[Connection]) -> None:
        context = multiprocessing.get_context(_start_method())
        self.pipe, other = context.Pipe()
        forked = context.get_start_method() == "fork"
        inherited = [*others, self.pipe] if forked else []
        self.process = context.Process(target=_work, args=(work, other, inherited), daemon=True)  # type: ignore[attr-defined]
        self.process.start()
        other.close()
        self.has: deque[int] = deque()
        self.alive = True

    def give(self, number: int, part: Part) -> None:
        try:
            self.pipe.send(part)
        except OSError:
            self.alive = False
        self.has.append(number)

    def take(self) -> Answer | None:
        """The oldest answer; None when the process is no more, or could not."""
        try:
            answer: Answer | None = self.pipe.recv()
        except (EOFError, OSError):
            answer = None
        self.alive = answer is not None
        return answer

    def stop(self) -> None:
        self.pipe.close()
        self.process.join(timeout=5)
        self.process.kill()


class Helpers(Generic[Part, Answer]):
    """Helpers, started at once. On Linux they begin with all that this process has loaded, so no database may be open
    in it meanwhile; elsewhere, and beside other threads, they load it themselves, and `work` can be pickled."""

    def __init__(self, work: Callable[[Connection], None], count: int) -> None:
        self._started: list[_Helper[Part, Answer]] = []
        for _ in range(count):
            self._started.append(_Helper(work, [helper.pipe for helper in self._started]))

    def all(self) -> list[_Helper[Part, Answer]]:
        """Those that are there, or were given a part and died."""
        return [helper for helper in self._started if helper.alive or helper.has]

    def stop(self) -> None:
        """End them."""
        for helper in self._started:
            helper.stop()


def serve(opened: Callable[[], AbstractContextManager[Callable[[Part], Answer]]], pipe: Connection) -> None:
    """What a helper does: answer every part until there is no more."""
    with opened() as answer:
        while True:
            try:
                part = pipe.recv()
            except EOFError:
                return
            try:
                pipe.send(answer(part))
            except WangJianError:  # the caller does the part again, and meets the fault itself
                pipe.send(None)
                return
            except OSError:  # nobody is there to take it
                return


def in_order(
    parts: Iterator[Part], answer: Callable[[Part], Answer], helpers: Helpers[Part, Answer]
) -> Iterator[Answer]:
    """The answers to all parts, in their order."""
    numbered = enumerate(parts)
    given: dict[int, Part] = {}
    done: dict[int, Answer] = {}
    following = 0
    _give(helpers, numbered, given)
    for number, part in numbered:
        done[number] = answer(part)
        for helper in helpers.all():
            _collect(helper, given, done, answer)
        _give(helpers, numbered, given)
        while following in done:
            yield done.pop(following)
            following += 1
        while given and len(done) >= _PAUSED:
            _wait(helpers, given, done, answer)
    while given:
        _wait(helpers, given, done, answer)
    for number in sorted(done):
        yield done[number]


def _give(helpers: Helpers[Part, Answer], numbered: Iterator[tuple[int, Part]], given: dict[int, Part]) -> None:
    """Parts ahead for every helper that lacks them."""
    for helper in helpers.all():
        while helper.alive and len(helper.has) < _AHEAD:
            number, part = next(numbered, (None, None))
            if number is None or part is None:
                return
            given[number] = part
            helper.give(number, part)


def _wait(
    helpers: Helpers[Part, Answer], given: dict[int, Part], done: dict[int, Answer], answer: Callable[[Part], Answer]
) -> None:
    busy = [helper for helper in helpers.all() if helper.has]
    if all(helper.alive for helper in busy):
        wait([helper.pipe for helper in busy])
    for helper in busy:
        _collect(helper, given, done, answer)


def _collect(
    helper: _Helper[Part, Answer], given: dict[int, Part], done: dict[int, Answer], answer: Callable[[Part], Answer]
) -> None:
    """All that a helper has answered; of one that died, every part it had, done here."""
    while helper.has and (not helper.alive or helper.pipe.poll()):
        found = helper.take() if helper.alive else None
        number = helper.has.popleft()
        part = given.pop(number)
        done[number] = answer(part) if found is None else found


def _start_method() -> str:
    """A fork takes milliseconds where loading takes a second; beside other threads it could inherit a lock held."""
    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"


def _work(work: Callable[[Connection], None], pipe: Connection, inherited: list[Connection]) -> None:
    """The caller's ends of pipes are closed here first: while somebody holds one, a helper never learns the end. What
    the keyboard stops is the caller, who then ends its helpers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for other in inherited:
        other.close()
    work(pipe)
