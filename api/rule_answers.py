"""What the API is asked and answers about rules."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import Field

from api.paging import PageOf
from leads.rule_standing import RuleStanding
from records.base import Record
from records.leads import Basis, Finding, Rule, Severity, Verdict
from records.own_rules import OwnConditions, OwnRule
from records.rule_life import RuleAct, RuleEvent, RuleState

__all__ = [
    "KEPT",
    "OWN_PAGE",
    "OWN_VERSIONS",
    "RULE_ANSWER",
    "RULE_EVENT",
    "RULE_PAGE",
    "TRIAL",
    "KeptRule",
    "OwnRulePage",
    "OwnRuleVersions",
    "OwnRuleWish",
    "RuleAnswer",
    "RuleDecisionWish",
    "RuleItem",
    "RulePage",
    "TrialAnswer",
    "TrialSampleItem",
]

_Word = Annotated[str, Field(min_length=1, max_length=100)]


class RuleItem(Record):
    """A rule as it stands. `right` and `wrong`: what officers decided of the leads its present version made."""

    rule_id: str
    version: str
    title: str
    severity: Severity
    state: RuleState
    right: int
    wrong: int

    @classmethod
    def of(cls, standing: RuleStanding) -> RuleItem:
        """As the rooms have it."""
        rule, tally = standing.rule, standing.precision.tally
        return cls(
            rule_id=rule.rule_id,
            version=rule.version,
            title=rule.title,
            severity=rule.severity,
            state=standing.life.state,
            right=tally.right,
            wrong=tally.wrong,
        )


class RulePage(PageOf):
    """Rules by number."""

    items: tuple[RuleItem, ...]


class RuleAnswer(Record):
    """A rule whole, and everything that was done about it, oldest first."""

    item: RuleItem
    rule: Rule
    events: tuple[RuleEvent, ...]


class RuleDecisionWish(Record):
    """What is decided, by which office, why; `floor` of a 签批: the precision (0.0-1.0) below which it is demoted."""

    act: RuleAct
    office: Annotated[str, Field(min_length=1, max_length=100)]
    note: Annotated[str, Field(min_length=1, max_length=500)]
    floor: Annotated[float, Field(ge=0, le=1)] = 0.7


class OwnRuleWish(Record):
    """An own rule as `records.own_rules.OwnRule` reads it, without who made it and when."""

    title: Annotated[str, Field(min_length=1, max_length=100)]
    severity: Severity = Severity.MEDIUM
    groups: Annotated[
        tuple[Annotated[tuple[_Word, ...], Field(min_length=1, max_length=200)], ...], Field(min_length=1, max_length=4)
    ]
    within: Annotated[int | None, Field(ge=0, le=200)] = None
    unless: Annotated[tuple[_Word, ...], Field(max_length=200)] = ()
    denied_counts: bool = False
    conditions: OwnConditions = OwnConditions()
    basis: Annotated[tuple[Basis, ...], Field(min_length=1, max_length=20)]
    proof_needed: Annotated[str, Field(max_length=1000)] = ""
    note: Annotated[str, Field(max_length=1000)] = ""
    retired: bool = False

    def rule(self, rule_id: str, login: str, at: datetime) -> OwnRule:
        """As it is tried or kept; the store gives the version."""
        return OwnRule(rule_id=rule_id, version=1, made_by=login, made_at=at, **dict(self))


class OwnRulePage(PageOf):
    """Own rules; `free_id`: the first number not taken, "" when all are."""

    free_id: str
    items: tuple[OwnRule, ...]


class OwnRuleVersions(Record):
    """Every version of an own rule, newest first."""

    versions: tuple[OwnRule, ...]


class KeptRule(Record):
    """The rule as it is kept; `changed` False: it said the same already."""

    rule: OwnRule
    changed: bool


class TrialSampleItem(Record):
    """A finding of a trial, and the shop it was made in; telephone numbers masked."""

    shop_id: str
    shop_name: str
    finding: Finding


class TrialAnswer(Record):
    """What a trial looked at and found in one's region. `unread_regions`: shops a condition on regions could not be
    asked of."""

    shops: int
    listings: int
    unread_regions: int
    suspected_shops: int
    counts: dict[Verdict, int]
    samples: tuple[TrialSampleItem, ...]


_AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
_BASIS = Basis(
    instrument="《中华人民共和国广告法》",
    article="第九条第三项",
    text="（以官方文本为准）",
    in_force_from=date(2021, 4, 29),
)
_ITEM = RuleItem(
    rule_id="A01",
    version="1",
    title="绝对化用语",
    severity=Severity.MEDIUM,
    state=RuleState.LIVE,
    right=41,
    wrong=3,
)
RULE_PAGE = RulePage(total=1, items=(_ITEM,))
RULE_EVENT = RuleEvent(
    event_id="ruleevent_1",
    rule_id="A01",
    rule_version="1",
    act=RuleAct.SIGNED,
    actor="傅泽（fuze）",
    office="网监处",
    on=date(2026, 11, 20),
    note="经集体讨论施行",
    floor=0.7,
    at=_AT,
)
_OWN = OwnRule(
    rule_id="Z01",
    version=1,
    title="宣称治愈",
    groups=(("包治", "根治"),),
    basis=(_BASIS,),
    made_by="jiancha",
    made_at=_AT,
)
OWN_PAGE = OwnRulePage(total=1, free_id="Z02", items=(_OWN,))
OWN_VERSIONS = OwnRuleVersions(versions=(_OWN,))
KEPT = KeptRule(rule=_OWN, changed=True)
TRIAL = TrialAnswer(
    shops=120, listings=3_400, unread_regions=0, suspected_shops=2, counts={Verdict.SUSPECTED: 5}, samples=()
)
RULE_ANSWER = RuleAnswer(
    item=_ITEM,
    rule=Rule(
        rule_id="A01",
        version="1",
        title="绝对化用语",
        domain="广告",
        severity=Severity.MEDIUM,
        basis=(_BASIS,),
        proof_needed="网页原文与发布时间",
    ),
    events=(RULE_EVENT,),
)
