"""Rules that are signed, suspended and demoted: what still judges, and what still makes leads."""

from datetime import timedelta

import pytest

from leads import catalogue
from leads.catalogue import load_rules
from leads.rule_life import rule_event
from leads.rule_standing import standing_of
from leads.states import act
from records.base import stable_id
from records.leads import Lead, Severity
from records.rule_life import RuleAct, RuleState
from records.watch_lists import WatchItem, WatchKind, WatchList
from wangjian.ruling import demote_where_due, judge_of, rules_at_work
from wangjian.settings import load_settings
from wangjian.wiring import open_services


@pytest.fixture(autouse=True)
def few_rules(monkeypatch):
    """Two files of rules: to make a judge of all takes a second, and these stories are about one."""
    monkeypatch.setattr(catalogue, "_FILES", ("subject", "absolute"))


@pytest.fixture
def services(tmp_path, new_database):
    new_database(tmp_path / "data/wangjian.db")
    with open_services(load_settings(data_dir=tmp_path / "data")) as opened:
        yield opened


def _rule(rule_id="A01"):
    return next(rule for rule in load_rules() if rule.rule_id == rule_id)


def _decided(services, number, step, reason):
    now = services.clock()
    lead = Lead(
        lead_id=stable_id("lead", str(number)), rule_id="A01", rule_title="绝对化用语", rule_version=_rule().version,
        severity=Severity.MEDIUM, shop_id=f"s{number}", title="t", finding_ids=("f",), priority_score=0.5,
        first_seen_at=now, last_seen_at=now,
    )  # fmt: skip
    saved = services.leads.save_lead(lead, None, expected_version=0)
    for action in ("签收", "核查", step):
        changed, event = act(saved, action, actor="王", reason=reason, now=services.clock())
        saved = services.leads.save_lead(changed, event, expected_version=saved.version)
    return saved


def test_decisions_of_officers_demote_a_rule_with_the_figures(services):
    for number in range(4):
        _decided(services, number, "责令改正", "")
    for number in range(4, 20):
        _decided(services, number, "排除", "已公示有效资质")
    for number in range(20, 25):
        _decided(services, number, "排除", "与已有线索重复")
    (event,) = demote_where_due(services)
    assert (event.rule_id, event.act, event.tally.right, event.tally.wrong) == ("A01", RuleAct.DEMOTED, 4, 16)
    assert demote_where_due(services) == ()
    (standing,) = standing_of(services, [_rule()])
    assert standing.life.state is RuleState.DEMOTED
    at_work = rules_at_work(services)
    assert "A01" in {rule.rule_id for rule in at_work.judging}
    assert "A01" not in at_work.leading

    signed = rule_event(_rule(), RuleAct.SIGNED, by=("张", "法规科"), note="已核", floor=0.7, now=services.clock())
    services.rules.append_rule_event(signed)
    assert demote_where_due(services) == (), "what the signer knew does not count against the rule again"
    assert "A01" in rules_at_work(services).leading


def test_suspended_rule_is_silent(services):
    services.rules.append_rule_event(
        rule_event(_rule(), RuleAct.SUSPENDED, by=("张", ""), note="待改", floor=0.0, now=services.clock())
    )
    at_work = rules_at_work(services)
    assert "A01" not in {rule.rule_id for rule in at_work.judging} | at_work.leading
    assert "A01" in {rule.rule_id for rule in at_work.known}


def test_marks_of_watch_lists_reach_the_rule_on_imitations(services, monkeypatch):
    monkeypatch.setattr(catalogue, "_FILES", ("rivals",))
    assert not _hears(services, "青石云鹤")
    services.watch.save_list(
        WatchList(
            list_id="marks",
            version=1,
            title="重点商标",
            kind=WatchKind.TRADEMARK,
            items=(WatchItem(item_id="i1", words=("青石云鹤",)),),
            imported_by="张三",
            imported_at=services.clock(),
        )
    )
    assert _hears(services, "青石云鹤")


def _hears(services, word):
    rule = next(one for one in rules_at_work(services).judging if one.rule_id == "C04")
    return any(word in cue.words for cue in rule.signal.cues)


def test_judge_is_kept_until_other_rules_are_at_work_or_the_day_ends(services):
    today = services.clock().date()
    judge = judge_of(rules_at_work(services).judging, on=today)
    assert judge_of(rules_at_work(services).judging, on=today) is judge
    assert judge_of(rules_at_work(services).judging[1:], on=today) is not judge
    assert judge_of(rules_at_work(services).judging, on=today + timedelta(days=1)).on == today + timedelta(days=1)


def test_rules_at_work_are_told_without_counting_decisions(services, monkeypatch):
    monkeypatch.setattr(type(services.leads), "tally_of", lambda *_asked, **_more: pytest.fail("counted"))
    assert rules_at_work(services).leading
