"""The parts all drawings are made of. Colours stand as attributes, for paper, and as classes, which a page's style
sheet may set anew for dark or printed pages; no drawing needs a script, and none carries a style.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape

__all__ = ["FACE", "INK", "LINE", "SHADES", "SOFT", "ceiling", "element", "number", "svg", "text", "ticks"]

INK, SOFT, LINE = "#1d2530", "#5b6572", "#d5dae1"
ACCENT = "#0b5cad"
SHADES = ("#f1f4f8", "#cfe1f2", "#93c3e0", "#4f9bcb", "#1f6eb3", "#08417f")
"""From nothing to the most, of one hue and falling lightness: told apart without seeing colour."""

FACE = "Noto Sans CJK SC"


def svg(parts: Iterable[str], *, size: tuple[int, int], title: str, told: str, name: str = "") -> str:
    """A drawing with what it shows said in words, for whoever does not see it.

    Args:
        told: One sentence with the figures that matter.
        name: What its title and description are called on the page; drawings of one page differ in it.
    """
    width, height = size
    drawn = "".join(parts)
    role = "group" if "<a " in drawn else "img"  # what is followed by a link is no picture to a screen reader
    said = f'aria-labelledby="{escape(name)}-t {escape(name)}-d"' if name else ""
    marks = (f' id="{escape(name)}-t"', f' id="{escape(name)}-d"') if name else ("", "")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}" role="{role}" {said} font-family="{FACE}, sans-serif" font-size="12">'
        f"<title{marks[0]}>{clean(title)}</title><desc{marks[1]}>{clean(told)}</desc>{drawn}</svg>"
    )


def element(kind: str, inside: str = "", /, **attributes: object) -> str:
    """One element; names with a trailing or inner underscore lose or turn it (`class_`, `text_anchor`)."""
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_plain(value))}"' for key, value in attributes.items()
    )
    return f"<{kind}{said}>{inside}</{kind}>" if inside else f"<{kind}{said}/>"


def text(said: str, x: float, y: float, **attributes: object) -> str:
    """A line of text; what it says is never markup."""
    attributes.setdefault("fill", SOFT)
    attributes.setdefault("class_", "c-soft")
    return element("text", clean(said) or " ", x=x, y=y, **attributes)


def clean(said: str) -> str:
    """Text as XML may hold it."""
    return escape("".join(char for char in said if char >= " " and not "\ud800" <= char <= "\udfff"))


def number(value: float) -> str:
    """A number for people.

    >>> number(1234567), number(12_800_000)
    ('1,234,567', '12,800,000')
    """
    return f"{value:,.0f}"


def ceiling(most: float) -> int:
    """A round number not below the largest value, for the top of an axis.

    >>> [ceiling(value) for value in (0, 3, 7, 12, 95, 101, 1730)]
    [4, 4, 8, 12, 100, 120, 2000]
    """
    if most <= 4:  # four steps of one
        return 4
    power = 10 ** math.floor(math.log10(most))
    for step in (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10):
        if most <= step * power and (step * power) % 4 == 0:
            return int(step * power)
    return int(math.ceil(most / 4) * 4)


def ticks(top: int) -> tuple[int, ...]:
    """Where the axis is marked."""
    return tuple(sorted({0, top // 2, top}))


def _plain(value: object) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
