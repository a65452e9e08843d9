"""双随机: a draw of subjects and officers that anyone can repeat from what is published."""

from __future__ import annotations

from records.base import DigestHex, Record, UtcDatetime

__all__ = ["Assignment", "Draw"]


class Assignment(Record):
    """One subject drawn and the officers drawn for it."""

    subject_id: str
    officer_ids: tuple[str, ...]


class Draw(Record):
    """What is published of a draw: with `seed` and the two lists it can be made again, by anyone, with the same result.

    The digests are of the lists as drawn from (identifiers in order, one a line), so that a list changed afterwards
    shows.
    """

    seed: str
    subjects_count: int
    subjects_sha256: DigestHex
    officers_sha256: DigestHex
    drawn_at: UtcDatetime
    assignments: tuple[Assignment, ...]
