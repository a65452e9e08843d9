"""Rules that compare visits. Their own examples run with all others (`test_catalogue.py`); here is what holds of all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from leads.catalogue import load_rules
from leads.over_time.dates import days_in, period_in
from leads.over_time.judging import COMPARISONS, Subject, assess_history, judge_history
from records.leads import Verdict
from records.market import Source
from records.over_time import History, PageHistory, PageSeen, PastExample, PricePoint

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
RULES = {rule.rule_id: rule for rule in load_rules()}
PAST = [
    (rule.rule_id, example)
    for rule in RULES.values()
    for example in (*rule.breaching, *rule.clean)
    if isinstance(example, PastExample)
]


def _visit(day: float, digit: str = "a") -> Source:
    return Source(
        page_id=f"page_{digit}", page_sha256=digit * 64, url="https://shop.example/1", seen_at=NOW + timedelta(days=day)
    )


def _named(pair) -> str:
    return f"{pair[0]}-{pair[1].text}"


def test_each_comparison_has_examples_both_ways() -> None:
    tried = {
        rule_id: {example.verdict for at, example in PAST if at == rule_id}
        for rule_id in COMPARISONS.keys() & RULES.keys()
    }
    assert all({Verdict.SUSPECTED, Verdict.UNDETERMINED} <= verdicts for verdicts in tried.values())


@pytest.mark.parametrize("pair", [pair for pair in PAST if pair[1].verdict is Verdict.SUSPECTED], ids=_named)
def test_suspicion_names_the_visits_it_rests_on(pair) -> None:
    rule_id, example = pair
    finding = assess_history(RULES, Subject(shop_id="shop_1", listing_id="l_1"), example.history, now=NOW)[0]
    assert finding.rule_id == rule_id
    assert len(finding.visits) >= (1 if rule_id == "C09" else 2)
    assert [visit.seen_at for visit in finding.visits] == sorted(visit.seen_at for visit in finding.visits)
    assert (finding.page_id, finding.page_sha256) == (finding.visits[-1].page_id, finding.visits[-1].page_sha256)
    assert finding.basis
    assert finding.conduct_on == NOW.date() or finding.visits[-1].seen_at < NOW


@pytest.mark.parametrize("pair", [pair for pair in PAST if pair[0] != "C09"], ids=_named)
def test_newest_visit_alone_is_never_suspected(pair) -> None:
    rule_id, example = pair
    history = example.history
    cut = history.model_copy(
        update={
            "prices": history.prices[-1:],
            "reviews": history.reviews[-1:],
            "dated": history.dated,
            "copied": (),  # what other visits found
            "page": None if history.closing else history.page and _last(history.page),
            "closing": None,
            "papers": tuple(_last(page) for page in history.papers),
            "goods": tuple(points[-1:] for points in history.goods),
        }
    )
    answer = judge_history(rule_id, cut)
    assert answer is None or answer.verdict is not Verdict.SUSPECTED


def _last(page: PageHistory) -> PageHistory:
    return page.model_copy(update={"versions": page.versions[-1:]})


def test_same_history_makes_the_same_finding_again() -> None:
    history = next(example.history for rule_id, example in PAST if rule_id == "C08" and example.verdict is not None)
    found = [
        assess_history(RULES, Subject(shop_id="s", listing_id="l"), history, now=NOW + timedelta(days=later))
        for later in (0, 3)
    ]
    assert [one.finding_id for one in found[0]] == [one.finding_id for one in found[1]]


def test_empty_history_says_nothing() -> None:
    assert assess_history(RULES, Subject(shop_id="s"), History(), now=NOW) == ()


def test_price_known_only_as_shown_is_worded_as_doubt() -> None:
    history = History(
        prices=(
            PricePoint(source=_visit(-3, "b"), last_seen_at=NOW - timedelta(days=1), now_fen=9900),
            PricePoint(source=_visit(0), last_seen_at=NOW, now_fen=8900, struck_fen=29900),
        )
    )
    answer = judge_history("C08", history)
    assert answer is not None
    assert "疑似" in answer.explanation
    assert "未见成交价" in answer.explanation


def test_law_of_the_day_decides_whether_a_rule_speaks() -> None:
    old = datetime(2018, 5, 1, tzinfo=UTC)  # before the law on electronic commerce
    pages = tuple(
        PageSeen(
            source=Source(
                page_id=f"page_{at}",
                page_sha256=f"{at}" * 64,
                url="https://m.example/r",
                seen_at=old + timedelta(days=at),
            ),
            last_seen_at=old + timedelta(days=at),
            text=text,
        )
        for at, text in ((1, "服务费为成交额的3%。"), (2, "服务费为成交额的5%，新增处罚，自发布之日起生效。"))
    )
    history = History(papers=(PageHistory(url="https://m.example/r", versions=pages),))
    assert judge_history("N11", history) is not None
    assert assess_history(RULES, Subject(shop_id="s"), history, now=NOW) == ()


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("自2026年2月30日起", []),
        ("2026-12-01 起", ["2026-12-01"]),
        ("12月31日与1月2日", ["2025-12-31", "2026-01-02"]),
        ("型号 3.5 版", []),
    ],
)
def test_days_are_read_as_written(text: str, days: list[str]) -> None:
    read_on = datetime(2026, 1, 5, tzinfo=UTC).date()
    if text.startswith("2026-12"):
        read_on = NOW.date()
    assert [day.isoformat() for _, _, day in days_in(text, read_on=read_on)] == days


def test_period_of_two_days_far_apart_in_the_text_is_none() -> None:
    assert period_in("11月1日上新，另有新品于11月20日到店", read_on=NOW.date()) is None


@pytest.mark.parametrize("filling", ["抽奖", "自1", "终止经营", "划线价", "因1月", "评价处理", "仅剩", "关闭平台违规"])
def test_endless_sentence_of_a_stranger_is_read_in_time(filling: str) -> None:
    """A pattern that looks back over the whole sentence from every place would not end within the test's time."""
    text = filling * 100_000
    pages = tuple(
        PageSeen(source=_visit(day, digit), last_seen_at=NOW + timedelta(days=day), text=text + digit)
        for day, digit in ((-3, "a"), (-1, "b"))
    )
    page = PageHistory(url="https://shop.example/1", versions=pages)
    prices = tuple(
        PricePoint(
            source=seen.source, last_seen_at=seen.last_seen_at, title=text, now_fen=9900, struck_fen=struck,
            struck_named=text, scarce=text,
        )
        for seen, struck in zip(pages, (None, 29900), strict=True)
    )  # fmt: skip
    history = History(prices=prices, page=page, papers=(page,), notices=(page,))
    for rule_id in COMPARISONS:
        judge_history(rule_id, history)
