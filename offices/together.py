"""What the processes that serve one console count and judge together; one that serves alone has it all in itself."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from offices.limits import CountedHere, Counting

__all__ = ["Together"]


def _counted_here(_: str) -> Counting:
    return CountedHere()


def _nobody(_: str) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """As it is made without arguments: a process that serves alone.

    Attributes:
        process: This process, drawn at its start; what it has begun is written down under it. Ends in `@` and a mark of
            its machine where other machines may serve too.
        counting: What counts callers of a limit, by the limit's name; the same for all of them.
        sign_in_turn: Held while a sign-in is judged, by one of them at a time.
        is_alive: Whether the process of that name still serves.
    """

    process: str = field(default_factory=lambda: secrets.token_hex(8))
    counting: Callable[[str], Counting] = _counted_here
    sign_in_turn: AbstractContextManager[object] = field(default_factory=threading.Lock)
    is_alive: Callable[[str], bool] = _nobody
