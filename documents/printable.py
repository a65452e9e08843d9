"""Text from pages and people made fit for paper: nothing hidden, nothing that is markup, nothing that overflows.

A character that cannot be seen (controls, direction marks, zero-width ones) is printed as its number, 〔U+202E〕; so
a reader sees what stands in the record. The exact text is in the package's manifest.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta, timezone

__all__ = [
    "LONGEST",
    "beijing",
    "beijing_date",
    "beijing_short",
    "breakable",
    "escaped",
    "grouped",
    "printable",
    "size_text",
    "with_digests_grouped",
]

LONGEST = 2_000
"""Longest value printed, in code points; the rest is said to be in the manifest."""

_BEIJING = timezone(timedelta(hours=8))
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_SPACES = re.compile("[ \\t\\r\\n\\f\\v\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_LONG_RUN = re.compile("[^\\s\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]{20,}")
_DIGEST = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_PIECE = 4


def printable(text: str, *, longest: int = LONGEST) -> str:
    """One line of visible characters, at most `longest` of the original ones.

    >>> printable("特价\\u202e茶\\n叶")
    '特价〔U+202E〕茶 叶'
    """
    cut, line = text[:longest], _SPACES.sub(" ", text[:longest])
    shown = "".join(escaped(char) if unicodedata.category(char) in _UNSEEN else char for char in line).strip()
    if len(cut) < len(text):
        return f"{shown}……（共 {len(text)} 字，全文见证据包的 manifest.json）"
    return shown


def escaped(char: str) -> str:
    """A character by its number.

    >>> escaped("😀")
    '〔U+1F600〕'
    """
    return f"〔U+{ord(char):04X}〕"


def breakable(text: str) -> list[str]:
    """The text in pieces between which a line may end; only long runs without a space are cut.

    >>> breakable("茶 abc")
    ['茶 abc']
    """
    pieces: list[str] = []
    end = 0
    for run in _LONG_RUN.finditer(text):
        pieces.append(text[end : run.start()])
        pieces.extend(_cut(run[0]))
        end = run.end()
    pieces.append(text[end:])
    return [piece for piece in pieces if piece]


def with_digests_grouped(text: str) -> str:
    """The text with every 256-bit digest in it in groups of eight."""
    return _DIGEST.sub(lambda found: grouped(found[0]), text)


def grouped(digest: str) -> str:
    """A digest in groups of eight, so that it breaks across lines and can be read aloud.

    >>> grouped("0123456789abcdef")
    '01234567 89abcdef'
    """
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


def beijing(moment: datetime) -> str:
    """A moment in Beijing time, to the second.

    >>> from datetime import UTC
    >>> beijing(datetime(2026, 11, 20, 16, 0, 5, tzinfo=UTC))
    '2026年11月21日 00时00分05秒'
    """
    there = moment.astimezone(_BEIJING)
    return f"{there:%Y}年{there:%m}月{there:%d}日 {there:%H}时{there:%M}分{there:%S}秒"


def beijing_short(moment: datetime) -> str:
    """The same for lists.

    >>> from datetime import UTC
    >>> beijing_short(datetime(2026, 11, 20, 16, 0, 5, tzinfo=UTC))
    '2026-11-21 00:00:05'
    """
    return f"{moment.astimezone(_BEIJING):%Y-%m-%d %H:%M:%S}"


def beijing_date(moment: datetime) -> date:
    """The day in Beijing, on which the law in force is chosen."""
    return moment.astimezone(_BEIJING).date()


def size_text(size_bytes: int) -> str:
    """Bytes with thousands separated.

    >>> size_text(1234567)
    '1,234,567'
    """
    return f"{size_bytes:,}"


def _cut(run: str) -> list[str]:
    pieces, current = [], ""
    for char in run:
        if len(current) >= _PIECE and not unicodedata.combining(char):
            pieces.append(current)
            current = ""
        current += char
    return [*pieces, current]
