from __future__ import annotations

from datetime import date

import pytest

from leads.catalogue import check_rules, load_rules
from leads.selftest import run_examples
from leads.signals import Guard, LeadRule
from leads.versions import in_force
from records.errors import InvalidInputError

RULES = load_rules()


def test_every_example_comes_out_as_written() -> None:
    failed = [result for result in run_examples(RULES, on=date(2026, 11, 20)) if not result.passed]
    assert failed == []


def test_the_rules_of_this_issue_are_there() -> None:
    assert {"N01", "N02", "G01", "G06", "A01", "A02", "A03", "A10", "A11", "C02", "C15", "C16"} <= {
        rule.rule_id for rule in RULES
    }


def test_article_applied_is_the_one_in_force_on_the_day() -> None:
    rule = next(rule for rule in RULES if rule.rule_id == "C02")
    before, after = (in_force(rule.basis, on=day) for day in (date(2025, 10, 14), date(2025, 10, 15)))
    assert [basis.article for basis in before] == ["第八条第二款"]
    assert [basis.article for basis in after] == ["第九条第二款"]
    fines = (in_force(rule.penalty, on=day)[0].article for day in (date(2025, 10, 14), date(2025, 10, 15)))
    assert list(fines) == ["第二十条第一款", "第二十五条第一款"]


def test_articles_not_read_are_marked_unverified() -> None:
    unread = {
        (basis.instrument, basis.verified) for rule in RULES for basis in rule.basis if "37号" in basis.instrument
    }
    assert {verified for _, verified in unread} == {False}


def _broken(**changes: object) -> LeadRule:
    rule = next(rule for rule in RULES if rule.rule_id == "C16")
    assert isinstance(rule, LeadRule)
    return rule.model_copy(update=changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rule_id": "C9"}, "编号应为"),
        ({"basis": ()}, "没有法律依据"),
        ({"breaching": ()}, "正例 0 条"),
        ({"exemptions": ()}, "未在 exemptions 中列明"),
    ],
)
def test_wrong_rule_is_named_with_its_file(changes: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidInputError, match=said) as refused:
        check_rules([("leads/rules/own.py", _broken(**changes))])
    assert "leads/rules/own.py" in str(refused.value)


def test_repeated_id_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="编号重复，已见于 a.py"):
        check_rules([("a.py", _broken()), ("b.py", _broken())])


def test_pattern_that_cannot_be_read_is_refused() -> None:
    rule = _broken()
    guard = Guard(exemption_id=rule.exemptions[0].exemption_id, pattern="(")
    with pytest.raises(InvalidInputError, match="模式写法有误"):
        check_rules([("a.py", _broken(signal=rule.signal.model_copy(update={"guards": (guard,)})))])


def test_repeat_count_lost_in_an_f_string_is_refused() -> None:
    rule = _broken()
    guard = Guard(exemption_id=rule.exemptions[0].exemption_id, pattern=f"[^。]{0, 16}退")
    with pytest.raises(InvalidInputError, match="双花括号"):
        check_rules([("a.py", _broken(signal=rule.signal.model_copy(update={"guards": (guard,)})))])


@pytest.mark.parametrize("blocker", ["", "最" * 65])
def test_blocker_that_no_search_could_find_is_refused(blocker: str) -> None:
    rule = _broken()
    with pytest.raises(InvalidInputError, match="排除词应为 1 至 64 个字"):
        check_rules([("a.py", _broken(signal=rule.signal.model_copy(update={"blockers": (blocker,)})))])
