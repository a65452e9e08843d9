from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from leads.catalogue import load_rules
from leads.rule_life import RELEASE_OFFICE, demotion, life_of, named_unverified, precision_of, rule_event, unverified
from records.leads import Rule
from records.rule_life import RuleAct, RuleState, RuleTally

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)


@pytest.fixture
def rule() -> Rule:
    return next(rule for rule in load_rules() if rule.rule_id == "A01")


def _done(rule: Rule, act: RuleAct, *, hours: float = 0.0, floor: float = 0.0):
    return rule_event(rule, act, by=("张法制", "法规科"), note="同意", floor=floor, now=NOW + timedelta(hours=hours))


def test_built_in_rule_is_live_by_the_releases_own_record_and_says_it_is_no_bureaus(rule) -> None:
    life = life_of(rule, ())
    assert life.state is RuleState.LIVE
    assert life.signed.office == RELEASE_OFFICE
    assert "待核" in life.signed.note
    assert [(one.article, one.verified) for one in life.signed.articles] == [("第九条第三项", True)]


def test_version_nobody_signed_is_on_trial(rule) -> None:
    assert life_of(rule.model_copy(update={"version": "99"}), ()).state is RuleState.TRIAL


def test_sign_off_names_who_office_day_version_articles_and_note(rule) -> None:
    event = _done(rule, RuleAct.SIGNED)
    assert (event.actor, event.office, event.on, event.rule_version, event.note) == (
        "张法制", "法规科", date(2026, 11, 20), rule.version, "同意"
    )  # fmt: skip
    assert event.articles[0].instrument == "中华人民共和国广告法"
    newer = rule.model_copy(update={"version": "99"})
    assert life_of(newer, [_done(newer, RuleAct.SIGNED)]).state is RuleState.LIVE


def test_suspension_holds_for_later_versions_until_the_next_sign_off(rule) -> None:
    stopped = _done(rule, RuleAct.SUSPENDED)
    newer = rule.model_copy(update={"version": "99"})
    assert life_of(rule, [stopped]).state is RuleState.SUSPENDED
    assert life_of(newer, [stopped]).state is RuleState.SUSPENDED
    assert life_of(rule, [stopped, _done(rule, RuleAct.DEMOTED, hours=1)]).state is RuleState.SUSPENDED
    assert life_of(rule, [stopped, _done(rule, RuleAct.SIGNED, hours=1)]).state is RuleState.LIVE


def test_demotion_holds_for_its_version_only(rule) -> None:
    demoted = _done(rule, RuleAct.DEMOTED)
    assert life_of(rule, [demoted]).state is RuleState.DEMOTED
    newer = rule.model_copy(update={"version": "99"})
    assert life_of(newer, [demoted, _done(newer, RuleAct.SIGNED)]).state is RuleState.LIVE


@pytest.mark.parametrize(
    ("right", "wrong", "falls"),
    [
        (0, 19, False),  # too few decisions
        (0, 20, True),
        (13, 17, True),  # 43 %, at most 61 %
        (18, 12, False),  # 60 %, but perhaps 75 %
        (600, 400, True),  # the same 60 %, now surely under 70 %
        (900, 100, False),
    ],
)
def test_rule_falls_when_decisions_put_its_whole_interval_under_the_floor(rule, right, wrong, falls) -> None:
    event = demotion(rule, life_of(rule, ()), RuleTally(right=right, wrong=wrong), now=NOW)
    assert (event is not None) is falls
    if event:
        assert event.tally == RuleTally(right=right, wrong=wrong)
        assert event.high < 0.70
        assert f"采纳 {right}，排除 {wrong}" in event.note


def test_signer_may_set_another_floor(rule) -> None:
    life = life_of(rule, [_done(rule, RuleAct.SIGNED, floor=0.3)])
    assert demotion(rule, life, RuleTally(right=13, wrong=17), now=NOW) is None
    assert demotion(rule, life, RuleTally(right=3, wrong=37), now=NOW) is not None


def test_only_a_live_rule_falls_and_once_for_a_sign_off(rule) -> None:
    bad = RuleTally(right=0, wrong=40)
    first = demotion(rule, life_of(rule, ()), bad, now=NOW)
    assert demotion(rule, life_of(rule, [first]), bad, now=NOW) is None
    assert demotion(rule, life_of(rule, ()), bad, now=NOW + timedelta(days=1)).event_id == first.event_id
    signed = _done(rule, RuleAct.SIGNED)
    assert life_of(rule, [first, signed]).counts_since == NOW
    again = demotion(rule, life_of(rule, [first, signed]), bad, now=NOW)
    assert again.event_id != first.event_id


def test_interval_is_that_of_wilson() -> None:
    found = precision_of(RuleTally(right=10, wrong=0))
    assert (found.value, found.high) == (1.0, pytest.approx(1.0))
    assert found.low == pytest.approx(0.7225, abs=1e-4)
    assert precision_of(RuleTally()).value is None
    assert precision_of(RuleTally()).sentence == "尚无处置结果"


def test_articles_nobody_checked_are_named() -> None:
    checked, unchecked = (
        [rule.rule_id for rule in load_rules() if bool(unverified(rule, on=date(2026, 11, 20))) is wanted]
        for wanted in (False, True)
    )
    assert unchecked, "the 37 号令 articles are 待核"
    assert set(checked).isdisjoint(unchecked)


def test_articles_not_compared_with_the_official_text_are_named_so() -> None:
    rules = {rule.rule_id: rule for rule in load_rules()}
    assert named_unverified(rules["A01"].basis) == ()
    (named,) = named_unverified(one for one in rules["N04"].basis if "37号" in one.instrument)
    assert named == "网络交易监督管理办法（总局令第37号）第八条、第十二条（待核）"
    assert all(one.count("待核") == 1 for one in named_unverified(rules["G09"].basis))
