"""Whether a rule is at work (施行、试行、停用、降级), by the acts about it, and how often officers agree with it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from leads.clocks import day_in_china
from leads.release_rules import SIGNED_AS, SIGNED_ON
from leads.versions import in_force
from records.base import stable_id
from records.claims import SYSTEM_ACTOR
from records.leads import Basis, Rule
from records.rule_life import RuleAct, RuleArticle, RuleEvent, RuleState, RuleTally

__all__ = [
    "LEAST_DECISIONS",
    "PRECISION_FLOOR",
    "RELEASE_OFFICE",
    "STATE_WORDS",
    "Precision",
    "RuleLife",
    "demotion",
    "life_of",
    "precision_of",
    "rule_event",
    "named_unverified",
    "unverified",
]

PRECISION_FLOOR = 0.70
"""The precision below which a rule is demoted, unless its signer set another."""
LEAST_DECISIONS = 20
"""Fewer decisions demote nothing."""
RELEASE_OFFICE = "随版本自查，不代替本单位法制审核"
STATE_WORDS = {
    RuleState.LIVE: "施行",
    RuleState.TRIAL: "试行（本版本未签批，只作提示）",
    RuleState.SUSPENDED: "停用",
    RuleState.DEMOTED: "降级（只作提示）",
}
_Z95 = 1.959964


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """Right among decided, with its 95 % interval (Wilson); all None without decisions."""

    tally: RuleTally
    value: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def sentence(self) -> str:
        """In words, with the figures it rests on."""
        if self.value is None or self.low is None or self.high is None:
            return "尚无处置结果"
        return (
            f"精确率 {self.value:.0%}（95% 区间 {self.low:.0%}–{self.high:.0%}，"
            f"采纳 {self.tally.right}，排除 {self.tally.wrong}）"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLife:
    """How a rule stands: the act that made it so, and the 签批 of this version it rests on, when there is one."""

    state: RuleState
    last: RuleEvent | None = None
    signed: RuleEvent | None = None

    @property
    def floor(self) -> float:
        """The floor its signer set."""
        return (self.signed.floor if self.signed else 0.0) or PRECISION_FLOOR

    @property
    def counts_since(self) -> datetime | None:
        """Decisions before this moment were known to the signer; None: all count (the release's own record)."""
        return self.signed.at if self.signed and self.signed.office != RELEASE_OFFICE else None


def life_of(rule: Rule, events: Iterable[RuleEvent]) -> RuleLife:
    """How a rule stands after the acts about it, oldest first; the release's own record goes before them all.

    A 签批 and a 降级 hold for the version they name; a 停用 holds, for later versions too, until the next 签批.
    """
    life = RuleLife(state=RuleState.TRIAL)
    for event in (*_of_release(rule), *events):
        this = event.rule_version == rule.version
        if event.act is RuleAct.SIGNED and this:
            life = RuleLife(state=RuleState.LIVE, last=event, signed=event)
        elif event.act is RuleAct.SUSPENDED:
            life = RuleLife(state=RuleState.SUSPENDED, last=event, signed=life.signed)
        elif event.act is RuleAct.DEMOTED and this and life.state is not RuleState.SUSPENDED:
            life = RuleLife(state=RuleState.DEMOTED, last=event, signed=life.signed)
    return life


def precision_of(tally: RuleTally) -> Precision:
    """The share of right among decided with its Wilson interval.

    >>> found = precision_of(RuleTally(right=12, wrong=18))
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2)
    (0.4, 0.25, 0.58)
    """
    count = tally.decided
    if not count:
        return Precision(tally=tally)
    share, z2 = tally.right / count, _Z95**2
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = _Z95 * math.sqrt(share * (1 - share) / count + z2 / (4 * count**2)) / (1 + z2 / count)
    return Precision(tally=tally, value=share, low=max(0.0, middle - half), high=min(1.0, middle + half))


def demotion(rule: Rule, life: RuleLife, tally: RuleTally, *, now: datetime) -> RuleEvent | None:
    """The 降级 that is due: a live rule with enough decisions whose whole interval lies under its floor. The same
    figures of the same 签批 give the same event."""
    found = precision_of(tally)
    if life.state is not RuleState.LIVE or tally.decided < LEAST_DECISIONS:
        return None
    if found.high is None or found.high >= life.floor:
        return None
    signed = life.signed.event_id if life.signed else ""
    return RuleEvent(
        event_id=stable_id("rule", rule.rule_id, rule.version, RuleAct.DEMOTED, signed),
        rule_id=rule.rule_id,
        rule_version=rule.version,
        act=RuleAct.DEMOTED,
        actor=SYSTEM_ACTOR,
        on=day_in_china(now),
        note=f"{found.sentence}，区间上限低于下限 {life.floor:.0%}，自动降级为提示",
        tally=tally,
        low=found.low,
        high=found.high,
        at=now,
    )


def rule_event(rule: Rule, act: RuleAct, *, by: tuple[str, str], note: str, floor: float, now: datetime) -> RuleEvent:
    """What a person does about a rule in its present version. `by` is who and of which office."""
    actor, office = by
    return RuleEvent(
        event_id=stable_id("rule", rule.rule_id, rule.version, act, actor, now.isoformat()),
        rule_id=rule.rule_id,
        rule_version=rule.version,
        act=act,
        actor=actor,
        office=office,
        on=day_in_china(now),
        note=note,
        articles=_articles(rule, day_in_china(now)),
        floor=floor,
        at=now,
    )


def unverified(rule: Rule, *, on: date) -> tuple[Basis, ...]:
    """Articles in force that day whose text nobody has checked (待核): papers naming them must not go out yet."""
    return tuple(one for one in in_force((*rule.basis, *rule.penalty), on=on) if not one.verified)


def named_unverified(articles: Iterable[Basis]) -> tuple[str, ...]:
    """Those nobody has compared with the official text, as they are shown: each once, marked 待核."""
    return tuple(
        dict.fromkeys(
            f"{one.instrument}{one.article}{'' if '待核' in one.article else '（待核）'}"
            for one in articles
            if not one.verified
        )
    )


def _of_release(rule: Rule) -> Sequence[RuleEvent]:
    """The release's own record: these versions, every example run, 待核 articles left as 待核."""
    if SIGNED_AS.get(rule.rule_id) != rule.version:
        return ()
    return (
        RuleEvent(
            event_id=stable_id("rule", rule.rule_id, rule.version, "release"),
            rule_id=rule.rule_id,
            rule_version=rule.version,
            act=RuleAct.SIGNED,
            actor="网鉴",
            office=RELEASE_OFFICE,
            on=day_in_china(SIGNED_ON),
            note="全部正反例通过；条款、施行日期与出处已列明；标“待核”的条款未经与官方文本核对，仍为待核",
            articles=_articles(rule, day_in_china(SIGNED_ON)),
            floor=PRECISION_FLOOR,
            at=SIGNED_ON,
        ),
    )


def _articles(rule: Rule, on: date) -> tuple[RuleArticle, ...]:
    return tuple(
        RuleArticle(instrument=one.instrument, article=one.article, verified=one.verified)
        for one in in_force(rule.basis, on=on)
    )
