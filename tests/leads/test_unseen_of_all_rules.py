"""Texts of all four domains written blind, from the law alone, split by rule: `unseen_z_learnt` was learnt from, of
`unseen_z_kept` nobody who writes rules ever saw a text or an error; so too `unseen_w_learn` and `unseen_w_kept`, of
another hand; so too `unseen_p_learn` and `unseen_p_kept` (a lawyer's, a third of it roundabout), `unseen_q_learn` and
`unseen_q_kept` (a tester's, rule by rule), `unseen_t_learn` and `unseen_t_kept` (a law clinic's); `unseen_r_kept` (an
official's), `unseen_s_kept` (who has to accept the system), `unseen_u_kept` (a rival's), `unseen_x_kept` (the author of
an acceptance test) and `unseen_o_kept` (a county officer's, written when the rules were at rest) are whole; `unseen_v_learn` and `unseen_v_kept` are the halves of another tester's. Of `probes_ac`, the writer's own
rounds on advertising and trade, only the rule each text was written for is labelled: others may have something to say
of it. `probes_ng` are the rounds on N and G, `probes_trade_s` a later one on C.

Floors lie a little under what was measured (`tests/leads/README.md`).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from leads.judging import Judge
from leads.labelled import Comparison
from leads.scan import read_line

DATA = Path(__file__).parent / "data"
NAMES = (
    "unseen_z_learnt",
    "unseen_z_kept",
    "unseen_w_learn",
    "unseen_w_kept",
    "unseen_p_learn",
    "unseen_p_kept",
    "unseen_q_learn",
    "unseen_q_kept",
    "unseen_r_kept",
    "unseen_s_kept",
    "unseen_t_learn",
    "unseen_t_kept",
    "unseen_u_kept",
    "unseen_v_learn",
    "unseen_v_kept",
    "unseen_x_kept",
    "unseen_o_kept",
)


def _lines(name: str) -> list[str]:
    return (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()


@pytest.mark.parametrize(
    ("name", "precision", "recall", "alarms"),
    [
        ("unseen_z_learnt", 0.98, 0.95, 0.01),
        ("unseen_z_kept", 0.95, 0.92, 0.03),
        ("unseen_w_learn", 0.98, 0.96, 0.01),
        ("unseen_w_kept", 0.93, 0.90, 0.04),
        ("unseen_p_learn", 0.97, 0.94, 0.01),
        ("unseen_p_kept", 0.91, 0.84, 0.01),
        ("unseen_q_learn", 0.98, 0.96, 0.01),
        ("unseen_q_kept", 0.98, 0.93, 0.01),
        ("unseen_r_kept", 0.95, 0.88, 0.01),
        ("unseen_s_kept", 0.95, 0.94, 0.01),
        ("unseen_t_kept", 0.89, 0.91, 0.01),
        ("unseen_u_kept", 0.94, 0.93, 0.01),
        ("unseen_v_learn", 0.97, 0.95, 0.01),
        ("unseen_v_kept", 0.93, 0.88, 0.01),
        ("unseen_x_kept", 0.93, 0.93, 0.01),
        ("unseen_o_kept", 0.95, 0.91, 0.01),
        ("probes_ac", 0.89, 0.96, 0.01),
        ("probes_ng", 0.97, 0.98, 0.01),
        ("probes_trade_s", 0.90, 0.94, 0.02),
        ("unseen_t_learn", 0.98, 0.89, 0.01),
        ("probes_likenesses", 0.90, 0.88, 0.02),
        ("probes_lawful_v", 0.0, 1.0, 0.01),
        ("probes_goods_s", 0.96, 0.96, 0.01),
        ("probes_adverts_s", 0.97, 0.96, 0.01),
        ("probes_adverts_t", 0.97, 0.81, 0.02),
        ("probes_adverts_v", 0.97, 0.92, 0.01),
        ("probes_other_v", 0.97, 0.94, 0.01),
    ],
)
def test_texts_written_blind_are_judged_as_their_labels_say(
    judge: Judge, name: str, precision: float, recall: float, alarms: float
) -> None:
    comparison = Comparison()
    lines = _lines(name)
    for line, findings in zip(lines, judge.judge_all(map(read_line, lines)), strict=True):
        comparison.add(json.loads(line), findings)
    assert comparison.overall().precision >= precision
    assert comparison.overall().recall >= recall
    assert comparison.alarm_rate <= alarms


def test_no_text_is_an_example_of_a_rule_or_stands_twice(judge: Judge) -> None:
    lines = [json.loads(line) for name in NAMES for line in _lines(name)]
    texts = {line["text"] for line in lines}
    examples = {one.text for rule in judge.rules.values() for one in (*rule.breaching, *rule.clean)}
    assert len(texts) == len(lines) >= 1_100
    assert examples.isdisjoint(texts)
    assert {rule[0] for line in lines for rule in line["expect"]} == {"A", "C", "G", "N"}
