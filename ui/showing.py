"""How values look on a page. Crawled text is hostile: what cannot be seen is made visible, nothing is ever markup."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Literal
from urllib.parse import urlsplit

from records.leads import Span
from records.search import Highlight

__all__ = [
    "Piece",
    "day",
    "excerpt",
    "groups_of_8",
    "highlighted",
    "marked",
    "moment",
    "outside_href",
    "score",
    "seconds",
    "size",
    "visible",
    "weight",
    "yuan",
]

_BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has kept UTC+8 without summer time since 1992; no time zone data is needed for it."""

_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})
_MOST_MARKS = 3
_CONTEXT = 90


_PLAIN = re.compile(
    r"[\n\t -~\u4e00-\u9fff\u3001-\u3011\uff01-\uff5e\u201c\u201d\u2018\u2019\u2026\u2014\u00b7\u00a5]*"
)
"""Text of nothing but what everybody sees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of text as it is shown: plain, hit by a rule or a search word, or a gap left out."""

    kind: Literal["text", "hit", "gap"]
    text: str


def visible(text: str, longest: int = 0) -> str:
    """The text with control, zero-width and direction characters written out as ⟨U+XXXX⟩; cut after `longest`
    characters (0: never), saying so.

    >>> visible("买\\u200b一\\u202e送一")
    '买⟨U+200B⟩一⟨U+202E⟩送一'
    """
    shown = text[:longest] if longest else text
    cut = f"…（共 {len(text)} 字，已截断）" if len(shown) < len(text) else ""
    if _PLAIN.fullmatch(shown):
        return shown + cut
    written: list[str] = []
    marks = 0
    for place, character in enumerate(shown):
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > _MOST_MARKS:
            continue
        written.append(character if _seen(shown, place) else f"⟨U+{ord(character):04X}⟩")
    return "".join(written) + cut


def marked(text: str, spans: Iterable[Span], *, whole: bool = False) -> tuple[Piece, ...]:
    """The text cut at the words hit, at their exact places; far-off text becomes a gap unless `whole`."""
    return _pieces(text, [(span.start, span.end) for span in spans], whole=whole)


def highlighted(highlight: Highlight) -> tuple[Piece, ...]:
    """A search result's piece of text cut at its hits."""
    return _pieces(highlight.text, highlight.hits, whole=True)


def excerpt(text: str, longest: int = 120) -> str:
    """One line of a text, its white space closed up, cut with an ellipsis."""
    line = " ".join(text.split())
    return visible(line if len(line) <= longest else line[: longest - 1] + "…")


def moment(value: datetime | None) -> str:
    """A moment in Beijing time to the second.

    >>> from datetime import UTC
    >>> moment(datetime(2026, 11, 20, 16, 5, tzinfo=UTC))
    '2026-11-21 00:05:00'
    """
    return value.astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M:%S") if value else "—"


def seconds(value: float | None) -> str:
    """A span of time in words.

    >>> seconds(None), seconds(45.2), seconds(3700)
    ('未知', '45 秒', '1 小时 2 分')
    """
    if value is None:
        return "未知"
    whole = round(value)
    if whole < 120:
        return f"{whole} 秒"
    hours, minutes = divmod(round(whole / 60), 60)
    return f"{hours} 小时 {minutes} 分" if hours else f"{minutes} 分"


def day(value: date | None) -> str:
    """A day; of a moment, the day it is in Beijing."""
    if value is None:
        return "—"
    return (value.astimezone(_BEIJING) if isinstance(value, datetime) else value).strftime("%Y-%m-%d")


def yuan(fen: int | None) -> str:
    """An amount in yuan.

    >>> yuan(1280050), yuan(None)
    ('12,800.50 元', '—')
    """
    return "—" if fen is None else f"{fen // 100:,}.{fen % 100:02d} 元"


def size(count: int | None) -> str:
    """A number of bytes as people read it.

    >>> size(999), size(1_037_000), size(5_120_000)
    ('999 B', '1013 KB', '4.88 MB')
    """
    if count is None:
        return "—"
    amount, unit = float(count), "B"
    for larger in ("KB", "MB", "GB", "TB"):
        if amount < 1024:
            break
        amount, unit = amount / 1024, larger
    return f"{count} B" if unit == "B" else f"{amount:.{3 if amount < 1000 else 4}g} {unit}"


def score(value: float) -> str:
    """A score between 0 and 1, never as a percentage."""
    return f"{value:.2f}"


def weight(value: float) -> str:
    """A log-odds weight with its sign.

    >>> weight(3.25), weight(-1.0), weight(0)
    ('+3.2', '−1.0', '0.0')
    """
    return "0.0" if abs(value) < 0.05 else f"{'+' if value > 0 else '−'}{abs(value):.1f}"


def groups_of_8(digest: str) -> tuple[str, ...]:
    """A digest in groups of eight, as people compare them."""
    return tuple(digest[place : place + 8] for place in range(0, len(digest), 8))


def outside_href(url: str) -> str:
    """The address when it may be a link (http or https), else nothing: then it is shown as text only."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return ""
    return url if host and url[:8].lower().startswith(("http://", "https://")) else ""


def _seen(text: str, place: int) -> bool:
    character = text[place]
    if character in "\n\t ":
        return True
    if character == "\u200d":  # joins emoji into one; anywhere else it hides
        before, after = text[place - 1 : place], text[place + 1 : place + 2]
        return all(
            part and (unicodedata.category(part) in ("So", "Sk") or part == "\ufe0f") for part in (before, after)
        )
    return unicodedata.category(character) not in _UNSEEN and character not in _BLANKS


def _pieces(text: str, spans: Sequence[tuple[int, int]], *, whole: bool) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    at = 0
    for start, end in _merged(spans, len(text)):
        pieces.extend(_between(text, at, start, first=at == 0, last=False, whole=whole))
        pieces.append(Piece(kind="hit", text=text[start:end]))
        at = end
    pieces.extend(_between(text, at, len(text), first=at == 0, last=True, whole=whole))
    return tuple(pieces)


def _merged(spans: Sequence[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted((max(0, start), min(end, length)) for start, end in spans):
        if end <= start:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _between(text: str, start: int, end: int, *, first: bool, last: bool, whole: bool) -> list[Piece]:
    """Text between two hits; when long, only what stands next to a hit."""
    if start >= end:
        return []
    room = _CONTEXT * (4 if first and last else 1 if first or last else 2)
    if whole or end - start <= room + 20:
        return [Piece(kind="text", text=text[start:end])]
    gap = Piece(kind="gap", text=f"略 {end - start - room} 字")
    if first and last:
        return [Piece(kind="text", text=text[:room]), gap]
    if first:
        return [gap, Piece(kind="text", text=text[end - _CONTEXT : end])]
    if last:
        return [Piece(kind="text", text=text[start : start + _CONTEXT]), gap]
    return [
        Piece(kind="text", text=text[start : start + _CONTEXT]),
        gap,
        Piece(kind="text", text=text[end - _CONTEXT : end]),
    ]
