"""How figures look on the page: each with the address of its list, rates with their base, drawings with their table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from documents.charts.atlas import Atlas
from documents.charts.bars import bar_chart
from documents.charts.choropleth import MapOf, choropleth
from documents.charts.lines import line_chart
from leads.divisions import Divisions
from leads.figure_asking import FigureSet
from leads.figure_periods import Step
from leads.figures import Figures, PlaceRow
from leads.regions import part_name
from leads.statistics import UNKNOWN_PART
from records.errors import NotFoundError
from records.statistics import day_number
from ui.statistics_asked import StatisticsAsked

__all__ = [
    "Headline",
    "PartLine",
    "headlines",
    "part_lines",
    "region_path",
    "trend_lines",
    "trend_charts",
    "ground_map",
    "category_chart",
]

_DEEPEST = 6
_TREND = (
    ("pages", "读到的网页", "runs"),
    ("shops", "监测的网店", "shops"),
    ("listings", "监测的商品", "listings"),
    ("findings", "规则发现", "findings"),
    ("leads", "新发现线索", "leads"),
    ("decisions", "作出处置", "leads"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """A figure, where its list is, and what it was in the period before."""

    title: str
    value: int
    href: str
    before: int
    note: str = ""

    @property
    def change(self) -> str:
        """Against the period before, in words."""
        if self.value == self.before:
            return f"与上期持平（{self.before:,}）"
        more = self.value > self.before
        share = f"，{'+' if more else '−'}{abs(self.value - self.before) / self.before:.0%}" if self.before else ""
        return f"上期 {self.before:,}{share}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLine:
    """A region or platform of the ranked table; `deeper` is the page of the part itself, where there is one."""

    name: str
    row: PlaceRow
    deeper: str
    leads_href: str
    shops_href: str
    suspected_href: str


def headlines(found: FigureSet, asked: StatisticsAsked) -> tuple[Headline, ...]:
    """The figures at the head of the page."""
    now, before = found.now, found.before

    def told(title: str, kind: str, values: tuple[int, int], note: str = "", **held: str) -> Headline:
        return Headline(
            title=title, value=values[0], before=values[1], note=note, href=asked.list_href(kind, None, **held)
        )

    surveyed = (
        told("读到的网页", "runs", (now.pages_read, before.pages_read), f"未读到 {now.pages_unread:,}"),
        told("监测的网店", "shops", (now.shops, before.shops), f"未读全 {now.shops_unread:,}"),
        told("监测的商品", "listings", (now.listings, before.listings)),
    )
    if not now.with_leads:
        return surveyed
    decided = (sum(now.decisions.values()), sum(before.decisions.values()))
    return (
        *surveyed,
        told("新发现线索", "leads", (now.leads_new, before.leads_new), about="new"),
        told("作出处置", "leads", decided, about="decided"),
        told("涉嫌网店", "shops", (now.shops_suspected, before.shops_suspected), which="suspected"),
    )


def part_lines(found: FigureSet, asked: StatisticsAsked, names: Mapping[str, str]) -> tuple[PartLine, ...]:
    """The parts of the region, the one with most new leads first."""
    lines = []
    for row in found.now.by_region:
        deeper = asked.href(region=row.key) if 0 < len(row.key) < _DEEPEST and not row.key.endswith("00") else ""
        lines.append(
            PartLine(
                name=part_name(row.key, names),
                row=row,
                deeper=deeper,
                leads_href=asked.list_href("leads", about="new", part=row.key or UNKNOWN_PART),
                shops_href=asked.list_href("shops", part=row.key or UNKNOWN_PART),
                suspected_href=asked.list_href("shops", which="suspected", part=row.key or UNKNOWN_PART),
            )
        )
    return tuple(lines)


def region_path(
    within: str, scope: str, asked: StatisticsAsked, names: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """The way down to the region, each step with its page; the last one is where one stands."""
    steps = [] if scope else [("全国", asked.href(region=""))]
    for length in (2, 4, 6):
        if len(scope) <= length <= len(within) and length:
            code = within[:length]
            steps.append((part_name(code, names), asked.href(region=code)))
    return tuple(steps)


def trend_charts(found: FigureSet) -> tuple[Markup, ...]:
    """One small drawing a figure, each on its own scale."""
    unfinished = bool(found.trend) and found.trend[-1].period.span.last >= _day(found.now)
    charts = []
    for name, title, _ in _TREND[: 6 if found.now.with_leads else 3]:
        points = [(_label(point.period.first, found.step), int(getattr(point, name))) for point in found.trend]
        charts.append(_drawn(line_chart(title, points, name=f"trend-{name}", unfinished=unfinished)))
    return tuple(charts)


def trend_lines(found: FigureSet, asked: StatisticsAsked) -> tuple[tuple[str, tuple[tuple[int, str], ...]], ...]:
    """The same as a table: each column of the trend with its figures and the lists behind them."""
    shown = _TREND[: 6 if found.now.with_leads else 3]
    lines = []
    for point in reversed(found.trend):
        cells = []
        for name, _, kind in shown:
            held = {"about": "new"} if name == "leads" else {"about": "decided"} if name == "decisions" else {}
            cells.append((int(getattr(point, name)), asked.list_href(kind, point.period, **held)))
        lines.append((point.period.title, tuple(cells)))
    return tuple(lines)


def trend_titles(*, with_leads: bool) -> tuple[str, ...]:
    """The heads of that table."""
    return tuple(title for _, title, _ in _TREND[: 6 if with_leads else 3])


def ground_map(atlas: Atlas, found: FigureSet, asked: StatisticsAsked, names: Mapping[str, str]) -> Markup | None:
    """The regions shaded by new leads, or by shops where leads may not be seen; None where the map has no such region
    or goes no deeper."""
    within = found.within
    if len(within) >= _DEEPEST:
        return None
    rows = {row.key: row for row in found.now.by_region}
    leads = found.now.with_leads
    try:
        keys = atlas.parts(within)
    except NotFoundError:
        return None
    drawn = MapOf(
        title="各地新发现线索" if leads else "各地监测的网店",
        values={key: (row.leads if leads else row.shops) for key, row in rows.items()},
        within=within,
        names={key: part_name(key, names) for key in keys},
        looked_at=frozenset(key for key, row in rows.items() if row.shops or row.leads),
        href=lambda key: asked.href(region=key) if len(key) < _DEEPEST else asked.list_href("leads", part=key),
        name="map",
        unit="条" if leads else "家",
    )
    return _drawn(choropleth(atlas, drawn))


def category_chart(figures: Figures) -> Markup:
    """New leads by category."""
    rows = list(figures.by_category.items())[:12]
    return _drawn(bar_chart("新发现线索的商品类目", rows, name="categories"))


def division_names() -> Mapping[str, str]:
    """Names of regions by six-digit code."""
    return Divisions.load().names


def _label(first: object, step: Step) -> str:
    year, month, day = str(first).split("-")
    if step is Step.MONTH:
        return f"{int(month)}月" if int(month) > 1 else f"{year[2:]}年1月"
    return f"{int(month)}-{day}"


def _day(figures: Figures) -> int:
    return day_number(figures.made_at)


def _drawn(svg: str) -> Markup:
    return Markup(svg)  # noqa: S704  # made by documents.charts, which writes every text through `clean`
