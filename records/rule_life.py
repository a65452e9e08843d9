"""A rule's life: who answers for it (签批), whether it is at work, and how often officers agree with it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Protocol

from records.base import Record, UtcDatetime

__all__ = ["RuleAct", "RuleArticle", "RuleEvent", "RuleLedger", "RuleState", "RuleTally"]


class RuleState(StrEnum):
    """live 施行; trial 试行 (this version not signed: 提示 only); suspended 停用 (silent); demoted 降级 (提示 only)."""

    LIVE = "live"
    TRIAL = "trial"
    SUSPENDED = "suspended"
    DEMOTED = "demoted"


class RuleAct(StrEnum):
    """What may be done about a rule."""

    SIGNED = "签批"
    SUSPENDED = "停用"
    DEMOTED = "降级"


class RuleArticle(Record):
    """An article the signer saw, and whether its text had been checked against the official one (else 待核)."""

    instrument: str
    article: str
    verified: bool


class RuleTally(Record):
    """What officers decided of the leads one version of a rule made. `right`: 行政指导, 责令改正, 立案; `wrong`: 排除
    for a reason the rule has to answer for."""

    right: int = 0
    wrong: int = 0

    @property
    def decided(self) -> int:
        """How many decisions it rests on."""
        return self.right + self.wrong


class RuleEvent(Record):
    """One act about a rule; appended, never edited.

    Attributes:
        articles: Of a 签批, what it covers.
        floor: Of a 签批, the precision below which the rule is demoted by itself (0.0-1.0).
        on: The day in Asia/Shanghai it was done; `at` is when it was written down.
        tally, low, high: Of a 降级 by itself, the figures: counts and the 95 % interval of the precision.
    """

    event_id: str
    rule_id: str
    rule_version: str
    act: RuleAct
    actor: str
    office: str = ""
    on: date
    note: str = ""
    articles: tuple[RuleArticle, ...] = ()
    floor: float = 0.0
    tally: RuleTally | None = None
    low: float | None = None
    high: float | None = None
    at: UtcDatetime


class RuleLedger(Protocol):
    """The bureau's own record of its rules' lives. What is appended is on the disk before the call returns."""

    def append_rule_event(self, event: RuleEvent) -> bool:
        """Write it down; False, and nothing changes, when an event of that id is there."""
        ...

    def rule_events(self, rule_id: str = "") -> tuple[RuleEvent, ...]:
        """In the order they were written; of one rule when it is named."""
        ...
