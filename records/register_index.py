"""The register's candidate index, where it stands apart from the records: built from them, brought up to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from records.base import Record

__all__ = ["IndexProgress", "RegisterIndex", "RegisterIndexState"]

IndexProgress = Callable[[int, int], None]
"""Told now and then while an index is written: entities done, and how many there are."""


class RegisterIndexState(Record):
    """How far the index is. `entities` are in the register, `indexed` in the index; `waiting` were added or changed
    since. Not `built`: there is none, or one that this version cannot read; then nothing is found by it."""

    place: str
    built: bool
    entities: int
    indexed: int
    waiting: int

    @property
    def whole(self) -> bool:
        """Whether every entity is found by it as the register has it now."""
        return self.built and not self.waiting and self.indexed == self.entities


class RegisterIndex(Protocol):
    """An index beside the records. Every write is repeatable and goes on where a killed one was. Raises StoreAwayError
    and StorageFullError; the register itself is never touched."""

    def index_state(self) -> RegisterIndexState: ...

    def catch_up_index(self, progress: IndexProgress | None = None) -> int:
        """Bring the index up to the register (all of it, when there is none); how many entities were written."""
        ...

    def rebuild_index(self, progress: IndexProgress | None = None) -> int:
        """Make the index anew beside the old one, which answers until the new one takes its place; how many entities it
        holds. Taken up again, one that was cut off goes on where it was."""
        ...
