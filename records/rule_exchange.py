"""What desks ask for when watch lists and rule packs come in and go out; joined in `wangjian/rule_exchange.py`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from records.arranging import RowProblem
from records.base import Record
from records.own_rules import OwnRule
from records.watch_lists import WatchHit, WatchKind, WatchList

__all__ = ["ExampleTried", "ListRead", "PackTaken", "RuleExchange"]


class ListRead(Record):
    """What came of a file; `changed` False: the newest version says the same already."""

    watched: WatchList
    changed: bool
    problems: tuple[RowProblem, ...] = ()


class PackTaken(Record):
    """A pack whose signature holds: who signed it, the versions kept of it (on trial until signed here), and those that
    were there already."""

    title: str
    office: str
    signer: str
    kept: tuple[OwnRule, ...]
    known: tuple[OwnRule, ...]


class ExampleTried(Record):
    """An example a rule was written with, judged again today."""

    text: str
    expected: str
    found: str
    passed: bool


class RuleExchange(Protocol):
    """Safe from several threads."""

    def import_list(self, path: Path, *, title: str, kind: WatchKind, source: str, by: str) -> ListRead:
        """A table as a list, or as the next version of the list of that title. Raises InvalidInputError."""
        ...

    def retire_list(self, watched: WatchList, *, by: str) -> WatchList:
        """Look for it no more; it and what it met stay. Raises ConflictError when it is not the newest version."""
        ...

    def find(self, words: Sequence[str]) -> tuple[WatchHit, ...]:
        """Where any of these words stands in what is stored; nothing is kept.

        Raises:
            InvalidInputError: A word is too short.
            ConflictError: Another look is under way.
        """
        ...

    def sign_pack(self, rules: Sequence[OwnRule], *, title: str, office: str) -> bytes:
        """A pack as a file with the organisation's signature."""
        ...

    def take_pack(self, file: bytes, *, by: str) -> PackTaken:
        """Check its signature, then keep what is new. Raises InvalidInputError, VerificationError."""
        ...

    def try_examples(self, rule_id: str) -> tuple[ExampleTried, ...]:
        """Raises NotFoundError."""
        ...
