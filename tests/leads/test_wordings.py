"""How advertising and trade (rules A and C) are said: wordings the cues were widened by, and wordings written after.

The second file was written before the judge had seen it and no cue was changed for it; what it gives is what new words
may be expected to give.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from leads.judging import Judge
from leads.labelled import Comparison
from leads.scan import read_line

DATA = Path(__file__).parent / "data"
TUNED, UNSEEN = DATA / "wordings_tuned.jsonl", DATA / "wordings_unseen.jsonl"


def _compared(judge: Judge, file: Path) -> Comparison:
    comparison = Comparison()
    for line in file.read_text("utf-8").splitlines():
        comparison.add(json.loads(line), judge.judge(read_line(line)))
    return comparison


@pytest.mark.parametrize(("file", "least_precision", "least_recall"), [(TUNED, 0.98, 0.95), (UNSEEN, 0.95, 0.86)])
def test_wordings_are_suspected_and_their_neighbours_are_not(
    judge: Judge, file: Path, least_precision: float, least_recall: float
) -> None:
    comparison = _compared(judge, file)
    overall = comparison.overall()
    missed = {one.rule: one.missed for one in comparison.by_rule() if one.missed}
    assert overall.precision >= least_precision
    assert overall.recall >= least_recall, missed
    assert comparison.clean >= 50
    assert comparison.alarm_rate <= 0.02


def test_no_wording_is_an_example_or_stands_in_both_files(judge: Judge) -> None:
    tuned, unseen = (
        {json.loads(line)["text"] for line in file.read_text("utf-8").splitlines()} for file in (TUNED, UNSEEN)
    )
    examples = {one.text for rule in judge.rules.values() for one in (*rule.breaching, *rule.clean)}
    assert tuned.isdisjoint(unseen)
    assert examples.isdisjoint(tuned | unseen)
