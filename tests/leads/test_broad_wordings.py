"""Texts written rule by rule from the law before the rules' words were read, then learnt from: advertising (`broad_a`).

Floors lie a little under what was measured (`tests/leads/README.md`).
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from leads.judging import Judge
from leads.labelled import Comparison
from leads.scan import read_line

DATA = Path(__file__).parent / "data"


def _lines(name: str) -> list[str]:
    return (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()


@pytest.mark.parametrize(("name", "precision", "recall", "alarms"), [("broad_a", 0.95, 0.93, 0.02)])
def test_broad_wordings_are_judged_as_their_labels_say(
    judge: Judge, name: str, precision: float, recall: float, alarms: float
) -> None:
    comparison = Comparison()
    for line in _lines(name):
        comparison.add(json.loads(line), judge.judge(read_line(line)))
    missed = [f"{one.rule} {one.missed}" for one in comparison.by_rule() if one.missed]
    assert comparison.overall().precision >= precision
    assert comparison.overall().recall >= recall, missed
    assert comparison.alarm_rate <= alarms


@pytest.mark.parametrize(("name", "domain", "rules"), [("broad_a", "A", 22)])
def test_half_are_likenesses_and_no_text_is_an_example(judge: Judge, name: str, domain: str, rules: int) -> None:
    lines = [json.loads(line) for line in _lines(name)]
    texts = {line["text"] for line in lines}
    examples = {one.text for rule in judge.rules.values() for one in (*rule.breaching, *rule.clean)}
    expected = Counter(rule for line in lines for rule in line["expect"])
    assert len(texts) == len(lines) >= 280
    assert examples.isdisjoint(texts)
    assert sum(not line["expect"] for line in lines) * 2 >= len(lines)
    assert all(rule.startswith(domain) for rule in expected)
    assert len(expected) >= rules
