"""What a monitoring report says, from the figures of its period: whole sentences, each rate with its base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crawlers.health.words import OUTCOME_WORDS
from documents.charts.atlas import Atlas
from documents.charts.bars import bar_chart
from documents.charts.choropleth import MapOf, choropleth
from documents.charts.lines import line_chart
from documents.monitoring_report import MonitoringWords
from documents.printable import beijing, beijing_date, printable
from leads.figure_asking import FigureSet
from leads.figure_periods import Step
from leads.figures import About, Figures
from leads.regions import part_name
from records.errors import NotFoundError
from records.leads import Lead, RuleHit
from records.statistics import day_number
from records.survey import RunState

__all__ = ["ReportNames", "monitoring_words"]

_MOST_ROWS = 12
_OUTCOMES: Mapping[str, str] = {outcome.value: words for outcome, words in OUTCOME_WORDS.items()}
_TREND = (("pages", "读到的网页"), ("shops", "监测的网店"), ("leads", "新发现线索"), ("decisions", "作出处置"))
_METHOD = (
    "数字由监测记录计得，每个数字可在系统中打开其清单。时间均为北京时间。",
    "监测的网店、商品，指首次见到不晚于期末且末次见到不早于期初者，每家每件只计一次；网页按期内开始的采集运行计，平台的采集不分地区。",
    "检出率的分子是期内看过、且有未被认定为误报的涉嫌线索的网店；违法率的分子是其线索经执法人员采纳的网店；基数均为期内看过的网店。"
    "没有读到的部分不能说没有问题，实际比率可能更高。",
    "规则只提示“涉嫌”，是否违法由执法人员认定；精确率只以已作出采纳或误报决定的线索为基数。",
    "监测只读取公开网页，遵守各站的访问规则与频率，不登录、不绕过验证；要求登录或验证的内容不在监测之内。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportNames:
    """Names of what figures hold by number: regions by six-digit code, rules by their own; `targets` the platforms
    alone."""

    regions: Mapping[str, str]
    rules: Mapping[str, str]
    targets: Mapping[str, str]
    organisation: str


def monitoring_words(
    found: FigureSet, names: ReportNames, atlas: Atlas, *, report: tuple[str, str], notable: Sequence[Lead]
) -> MonitoringWords:
    """The report. `report` is its number and who made it; `notable` the leads it tells of, without anybody's name."""
    now, before = found.now, found.before
    region = part_name(found.within, names.regions) if found.within else "全国"
    parts = {row.key: part_name(row.key, names.regions) for row in now.by_region}
    made, day = now.made_at, beijing_date(now.made_at)
    return MonitoringWords(
        title="网络交易监测报告",
        organisation=names.organisation,
        period=now.period.title,
        region=region,
        report_id=report[0],
        prepared_at=made,
        prepared=f"{day.year}年{day.month}月{day.day}日",
        made_by=report[1],
        summary=_summary(now, before, names, region),
        limits=_limits(now),
        survey=_survey(now, before),
        unread=tuple((_OUTCOMES.get(name, name), f"{count:,}") for name, count in now.unread_by.items()),
        overall=(
            _compared("监测的网店", now.shops, before.shops),
            _compared("其中有涉嫌线索", now.shops_suspected, before.shops_suspected),
            _compared("新发现线索", now.leads_new, before.leads_new),
            _compared("规则发现（涉嫌）", now.findings.get("suspected", 0), before.findings.get("suspected", 0)),
            _compared("无法判定", now.findings.get("undetermined", 0), before.findings.get("undetermined", 0)),
        ),
        rates=_rates(now, before),
        regions=tuple(
            (name, *(_n(count) for count in counts), _share(counts[1], counts[2]))
            for name, counts in _first_and_rest(
                [(parts[row.key], (row.leads, row.suspected, row.shops, row.unread)) for row in now.by_region],
                rest="其余 {} 个地区",
            )
        ),
        rules=tuple(
            (name, *(_n(count) for count in counts), _share(counts[1], counts[1] + counts[2]))
            for name, counts in _first_and_rest(
                [
                    (f"{rule.rule_id} {names.rules.get(rule.rule_id, '')}", (rule.leads, rule.right, rule.wrong))
                    for rule in now.by_rule
                ],
                rest="其余 {} 条规则",
            )
        ),
        categories=tuple((category, _n(count)) for category, count in now.by_category.items()),
        platforms=_platforms(now, names),
        handling=_handling(now, before),
        cases=tuple(_case(lead, names) for lead in notable),
        method=(f"数字的统计时点为{beijing(made)}，期末以后的变化不在其内。", *_METHOD),
        small=_drawn_trend(found),
        ground=_drawn_ground(atlas, found, names),
        bars=bar_chart("新发现线索的商品类目", list(now.by_category.items())[:_MOST_ROWS], name="categories"),
    )


def _first_and_rest(rows: Sequence[tuple[str, tuple[int, ...]]], *, rest: str) -> list[tuple[str, tuple[int, ...]]]:
    """The first rows, and what was left out summed up in one: a table that ended without a word looked whole.

    >>> _first_and_rest([(f"{n}", (n, 1)) for n in range(14)], rest="其余 {} 个")[-2:]
    [('11', (11, 1)), ('其余 2 个', (25, 2))]
    """
    shown, left = list(rows[:_MOST_ROWS]), rows[_MOST_ROWS:]
    if left:
        sums = tuple(sum(column) for column in zip(*(counts for _, counts in left), strict=True))
        shown.append((rest.format(len(left)), sums))
    return shown


def _summary(now: Figures, before: Figures, names: ReportNames, region: str) -> tuple[str, ...]:
    looked = (
        f"{now.period.title}，对{region}开展网络交易监测，读到网页 {now.pages_read:,} 个，看过网店 {now.shops:,} 家、"
        f"商品 {now.listings:,} 件；另有 {now.pages_unread:,} 个网页未能读到，{now.shops_unread:,} 家网店未读全。"
    )
    found = (
        f"新发现涉嫌线索 {now.leads_new:,} 条（上期 {before.leads_new:,} 条）；"
        f"看过的 {now.shops:,} 家网店中有涉嫌线索的 "
        f"{now.shops_suspected:,} 家，检出率 {_share(now.shops_suspected, now.shops)}"
        f"（上期 {_share(before.shops_suspected, before.shops)}）。"
    )
    right, wrong = now.decisions.get(RuleHit.RIGHT, 0), now.decisions.get(RuleHit.WRONG, 0)
    decided = (
        f"作出处置 {sum(now.decisions.values()):,} 条，其中采纳 {right:,} 条、误报 {wrong:,} 条，"
        f"采纳率 {_share(right, right + wrong)}。"
    )
    lines = [looked, found, decided]
    if now.by_rule and now.leads_new:
        top = "、".join(
            f"{names.rules.get(rule.rule_id, rule.rule_id)}（{rule.leads:,} 条）"
            for rule in now.by_rule[:3]
            if rule.leads
        )
        lines.append(f"新线索主要涉及：{top}。")
    return tuple(lines)


def _limits(now: Figures) -> tuple[str, ...]:
    lines = []
    partial = sum(now.runs.get(state, 0) for state in (RunState.PARTIAL, RunState.FAILED))
    if not now.runs:
        lines.append("期内没有采集运行：各数为“0”是没有去看，不是没有问题。")
    if partial:
        kinds = f"不完整 {now.runs.get(RunState.PARTIAL, 0):,}，失败 {now.runs.get(RunState.FAILED, 0):,}"
        lines.append(f"{partial:,} 次采集没有读完（{kinds}），未读部分不能说没有问题。")
    if now.runs.get(RunState.RUNNING):
        lines.append(f"{now.runs[RunState.RUNNING]:,} 次采集在统计时仍在进行，其网页未计入。")
    if now.blind_runs:
        lines.append(f"{now.blind_runs:,} 次采集读到了网页却认不出内容（失明），其“没有发现”不作数。")
    if now.period.span.last >= day_number(now.made_at):
        lines.append("本期在统计时尚未结束。")
    return tuple(lines)


def _survey(now: Figures, before: Figures) -> tuple[tuple[str, ...], ...]:
    states = (
        (RunState.COMPLETE, "完整"),
        (RunState.PARTIAL, "不完整"),
        (RunState.FAILED, "失败"),
        (RunState.RUNNING, "进行中"),
    )
    return (
        *(_compared(f"采集运行 · {word}", now.runs.get(state, 0), before.runs.get(state, 0)) for state, word in states),
        _compared("读到的网页", now.pages_read, before.pages_read),
        _compared("未读到的网页", now.pages_unread, before.pages_unread),
        _compared("监测的网店", now.shops, before.shops),
        _compared("其中未读全", now.shops_unread, before.shops_unread),
        _compared("监测的商品", now.listings, before.listings),
    )


def _rates(now: Figures, before: Figures) -> tuple[tuple[str, ...], ...]:
    def rate(name: str, this: tuple[int, int], last: tuple[int, int], unit: str) -> tuple[str, ...]:
        return name, _share(*this), _share(*last), f"{this[0]:,} / {this[1]:,} {unit}"

    right, wrong = RuleHit.RIGHT, RuleHit.WRONG
    this = (now.decisions.get(right, 0), now.decisions.get(right, 0) + now.decisions.get(wrong, 0))
    last = (before.decisions.get(right, 0), before.decisions.get(right, 0) + before.decisions.get(wrong, 0))
    return (
        rate("检出率", (now.shops_suspected, now.shops), (before.shops_suspected, before.shops), "家"),
        rate("违法率", (now.shops_upheld, now.shops), (before.shops_upheld, before.shops), "家"),
        rate(
            "商品新检出率", (now.listings_suspected, now.listings), (before.listings_suspected, before.listings), "件"
        ),
        rate("采纳率", this, last, "条"),
    )


def _handling(now: Figures, before: Figures) -> tuple[tuple[str, ...], ...]:
    rows = [
        _compared("采纳", now.decisions.get(RuleHit.RIGHT, 0), before.decisions.get(RuleHit.RIGHT, 0)),
        _compared("误报", now.decisions.get(RuleHit.WRONG, 0), before.decisions.get(RuleHit.WRONG, 0)),
        _compared("与规则无关", now.decisions.get(RuleHit.ASIDE, 0), before.decisions.get(RuleHit.ASIDE, 0)),
    ]
    words = (
        (About.KEPT, "核查按期办结"),
        (About.MISSED, "核查超期办结"),
        (About.OVERDUE, "现已超期未办结"),
        (About.RUNNING, "正在核查"),
    )
    rows += [_compared(word, now.checks.get(about, 0), before.checks.get(about, 0)) for about, word in words]
    days = tuple("—" if one is None else f"{one:g} 天" for one in (now.days_to_decide, before.days_to_decide))
    return (*rows, ("从发现到处置（中位数）", *days, "—"))


def _platforms(now: Figures, names: ReportNames) -> tuple[tuple[str, ...], ...]:
    """Platforms by name; sites and single shops together, for their names may be those of persons."""
    rows: list[tuple[str, ...]] = [
        (printable(names.targets[row.key], longest=30), _n(row.leads), _n(row.suspected), _n(row.shops))
        for row in now.by_target
        if row.key in names.targets
    ]
    others = [row for row in now.by_target if row.key not in names.targets]
    if others:
        sums = (
            sum(row.leads for row in others),
            sum(row.suspected for row in others),
            sum(row.shops for row in others),
        )
        rows.append((f"自建网站与单个网店（{len(others)} 个）", *map(_n, sums)))
    return tuple(rows)


def _case(lead: Lead, names: ReportNames) -> str:
    """A lead without anybody's name: rule, kind of goods, place, how often, and how it stands."""
    goods = "、".join(category.value for category in lead.categories) or "未分类商品"
    place = part_name(lead.region_code[:4], names.regions) if lead.region_code else "属地未定"
    return (
        f"{place}某网店（{goods}）涉嫌“{printable(lead.rule_title, longest=60)}”，规则 {lead.rule_id} 命中 "
        f"{len(lead.finding_ids)} 处，现为“{lead.state}”。"
    )


def _drawn_trend(found: FigureSet) -> tuple[str, ...]:
    unfinished = bool(found.trend) and found.trend[-1].period.span.last >= day_number(found.now.made_at)
    return tuple(
        line_chart(
            title,
            [(_label(point.period.first.isoformat(), found.step), int(getattr(point, name))) for point in found.trend],
            name=f"trend-{name}",
            unfinished=unfinished,
        )
        for name, title in _TREND
    )


def _drawn_ground(atlas: Atlas, found: FigureSet, names: ReportNames) -> str:
    rows = {row.key: row for row in found.now.by_region}
    try:
        keys = atlas.parts(found.within)
    except NotFoundError:
        return ""
    if found.within in keys:
        return ""
    shown = MapOf(
        title="各地新发现线索",
        values={key: row.leads for key, row in rows.items()},
        within=found.within,
        names={key: part_name(key, names.regions) for key in keys},
        looked_at=frozenset(key for key, row in rows.items() if row.shops or row.leads),
    )
    return choropleth(atlas, shown)


def _label(first: str, step: Step) -> str:
    _, month, day = first.split("-")
    return f"{int(month)}月" if step is Step.MONTH else f"{int(month)}-{day}"


def _compared(name: str, this: int, last: int) -> tuple[str, ...]:
    share = f"（{(this - last) / last:+.0%}）" if last else ""
    return name, _n(this), _n(last), f"{this - last:+,}{share}" if this != last else "持平"


def _n(count: int) -> str:
    return f"{count:,}"


def _share(part: int, base: int) -> str:
    return f"{part / base:.1%}" if base else "无基数"
