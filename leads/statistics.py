"""Figures of a period, counted from marks: how much was looked at, what was found in it, what became of it.

Figures of leads and shops can be listed: `leads_of` and `shops_of` give what stands behind one by the same rules it was
counted by.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import accumulate
from statistics import median
from typing import Any, Final

from leads.figure_periods import FigurePeriod
from leads.figures import About, Figures, LeadFilter, PlaceRow, RuleRow, TrendPoint
from leads.regions import region_key
from records.base import UtcDatetime
from records.leads import RuleHit
from records.statistics import FigureRows, LeadRow, ShopRow, Span, day_number
from records.survey import Outcome

__all__ = ["NO_CATEGORY", "UNKNOWN_PART", "figures_of", "leads_of", "shops_of", "trend_of"]

# Where the fields of a LeadMark stand in a LeadRow.
_LEAD: Final = 0
_FIRST: Final = 1
_LAST: Final = 2
_REGION: Final = 3
_TARGET: Final = 4
_SHOP: Final = 5
_RULE: Final = 6
_SEVERITY: Final = 7
_STATE: Final = 8
_CATEGORIES: Final = 9
_HIT: Final = 10
_DECIDED: Final = 11
_CHECKED: Final = 12
_DUE: Final = 13
_ENDED: Final = 14
_RIGHT, _WRONG, _ASIDE = RuleHit.RIGHT.value, RuleHit.WRONG.value, RuleHit.ASIDE.value
_DECISIONS = (_RIGHT, _WRONG, _ASIDE)
_READ = (Outcome.READ.value, Outcome.UNCHANGED.value)
NO_CATEGORY = "未分类"
"""Of leads without a category."""
UNKNOWN_PART = "-"
"""How lists are asked for what belongs to no known region."""
_Key = Callable[[str, str], str]


def figures_of(rows: FigureRows, period: FigurePeriod, *, within: str, today: date, made_at: UtcDatetime) -> Figures:
    """Count one period. `within` is the region chosen, "" the whole country: its parts are told one level deeper."""
    span = period.span
    runs = [run for run in rows.runs if span.first <= run.day <= span.last]
    outcomes: Counter[str] = Counter()
    for run in runs:
        outcomes.update({str(name): count for name, count in run.outcomes.items()})
    read = sum(outcomes.get(name, 0) for name in _READ)
    base = _in_span(rows.shops, span)
    categories: Counter[str] = Counter()
    for category, first, last, count in rows.listing_days:
        if first <= span.last and last >= span.first:
            categories[category] += count
    verdicts: Counter[str] = Counter()
    for verdict, day, count in rows.finding_days:
        if span.first <= day <= span.last:
            verdicts[verdict] += count
    surveyed = Figures(
        period=period,
        made_at=made_at,
        with_leads=rows.leads is not None,
        runs=dict(Counter(run.state for run in runs)),
        blind_runs=sum(1 for run in runs if run.blind),
        pages_read=read,
        pages_unread=outcomes.total() - read,
        unread_by={name: count for name, count in outcomes.most_common() if name not in _READ},
        shops=len(base),
        shops_unread=sum(1 for shop in base if shop[5]),
        listings=categories.total(),
        listings_suspected=rows.suspected_listings.get((span.first, span.last), 0),
        listings_by_category=dict(categories.most_common()),
        findings=dict(verdicts),
        by_target=_places(base, (), (), lambda _region, target: target),
        by_region=_places(base, (), (), lambda region, _target: region_key(region, within)),
    )
    if rows.leads is None:
        return surveyed
    return surveyed.model_copy(update=_of_leads(rows.leads, base, span, within=within, today=today))


def trend_of(rows: FigureRows, periods: Sequence[FigurePeriod]) -> tuple[TrendPoint, ...]:
    """One column for each of these periods, which follow one another."""
    if not periods:
        return ()
    starts = [day_number(period.first) for period in periods]
    first, last = starts[0], day_number(periods[-1].last)
    place = {}
    for number, period in enumerate(periods):
        place.update(dict.fromkeys(range(starts[number], day_number(period.last) + 1), number))
    pages, findings, leads, decisions = (Counter[int]() for _ in range(4))
    for run in rows.runs:
        pages[place.get(run.day, -1)] += sum(count for name, count in run.outcomes.items() if str(name) in _READ)
    for _, day, count in rows.finding_days:
        findings[place.get(day, -1)] += count
    for day, count in rows.lead_days.items():
        leads[place.get(day, -1)] += count
    for day, count in rows.decided_days.items():
        decisions[place.get(day, -1)] += count
    ends = (first, last, place)
    shops = _over(((shop[3], shop[4], 1) for shop in rows.shops), len(periods), ends)
    listings = _over(((begun, ended, count) for _, begun, ended, count in rows.listing_days), len(periods), ends)
    return tuple(
        TrendPoint(
            period=period,
            pages=pages[number],
            shops=shops[number],
            listings=listings[number],
            findings=findings[number],
            leads=leads[number],
            decisions=decisions[number],
        )
        for number, period in enumerate(periods)
    )


def leads_of(rows: FigureRows, span: Span, asked: LeadFilter, *, today: date) -> tuple[str, ...]:
    """The leads a figure counts, the newest first."""
    found = _about(rows.leads or (), span, asked.about, day_number(today))
    kept = [row for row in found if _fits(row, asked)]
    return tuple(row[_LEAD] for row in sorted(kept, key=lambda row: (-row[_LAST], row[_LEAD])))


def shops_of(
    rows: FigureRows, span: Span, *, which: str = "", region: str = "", within: str = "", target_id: str = ""
) -> tuple[str, ...]:
    """Shops looked at: all, or those `unread`, `suspected`, `upheld`."""
    base = [
        shop
        for shop in _in_span(rows.shops, span)
        if (not region or (region_key(shop[2], within) or UNKNOWN_PART) == region)
        and (not target_id or shop[1] == target_id)
    ]
    if which == "unread":
        base = [shop for shop in base if shop[5]]
    elif which in ("suspected", "upheld"):
        hit = _shops_hit(rows.leads or (), span, upheld=which == "upheld")
        base = [shop for shop in base if shop[0] in hit]
    return tuple(shop[0] for shop in base)


def _of_leads(
    leads: Sequence[LeadRow], base: Sequence[ShopRow], span: Span, *, within: str, today: date
) -> dict[str, object]:
    now = day_number(today)
    new = _about(leads, span, About.NEW, now)
    decided = _about(leads, span, About.DECIDED, now)
    columns: list[tuple[Any, ...]] = list(zip(*new, strict=True)) if new else [()] * 15
    hit = _shops_hit(leads, span, upheld=False)
    took = [row[_DECIDED] - row[_FIRST] for row in decided if row[_DECIDED] is not None]
    shops = {shop[0] for shop in base}
    return {
        "leads_new": len(new),
        "leads_seen": len(_about(leads, span, About.SEEN, now)),
        "shops_suspected": len(shops & hit),
        "shops_upheld": len(shops & _shops_hit(leads, span, upheld=True)),
        "by_severity": dict(Counter(columns[_SEVERITY])),
        "by_state": dict(Counter(columns[_STATE]).most_common()),
        "by_category": _categories(columns[_CATEGORIES]),
        "by_rule": _rules(columns[_RULE], decided),
        "by_region": _places(base, hit, new, lambda region, _target: region_key(region, within)),
        "by_target": _places(base, hit, new, lambda _region, target: target),
        "decisions": dict(Counter(row[_HIT] for row in decided)),
        "days_to_decide": float(median(took)) if took else None,
        "checks": {
            about: len(_about(leads, span, about, now))
            for about in (About.KEPT, About.MISSED, About.OVERDUE, About.RUNNING, About.UNKNOWN)
        },
    }


def _about(leads: Iterable[LeadRow], span: Span, about: About, today: int) -> list[LeadRow]:
    first, last = span.first, span.last
    if about is About.NEW:
        return [row for row in leads if first <= row[_FIRST] <= last]
    if about is About.SEEN:
        return [row for row in leads if row[_FIRST] <= last and row[_LAST] >= first]
    if about is About.DECIDED:
        return [
            row
            for row in leads
            if row[_DECIDED] is not None and first <= row[_DECIDED] <= last and row[_HIT] in _DECISIONS
        ]
    ended = about in (About.KEPT, About.MISSED)
    checks = [
        row
        for row in leads
        if row[_CHECKED] and (row[_ENDED] is not None and first <= row[_ENDED] <= last or row[_ENDED] is None)
    ]
    return [row for row in checks if _check(row, today) is about and (ended or row[_FIRST] <= last)]


def _check(row: LeadRow, today: int) -> About:
    due, ended = row[_DUE], row[_ENDED]
    if due is None:
        return About.UNKNOWN
    if ended is not None:
        return About.KEPT if ended <= due else About.MISSED
    return About.OVERDUE if today > due else About.RUNNING


def _fits(row: LeadRow, asked: LeadFilter) -> bool:
    same = (
        (asked.rule_id, row[_RULE]),
        (asked.severity, row[_SEVERITY]),
        (asked.state, row[_STATE]),
        (asked.hit, row[_HIT]),
        (asked.target_id, row[_TARGET]),
    )
    if any(wanted and wanted != is_ for wanted, is_ in same):
        return False
    if asked.category and asked.category not in (row[_CATEGORIES].split("|") if row[_CATEGORIES] else [NO_CATEGORY]):
        return False
    return not asked.region or (region_key(row[_REGION], asked.within) or UNKNOWN_PART) == asked.region


def _categories(column: Iterable[str]) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for joined, count in Counter(column).items():
        for category in joined.split("|") if joined else [NO_CATEGORY]:
            counted[category] += count
    return dict(counted.most_common())


def _rules(column: Iterable[str], decided: Sequence[LeadRow]) -> tuple[RuleRow, ...]:
    made = Counter(column)
    said = Counter((row[_RULE], row[_HIT]) for row in decided)
    rules = dict.fromkeys([*(rule for rule, _ in made.most_common()), *sorted({rule for rule, _ in said})])
    return tuple(
        RuleRow(
            rule_id=rule,
            leads=made[rule],
            right=said[rule, _RIGHT],
            wrong=said[rule, _WRONG],
            aside=said[rule, _ASIDE],
        )
        for rule in rules
    )


def _shops_hit(leads: Iterable[LeadRow], span: Span, *, upheld: bool) -> frozenset[str]:
    """Shops with a lead seen within the span that was not found wrong; `upheld`: that was found right."""
    first, last = span.first, span.last
    return frozenset(
        row[_SHOP]
        for row in leads
        if row[_FIRST] <= last and row[_LAST] >= first and (row[_HIT] == _RIGHT if upheld else row[_HIT] != _WRONG)
    )


def _places(base: Sequence[ShopRow], hit: Iterable[str], new: Sequence[LeadRow], key: _Key) -> tuple[PlaceRow, ...]:
    suspected = frozenset(hit)
    shops, unread, found, leads = (Counter[str]() for _ in range(4))
    for shop_id, target, region, _, _, partly in base:
        place = key(region, target)
        shops[place] += 1
        unread[place] += partly
        found[place] += shop_id in suspected
    for pair, count in Counter((row[_REGION], row[_TARGET]) for row in new).items():
        leads[key(*pair)] += count
    places = sorted({*shops, *leads}, key=lambda place: (-leads[place], -found[place], place))
    return tuple(
        PlaceRow(key=place, shops=shops[place], unread=unread[place], suspected=found[place], leads=leads[place])
        for place in places
    )


def _in_span(shops: Iterable[ShopRow], span: Span) -> list[ShopRow]:
    return [shop for shop in shops if shop[3] <= span.last and shop[4] >= span.first]


def _over(seen: Iterable[tuple[int, int, int]], columns: int, ends: tuple[int, int, Mapping[int, int]]) -> list[int]:
    """How many were seen in each column, from their first to their last day."""
    first, last, place = ends
    steps = [0] * (columns + 1)
    for begun, ended, count in seen:
        if begun <= last and ended >= first:
            steps[place[max(begun, first)]] += count
            steps[place[min(ended, last)] + 1] -= count
    return list(accumulate(steps[:-1]))
