"""What the flow found on the sample market, held against what was planted there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin

from records.leads import Finding, Verdict
from records.market import Listing, Price, PriceRole, Shop
from records.ports import Services
from records.register import MatchDecision
from wangjian.sample.market import Market
from wangjian.sample.truth import ListingTruth, MarketTruth, ShopTruth

__all__ = ["RuleScore", "Score", "score_against_truth"]

_LEAST_RECALL = 0.9
_MOST_FALSE_ALARMS = 0.05


@dataclass(slots=True)
class RuleScore:
    """Of one rule: planted violations and how many were suspected, planted innocents and how many were suspected too,
    and suspicions where nothing was planted."""

    planted: int = 0
    found: int = 0
    innocents: int = 0
    false_alarms: int = 0
    elsewhere: int = 0


@dataclass(slots=True)
class Score:
    """How the flow did. Rates are 0.0-1.0; `wrong` lists what does not agree with the truth, in Chinese."""

    shops_expected: int
    listings_expected: int
    shops_found: int = 0
    listings_found: int = 0
    prices_right: int = 0
    matches_right: int = 0
    matches_expected: Counter[str] = field(default_factory=Counter)
    by_rule: dict[str, RuleScore] = field(default_factory=lambda: defaultdict(RuleScore))
    wrong: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Share of planted violations that were suspected."""
        planted = sum(rule.planted for rule in self.by_rule.values())
        return sum(rule.found for rule in self.by_rule.values()) / planted if planted else 1.0

    @property
    def false_alarm_rate(self) -> float:
        """Share of planted innocents that were suspected."""
        innocents = sum(rule.innocents for rule in self.by_rule.values())
        return sum(rule.false_alarms for rule in self.by_rule.values()) / innocents if innocents else 0.0

    @property
    def holds(self) -> bool:
        """Everything was found, each seller told rightly, and the rules keep their promise."""
        whole = (self.shops_found, self.listings_found) == (self.shops_expected, self.listings_expected)
        return (
            whole
            and self.matches_right == self.shops_expected
            and self.recall >= _LEAST_RECALL
            and self.false_alarm_rate <= _MOST_FALSE_ALARMS
        )

    def as_document(self) -> dict[str, object]:
        """For the demo's JSON."""
        return {
            "holds": self.holds,
            "shops_expected": self.shops_expected,
            "shops_found": self.shops_found,
            "listings_expected": self.listings_expected,
            "listings_found": self.listings_found,
            "prices_right": self.prices_right,
            "matches_expected": dict(sorted(self.matches_expected.items())),
            "matches_right": self.matches_right,
            "recall": round(self.recall, 4),
            "false_alarm_rate": round(self.false_alarm_rate, 4),
            "rules": {
                rule: {
                    "planted": score.planted,
                    "found": score.found,
                    "innocents": score.innocents,
                    "false_alarms": score.false_alarms,
                    "elsewhere": score.elsewhere,
                }
                for rule, score in sorted(self.by_rule.items())
            },
            "wrong": self.wrong,
        }


def score_against_truth(market: Market, origins: Mapping[str, str], services: Services) -> Score:
    """Compare the records with the market's truth; `origins` tells at which addresses it was served."""
    truth = market.truth()
    score = Score(shops_expected=len(truth.shops), listings_expected=len(truth.listings))
    shops = _shops_by_key(truth, origins, services.survey.shops())
    listings = _listings_by_key(truth, origins, services.survey.listings())
    score.shops_found = len(shops)
    score.listings_found = len(listings)
    suspected = _suspected(services)
    for shop_truth in truth.shops:
        shop = shops.get(shop_truth.key)
        if shop is None:
            score.wrong.append(f"未发现店铺：{shop_truth.name}（{shop_truth.key}）")
        else:
            _score_match(score, shop_truth, shop, services)
        found = suspected.get((shop.shop_id, ""), set()) if shop else set()
        _score_rules(score, shop_truth, found, grey=set(shop_truth.grey))
    for listing_truth in truth.listings:
        listing = listings.get(listing_truth.key)
        if listing is None:
            score.wrong.append(f"未发现商品：{listing_truth.title}（{listing_truth.key}）")
        elif _price_is_right(listing, listing_truth):
            score.prices_right += 1
        else:
            score.wrong.append(f"价格不符：{listing_truth.key} 应为 {listing_truth.price_fen} 分")
        found = suspected.get((listing.shop_id, listing.listing_id), set()) if listing else set()
        _score_rules(score, listing_truth, found, grey=set())
    return score


def _shops_by_key(truth: MarketTruth, origins: Mapping[str, str], shops: Iterable[Shop]) -> dict[str, Shop]:
    by_url = {_plain(shop.url): shop for shop in shops}
    found = {one.key: by_url.get(_plain(urljoin(origins[one.origin], one.path))) for one in truth.shops}
    return {key: shop for key, shop in found.items() if shop is not None}


def _listings_by_key(truth: MarketTruth, origins: Mapping[str, str], listings: Iterable[Listing]) -> dict[str, Listing]:
    by_url = {_plain(listing.url): listing for listing in listings}
    found = {one.key: by_url.get(_plain(urljoin(origins[one.origin], one.path))) for one in truth.listings}
    return {key: listing for key, listing in found.items() if listing is not None}


def _plain(url: str) -> str:
    return url.rstrip("/")


def _suspected(services: Services) -> dict[tuple[str, str], set[str]]:
    """Rules suspected, by shop and listing; the findings of both the shop's page and its texts have no listing."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    finding: Finding
    for finding in services.leads.findings():
        if finding.verdict is Verdict.SUSPECTED:
            found[finding.shop_id, finding.listing_id].add(finding.rule_id)
    return found


def _score_rules(score: Score, truth: ShopTruth | ListingTruth, found: set[str], *, grey: set[str]) -> None:
    violations = set(truth.violations)
    innocents = set(truth.innocents) - violations
    for rule in violations:
        score.by_rule[rule].planted += 1
        score.by_rule[rule].found += rule in found
        if rule not in found:
            score.wrong.append(f"漏检 {rule}：{truth.key} {_words(truth, rule)}")
    for rule in innocents:
        score.by_rule[rule].innocents += 1
        score.by_rule[rule].false_alarms += rule in found
        if rule in found:
            score.wrong.append(f"误报 {rule}：{truth.key} {_words(truth, rule)}")
    for rule in found - violations - innocents - grey:
        score.by_rule[rule].elsewhere += 1
        score.wrong.append(f"未植入而报 {rule}：{truth.key}")


def _words(truth: ShopTruth | ListingTruth, rule: str) -> str:
    return "；".join(plant.text[:60] for plant in truth.planted if plant.rule == rule)


def _score_match(score: Score, truth: ShopTruth, shop: Shop, services: Services) -> None:
    score.matches_expected[truth.decision] += 1
    match = services.survey.match_of(shop.shop_id)
    decided = match.decision.value if match else ""
    right_entity = match is None or match.decision is not MatchDecision.MATCH or match.entity_code == truth.entity_code
    if decided in (truth.decision, *truth.tolerated) and right_entity:
        score.matches_right += 1
    else:
        named = match.entity_code if match else ""
        expected = f"{truth.decision} {truth.entity_code}".strip()
        score.wrong.append(
            f"比对不符：{truth.key}（{truth.seller_case}）应为 {expected}，得到 {decided} {named}".rstrip()
        )


def _price_is_right(listing: Listing, truth: ListingTruth) -> bool:
    amounts: dict[PriceRole, Price] = {}
    for price in listing.prices:
        amounts.setdefault(price.role, price)
    now = amounts.get(PriceRole.NOW) or amounts.get(PriceRole.FROM)
    struck = amounts.get(PriceRole.STRUCK)
    return (
        now is not None
        and now.amount_fen == truth.price_fen
        and (struck is None or struck.amount_fen == truth.struck_fen)
    )
