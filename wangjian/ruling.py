"""The rules at work in this bureau: which judge, which make leads, which officers no longer agree with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import structlog

from leads.judging import Judge
from leads.marks import with_marks
from leads.rule_life import demotion
from leads.rule_standing import known_rules, lives_of, standing_of
from records.leads import Rule
from records.ports import Services
from records.rule_life import RuleEvent, RuleState

__all__ = ["AtWork", "demote_where_due", "judge_of", "rules_at_work"]

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AtWork:
    """`known`: all. `judging`: all but the suspended. `leading`: the live ones, by id; what others find is 提示."""

    known: tuple[Rule, ...]
    judging: tuple[Rule, ...]
    leading: frozenset[str]


def rules_at_work(services: Services, rules: Sequence[Rule] | None = None) -> AtWork:
    """The rules by their recorded lives. Reading and checking them all takes a third of a second: hand them over where
    they were read already."""
    known = with_marks(known_rules(services) if rules is None else rules, services.watch.watch_lists())
    lives = lives_of(services, known)
    return AtWork(
        known=known,
        judging=tuple(rule for rule, life in lives if life.state is not RuleState.SUSPENDED),
        leading=frozenset(rule.rule_id for rule, life in lives if life.state is RuleState.LIVE),
    )


@lru_cache(1)
def judge_of(rules: tuple[Rule, ...], *, on: date) -> Judge:
    """The judge of these rules for a day. To make one takes a second, and each of a worker's visits ends with judging:
    it is kept until other rules are at work or the day ends."""
    return Judge(rules, on=on)


def demote_where_due(services: Services, rules: Sequence[Rule] | None = None) -> tuple[RuleEvent, ...]:
    """Take down every live rule (of these) that decisions have put under its floor; what was written down."""
    written: list[RuleEvent] = []
    for one in standing_of(services, known_rules(services) if rules is None else rules):
        event = demotion(one.rule, one.life, one.precision.tally, now=services.clock())
        if event is not None and services.rules.append_rule_event(event):
            _log.warning("rule_demoted", rule_id=event.rule_id, right=one.precision.tally.right)
            written.append(event)
    return tuple(written)
