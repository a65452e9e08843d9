"""Own rules made into what the judge understands, and the conditions beside their words.

An own rule hears and weighs exactly as a built-in one: disguised words, denial and quotation, exact places. Its
articles are 待核, and it makes leads only once it is signed (`leads/rule_life.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations

from leads.normalising import Normaliser
from leads.signals import REACH, Cue, Guard, LeadRule, Scope, Signal
from records.errors import InvalidInputError
from records.leads import Exemption, Finding
from records.market import Listing, PriceRole, Shop, Speaker
from records.own_rules import OwnConditions, OwnRule
from records.register import Match, MatchDecision

__all__ = ["OwnLeadRule", "fitting", "lead_rule_of", "lead_rules_of", "region_of"]

_UNLESS = "自设除外用语"
_CLASS = "自定用语"
_CODE = re.compile(r"^(?:[1-9A-Y][1-9A-Z](\d{6})[0-9A-Z]{10}|(\d{6})\d{9})$")
_ADVERTISERS = (Speaker.MERCHANT, Speaker.LABEL)


class OwnLeadRule(LeadRule):
    """An own rule as the judge sees it; `conditions` are asked by `fitting`."""

    conditions: OwnConditions


def lead_rule_of(own: OwnRule, normaliser: Normaliser | None = None) -> OwnLeadRule:
    """The rule with its signal.

    Raises:
        InvalidInputError: A group without a word, or a word too short to mean anything.
    """
    folding = normaliser or Normaliser()
    groups = [_folded(own, group, folding) for group in own.groups]
    cue = Cue(cue_class=_CLASS, words=groups[0], of_goods=False)
    if len(groups) > 1 and own.within is not None:
        cue = cue.model_copy(update={"pattern": _stretch(own, groups), "denied_within": True})
    elif len(groups) > 1:
        near = "".join(f"(?=[\\s\\S]*(?:{_any(group)}))" for group in groups[1:])
        cue = cue.model_copy(update={"near": near, "near_scope": Scope.TEXT})
    guards: list[Guard] = []
    if own.unless:
        guards.append(Guard(exemption_id=_UNLESS, pattern=_any(_folded(own, own.unless, folding))))
    return OwnLeadRule(
        rule_id=own.rule_id,
        version=str(own.version),
        title=own.title,
        domain="自定规则",
        severity=own.severity,
        basis=own.basis,
        exemptions=(Exemption(exemption_id=_UNLESS, title="规则所列除外用语"),) if own.unless else (),
        proof_needed=own.proof_needed,
        signal=Signal(
            cues=(cue,),
            guards=tuple(guards),
            negatable=not own.denied_counts,
            heeds=tuple(one for one in own.conditions.speakers if one not in _ADVERTISERS),
        ),
        conditions=own.conditions,
    )


def lead_rules_of(owns: Iterable[OwnRule]) -> tuple[OwnLeadRule, ...]:
    """As `lead_rule_of`, of many; the tables of characters are read once, and not at all for none."""
    kept = tuple(owns)
    normaliser = Normaliser() if kept else None
    return tuple(lead_rule_of(own, normaliser) for own in kept)


def fitting(
    findings: Iterable[Finding],
    rules: Mapping[str, LeadRule],
    *,
    shop: Shop,
    match: Match | None,
    listings: Sequence[Listing],
) -> list[Finding]:
    """Findings without those of own rules whose conditions do not hold where they were made."""
    by_id, region = {listing.listing_id: listing for listing in listings}, region_of(shop, match)

    def fits(finding: Finding) -> bool:
        rule = rules.get(finding.rule_id)
        return not isinstance(rule, OwnLeadRule) or _holds(
            rule.conditions, finding, by_id.get(finding.listing_id), region
        )

    return [finding for finding in findings if fits(finding)]


def region_of(shop: Shop, match: Match | None) -> str:
    """The division (GB/T 2260) in the code of who runs the shop, or in the one it shows; empty when neither tells."""
    sure = match is not None and match.decision is MatchDecision.MATCH
    for code in (match.entity_code if match and sure else "", shop.disclosure.licence_no or ""):
        if found := _CODE.match(code.strip().upper()):
            return found[1] or found[2]
    return ""


def _holds(asked: OwnConditions, finding: Finding, listing: Listing | None, region: str) -> bool:
    if finding.speaker not in asked.speakers or (asked.about_listing and listing is None):
        return False
    if asked.regions and not (region and region.startswith(asked.regions)):
        return False
    if listing is None:
        return True
    in_yuan = (one for one in listing.prices if one.role is PriceRole.NOW and one.currency == "CNY")
    price = next((one.amount_fen for one in in_yuan), None)
    return (
        (not asked.categories or listing.category in asked.categories)
        and _between(price, asked.price_least_fen, asked.price_most_fen)
        and _between(listing.sales_count, asked.sales_least, asked.sales_most)
    )


def _between(value: int | None, least: int | None, most: int | None) -> bool:
    if least is None and most is None:
        return True
    return value is not None and (least is None or value >= least) and (most is None or value <= most)


def _folded(own: OwnRule, words: Sequence[str], normaliser: Normaliser) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(normaliser.normalise(word.strip()).text for word in words if word.strip()))
    if not found:
        raise InvalidInputError(f"规则 {own.rule_id} 有一组没有词", cure="每组至少写一个词")
    short = next((word for word in found if sum(sign.isalnum() for sign in word) < 2), None)
    if short is not None:
        raise InvalidInputError(f"规则 {own.rule_id} 的词“{short}”太短，会在几乎每一页命中", cure="每个词至少 2 个字")
    return found


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _stretch(own: OwnRule, groups: Sequence[Sequence[str]]) -> str:
    """Words of all groups, in any order, with at most `within` characters between two."""
    within = own.within or 0
    longest = sum(within + max(map(len, group)) for group in groups[1:])
    if longest > REACH:
        raise InvalidInputError(
            f"规则 {own.rule_id} 各组词相隔可达 {longest} 字，超过一处命中所看的 {REACH} 字",
            cure="减小间隔，或不限间隔（同段出现即可）",
        )
    gap = f"[\\s\\S]{{0,{within}}}?"
    return "|".join(gap.join(f"(?:{_any(group)})" for group in order) for order in permutations(groups))
