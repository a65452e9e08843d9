"""Which comparison a rule makes, and its answers as findings that name the visits they rest on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from leads.clocks import day_in_china
from leads.over_time.answers import Answer
from leads.over_time.closings import ended_unannounced
from leads.over_time.discounts import false_discount
from leads.over_time.draws import changed_draw
from leads.over_time.invented import invented_trade
from leads.over_time.list_prices import cheaper_in_the_list
from leads.over_time.petty_trade import more_than_petty
from leads.over_time.platform_rules import changed_at_short_notice
from leads.over_time.reviews import vanished_reviews
from leads.over_time.scarcity import few_left_forever
from leads.versions import in_force
from records.base import stable_id
from records.leads import Finding, Rule
from records.market import Source
from records.over_time import History

__all__ = ["COMPARISONS", "Subject", "assess_history", "judge_history"]

COMPARISONS: Mapping[str, Callable[[History], Answer | None]] = {
    "C01": invented_trade,
    "C07": changed_draw,
    "C08": false_discount,
    "C09": cheaper_in_the_list,
    "C17": vanished_reviews,
    "C18": few_left_forever,
    "N04": more_than_petty,
    "N07": ended_unannounced,
    "N11": changed_at_short_notice,
}
"""By rule; a rule may also be heard in words or tried in the browser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whose history it is; `source` names its own page where the visits compared are of others as well."""

    shop_id: str
    listing_id: str = ""
    source: Source | None = None


def judge_history(rule_id: str, history: History) -> Answer | None:
    """What one rule says of a history; None when it has nothing to say, or compares nothing."""
    compare = COMPARISONS.get(rule_id)
    return None if compare is None else compare(history)


def assess_history(
    rules: Mapping[str, Rule], subject: Subject, history: History, *, now: datetime
) -> tuple[Finding, ...]:
    """A finding for each of these rules that has something to say, by rule id. Rules without a comparison are silent;
    so is one none of whose articles was in force on the day of the newest visit."""
    found = []
    for rule_id in sorted(rules.keys() & COMPARISONS.keys()):
        answer = judge_history(rule_id, history)
        if answer is not None and in_force(
            rules[rule_id].basis, on=day_in_china((subject.source or answer.visits[-1]).seen_at)
        ):
            found.append(_finding(rules[rule_id], subject, answer, now))
    return tuple(found)


def _finding(rule: Rule, subject: Subject, answer: Answer, now: datetime) -> Finding:
    newest = subject.source or answer.visits[-1]
    conduct_on = day_in_china(newest.seen_at)
    return Finding(
        finding_id=stable_id(
            "finding", rule.rule_id, answer.verdict, subject.listing_id or subject.shop_id, answer.exemption or "",
            *(visit.page_id for visit in answer.visits), answer.quoted,
        ),
        rule_id=rule.rule_id,
        rule_version=rule.version,
        verdict=answer.verdict,
        severity=rule.severity,
        shop_id=subject.shop_id,
        listing_id=subject.listing_id,
        url=newest.url,
        page_id=newest.page_id,
        page_sha256=newest.page_sha256,
        text=answer.quoted,
        place="history",
        exemption=answer.exemption,
        explanation=answer.explanation,
        proof_needed=rule.proof_needed,
        basis=in_force(rule.basis, on=conduct_on),
        visits=answer.visits,
        conduct_on=conduct_on,
        found_at=now,
    )  # fmt: skip
