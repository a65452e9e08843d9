"""What is asked of the statistics pages, as the address says it, and the address of each figure's list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from leads.figure_periods import FigurePeriod, Step, period_before, read_period, week_of
from leads.figures import About, LeadFilter

__all__ = ["StatisticsAsked", "presets"]

_LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsAsked:
    """The period, region and platform all figures of a page share."""

    period: FigurePeriod
    region: str = ""
    target_id: str = ""
    step: Step | None = None

    @classmethod
    def read(cls, params: QueryParams, today: date) -> StatisticsAsked:
        """From a query string; the week of today unless a period is said.

        Raises:
            InvalidInputError: The period is none.
        """
        said = params.get("period", "").strip()
        step = params.get("step", "")
        return cls(
            period=read_period(said) if said else week_of(today),
            region=params.get("region", "").strip()[:_LONGEST],
            target_id=params.get("target", "")[:_LONGEST],
            step=Step(step) if step in Step._value2member_map_ else None,
        )

    def href(self, **changed: str) -> str:
        """The page itself with some of it changed (`period`, `region`, `target`, `step`)."""
        said = {**self._pairs(), **changed}
        return "/statistics?" + urlencode({name: value for name, value in said.items() if value})

    def list_href(self, kind: str, period: FigurePeriod | None = None, **held: str) -> str:
        """The list behind a figure of this page, or of another period of it."""
        here = self if period is None else replace(self, period=period)
        said = {**here._pairs(), "step": "", **held}
        return f"/statistics/{kind}?" + urlencode({name: value for name, value in said.items() if value})

    def _pairs(self) -> dict[str, str]:
        return {
            "period": self.period.key,
            "region": self.region,
            "target": self.target_id,
            "step": self.step.value if self.step else "",
        }

    def lead_filter(self, params: QueryParams, within: str) -> LeadFilter:
        """Which leads a list shows; what cannot be understood holds nothing back."""
        about = params.get("about", "")
        said = {name: params.get(name, "")[:_LONGEST] for name in ("category", "severity", "state", "hit")}
        return LeadFilter(
            about=About(about) if about in About._value2member_map_ else About.NEW,
            rule_id=params.get("rule", "")[:_LONGEST],
            region=params.get("part", "")[:_LONGEST],
            within=within,
            target_id=params.get("of", "")[:_LONGEST],
            **said,
        )


def presets(today: date) -> tuple[tuple[str, FigurePeriod], ...]:
    """The periods most asked for."""
    week, month = week_of(today), read_period(f"{today:%Y-%m}")
    ninety = f"{(today - timedelta(days=89)).isoformat()}..{today.isoformat()}"
    return (
        ("本周", week),
        ("上周", period_before(week)),
        ("本月", month),
        ("上月", period_before(month)),
        ("近90天", read_period(ninety)),
        ("本年", read_period(f"{today:%Y}")),
    )
