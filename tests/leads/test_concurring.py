"""Of two rules over the same words the special one goes before the general one."""

from __future__ import annotations

import pytest

from leads.concurring import CONCURRENCES
from leads.judging import Judge
from records.leads import ScanFinding, ScanInput, Verdict


def _judged(judge: Judge, text: str) -> dict[str, ScanFinding]:
    return {one.rule: one for one in judge.judge(ScanInput(id="x", text=text))}


def test_sales_rank_without_a_source_is_no_absolute_word_besides(judge: Judge) -> None:
    found = _judged(judge, "全网销量第一的保温杯")
    assert found["A14"].verdict is Verdict.SUSPECTED
    assert found["A01"].verdict is Verdict.UNDETERMINED
    assert "A14" in found["A01"].explanation
    assert [span.text for span in found["A01"].spans] == ["全网销量第一"]


def test_words_of_its_own_keep_the_general_rule_suspected(judge: Judge) -> None:
    found = _judged(judge, "全网销量第一的保温杯。国家级品质")
    assert found["A14"].verdict is found["A01"].verdict is Verdict.SUSPECTED


@pytest.mark.parametrize("one", CONCURRENCES, ids=lambda one: one.general)
def test_every_rule_named_is_a_live_one_and_none_steps_back_from_itself(judge: Judge, one) -> None:
    assert {one.general, *one.special, *one.beside} <= judge.rules.keys()
    assert not one.goes_before(one.general)
    assert all(one.general not in other.special for other in CONCURRENCES if other.general in one.special)


def test_price_of_contraband_told_in_private_is_no_matter_of_marked_prices(judge: Judge) -> None:
    assert _judged(judge, "复合弩带红点，价格私信，发货不写名")["C11"].verdict is Verdict.UNDETERMINED
    assert _judged(judge, "沙发款式见图，价格私信")["C11"].verdict is Verdict.SUSPECTED


@pytest.mark.parametrize(
    "text",
    ["处方药无需处方，人血白蛋白现货促销，下单立减", "美国代购抗癌药，处方药特价促销"],
    ids=["blood", "unapproved"],
)
def test_drug_that_may_not_be_sold_at_all_is_no_matter_of_its_advertising(judge: Judge, text: str) -> None:
    found = _judged(judge, text)
    assert found["A07"].verdict is Verdict.UNDETERMINED
    assert Verdict.SUSPECTED in {found[rule].verdict for rule in ("G03", "G05") if rule in found}
