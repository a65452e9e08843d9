"""Indirect wordings: a promise told by what follows from it, a question the merchant answers himself.

Of `indirect_probes` only the rule each text was written for is asked: other rules may have something to say of it.
`unseen_z` is the learnt half of texts a stranger wrote; where a text owes a number nobody looked for, the rule is silent
(docs/how-to/scan-texts.md), which the writer did not know.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from leads.judging import Judge
from leads.labelled import Comparison
from leads.scan import read_line
from records.leads import Verdict

DATA = Path(__file__).parent / "data"


def _compared(judge: Judge, name: str) -> Comparison:
    comparison = Comparison()
    lines = (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()
    for line, found in zip(lines, judge.judge_all(read_line(line) for line in lines), strict=True):
        comparison.add(json.loads(line), found)
    return comparison


@pytest.mark.parametrize(("name", "least_clean"), [("indirect_probes", 70), ("unseen_z", 100)])
def test_indirect_wordings_are_suspected_and_clean_texts_are_left(judge: Judge, name: str, least_clean: int) -> None:
    comparison = _compared(judge, name)
    assert comparison.overall().recall >= 0.95, {one.rule: one.missed for one in comparison.by_rule() if one.missed}
    assert comparison.clean >= least_clean
    assert comparison.alarm_rate <= 0.02


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("N01", "营业执照？没挂，想看的进群"),
        ("N05", "经营许可证？还没办，先卖着"),
        ("G18", "3C？没有，照样好用的充电宝"),
        ("G17", "械注号？没有，家用血压计工厂直出"),
    ],
)
def test_question_the_merchant_answers_himself_is_a_statement(ask, rule: str, said: str) -> None:
    found = ask(rule, said)
    assert found is not None and found.verdict is Verdict.SUSPECTED


@pytest.mark.parametrize("asked", ["营业执照？有的，首页可以看", "3C？有，证书编号见详情", "国家级？这些词我们不写"])
def test_question_answered_the_lawful_way_is_none(judge: Judge, asked: str) -> None:
    line = json.dumps({"id": "x", "text": asked})
    assert not [one for one in judge.judge(read_line(line)) if one.verdict is Verdict.SUSPECTED]
