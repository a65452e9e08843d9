"""All figures one page or report needs: the period, the one before, and the trend, counted from one reading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from leads.clocks import day_in_china
from leads.figure_periods import FigurePeriod, Step, period_before, trend_periods
from leads.figures import Figures, TrendPoint
from leads.statistics import figures_of, trend_of
from records.statistics import FigureRows, Span, day_number

__all__ = ["FigureSet", "ask_figures"]

RowsOf = Callable[[Span, Sequence[Span]], FigureRows]
"""Rows of the days of a trend, and of the spans that are counted; `offices.statistics_desk` gives them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureSet:
    """The figures of a period beside those of the period before, and how they came to be."""

    now: Figures
    before: Figures
    trend: tuple[TrendPoint, ...]
    step: Step
    rows: FigureRows
    within: str


def ask_figures(
    rows_of: RowsOf, period: FigurePeriod, *, within: str, now: datetime, step: Step | None = None
) -> FigureSet:
    """Count a period, the period before and the trend that leads to it."""
    earlier, width = period_before(period), step or period.step
    columns = trend_periods(period, width)
    first = min(earlier.first, period.first, *(column.first for column in columns))
    last = max(period.last, *(column.last for column in columns))
    rows = rows_of(
        Span(first=day_number(first), last=day_number(last)),
        (earlier.span, period.span),
    )
    today = day_in_china(now)
    return FigureSet(
        now=figures_of(rows, period, within=within, today=today, made_at=now),
        before=figures_of(rows, earlier, within=within, today=today, made_at=now),
        trend=trend_of(rows, columns),
        step=width,
        rows=rows,
        within=within,
    )
