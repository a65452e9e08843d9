"""The labelled texts: written apart from the rules' examples, more than half of them hard negatives."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from leads.judging import Judge
from leads.scan import read_line
from records.leads import Verdict

LABELLED = Path(__file__).parent / "data" / "labelled.jsonl"
LEAST_PRECISION, LEAST_RECALL, MOST_FALSE_ALARMS = 0.95, 0.90, 0.02


def test_suspected_is_precise_and_complete_on_the_labelled_texts(judge: Judge) -> None:
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    clean = alarms = 0
    for line in LABELLED.read_text("utf-8").splitlines():
        wanted = set(json.loads(line)["suspected"])
        got = {found.rule for found in judge.judge(read_line(line)) if found.verdict is Verdict.SUSPECTED}
        right.update(wanted & got)
        wrong.update(got - wanted)
        missed.update(wanted - got)
        clean += not wanted
        alarms += bool(not wanted and got)
    for rule_id in sorted(right | wrong | missed):
        precision, recall = _rates(right[rule_id], wrong[rule_id], missed[rule_id])
        print(f"{rule_id}  precision {precision:.3f}  recall {recall:.3f}  texts {right[rule_id] + missed[rule_id]}")
    precision, recall = _rates(right.total(), wrong.total(), missed.total())
    print(f"all  precision {precision:.3f}  recall {recall:.3f}  false alarms {alarms}/{clean}")
    assert precision >= LEAST_PRECISION
    assert recall >= LEAST_RECALL
    assert alarms <= MOST_FALSE_ALARMS * clean


def test_half_of_the_labelled_texts_are_clean_and_none_is_an_example(judge: Judge) -> None:
    lines = [json.loads(line) for line in LABELLED.read_text("utf-8").splitlines()]
    texts = [line["text"] for line in lines]
    assert len(texts) == len(set(texts)) >= 300
    assert 2 * sum(not line["suspected"] for line in lines) >= len(lines)
    examples = {one.text for rule in judge.rules.values() for one in (*rule.breaching, *rule.clean)}
    assert examples.isdisjoint(texts)


def _rates(right: int, wrong: int, missed: int) -> tuple[float, float]:
    return right / (right + wrong) if right + wrong else 1.0, right / (right + missed) if right + missed else 1.0
