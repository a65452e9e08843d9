"""How the machinery stands: storage, clocks, keys, backups; one line a part, for people who look after it."""

from __future__ import annotations

from enum import StrEnum

from records.base import Record

__all__ = ["StateLine", "StateSection", "Tone"]


class Tone(StrEnum):
    """Whether somebody should act: `bad` now, `mid` soon, `none` says nothing either way."""

    GOOD = "good"
    MID = "mid"
    BAD = "bad"
    NONE = ""


class StateLine(Record):
    """One part: what it is in one sentence, and where something is to be done, the command that does it. No secret
    stands in it: of addresses neither user nor password."""

    part: str
    state: str
    tone: Tone = Tone.NONE
    cure: str = ""


class StateSection(Record):
    """Parts of one kind."""

    title: str
    lines: tuple[StateLine, ...]
