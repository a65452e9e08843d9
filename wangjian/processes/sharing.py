"""What the processes that serve one console share, made before they are forked."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from offices.limits import CountedHere, Counting
from offices.together import Together
from wangjian.processes.holding import held_process
from wangjian.processes.presence import place_here
from wangjian.processes.shared_counts import SharedCounts, SharedTurn

__all__ = ["Shared"]

_LIMITS = ("requests", "sign_ins", "public")


class Shared:
    """Counts, turns and the secret of replays, in memory.

    Args:
        processes: How many serve; one needs no memory for it.
    """

    def __init__(self, *, processes: int) -> None:
        alone = processes == 1
        self.replay_secret = secrets.token_bytes(32)
        self._turn: AbstractContextManager[object] = threading.Lock() if alone else SharedTurn()
        self._counting: dict[str, Counting] = {name: CountedHere() if alone else SharedCounts() for name in _LIMITS}

    @contextmanager
    def joined(self, data_dir: Path) -> Iterator[Together]:
        """This process is one of them for as long as the block lasts, and known to live; a killed one is not."""

        def is_alive(process: str) -> bool:
            return bool(process) and held_process(data_dir, process).said() is not None

        process = f"{secrets.token_hex(8)}@{place_here(data_dir)}"
        together = Together(
            process=process, counting=self._counting.__getitem__, is_alive=is_alive, sign_in_turn=self._turn
        )
        here = held_process(data_dir, together.process)
        here.hold()
        try:
            yield together
        finally:
            here.remove()
