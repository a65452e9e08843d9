"""Counting and taking turns over processes that were forked from one: in memory they share, under a lock the system
lets go when its holder dies."""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import struct
import tempfile
import threading

__all__ = ["SharedCounts", "SharedTurn"]

_HEAD = struct.Struct("=QQ")
"""The minute, and how many callers it has had."""
_SLOT = struct.Struct("=QQ")
"""A caller and their count; 0 for a free slot."""
_SLOTS = 1 << 16
_ALL_OTHERS = 1


class SharedTurn:
    """A lock over the threads of all processes forked after it was made. Standard: POSIX record locks, which belong to
    a process and end with it."""

    def __init__(self) -> None:
        self._file, path = tempfile.mkstemp()  # open as long as the process lives, and known to nobody else
        os.unlink(path)
        self._threads = threading.Lock()  # to the system the threads of a process are one

    def __enter__(self) -> None:
        self._threads.acquire()
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
        except BaseException:
            self._threads.release()
            raise

    def __exit__(self, *_: object) -> None:
        fcntl.lockf(self._file, fcntl.LOCK_UN)
        self._threads.release()


class SharedCounts:
    """Implements offices.limits.Counting. A table of 1 MB that the processes share; beyond three quarters of its places
    new callers of a minute are counted as one, so that a flood of addresses ends in refusals and not in memory."""

    def __init__(self, *, slots: int = _SLOTS) -> None:
        self._slots = slots
        self._most = slots * 3 // 4
        self._table = mmap.mmap(-1, _HEAD.size + slots * _SLOT.size)
        self._turn = SharedTurn()

    def add(self, who: str, *, minute: int) -> int:
        """See offices.limits.Counting."""
        digest = hashlib.blake2b(who.encode(errors="surrogatepass"), digest_size=8).digest()
        caller = int.from_bytes(digest, "little") or _ALL_OTHERS
        with self._turn:
            self._begin(minute)
            return self._add(caller)

    def _begin(self, minute: int) -> None:
        """Forget another minute's counts; who read the clock a moment before it turned counts in the new one."""
        known, _ = _HEAD.unpack_from(self._table)
        if minute not in (known, known - 1):
            self._table[:] = bytes(len(self._table))
            _HEAD.pack_into(self._table, 0, minute, 0)

    def _add(self, caller: int) -> int:
        minute, callers = _HEAD.unpack_from(self._table)
        place, count = self._found(caller)
        if not count and callers >= self._most:
            caller = _ALL_OTHERS
            place, count = self._found(caller)
        if not count:
            _HEAD.pack_into(self._table, 0, minute, callers + 1)
        _SLOT.pack_into(self._table, place, caller, count + 1)
        return count + 1

    def _found(self, caller: int) -> tuple[int, int]:
        """Where the caller's count stands or would stand, and the count."""
        number = caller % self._slots
        while True:
            place = _HEAD.size + number * _SLOT.size
            known, count = _SLOT.unpack_from(self._table, place)
            if known in (caller, 0):
                return place, count
            number = (number + 1) % self._slots
