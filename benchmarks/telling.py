"""What the benchmarks said, as the page docs/benchmarks.md, as lines of a terminal, and held against an older run."""

# ruff: noqa: E501  # sentences of the page keep their lines
from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from slopes import curves, exponent, holds, last_step, left_out, n_log_n_growth
from subjects import SUBJECTS, Row, Subject

__all__ = ["compared", "page", "ratio_of", "told", "verdict"]

Said = Mapping[str, Any]

_HEAD = """# 基准测试 · Benchmarks

Written by `make bench` (`benchmarks/run.py`) from `benchmarks/results.json`: do not edit. `make bench BENCH_ARGS="crawl"` runs one of
them, `BENCH_ARGS="--full"` the large sizes, `BENCH_ARGS="--compare OLD.json"` holds a run against an older one.

Everything runs over loopback. A peer is measured in the same run as ours, on the same pages, names or documents, in turns where
it matters. **A ratio above 1 is in our favour**: the peer's cost divided by ours, or our rate by the peer's. CPU is what the
kernel charged to the processes measured, start included. Other work on the machine makes wall time and, less, CPU time worse:
the load before and after each stands beside its figures; ratios hold better than figures. 要求: asked by the project; 达到 met,
**未达到** not met in this run.
"""


def page(document: Said, subjects: Mapping[str, Subject]) -> str:
    """The whole page."""
    said = document["subjects"]
    parts = [_HEAD, _machines(said), _summary(said, subjects)]
    parts += [_section(name, subject, said.get(name)) for name, subject in subjects.items()]
    return "\n".join(parts)


def told(name: str, said: Said) -> str:
    """One benchmark as lines of text: rows with their ratios, or why there are none."""
    lines = [f"{name}: {said['title']} ({said['seconds']:.0f} s, load {said['load'][0]:.1f} to {said['load'][1]:.1f})"]
    if said["state"] != "measured":
        return "\n".join([*lines, f"  未运行: {said['reason']}"])
    if SUBJECTS[name].curves:
        return "\n".join([*lines, *(f"  {' '.join(row)}" for row in _growth_rows(said["figures"]))])
    return "\n".join([*lines, *(f"  {' | '.join(_cells(row, SUBJECTS[name], said))}" for row in SUBJECTS[name].rows)])


def compared(old: Said, new: Said, names: Sequence[str]) -> str:
    """Rows of both runs side by side: ratios with their peer where there is one, else the figures themselves."""
    lines = ["", f"{'held against the older run':<76} {'then':>10} {'now':>10}"]
    for name in names:
        before, now = (one["subjects"].get(name, {}).get("figures", {}) for one in (old, new))
        for what, then, here in _pairs(SUBJECTS[name], before, now):
            lines.append(f"{name + ': ' + what:<76.76} {_number(then):>10} {_number(here):>10}")
    return "\n".join(lines)


def ratio_of(row: Row, figures: Mapping[str, float]) -> float | None:
    """More is better for us; None where one of both was not measured or nothing can be divided by."""
    ours, peer = figures.get(row.ours), figures.get(row.peer)
    if ours is None or peer is None:
        return None
    over, under = (ours, peer) if row.more_is_better else (peer, ours)
    return over / under if under else None


def verdict(row: Row, figures: Mapping[str, float]) -> tuple[str, bool | None]:
    """What is asked and whether it was met; None where nothing is asked or it cannot be told."""
    ours, ratio = figures.get(row.ours), ratio_of(row, figures)
    for asked, value, sign in (
        (row.ratio_at_least, ratio, "比值 ≥"),
        (row.at_most, ours, "≤"),
        (row.at_least, ours, "≥"),
    ):
        if asked is not None:
            met = None if value is None else value <= asked if sign == "≤" else value >= asked
            return f"{sign} {asked:.3g}", met
    return "", None


def _machines(said: Mapping[str, Said]) -> str:
    """Each machine once: a page may be made of runs on several."""
    lines = ["## Machine · 测试环境", ""]
    found: dict[str, list[str]] = {}
    for name, one in said.items():
        found.setdefault(_machine(one["machine"]), []).append(name)
    for words, names in found.items():
        lines.append(f"- {words}" + (f" ({', '.join(names)})" if len(found) > 1 else ""))
    return "\n".join([*lines, ""])


def _machine(one: Said) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in sorted(one["versions"].items()))
    return f"{one['cores']} cores, {one['memory_gb']} GB, {one['system']}, Python {one['python']}; {versions}"


def _summary(said: Mapping[str, Said], subjects: Mapping[str, Subject]) -> str:
    lines = [
        "## At a glance · 一览",
        "",
        "| subject | state | asked and met | not met | seconds | load |",
        "|---|---|---|---|---|---|",
    ]
    for name, subject in subjects.items():
        one = said.get(name)
        if one is None or one["state"] != "measured":
            why = _plain(one["reason"]) if one else "not run yet"
            state = "**failed**" if one and one["state"] == "failed" else "not run"
            lines.append(f"| {subject.title} | {state} | | {why} | {one['seconds'] if one else ''} | |")
            continue
        met = [verdict(row, one["figures"])[1] for row in subject.rows]
        if subject.curves:
            met = [holds(points) for points in curves(one["figures"]).values() if len(points) > 1]
        size = "full" if one["full"] else "default sizes"
        lines.append(
            f"| {subject.title} | measured, {size} | {met.count(True)} | {met.count(False)} | {one['seconds']:.0f} "
            f"| {one['load'][0]:.1f} – {one['load'][1]:.1f} |"
        )
    return "\n".join([*lines, ""])


def _section(name: str, subject: Subject, said: Said | None) -> str:
    lines = [f"## {subject.title}", ""]
    if said is None or said["state"] != "measured":
        lines += [f"未运行 · not run: {_plain(said['reason']) if said else 'no run of it is kept yet'}.", ""]
        return "\n".join([*lines, f"Not equal · 不对等之处: {subject.not_equal}", ""])
    sizes = ", ".join(f"{key} {value:,}" for key, value in said["sizes"].items()) or "fixed"
    lines += [
        f'`make bench BENCH_ARGS="{name}{" --full" if said["full"] else ""}"`, {said["measured_at"][:10]}, sizes: {sizes}; '
        f"{said['seconds']:.0f} s, load {said['load'][0]:.1f} – {said['load'][1]:.1f}.",
        "",
    ]
    if said.get("cut_off"):
        lines += [f"Cut off, the rest is missing · 中途中断: {_plain(said['cut_off'])}.", ""]
    if subject.curves:
        lines += _growth(said["figures"])
    else:
        lines += [
            "| what | unit | ours · 本系统 | peer · 对照 | ratio | asked · 要求 | |",
            "|---|---|---|---|---|---|---|",
        ]
        lines += [f"| {' | '.join(_cells(row, subject, said))} |" for row in subject.rows]
    return "\n".join([*lines, "", f"Not equal · 不对等之处: {subject.not_equal}", ""])


def _cells(row: Row, subject: Subject, said: Said) -> list[str]:
    figures = said["figures"]
    ours, peer, ratio = figures.get(row.ours), figures.get(row.peer), ratio_of(row, figures)
    asked, met = verdict(row, figures)
    if not row.peer:
        beside = "–"
    elif peer is None:
        beside = f"{row.peer_name}: not run, {subject.peer_away or 'no figure of it'}"
    else:
        beside = f"{row.peer_name}: {_number(peer)}"
    shown = _number(ours) if ours is not None else "not run"
    word = {True: "达到", False: "**未达到**", None: "未测" if asked else ""}[met]
    return [row.what, row.unit, shown, beside, f"{ratio:.2f}" if ratio is not None else "–", asked, word]


def _growth(figures: Mapping[str, float]) -> list[str]:
    lines = [
        "Cost at each size; the exponent of size by least squares in logarithms (1 is linear); growth from the smallest to the "
        "largest size, and in the last step alone, as a share of that of n log n, of which at most 1 is asked (1.25 with the "
        "noise of measuring); the first size that was not reached, and why.",
        "",
        "| curve | cost at size | exponent | of n log n | last step | not reached · 未及 | |",
        "|---|---|---|---|---|---|---|",
    ]
    return lines + [f"| {' | '.join(row)} |" for row in _growth_rows(figures)]


def _growth_rows(figures: Mapping[str, float]) -> list[list[str]]:
    rows, missing = [], left_out(figures)
    for curve in dict.fromkeys((*curves(figures), *missing)):
        points = curves(figures).get(curve, [])
        costs = "; ".join(f"{size:,}: {_number(cost)}" for size, cost in points)
        size, why = missing.get(curve, (0, ""))
        away = f"{size:,}: {why}" if why else ""
        if len(points) < 2:
            rows.append([curve, costs, "–", "–", "–", away, "未测"])
            continue
        word = "达到" if holds(points) else "**未达到**"
        grown = (exponent(points), n_log_n_growth(points), last_step(points))
        rows.append([curve, costs, *(f"{value:.2f}" for value in grown), away, word])
    return rows


def _pairs(subject: Subject, before: Mapping[str, float], now: Mapping[str, float]) -> list[tuple[str, Any, Any]]:
    if subject.curves:
        then, here = curves(before), curves(now)
        return [(f"{name}, exponent", exponent(then.get(name, [])), exponent(points)) for name, points in here.items()]
    return [
        (f"{row.what}{', ratio' if row.peer else f', {row.unit}'}", *(_compared(row, one) for one in (before, now)))
        for row in subject.rows
    ]


def _compared(row: Row, figures: Mapping[str, float]) -> float | None:
    return ratio_of(row, figures) if row.peer else figures.get(row.ours)


def _number(value: float | None) -> str:
    """Three figures that count; whole numbers from a hundred on.

    >>> _number(0.01234), _number(12345.6), _number(None)
    ('0.0123', '12,346', '–')
    """
    if value is None or math.isnan(value):
        return "–"
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _plain(text: str) -> str:
    return text.replace("|", "/").replace("\n", " ").rstrip(".")
