"""Which processes serve, on all machines that share the records: each says in them every few seconds that it lives.

On one machine the files its processes hold tell it at once (`holding.py`). Of another machine's process only its beat
is seen, and no clock is compared: it is dead when its beat has stood still for two minutes of our own looking. While
the records are away nobody looks, and what all of them could not write is held against nobody.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from records.errors import WangJianError
from records.operating import OperationLedger
from records.ports import Clock
from wangjian.scheduled_survey import this_machine

__all__ = ["BEAT_SECONDS", "DutyTurn", "Presence", "place_here"]

BEAT_SECONDS = 15.0
_DEAD_SECONDS = 120.0
_DUTY_FREE_AFTER = timedelta(seconds=90)
_FORGOTTEN_AFTER = timedelta(days=1)
_SERVING = "serving-"
_log = structlog.get_logger(__name__)


def place_here(data_dir: Path) -> str:
    """A mark of this start of this machine and of this data directory; names of processes end in it."""
    data_dir.mkdir(parents=True, exist_ok=True)
    found = data_dir.stat()
    whole = f"{this_machine()}:{found.st_dev}:{found.st_ino}"
    return hashlib.sha256(whole.encode()).hexdigest()[:8]


@dataclass(slots=True)
class _Seen:
    beat: datetime | None
    looked_at: float
    still_seconds: float = 0.0


class Presence:
    """One a process that serves.

    Args:
        process: Its name, which ends in `@` and the mark of its place.
        is_held: Whether a process of that name holds its file here.
    """

    def __init__(
        self,
        operations: OperationLedger,
        clock: Clock,
        *,
        process: str,
        is_held: Callable[[str], bool],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._operations = operations
        self._clock = clock
        self._process = process
        self._here = process.rpartition("@")[2]
        self._is_held = is_held
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._seen: dict[str, _Seen] = {}

    def is_alive(self, process: str) -> bool:
        """Whether it serves; of another machine's, whether it may. Raises StoreAwayError."""
        if not process:
            return False
        if self._is_held(process):
            return True
        named, _, place = process.rpartition("@")
        if not named or place == self._here:
            return False
        beat, now = self._operations.beat_of(f"{_SERVING}{process}"), self._monotonic()
        with self._lock:
            seen = self._seen.get(process)
            if seen is None or seen.beat != beat:
                self._seen[process] = _Seen(beat, now)
                return True
            seen.still_seconds += min(now - seen.looked_at, 2 * BEAT_SECONDS)
            seen.looked_at = now
            return seen.still_seconds < _DEAD_SECONDS

    @contextmanager
    def kept(self, look: Callable[[], object]) -> Iterator[None]:
        """Beat for as long as the block lasts, and `look` after others with each beat; a clean end says so."""
        stop = threading.Event()
        self.beat()
        thread = threading.Thread(target=self._keep, args=(look, stop), name="presence", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(timeout=5)
            with suppress(WangJianError):
                self._operations.end_beat(f"{_SERVING}{self._process}")

    def beat(self) -> None:
        """Say that this process lives. Raises StoreAwayError."""
        now = self._clock()
        self._operations.beat(f"{_SERVING}{self._process}", now)
        self._operations.forget_beats(_SERVING, before=now - _FORGOTTEN_AFTER)

    def _keep(self, look: Callable[[], object], stop: threading.Event) -> None:
        while not stop.wait(BEAT_SECONDS):
            try:
                self.beat()
                look()
            except WangJianError as exc:
                _log.warning("presence_not_told", problem=exc.problem, reason=exc.message)


class DutyTurn:
    """What goes on behind the consoles of one office is done behind one of them. Another takes it up when that one has
    ended, or has not said for a minute and a half that it is at it.

    Args:
        who: The mark of this place (`place_here`): who is killed and begins again here goes on at once.
        shared: Whether other machines may share the records; without, the turn is always this process's.
    """

    def __init__(self, operations: OperationLedger, clock: Clock, *, who: str, shared: bool) -> None:
        self._operations = operations
        self._clock = clock
        self._who = who
        self._shared = shared
        self._mine = not shared
        self._asked_at = -BEAT_SECONDS
        self._lock = threading.Lock()

    def mine(self) -> bool:
        """Whether it is this process's turn; asked of the records every few seconds. Raises StoreAwayError."""
        if not self._shared:
            return True
        with self._lock:
            if time.monotonic() - self._asked_at >= BEAT_SECONDS:
                now = self._clock()
                was, self._mine = self._mine, False  # also when the records do not answer
                self._mine = self._operations.claim_duty(self._who, now, free_before=now - _DUTY_FREE_AFTER)
                self._asked_at = time.monotonic()
                if self._mine and not was:
                    _log.info("duties_taken_up", who=self._who)
            return self._mine

    def give_up(self) -> None:
        """Another may take it at once."""
        if self._shared and self._mine:
            with suppress(WangJianError):
                self._operations.leave_duty(self._who)
