"""How well the judge does on texts whose right answers are known: precision, recall and false alarms, rule by rule.

A labelled line of `rules scan` carries `expect`, the rules that must be suspected; `may`, those that are debatable and
count for nothing either way; and `clean`: an ordinary text about which no rule should raise an alarm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from records.errors import InvalidInputError
from records.leads import ScanFinding, Verdict

__all__ = ["Comparison", "RuleRates"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRates:
    """What came of one rule, or of all: texts suspected rightly, wrongly, and missed."""

    rule: str
    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Of what was suspected, the part rightly so; 1.0 where nothing was."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Of what had to be suspected, the part that was; 1.0 where nothing had to be."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


@dataclass(slots=True)
class Comparison:
    """Labels against verdicts, text after text."""

    texts: int = 0
    clean: int = 0
    false_alarms: int = 0
    _right: Counter[str] = field(default_factory=Counter)
    _wrong: Counter[str] = field(default_factory=Counter)
    _missed: Counter[str] = field(default_factory=Counter)

    def add(self, line: Mapping[str, object], findings: Iterable[ScanFinding]) -> None:
        """Count one labelled line; a line without `expect` is not counted.

        Raises:
            InvalidInputError: `expect` or `may` is no list of rule ids.
        """
        if "expect" not in line:
            return
        expected, tolerated = _ids(line, "expect"), _ids(line, "may")
        suspected = {finding.rule for finding in findings if finding.verdict is Verdict.SUSPECTED}
        self.texts += 1
        self._right.update(suspected & expected)
        self._wrong.update(suspected - expected - tolerated)
        self._missed.update(expected - suspected)
        if line.get("clean") is True:
            self.clean += 1
            self.false_alarms += bool(suspected)

    def by_rule(self) -> tuple[RuleRates, ...]:
        """Each rule that was expected or suspected, by id."""
        rules = sorted({*self._right, *self._wrong, *self._missed})
        return tuple(self._rates(rule, (rule,)) for rule in rules)

    def overall(self, rules: Iterable[str] | None = None) -> RuleRates:
        """All rules together, or these."""
        return self._rates("", [one.rule for one in self.by_rule()] if rules is None else tuple(rules))

    @property
    def alarm_rate(self) -> float:
        """Of the clean texts, the part with any alarm; 0.0 where none was marked clean."""
        return self.false_alarms / self.clean if self.clean else 0.0

    def _rates(self, name: str, rules: Iterable[str]) -> RuleRates:
        known = tuple(rules)
        right, wrong, missed = (
            sum(counts[rule] for rule in known) for counts in (self._right, self._wrong, self._missed)
        )
        return RuleRates(rule=name, right=right, wrong=wrong, missed=missed)


def _ids(line: Mapping[str, object], name: str) -> set[str]:
    given = line.get(name, [])
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise InvalidInputError(f"{name} 不是规则编号的列表", cure='如 "expect":["A01"]，没有则写 []')
    return set(given)
