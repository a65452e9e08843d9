"""Stage 5: findings of one rule against one shop become one lead, again and again the same one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from leads.catalogue import load_rules
from leads.divisions import Divisions
from leads.jurisdiction import suggest
from leads.priority import priority_of
from records.base import stable_id
from records.leads import Finding, Lead, Rule, RuleHit, Severity, Verdict
from records.market import Category, Listing, Shop
from records.register import Match, MatchDecision
from records.subjects import SubjectHistory

__all__ = ["HistoryOf", "LeadMaker", "build_lead"]

HistoryOf = Callable[[Shop, Match | None, str], SubjectHistory]
"""What is known of who runs a shop, but for the lead of that rule itself."""

_URLS_KEPT = 50
_WORDS_SHOWN = 6


def build_lead(
    findings: Sequence[Finding],
    shop: Shop,
    match: Match | None,
    *,
    existing: Lead | None,
    now: datetime,
    listings: Sequence[Listing] = (),
) -> Lead | None:
    """The lead these findings make, or None when none of them is suspected.

    The same findings give the same lead. With `existing`, its state, assignee, due day and version stay, and its
    findings are kept beside the new ones: officers' work is never undone by a new survey.

    Args:
        findings: Of one rule and one shop, of any verdict.
        listings: Those the findings are about, for product classes and sales; may be left out.

    Raises:
        ValueError: Findings of several rules or shops.
    """
    return LeadMaker().build(findings, shop, match, existing=existing, now=now, listings=listings)


class LeadMaker:
    """Builds many leads with one reading of rules and divisions.

    Args:
        leading: Rules whose findings make new leads; None: all. Leads that are there go on by any rule.
        history_of: What became of the subject's leads before, for the priority.
    """

    def __init__(
        self,
        rules: Sequence[Rule] | None = None,
        divisions: Divisions | None = None,
        *,
        leading: Collection[str] | None = None,
        history_of: HistoryOf | None = None,
    ) -> None:
        self._rules = {rule.rule_id: rule for rule in (load_rules() if rules is None else rules)}
        self._divisions = divisions or Divisions.load()
        self._leading = leading
        self._history_of = history_of

    def build(
        self,
        findings: Sequence[Finding],
        shop: Shop,
        match: Match | None,
        *,
        existing: Lead | None,
        now: datetime,
        listings: Sequence[Listing] = (),
    ) -> Lead | None:
        """As `build_lead`; None also where the rule makes no leads and none is there."""
        suspected = sorted(
            (finding for finding in findings if finding.verdict is Verdict.SUSPECTED), key=lambda one: one.finding_id
        )
        if not suspected:
            return existing
        if existing is None and self._leading is not None and suspected[0].rule_id not in self._leading:
            return None
        if len({(finding.rule_id, finding.shop_id) for finding in suspected}) != 1:
            raise ValueError("findings of one rule and one shop make a lead")
        built = self._new(suspected, shop, match, now=now, listings=_concerned(suspected, listings))
        return _continued(existing, built) if existing else built

    def _new(
        self,
        suspected: Sequence[Finding],
        shop: Shop,
        match: Match | None,
        *,
        now: datetime,
        listings: Sequence[Listing],
    ) -> Lead:
        rule_id = suspected[0].rule_id
        rule = self._rules.get(rule_id)
        title = rule.title if rule else rule_id
        history = self._history_of(shop, match, rule_id) if self._history_of else None
        score, reasons = priority_of(suspected, shop, match, listings=listings, history=history)
        offices = suggest(shop, match, rule_id=rule_id, divisions=self._divisions)
        sure = match is not None and match.decision is MatchDecision.MATCH
        return Lead(
            lead_id=stable_id("lead", shop.shop_id, rule_id),
            rule_id=rule_id,
            rule_title=title,
            severity=min((finding.severity for finding in suspected), key=list(Severity).index),
            shop_id=shop.shop_id,
            shop_name=shop.name,
            entity_code=match.entity_code if match and sure else "",
            entity_name=match.entity_name if match and sure else "",
            title=f"{shop.name or shop.url} 涉嫌{title}",
            summary=_summary(suspected),
            categories=_categories(listings),
            finding_ids=tuple(finding.finding_id for finding in suspected),
            urls=tuple(dict.fromkeys(finding.url for finding in suspected))[:_URLS_KEPT],
            priority_score=score,
            priority_reasons=reasons,
            jurisdictions=offices,
            rule_version=max(suspected, key=lambda one: one.found_at).rule_version,
            region_code=offices[0].region_code,
            first_seen_at=min((finding.found_at for finding in suspected), default=now),
            last_seen_at=max((finding.found_at for finding in suspected), default=now),
        )


def _continued(existing: Lead, built: Lead) -> Lead:
    """What is new of `built`, what officers did of `existing`."""
    return built.model_copy(
        update={
            "finding_ids": tuple(dict.fromkeys((*existing.finding_ids, *built.finding_ids))),
            "urls": tuple(dict.fromkeys((*existing.urls, *built.urls)))[:_URLS_KEPT],
            "categories": built.categories or existing.categories,
            "state": existing.state,
            "assignee": existing.assignee,
            "due_on": existing.due_on,
            "office": existing.office,
            "step_due_on": existing.step_due_on,
            "extended": existing.extended,
            "stopped_on": existing.stopped_on,
            "rule_hit": existing.rule_hit,
            "decided_at": existing.decided_at,
            "rule_version": built.rule_version if existing.rule_hit is RuleHit.OPEN else existing.rule_version,
            "first_seen_at": min(existing.first_seen_at, built.first_seen_at),
            "last_seen_at": max(existing.last_seen_at, built.last_seen_at),
            "version": existing.version,
        }
    )


def _concerned(suspected: Sequence[Finding], listings: Sequence[Listing]) -> list[Listing]:
    about = {finding.listing_id for finding in suspected if finding.listing_id}
    return [listing for listing in listings if listing.listing_id in about]


def _categories(listings: Sequence[Listing]) -> tuple[Category, ...]:
    found = {listing.category for listing in listings}
    return tuple(category for category in Category if category in found)


def _summary(suspected: Sequence[Finding]) -> str:
    words = list(dict.fromkeys(span.text for finding in suspected for span in finding.spans))
    if not words:
        return "；".join(dict.fromkeys(finding.explanation for finding in suspected))[:300]
    shown = "、".join(f"“{word}”" for word in words[:_WORDS_SHOWN])
    more = f"等 {len(words)} 种用语" if len(words) > _WORDS_SHOWN else ""
    return f"{len(suspected)} 处命中：{shown}{more}"
