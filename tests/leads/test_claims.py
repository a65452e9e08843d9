"""Advertising and trade heard by subject, claim and frame: texts learnt from, and one half kept apart to the end.

Of `claims_tuned` only the rule each text was written for is asked: other rules may well have something to say of it.
`unseen_x` was learnt from; of `unseen_y` nothing but the totals was ever read.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from leads.judging import Judge
from leads.labelled import Comparison
from leads.scan import read_line

DATA = Path(__file__).parent / "data"


def _compared(judge: Judge, name: str) -> Comparison:
    comparison = Comparison()
    for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines():
        comparison.add(json.loads(line), judge.judge(read_line(line)))
    return comparison


def test_claims_learnt_from_are_suspected_and_their_neighbours_are_not(judge: Judge) -> None:
    comparison = _compared(judge, "claims_tuned")
    assert comparison.overall().recall >= 0.97, {one.rule: one.missed for one in comparison.by_rule() if one.missed}
    assert comparison.clean >= 200
    assert comparison.alarm_rate <= 0.02


@pytest.mark.parametrize(("name", "least_recall"), [("unseen_x", 0.97), ("unseen_y", 0.92)])
def test_claims_written_blind_are_suspected(judge: Judge, name: str, least_recall: float) -> None:
    comparison = _compared(judge, name)
    assert comparison.overall().precision >= 0.95
    assert comparison.overall().recall >= least_recall
    assert comparison.alarm_rate <= 0.02
