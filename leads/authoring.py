"""Short words to write rules with: articles with their dates, examples, and patterns made of slots and gaps.

A slot is a class of words (who or what, what is done to it, what follows). A gap between two is short and reluctant, so
that what stands in them also belongs together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from leads.context import ANSWER_MARK
from leads.needles import required_words
from leads.signals import Cue, Scope
from records.leads import Basis, RuleExample, ScanFields, Verdict
from records.market import Category, Speaker

__all__ = [
    "answered",
    "any_of",
    "anywhere",
    "bad",
    "beside",
    "clause",
    "either",
    "exempt",
    "law",
    "ok",
    "saying",
    "sentence",
    "unclear",
    "within",
]

_CLOSE_BY = 16
"""Characters between a deed and what it is done to; further apart, long sentences hold both by chance."""


def law(
    instrument: str, article: str, text: str, *, since: date, until: date | None = None, verified: bool = False
) -> Basis:
    """An article. `verified` only when the official text was read (docs: 待核 otherwise)."""
    return Basis(
        instrument=instrument, article=article, text=text, in_force_from=since, in_force_to=until, verified=verified
    )


def bad(
    text: str,
    category: Category = Category.OTHER,
    *,
    source: Speaker = Speaker.MERCHANT,
    fields: ScanFields | None = None,
) -> RuleExample:
    """A text that breaches: the rule must suspect it."""
    return _example(text, Verdict.SUSPECTED, category, source, fields)


def exempt(
    text: str,
    category: Category = Category.OTHER,
    *,
    source: Speaker = Speaker.MERCHANT,
    fields: ScanFields | None = None,
) -> RuleExample:
    """A text under an exemption: the rule must say excluded."""
    return _example(text, Verdict.EXCLUDED, category, source, fields)


def unclear(
    text: str,
    category: Category = Category.OTHER,
    *,
    source: Speaker = Speaker.MERCHANT,
    fields: ScanFields | None = None,
) -> RuleExample:
    """A text nobody can judge from the page: the rule must say undetermined."""
    return _example(text, Verdict.UNDETERMINED, category, source, fields)


def ok(
    text: str,
    category: Category = Category.OTHER,
    *,
    source: Speaker = Speaker.MERCHANT,
    fields: ScanFields | None = None,
) -> RuleExample:
    """A clean text: the rule must have nothing to say."""
    return _example(text, None, category, source, fields)


def either(*alternatives: str) -> str:
    """A non-capturing group of alternatives; lines and spaces between words are for the reader.

    >>> either("最好 最佳", "顶级")
    '(?:最好|最佳|顶级)'
    """
    return "(?:" + "|".join(word for line in alternatives for word in line.split()) + ")"


def clause(most: int) -> str:
    """A gap: up to so many characters that stay in the clause."""
    return rf"[^,。!?;\n]{{0,{most}}}?"


def sentence(most: int) -> str:
    """A gap: up to so many characters that stay in the sentence."""
    return rf"[^。!?;\n]{{0,{most}}}?"


def within(*slots: str) -> str:
    """A pattern that finds all the slots in a sentence, in any order. Not for whole texts, which it reads over."""
    return "(?s)" + "".join(f"(?=.*?(?:{slot}))" for slot in slots)


def anywhere(*slots: str) -> str:
    """A pattern that finds all the slots in a text or page, in any order."""
    return r"\A" + "".join(rf"(?=[\s\S]*?(?:{slot}))" for slot in slots)


def saying(cue_class: str, pattern: str, **more: Any) -> Cue:
    """A cue known by its pattern alone: it listens for the words that every match of it must contain.

    Raises:
        ValueError: Matches of the pattern have no word in common to listen for.
    """
    words = required_words(pattern)
    if not words:
        raise ValueError(f"模式没有必含的词，无从监听：{pattern[:40]}")
    return Cue(cue_class=cue_class, words=tuple(sorted(words)), pattern=pattern, **more)


def beside(
    cue_class: str, deed: str, done_to: str, *others: str, bar: str, where: Scope = Scope.SENTENCE, **more: Any
) -> Cue:
    """A cue known by the company it keeps: the deed and what it is done to, in either order and close by in a sentence,
    and each of the other slots in any order in the same sentence, or wherever `where` says.

    `bar` is what a denial, a warning or a harmless likeness says anywhere in the text: company alone is weak evidence,
    so that one such word silences it.

    Raises:
        ValueError: Matches have no word in common to listen for.
    """
    gap = sentence(_CLOSE_BY)
    pattern = rf"(?:{deed}){gap}(?:{done_to})|(?:{done_to}){gap}(?:{deed})"
    near = within(*others) if others else ""
    return saying(cue_class, pattern, near=near, near_scope=where, bar=bar, bar_scope=Scope.TEXT, **more)


def answered(topic: str, answer: str, *, reach: int = 14) -> str:
    """A pattern: what a customer asks about and, within `reach` characters of its beginning, what the answer says."""
    return rf"(?:{topic})[^。!;…]{{0,20}}?{ANSWER_MARK}[^。!;?…]{{0,{reach}}}?(?:{answer})"


def any_of(words: Iterable[str]) -> str:
    """A non-capturing group of needles as they are, longest first.

    >>> any_of(("烟", "烟弹", "中华(软"))
    '(?:中华\\\\(软|烟弹|烟)'
    """
    return "(?:" + "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word))) + ")"


def _example(
    text: str, verdict: Verdict | None, category: Category, source: Speaker, fields: ScanFields | None
) -> RuleExample:
    return RuleExample(text=text, verdict=verdict, category=category, source=source, fields=fields or ScanFields())
