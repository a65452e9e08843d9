"""Answers about patterns, kept between processes beside Python's bytecode.

Which words every match of a pattern contains, and whether it can be compiled at all, took three of the four seconds in
which a process made the rules ready. The answers depend on the pattern and on the code that answers, and on nothing
else: they are kept by what was asked, so that a rule written anew is a question nobody answered yet.

The file has the trust of bytecode: who can write there can change the program itself. It names the digests of what it
was made by and of its own content; a stale, half-written or altered one is not read. Where none can be written (Python
is told not to, or may not), each process finds the answers itself.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

__all__ = ["Answers", "answers"]

_HERE = Path(__file__).parent
_MADE_BY = (
    "remembering.py",
    "needles.py",
    "ways.py",
    "beside.py",
    "starting.py",
    "patterns.py",
    "catalogue.py",
    "data/everyday.csv",
)
"""What an answer depends on, beside its question."""
_KEY_BYTES = 16
_Known = Mapping[str, list[str]]


class Answers:
    """Answers known from the file and those found since. Several threads at worst find one twice."""

    def __init__(self, path: Path | None, *, made_by: str) -> None:
        """Args:
        path: The file; None where there is no place for one.
        made_by: What the answers of the file must have been made by to be believed.
        """
        self._path = path
        self._made_by = made_by
        self._known: _Known = _read(path, made_by) if path else {}
        self._asked: dict[str, list[str]] = {}
        self.has_new = False

    def answer(self, question: str, about: str, find: Callable[[], Iterable[str]]) -> tuple[str, ...]:
        """What is known of it, else what `find` finds."""
        key = (
            f"{question}:{hashlib.blake2b(about.encode('utf-8', 'surrogatepass'), digest_size=_KEY_BYTES).hexdigest()}"
        )
        found = self._known.get(key)
        if found is None:
            found = self._asked.get(key)
        if found is None:
            found = list(find())
            self.has_new = True
        self._asked[key] = found
        return tuple(found)

    def keep(self) -> None:
        """Write what was asked so far, where any of it is new and Python may write bytecode; quietly nothing else."""
        if self.has_new and self._path is not None and not sys.dont_write_bytecode:
            _write(self._path, self._made_by, self._asked)
        self._known, self._asked, self.has_new = {**self._known, **self._asked}, {}, False


@cache
def answers() -> Answers:
    """Those of this installation, read once a process."""
    return Answers(_place(), made_by=_made_by())


def _place() -> Path | None:
    try:
        bytecode = Path(importlib.util.cache_from_source(str(Path(__file__).resolve())))
    except NotImplementedError:
        return None
    return bytecode.with_name(f"answers.{sys.implementation.cache_tag}.json")


def _made_by() -> str:
    made_by = hashlib.sha256(sys.version.encode())
    for name in _MADE_BY:
        path = _HERE / name
        content = path.read_bytes() if path.is_file() else b""
        made_by.update(f"\0{name}\0{len(content)}\0".encode() + content)
    return made_by.hexdigest()


def _read(path: Path, made_by: str) -> _Known:
    try:
        said_made_by, said_digest, body = path.read_bytes().split(b"\n", 2)
    except (OSError, ValueError):
        return {}
    if said_made_by.decode("ascii", "replace") != made_by or said_digest.decode("ascii", "replace") != _digest(body):
        return {}
    known: _Known = json.loads(body)
    return known


def _write(path: Path, made_by: str, asked: _Known) -> None:
    """In one step: who reads meanwhile finds the old file or the new one."""
    body = json.dumps(asked, ensure_ascii=True, separators=(",", ":")).encode("ascii")
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(exist_ok=True)
        beside.write_bytes(b"\n".join((made_by.encode(), _digest(body).encode(), body)))
        beside.replace(path)
    except OSError:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
