"""One figure over time: a line with its marks, the axis, and the last value written out."""

from __future__ import annotations

from collections.abc import Sequence

from documents.charts.drawing import ACCENT, INK, LINE, ceiling, element, number, svg, text, ticks

__all__ = ["line_chart"]

_SIZE = (340, 168)
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 16, 34, 26
_LABELS = 4


def line_chart(title: str, points: Sequence[tuple[str, int]], *, name: str = "", unfinished: bool = False) -> str:
    """Columns of equal width, oldest first, as (label, value). `unfinished`: the last column has not ended yet; it is
    drawn open and dashed, so that it is not taken for a fall."""
    width, height = _SIZE
    top = ceiling(max((value for _, value in points), default=0))
    across, down = width - _LEFT - _RIGHT, height - _TOP - _BOTTOM
    step = across / max(1, len(points) - 1)
    places = [(_LEFT + step * number_, _TOP + down * (1 - value / top)) for number_, (_, value) in enumerate(points)]
    if len(points) == 1:
        places = [(_LEFT + across / 2, places[0][1])]
    parts = [text(title, 0, 14, fill=INK, class_="c-ink", font_size=13, font_weight=600)]
    if points:
        note = "（未完）" if unfinished else ""
        last = f"{points[-1][0]} {number(points[-1][1])}{note}"
        parts.append(text(last, width - _RIGHT + 12, 14, text_anchor="end", class_="c-soft num"))
    parts += _axis(top, width, down)
    parts += _line(places, _TOP + down, unfinished=unfinished)
    parts += _labels([label for label, _ in points], places, height)
    return svg(parts, size=_SIZE, title=title, told=_told(title, points), name=name)


def _axis(top: int, width: int, down: int) -> list[str]:
    parts = []
    for tick in ticks(top):
        y = _TOP + down * (1 - tick / top)
        parts.append(element("line", x1=_LEFT, x2=width - _RIGHT, y1=y, y2=y, stroke=LINE, class_="c-line"))
        parts.append(text(_short(tick), _LEFT - 6, y + 4, text_anchor="end", font_size=11))
    return parts


def _line(places: Sequence[tuple[float, float]], floor: float, *, unfinished: bool) -> list[str]:
    parts = []
    if len(places) > 1:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        area = f"{places[0][0]:.1f},{floor:.1f} {path} {places[-1][0]:.1f},{floor:.1f}"
        parts.append(element("polygon", points=area, fill=ACCENT, fill_opacity="0.10", class_="c-area"))
        solid = places[:-1] if unfinished else places
        parts.append(_stroke(solid))
        if unfinished:
            parts.append(_stroke(places[-2:], "4 3"))
    for place, (x, y) in enumerate(places):
        open_ = unfinished and place == len(places) - 1
        fill, kind = ("#ffffff", "c-open") if open_ else (ACCENT, "c-dot")
        parts.append(element("circle", cx=x, cy=y, r=3, fill=fill, stroke=ACCENT, stroke_width="1.5", class_=kind))
    return parts


def _stroke(places: Sequence[tuple[float, float]], dashes: str = "none") -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return element(
        "polyline", points=path, fill="none", stroke=ACCENT, stroke_width=2, stroke_dasharray=dashes, class_="c-stroke"
    )


def _labels(labels: Sequence[str], places: Sequence[tuple[float, float]], height: int) -> list[str]:
    if not labels:
        return []
    every = max(1, -(-(len(labels) - 1) // _LABELS))
    shown = [place for place in range(len(labels)) if (len(labels) - 1 - place) % every == 0]
    parts = []
    for place in shown:
        ends = place in (0, len(labels) - 1) and len(labels) > 1
        anchor = ("start" if place == 0 else "end") if ends else "middle"
        x = places[place][0] + (8 if anchor == "end" else -4 if anchor == "start" else 0)
        parts.append(text(labels[place], x, height - 8, text_anchor=anchor, font_size=11))
    return parts


def _short(value: int) -> str:
    if value >= 10_000:  # 万
        return f"{value / 10_000:.1f}".rstrip("0").rstrip(".") + "万"
    return number(value)


def _told(title: str, points: Sequence[tuple[str, int]]) -> str:
    if not points:
        return f"{title}：无数据"
    most = max(points, key=lambda point: point[1])
    return (
        f"{title}：{points[0][0]} 为 {number(points[0][1])}，{points[-1][0]} 为 {number(points[-1][1])}，"
        f"最高 {most[0]} 的 {number(most[1])}"
    )
