"""What is wrong with a run against its own past: each Trouble with before, after, samples and a Chinese sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from crawlers.health.baselines import FALSE_ALARMS_A_RUN, Past, chance_of_at_most, chance_of_slower
from crawlers.health.fields import TEMPLATE_FIELD, word_of_field
from crawlers.health.statistics import PageTally
from crawlers.health.words import KIND_WORDS, OUTCOME_WORDS
from records.health import AlarmKind, GroupCoverage, RunStatistics, SelectorProposal
from records.survey import Outcome, Page, PageKind

__all__ = ["PastOf", "Trouble", "count_tests", "troubles_of"]

PastOf = Callable[[AlarmKind, str, str, str], Sequence[RunStatistics]]
"""Runs a trouble (kind, family, page kind, field) may be compared with, newest first: what an officer has accepted as
usual changes which those are."""

_SEEN = frozenset((Outcome.READ, Outcome.UNCHANGED))
_ANSWERED = frozenset(
    (Outcome.NOT_FOUND, Outcome.SOFT_404, Outcome.NOT_TEXT, Outcome.ADDRESS_REFUSED, Outcome.LEFT_OUT)
)
_GENERAL = "general"
_WEIGHTY = frozenset(("listing.title", "listing.price.now", "shop.name", "shop.licence_no", "shop.icp", "shop.phone"))
_MUCH_FEWER = 2
_LEAST_LOST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing wrong. `blind`: what the run says of it cannot be trusted, so that finding nothing says nothing."""

    kind: AlarmKind
    why: str
    family: str = ""
    page_kind: PageKind | None = None
    field: str = ""
    before: str = ""
    after: str = ""
    pages: tuple[Page, ...] = ()
    proposals: tuple[SelectorProposal, ...] = ()
    blind: bool = False


def count_tests(statistics: RunStatistics, healthy: Sequence[RunStatistics]) -> int:
    """How many comparisons a run undergoes; they share the false alarms that are borne."""
    fields = {(group.family, group.kind, name) for past in healthy for group in past.coverage for name in group.fields}
    return max(1, len(fields) + len(statistics.outcomes) + 1)


def troubles_of(statistics: RunStatistics, tally: PageTally, past_of: PastOf, *, whole: bool) -> tuple[Trouble, ...]:
    """Everything wrong by count.

    Args:
        past_of: Whose word counts as usual.
        whole: The run came to its own end, so that few listings mean something.
    """
    usual = past_of(AlarmKind.ZERO, "", "", "")
    limit = FALSE_ALARMS_A_RUN / count_tests(statistics, usual)
    found = [
        *_coverage(statistics, tally, past_of, limit),
        *_families(statistics, past_of, limit),
        *_outcomes(statistics, tally, past_of, limit),
    ]
    if whole:
        found.extend(_results(statistics, usual))
    if (slow := _speed(statistics, past_of(AlarmKind.SPEED, "", "", ""), limit)) is not None:
        found.append(slow)
    return tuple(found)


def _coverage(statistics: RunStatistics, tally: PageTally, past_of: PastOf, limit: float) -> Iterator[Trouble]:
    known = past_of(AlarmKind.COVERAGE, "", "", "")
    for group in statistics.coverage:
        names = sorted({name for past in known for one in past.coverage if _same(one, group) for name in one.fields})
        found = [trouble for name in names if (trouble := _fallen(group, name, tally, past_of, limit)) is not None]
        yield from _told_once(found)


def _fallen(group: GroupCoverage, name: str, tally: PageTally, past_of: PastOf, limit: float) -> Trouble | None:
    """The trouble of one field of one group; None when it is given as usual."""
    kind = AlarmKind.DRIFT if name == TEMPLATE_FIELD else AlarmKind.COVERAGE
    past = Past(counts=_counts(past_of(kind, group.family, group.kind.value, name), group, name))
    given = group.fields.get(name, 0)
    if not past.counts or chance_of_at_most(given, group.pages, past) >= limit:
        return None
    before, after = f"{past.share:.0%}", f"{group.share(name):.0%}"
    said = "仍由该模板识别的页面" if kind is AlarmKind.DRIFT else f"读到“{word_of_field(name)}”的页面"
    pages = sum(pages for _, pages in past.counts)
    why = (
        f"{group.family} 模板的{KIND_WORDS[group.kind]}中，{said}由 {before} 降为 {after}"
        f"（本次 {group.pages} 页中 {given} 页；以往 {len(past.counts)} 次共 {pages} 页），页面模板很可能已改动"
    )
    return Trouble(
        kind=kind, family=group.family, page_kind=group.kind, field=name, before=before, after=after, why=why,
        pages=tuple(tally.lacking((group.family, group.kind), name)), blind=True,
    )  # fmt: skip


def _told_once(found: list[Trouble]) -> list[Trouble]:
    """When the whole template is no longer recognised, that is the news: of its fields the weightiest are told beside
    it, the others in its sentence."""
    template = next((trouble for trouble in found if trouble.field == TEMPLATE_FIELD), None)
    if template is None:
        return found
    others = [word_of_field(one.field) for one in found if one is not template and one.field not in _WEIGHTY]
    if others:
        template = replace(template, why=f"{template.why}；同时读不到：{'、'.join(others)}")
    return [template, *(trouble for trouble in found if trouble.field in _WEIGHTY)]


def _same(one: GroupCoverage, other: GroupCoverage) -> bool:
    return one.family == other.family and one.kind is other.kind


def _counts(past: Sequence[RunStatistics], group: GroupCoverage, name: str) -> tuple[tuple[int, int], ...]:
    found = ((one.fields.get(name, 0), one.pages) for run in past for one in run.coverage if _same(one, group))
    return tuple((given, pages) for given, pages in found if pages)


def _families(statistics: RunStatistics, past_of: PastOf, limit: float) -> Iterator[Trouble]:
    """A template that read part of all pages and reads none of them now, at whatever addresses they are."""
    known = past_of(AlarmKind.DRIFT, "", "", TEMPLATE_FIELD)
    for family in sorted({group.family for past in known for group in past.coverage if group.family != _GENERAL}):
        usual = past_of(AlarmKind.DRIFT, family, "", TEMPLATE_FIELD)
        past = Past(counts=tuple(_shared(one, family) for one in usual if one.coverage))
        given, pages = _shared(statistics, family)
        if given or not past.counts or chance_of_at_most(0, pages, past) >= limit:
            continue
        why = f"{family} 模板以往识别 {past.share:.0%} 的页面，本次读取的 {pages} 页中一页也没有识别，站点很可能已改版"
        yield Trouble(
            kind=AlarmKind.DRIFT, family=family, field=TEMPLATE_FIELD, before=f"{past.share:.0%}", after="0%",
            why=why, blind=True,
        )  # fmt: skip


def _shared(statistics: RunStatistics, family: str) -> tuple[int, int]:
    given = sum(group.pages for group in statistics.coverage if group.family == family)
    return given, sum(group.pages for group in statistics.coverage)


def _outcomes(statistics: RunStatistics, tally: PageTally, past_of: PastOf, limit: float) -> Iterator[Trouble]:
    for outcome, count in sorted(statistics.outcomes.items()):
        if outcome in _SEEN:
            continue
        past = past_of(AlarmKind.OUTCOME, "", "", outcome.value)
        counts = tuple((one.pages - one.outcomes.get(outcome, 0), one.pages) for one in past if one.pages)
        spared = Past(counts=counts)
        if not counts or chance_of_at_most(statistics.pages - count, statistics.pages, spared) >= limit:
            continue
        before, after = f"{1 - spared.share:.0%}", f"{count / statistics.pages:.0%}"
        word = OUTCOME_WORDS[outcome]
        why = f"“{word}”的地址由 {before} 升为 {after}（本次 {statistics.pages} 个地址中 {count} 个），这些内容未能读取"
        yield Trouble(
            kind=AlarmKind.OUTCOME, field=outcome.value, before=before, after=after, why=why,
            pages=tuple(tally.bad.get(outcome, ())), blind=outcome not in _ANSWERED,
        )  # fmt: skip


def _results(statistics: RunStatistics, usual: Sequence[RunStatistics]) -> Iterator[Trouble]:
    read = sum(count for outcome, count in statistics.outcomes.items() if outcome in _SEEN)
    if not read:
        return
    known = [past.listings for past in usual]
    if not statistics.listings and (not known or max(known) > 0):
        before = f"{known[0]} 个" if known else "（首次采集）"
        said = f"上次采集有商品 {known[0]} 个，" if known else "首次采集"
        of_known_template = any(group.family != _GENERAL for group in statistics.coverage)
        yield Trouble(
            kind=AlarmKind.ZERO, field="listing.title", before=before, after="0 个",
            blind=bool(known) or of_known_template,
            why=f"{said}读取了 {read} 页而一个商品也没有读到，不能据此认为没有商品",
        )  # fmt: skip
        return
    middle = median(known) if known else 0
    if statistics.listings * _MUCH_FEWER < middle and middle - statistics.listings >= _LEAST_LOST:
        gone = f"（较上次少见 {statistics.gone_listings} 个）"
        why = f"商品由通常的 {middle:g} 个减为 {statistics.listings} 个，不足一半{gone}"
        yield Trouble(
            kind=AlarmKind.LISTINGS, before=f"{middle:g} 个", after=f"{statistics.listings} 个", why=why, blind=True
        )


def _speed(statistics: RunStatistics, usual: Sequence[RunStatistics], limit: float) -> Trouble | None:
    now = statistics.seconds_per_page
    past = [one.seconds_per_page for one in usual if one.seconds_per_page is not None]
    if now is None or chance_of_slower(now, past) >= limit:
        return None
    before, after = f"{median(past):.1f} 秒", f"{now:.1f} 秒"
    return Trouble(
        kind=AlarmKind.SPEED, before=before, after=after,
        why=f"站点答复的中位时间由 {before} 升为 {after}，站点可能吃力，宜放慢采集",
    )  # fmt: skip
