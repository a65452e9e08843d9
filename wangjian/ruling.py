"""The rules at work in this bureau: which judge, which make leads, which officers no longer agree with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from leads.catalogue import load_rules
from leads.own_rules import lead_rules_of
from leads.rule_life import Precision, RuleLife, demotion, life_of, precision_of
from records.leads import Rule
from records.ports import Services
from records.rule_life import RuleEvent, RuleState, RuleTally

__all__ = ["AtWork", "RuleStanding", "demote_where_due", "known_rules", "rules_at_work", "standing_of"]

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AtWork:
    """`known`: all. `judging`: all but the suspended. `leading`: the live ones, by id; what others find is 提示."""

    known: tuple[Rule, ...]
    judging: tuple[Rule, ...]
    leading: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleStanding:
    """A rule, how it stands, and how often officers agreed with this version of it since it was signed."""

    rule: Rule
    life: RuleLife
    precision: Precision


def known_rules(services: Services) -> tuple[Rule, ...]:
    """The rules of the release and the bureau's own, by id."""
    return (*load_rules(), *lead_rules_of(services.own_rules.own_rules()))


def rules_at_work(services: Services, rules: Sequence[Rule] | None = None) -> AtWork:
    """The rules by their recorded lives. Reading and checking them all takes a third of a second: hand them over where
    they were read already."""
    standings = standing_of(services, known_rules(services) if rules is None else rules)
    return AtWork(
        known=tuple(one.rule for one in standings),
        judging=tuple(one.rule for one in standings if one.life.state is not RuleState.SUSPENDED),
        leading=frozenset(one.rule.rule_id for one in standings if one.life.state is RuleState.LIVE),
    )


def standing_of(services: Services | None, rules: Sequence[Rule]) -> tuple[RuleStanding, ...]:
    """How each rule stands; without services as the release says, where no bureau has decided anything."""
    by_rule: dict[str, list[RuleEvent]] = {}
    for event in services.rules.rule_events() if services else ():
        by_rule.setdefault(event.rule_id, []).append(event)
    found: list[RuleStanding] = []
    for rule in rules:
        life = life_of(rule, by_rule.get(rule.rule_id, ()))
        found.append(RuleStanding(rule=rule, life=life, precision=_precision(services, rule, life)))
    return tuple(found)


def demote_where_due(services: Services, rules: Sequence[Rule] | None = None) -> tuple[RuleEvent, ...]:
    """Take down every live rule (of these) that decisions have put under its floor; what was written down."""
    written: list[RuleEvent] = []
    for one in standing_of(services, known_rules(services) if rules is None else rules):
        event = demotion(one.rule, one.life, one.precision.tally, now=services.clock())
        if event is not None and services.rules.append_rule_event(event):
            _log.warning("rule_demoted", rule_id=event.rule_id, right=one.precision.tally.right)
            written.append(event)
    return tuple(written)


def _precision(services: Services | None, rule: Rule, life: RuleLife) -> Precision:
    if services is None:
        return Precision(tally=RuleTally())
    return precision_of(services.leads.tally_of(rule.rule_id, rule.version, since=life.counts_since))
