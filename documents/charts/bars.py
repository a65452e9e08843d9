"""Ranked figures as bars, each with its name and number written out: colour tells nothing that words do not."""

from __future__ import annotations

from collections.abc import Sequence

from documents.charts.drawing import ACCENT, INK, LINE, element, number, svg, text

__all__ = ["bar_chart"]

_WIDTH, _ROW, _TOP, _NAMES, _NUMBERS = 520, 24, 26, 190, 60
_LONGEST = 15


def bar_chart(title: str, rows: Sequence[tuple[str, int]], *, name: str = "", unit: str = "条") -> str:
    """Bars from the longest down as given, as (label, value)."""
    height = _TOP + _ROW * max(1, len(rows)) + 4
    most = max((value for _, value in rows), default=0) or 1
    across = _WIDTH - _NAMES - _NUMBERS
    parts = [text(title, 0, 14, fill=INK, class_="c-ink", font_size=13, font_weight=600)]
    if not rows:
        parts.append(text("无", _NAMES, _TOP + 16))
    for place, (label, value) in enumerate(rows):
        y = _TOP + _ROW * place
        long = max(1.0, across * value / most) if value else 0.0
        parts.append(text(_cut(label), _NAMES - 8, y + 16, text_anchor="end", fill=INK, class_="c-ink"))
        parts.append(
            element("rect", x=_NAMES, y=y + 4, width=across, height=16, fill=LINE, fill_opacity="0.35", class_="c-bed")
        )
        if long:
            parts.append(element("rect", x=_NAMES, y=y + 4, width=long, height=16, fill=ACCENT, class_="c-bar"))
        parts.append(text(number(value), _NAMES + across + 8, y + 16, fill=INK, class_="c-ink num"))
    told = "；".join(f"{label} {number(value)} {unit}" for label, value in rows) or "无"
    return svg(parts, size=(_WIDTH, height), title=title, told=f"{title}：{told}", name=name)


def _cut(label: str) -> str:
    return label if len(label) <= _LONGEST else label[: _LONGEST - 1] + "…"
