"""How soon a lead should be looked at, 0 to 1, and why, in Chinese."""

from __future__ import annotations

import math
from collections.abc import Sequence

from records.leads import Finding, Severity
from records.market import Listing, Shop
from records.register import LicenceProblem, Match, MatchDecision
from records.subjects import Credit, SubjectHistory

__all__ = ["priority_of"]

_SEVERITY = {
    Severity.HIGH: (0.5, "违法情形属高级别"),
    Severity.MEDIUM: (0.3, "违法情形属中级别"),
    Severity.LOW: (0.15, "违法情形属低级别"),
}
_GRAVE = {
    LicenceProblem.CANCELLED: "登记主体已注销",
    LicenceProblem.REVOKED: "登记主体已吊销",
    LicenceProblem.ANNULLED: "登记主体的登记已撤销",
    LicenceProblem.ORDERED_CLOSED: "登记主体已责令关闭",
    LicenceProblem.BORROWED: "执照疑似被套用",
    LicenceProblem.SERIOUSLY_ILLEGAL: "主体列入严重违法失信名单",
    LicenceProblem.ABNORMAL: "主体列入经营异常名录",
}
_CREDIT = {
    Credit.A: (-0.05, "信用风险 A 类（低），依法从缓"),
    Credit.B: (0.0, ""),
    Credit.C: (0.04, "信用风险 C 类（较高）"),
    Credit.D: (0.08, "信用风险 D 类（高）"),
}


def priority_of(
    findings: Sequence[Finding],
    shop: Shop,
    match: Match | None,
    *,
    listings: Sequence[Listing] = (),
    history: SubjectHistory | None = None,
) -> tuple[float, tuple[str, ...]]:
    """The score and its reasons, in the order of their weight here.

    Args:
        findings: The suspected findings of one rule and one shop; at least one.
        listings: The listings they were found on, for sales; those not given count for nothing.
        history: What became of the subject's other leads, and its credit class.
    """
    worst = min((finding.severity for finding in findings), key=list(Severity).index)
    score, reason = _SEVERITY[worst]
    parts = [(score, reason), _certainty(findings), _spread(findings), _sales(listings), *_subject(match)]
    parts += _before(history) if history else []
    total = sum(weight for weight, _ in parts)
    return round(min(1.0, max(0.0, total)), 3), tuple(said for weight, said in parts if weight)


def _before(history: SubjectHistory) -> list[tuple[float, str]]:
    """The subject's past: what officers took up weighs, what they excluded lightens a little."""
    taken = min(0.12, 0.05 * math.log2(1 + history.taken_up))
    parts = [(taken, f"该主体此前有 {history.taken_up} 条线索经查属实")] if history.taken_up else []
    if history.excluded and not history.taken_up:
        parts.append((-0.03, f"该主体此前 {history.excluded} 条线索均被排除"))
    return [*parts, _CREDIT[history.credit]] if history.credit else parts


def _certainty(findings: Sequence[Finding]) -> tuple[float, str]:
    words = {span.text for finding in findings for span in finding.spans}
    if not words:
        return 0.12, "依据为登记比对或页面事实，证据明确"
    if len(words) >= 3:
        return 0.12, f"命中 {len(words)} 种不同用语"
    return 0.06, "命中用语：" + "、".join(sorted(words))


def _spread(findings: Sequence[Finding]) -> tuple[float, str]:
    pages = len({finding.listing_id or finding.url for finding in findings})
    return min(0.15, 0.05 * math.log2(pages)) if pages > 1 else 0.0, f"涉及 {pages} 个页面"


def _sales(listings: Sequence[Listing]) -> tuple[float, str]:
    sold = sum(listing.sales_count or 0 for listing in listings)
    return min(0.13, 0.03 * math.log10(sold)) if sold >= 100 else 0.0, f"涉及商品累计销量 {sold} 件"


def _subject(match: Match | None) -> list[tuple[float, str]]:
    if match is None:
        return []
    grave = [_GRAVE[finding.problem] for finding in match.licence_findings if finding.problem in _GRAVE]
    if grave:
        return [(0.1, grave[0])]
    if match.decision is MatchDecision.MATCH:
        return [(0.04, f"经营主体明确：{match.entity_name}")]
    if match.decision is MatchDecision.NONE:
        return [(0.05, "登记库中未找到经营主体")]
    return []
