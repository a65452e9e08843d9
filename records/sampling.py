"""双随机: a draw of subjects and officers that anyone can repeat from what is published."""

from __future__ import annotations

from records.base import DigestHex, Record, UtcDatetime

__all__ = ["Assignment", "Draw", "KeptDraw"]


class Assignment(Record):
    """One subject drawn and the officers drawn for it."""

    subject_id: str
    officer_ids: tuple[str, ...]


class Draw(Record):
    """What is published of a draw: with `seed` and the two lists it can be made again, by anyone, with the same result.

    The digests are of the lists as drawn from (identifiers in order, one a line), so that a list changed afterwards
    shows. `officers_each` is how many were drawn for each subject; 0 when subjects alone were drawn.
    """

    seed: str
    subjects_count: int
    subjects_sha256: DigestHex
    officers_sha256: DigestHex
    officers_each: int = 2
    drawn_at: UtcDatetime
    assignments: tuple[Assignment, ...]


class KeptDraw(Record):
    """A draw with the lists it was made from, kept for good, so that it can be repeated however the lists change later.

    `population` says in Chinese what the subjects are and how they were chosen.
    """

    draw_id: str
    population: str
    subject_ids: tuple[str, ...]
    officer_ids: tuple[str, ...] = ()
    draw: Draw
