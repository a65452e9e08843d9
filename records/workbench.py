"""What the console asks of parts that are joined above it: comparing, proving, auditing, trying rules.

The rooms of the console know only `records/`; `wangjian/workbench.py` joins the parts and hands them in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from records.arranging import Arranging
from records.bench_standing import Standing
from records.capture_comparing import CaptureComparison
from records.disposals import RetentionDesk
from records.leads import Finding, Verdict
from records.own_rules import OwnRule
from records.rule_exchange import RuleExchange
from records.rule_life import RuleAct, RuleEvent
from records.statistics import MonitoringReport
from records.survey import Page
from records.system_state import StateSection
from records.watch_lists import WatchList

__all__ = ["ListAnswer", "OwnTrial", "PageProof", "RuleDecision", "Workbench"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageProof:
    """监测页面存证 as a file to be handed out; `position` counts from 1 in the evidence log."""

    content: bytes
    page: Page
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTrial:
    """What an own rule finds in everything stored. `unread_regions`: shops a condition on regions could not be asked
    of."""

    shops: int
    listings: int
    findings: tuple[Finding, ...]
    unread_regions: int

    def count(self, verdict: Verdict) -> int:
        """Findings of a verdict."""
        return sum(finding.verdict is verdict for finding in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDecision:
    """Who decides about a rule, of which office, why; `floor` of a 签批: the precision (0.0-1.0) below which the rule
    is demoted by itself."""

    by: str
    office: str
    note: str
    floor: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAnswer:
    """Who answers for a watch list: by which rule, for which reason of the list's own, under which article of its
    own."""

    rule_id: str
    reason: str
    article: str
    by: str


class Workbench(Protocol):
    """Joined once for a process; safe from several threads."""

    @property
    def arranging(self) -> Arranging:
        """Targets, schedules, campaigns and draws."""
        ...

    @property
    def rule_exchange(self) -> RuleExchange:
        """Watch lists and rule packs that come in and go out."""
        ...

    @property
    def standing(self) -> Standing:
        """How index, evidence store and keys stand; candidates."""
        ...

    @property
    def retention(self) -> RetentionDesk:
        """What is past its time, and its destruction by two persons."""
        ...

    @property
    def keep_days(self) -> int:
        """How long evidence is kept before anybody may ask for its destruction."""
        ...

    @property
    def probe_urls(self) -> tuple[str, ...]:
        """Known pages captured again and again."""
        ...

    @property
    def probe_hours(self) -> float:
        """How often."""
        ...

    def compare(self, first: str, second: str) -> tuple[CaptureComparison, tuple[str, ...]]:
        """Two captures (by id) held against each other, the older first, and the same in Chinese sentences.

        Raises:
            VerificationError: One does not verify; what it holds is not compared.
            NotFoundError, InvalidInputError: There is no package to compare.
        """
        ...

    def compared_picture(self, first: str, second: str) -> bytes:
        """Both full-page pictures side by side (PNG), differences framed. Raises as `compare`, InvalidInputError also
        when one has no picture."""
        ...

    def page_named(self, named: str) -> Page:
        """A surveyed page by its id, or the newest of an address. Raises NotFoundError."""
        ...

    def prove_page(self, page: Page, *, operator: str, reason: str, origin: str) -> PageProof:
        """The page as a package that anybody can check; written into the custody chain.

        Raises:
            NotFoundError: It has no place in the archive.
            IntegrityError: What lies there is not what was logged.
        """
        ...

    def begin_audit(self, tell: Callable[[str], None]) -> bool:
        """Look at a sample of all evidence in the background and tell in one sentence what came of it; False when a
        look is under way already."""
        ...

    def auditing_since(self) -> datetime | None:
        """When the look under way began; None: none is."""
        ...

    def system_state(self) -> tuple[StateSection, ...]:
        """How storage, clocks, keys and backups stand now. Raises nothing: what cannot be asked says so."""
        ...

    def begin_check(self, tell: Callable[[str], None]) -> bool:
        """Check the whole register in the background, bring what offices are to correct up to it, and tell in one
        sentence what came of it; False when a check is under way already."""
        ...

    def checking_since(self) -> datetime | None:
        """When the check under way began; None: none is."""
        ...

    def decide_rule(self, rule_id: str, act: RuleAct, decision: RuleDecision) -> RuleEvent:
        """签批、停用 or 降级 of a rule in its present version, written into the bureau's record.

        Raises:
            NotFoundError: No such rule.
            InvalidInputError: 签批 of a rule whose examples do not come out as written.
        """
        ...

    def try_rule(self, own: OwnRule) -> OwnTrial:
        """Judge everything stored by one own rule; nothing is kept.

        Raises:
            InvalidInputError: It cannot be made ready; the words are named.
            ConflictError: Another trial is under way.
        """
        ...

    def keep_rule(self, own: OwnRule, *, expected_version: int | None = None) -> tuple[OwnRule, bool]:
        """Keep it as the next version of its id; the one that says the same already stays, and then False. With
        `expected_version` it follows that one (0: there must be none) or none.

        Raises:
            ConflictError: Somebody kept another version since.
            InvalidInputError: It cannot be made ready; the words are named.
        """
        ...

    def make_report(self, period: str, *, region: str, made_by: str) -> MonitoringReport:
        """A monitoring report of a week or month, not yet kept. Raises InvalidInputError, AwayError."""
        ...

    def print_report(self, report: MonitoringReport, kind: str) -> bytes:
        """A kept report as `pdf` or `docx`. Raises IntegrityError, AwayError."""
        ...

    def confirm_list(self, list_id: str, answer: ListAnswer) -> WatchList:
        """What the list meets becomes findings from the next judging on. Raises NotFoundError, InvalidInputError."""
        ...
