"""Other processes that answer parts of a long job, in the order of the job, whatever becomes of them.

A part is given to a helper that has none; the caller's own process does parts meanwhile. What a helper that died was
doing is done by the caller: a job ends with every answer or with the caller's own error.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from multiprocessing.connection import Connection, wait
from typing import Generic, TypeVar

from records.errors import WangJianError

__all__ = ["Helpers", "in_order", "serve"]

Part = TypeVar("Part")
Answer = TypeVar("Answer")

_PAUSED = 200
"""So many answers may wait for an earlier one; then the caller waits too, and memory does not grow."""


class _Helper(Generic[Part, Answer]):
    """One other process and the part it has."""

    def __init__(self, work: Callable[[Connection], None]) -> None:
        context = multiprocessing.get_context("spawn")  # a fork would share open databases
        self.pipe, other = context.Pipe()
        self.process = context.Process(target=work, args=(other,), daemon=True)
        self.process.start()
        other.close()
        self.has: int | None = None
        self.alive = True

    def give(self, number: int, part: Part) -> None:
        try:
            self.pipe.send(part)
        except OSError:
            self.alive = False
        self.has = number

    def take(self) -> Answer | None:
        """The answer; None when the process is no more, or could not."""
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
    """Helpers that are started when they are first wanted. `work` can be pickled (`serve`)."""

    def __init__(self, work: Callable[[Connection], None], count: int) -> None:
        self._work = work
        self._count = count
        self._started: list[_Helper[Part, Answer]] | None = None

    def all(self) -> list[_Helper[Part, Answer]]:
        """Those that are there, or were given a part and died."""
        if self._started is None:
            self._started = [_Helper(self._work) for _ in range(self._count)]
        return [helper for helper in self._started if helper.alive or helper.has is not None]

    def stop(self) -> None:
        """End them."""
        for helper in self._started or ():
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


def in_order(
    parts: Iterator[Part], answer: Callable[[Part], Answer], helpers: Helpers[Part, Answer], *, alone: int
) -> Iterator[Answer]:
    """The answers to all parts, in their order. The first `alone` parts are done here before any helper is started: a
    short job is done before one would be ready."""
    numbered = enumerate(parts)
    given: dict[int, Part] = {}
    done: dict[int, Answer] = {}
    following = 0
    for number, part in numbered:
        done[number] = answer(part)
        while following in done:
            yield done.pop(following)
            following += 1
        if number + 1 < alone:
            continue
        for helper in helpers.all():
            _collect(helper, given, done, answer)
            if helper.alive and helper.has is None:
                for own, extra in numbered:
                    given[own] = extra
                    helper.give(own, extra)
                    break
        while given and len(done) >= _PAUSED:
            _wait(helpers, given, done, answer)
    while given:
        _wait(helpers, given, done, answer)
    for number in sorted(done):
        yield done[number]


def _wait(
    helpers: Helpers[Part, Answer], given: dict[int, Part], done: dict[int, Answer], answer: Callable[[Part], Answer]
) -> None:
    busy = [helper for helper in helpers.all() if helper.has is not None]
    if all(helper.alive for helper in busy):
        wait([helper.pipe for helper in busy])
    for helper in busy:
        _collect(helper, given, done, answer)


def _collect(
    helper: _Helper[Part, Answer], given: dict[int, Part], done: dict[int, Answer], answer: Callable[[Part], Answer]
) -> None:
    number = helper.has
    if number is None or not (helper.pipe.poll() or not helper.alive):
        return
    found = helper.take() if helper.alive else None
    part, helper.has = given.pop(number), None
    done[number] = answer(part) if found is None else found
