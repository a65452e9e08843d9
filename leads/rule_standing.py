"""How rules stand in this bureau: each with its life, and how often officers agreed with it since it was signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leads.catalogue import load_rules
from leads.own_rules import lead_rules_of
from leads.rule_life import Precision, RuleLife, life_of, precision_of
from records.leads import Rule
from records.ports import Services
from records.rule_life import RuleEvent, RuleTally

__all__ = ["RuleStanding", "known_rules", "lives_of", "standing_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleStanding:
    """A rule, how it stands, and how often officers agreed with this version of it since it was signed."""

    rule: Rule
    life: RuleLife
    precision: Precision


def known_rules(services: Services) -> tuple[Rule, ...]:
    """The rules of the release and the bureau's own, by id."""
    return (*load_rules(), *lead_rules_of(services.own_rules.own_rules()))


def standing_of(services: Services | None, rules: Sequence[Rule]) -> tuple[RuleStanding, ...]:
    """How each rule stands; without services as the release says, where no bureau has decided anything."""
    return tuple(
        RuleStanding(rule=rule, life=life, precision=_precision(services, rule, life))
        for rule, life in lives_of(services, rules)
    )


def lives_of(services: Services | None, rules: Sequence[Rule]) -> tuple[tuple[Rule, RuleLife], ...]:
    """As `standing_of`, for those who do not ask how often officers agreed: that is counted rule by rule."""
    by_rule: dict[str, list[RuleEvent]] = {}
    for event in services.rules.rule_events() if services else ():
        by_rule.setdefault(event.rule_id, []).append(event)
    return tuple((rule, life_of(rule, by_rule.get(rule.rule_id, ()))) for rule in rules)


def _precision(services: Services | None, rule: Rule, life: RuleLife) -> Precision:
    if services is None:
        return Precision(tally=RuleTally())
    return precision_of(services.leads.tally_of(rule.rule_id, rule.version, since=life.counts_since))
