"""Texts of goods and permits (rules N and G), written apart from the rules' examples, half of them hard negatives."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from leads.judging import Judge
from leads.scan import read_line
from records.leads import Verdict

GOODS = Path(__file__).parent / "data" / "goods.jsonl"
LEAST_PRECISION, LEAST_RECALL, MOST_FALSE_ALARMS = 0.95, 0.90, 0.02


def _judged(judge: Judge) -> list[tuple[set[str], set[str]]]:
    """Rules wanted and rules suspected, text by text."""
    return [
        (
            set(json.loads(line)["suspected"]),
            {found.rule for found in judge.judge(read_line(line)) if found.verdict is Verdict.SUSPECTED},
        )
        for line in GOODS.read_text("utf-8").splitlines()
    ]


def test_goods_that_may_not_be_sold_are_suspected_and_their_likenesses_are_not(judge: Judge) -> None:
    judged = [
        ({rule for rule in wanted if rule[0] in "NG"}, {rule for rule in got if rule[0] in "NG"})
        for wanted, got in _judged(judge)
    ]
    right = sum(len(wanted & got) for wanted, got in judged)
    wrong = sum(len(got - wanted) for wanted, got in judged)
    missed = Counter(rule for wanted, got in judged for rule in wanted - got)
    assert right / (right + wrong) >= LEAST_PRECISION
    assert right / (right + missed.total()) >= LEAST_RECALL, missed


def test_no_rule_at_all_alarms_at_clean_goods(judge: Judge) -> None:
    clean = [got for wanted, got in _judged(judge) if not wanted]
    assert len(clean) >= 250
    assert sum(bool(got) for got in clean) <= MOST_FALSE_ALARMS * len(clean)


def test_no_text_is_an_example_of_a_rule(judge: Judge) -> None:
    texts = [json.loads(line)["text"] for line in GOODS.read_text("utf-8").splitlines()]
    examples = {one.text for rule in judge.rules.values() for one in (*rule.breaching, *rule.clean)}
    assert len(texts) >= 500
    assert examples.isdisjoint(texts)
