"""Texts of rules N and G written blind, split by id: x was learnt from, of y only the totals were ever looked at.
The probes are what came of three later rounds, each measured before it was learnt from.

Floors lie a little under what was measured (x: 1.00 and 1.00; y: 0.96 and 0.90; `tests/leads/README.md`).
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from leads.judging import Judge
from leads.scan import read_line
from records.leads import Verdict

DATA = Path(__file__).parent / "data"


@pytest.mark.parametrize(
    ("name", "precision", "recall", "alarms"),
    [("unseen_goods_x", 0.98, 0.97, 0.02), ("unseen_goods_y", 0.95, 0.88, 0.03), ("goods_probes", 0.98, 0.93, 0.02)],
)
def test_blind_texts_are_judged_as_their_labels_say(
    judge: Judge, name: str, precision: float, recall: float, alarms: float
) -> None:
    right, wrong, missed = Counter(), Counter(), Counter()
    clean = alarmed = 0
    for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines():
        label = json.loads(line)
        got = {one.rule for one in judge.judge(read_line(line)) if one.verdict is Verdict.SUSPECTED}
        wanted, ours = set(label["expect"]), {rule for rule in got if rule[0] in "NG"}
        right.update(wanted & ours)
        wrong.update(ours - wanted - set(label["may"]))
        missed.update(wanted - ours)
        clean += label["clean"]
        alarmed += label["clean"] and bool(got)
    assert right.total() / (right.total() + wrong.total()) >= precision, wrong
    assert right.total() / (right.total() + missed.total()) >= recall, missed
    assert alarmed <= alarms * clean


def test_blind_texts_are_no_examples_and_half_are_clean(judge: Judge) -> None:
    lines = [
        json.loads(line)
        for name in ("unseen_goods_x", "unseen_goods_y", "goods_probes")
        for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]
    texts = {line["text"] for line in lines}
    examples = {one.text for rule in judge.rules.values() for one in (*rule.breaching, *rule.clean)}
    assert len(texts) == len(lines) >= 800
    assert 2 * sum(line["clean"] for line in lines) >= len(lines)
    assert examples.isdisjoint(texts)
