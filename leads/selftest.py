"""Run every example of every rule: what `wangjian rules test` does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from leads.acting import judge_act
from leads.judging import Judge
from leads.over_time.answers import Answer
from leads.over_time.judging import judge_history
from records.acts import ActExample
from records.leads import Rule, RuleExample, ScanInput
from records.over_time import PastExample

__all__ = ["ExampleResult", "run_examples"]

NOTHING = "无"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleResult:
    """How an example came out. `expected` and `found` are verdicts, 无 for none."""

    rule_id: str
    text: str
    expected: str
    found: str

    @property
    def passed(self) -> bool:
        """Whether it came out as written."""
        return self.expected == self.found


def run_examples(rules: Sequence[Rule], *, on: date) -> tuple[ExampleResult, ...]:
    """Judge each rule's examples by the rules in force on that day."""
    judge = Judge(rules, on=on)
    return tuple(_results(judge, rules))


def _results(judge: Judge, rules: Sequence[Rule]) -> Iterator[ExampleResult]:
    for rule in rules:
        for example in (*rule.breaching, *rule.clean):
            yield ExampleResult(
                rule_id=rule.rule_id,
                text=example.text,
                expected=example.verdict.value if example.verdict else NOTHING,
                found=_found(judge, rule, example),
            )


def _found(judge: Judge, rule: Rule, example: RuleExample) -> str:
    if isinstance(example, PastExample):
        return _verdict(judge_history(rule.rule_id, example.history))
    if isinstance(example, ActExample):
        return _verdict(judge_act(rule.rule_id, example.act))
    scan = ScanInput(
        id=rule.rule_id, text=example.text, category=example.category, source=example.source, fields=example.fields
    )
    return next((found.verdict.value for found in judge.judge(scan) if found.rule == rule.rule_id), NOTHING)


def _verdict(answer: Answer | None) -> str:
    return NOTHING if answer is None else answer.verdict.value
