"""双随机抽查: draw shops, and for each the officers, by a public seed.

An identifier's place in the draw is SHA-256 of seed, purpose and identifier (UTF-8, joined by the line feed), smallest
first: the order of the lists does not matter, and a citizen can check it with sha256sum.

Law: 《国务院关于在市场监管领域全面推行部门联合“双随机、一公开”监管的意见》（国发〔2019〕5 号）.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from records.errors import InvalidInputError
from records.sampling import Assignment, Draw

__all__ = ["OFFICERS_A_SUBJECT", "draw", "ranked"]

OFFICERS_A_SUBJECT = 2
"""Law: 《中华人民共和国行政处罚法》第四十二条: at least two officers."""


def ranked(identifiers: Iterable[str], *, seed: str, purpose: str) -> list[str]:
    """The identifiers in the order of their place in the draw.

    >>> ranked(["b", "a", "c"], seed="2026-11-20", purpose="subject")
    ['a', 'c', 'b']
    """
    return sorted(identifiers, key=lambda identifier: (_place(seed, purpose, identifier), identifier))


def draw(
    subjects: Sequence[str],
    officers: Sequence[str] | None,
    *,
    seed: str,
    count: int,
    drawn_at: datetime,
    barred: Mapping[str, Collection[str]] | None = None,
) -> Draw:
    """Draw `count` subjects and two officers for each; no officers when the list is None.

    Officers take turns: whoever has fewest so far is drawn first, and chance decides among equals.

    Args:
        seed: Published before the draw, of a kind nobody here chooses (such as the day's lottery numbers).
        barred: Officers who must stand aside (回避), by subject.

    Raises:
        InvalidInputError: No seed; an identifier twice or with a line break; more to be drawn than there are; a subject
            for which fewer than two officers are left.
    """
    _check(subjects, officers or (), seed=seed, count=count)
    chosen = ranked(subjects, seed=seed, purpose="subject")[:count]
    if officers is None:
        assignments = [Assignment(subject_id=subject, officer_ids=()) for subject in chosen]
    else:
        assignments = _with_officers(chosen, officers, seed=seed, barred=barred or {})
    return Draw(
        seed=seed,
        subjects_count=len(subjects),
        subjects_sha256=_digest_of(subjects),
        officers_sha256=_digest_of(officers or ()),
        officers_each=0 if officers is None else OFFICERS_A_SUBJECT,
        drawn_at=drawn_at,
        assignments=tuple(assignments),
    )


def _with_officers(
    subjects: Sequence[str], officers: Sequence[str], *, seed: str, barred: Mapping[str, Collection[str]]
) -> list[Assignment]:
    load: Counter[str] = Counter()
    assignments = []
    for subject in subjects:
        excluded = frozenset(barred.get(subject, ()))
        able = [officer for officer in officers if officer not in excluded]
        if len(able) < OFFICERS_A_SUBJECT:
            raise InvalidInputError(
                f"{subject} 可派的执法人员不足 {OFFICERS_A_SUBJECT} 名", cure="补充执法人员名录，或核对回避名单"
            )
        by_chance = ranked(able, seed=seed, purpose=f"officer\n{subject}")
        chosen = sorted(by_chance, key=load.__getitem__)[:OFFICERS_A_SUBJECT]
        load.update(chosen)
        assignments.append(Assignment(subject_id=subject, officer_ids=tuple(chosen)))
    return assignments


def _check(subjects: Sequence[str], officers: Sequence[str], *, seed: str, count: int) -> None:
    if not seed.strip():
        raise InvalidInputError("抽查没有公开种子", cure="填写事先公布的种子，例如当日开奖号码")
    if not 0 < count <= len(subjects):
        raise InvalidInputError(f"抽查 {count} 户，而名单有 {len(subjects)} 户", cure="抽查数须在 1 与名单户数之间")
    for name, listed in (("检查对象", subjects), ("执法人员", officers)):
        if len(set(listed)) != len(listed):
            raise InvalidInputError(f"{name}名单有重复", cure="去重后再抽，否则机会不均等")
        if any("\n" in identifier for identifier in listed):
            raise InvalidInputError(f"{name}名单的编号含有换行", cure="改正编号")


def _place(seed: str, purpose: str, identifier: str) -> str:
    return hashlib.sha256(f"{seed}\n{purpose}\n{identifier}".encode()).hexdigest()


def _digest_of(identifiers: Iterable[str]) -> str:
    return hashlib.sha256("".join(f"{identifier}\n" for identifier in sorted(identifiers)).encode()).hexdigest()
