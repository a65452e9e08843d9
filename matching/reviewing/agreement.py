"""How far reviewers agree beyond chance, and the labels their verdicts make."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from records.reviews import Answer, PairOrigin, ReviewPair, ReviewState

__all__ = ["ReviewStatistics", "cohen_kappa", "labels_of", "statistics_of", "upper_bound"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewStatistics:
    """The queue by state. `kappa` is over the first two opinions of each pair that has them; None before the first.
    `audit_error_bound` is the upper 95 % Clopper-Pearson bound of the error of automatic matches; None before the first
    audited one. A pair nobody could tell counts in neither."""

    states: dict[str, int]
    verdicts: dict[str, int]
    frozen_count: int
    both_count: int
    agreed_count: int
    kappa: float | None
    reasons: dict[str, int]
    audited_count: int
    audit_errors: int
    audit_error_bound: float | None


def cohen_kappa(pairs: Sequence[tuple[Answer, Answer]]) -> float | None:
    """Cohen's kappa of two opinions each; None without any. 1.0 where chance leaves nothing to differ about.

    >>> same, other = Answer.SAME, Answer.DIFFERENT
    >>> cohen_kappa([(same, same), (other, other), (same, other), (other, same)])
    0.0
    >>> cohen_kappa([(same, same), (other, other)])
    1.0
    """
    if not pairs:
        return None
    total = len(pairs)
    observed = sum(one is other for one, other in pairs) / total
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    expected = sum(first[answer] * second[answer] for answer in Answer) / total**2
    return 1.0 if expected >= 1.0 else (observed - expected) / (1.0 - expected)


def upper_bound(errors: int, total: int) -> float | None:
    """Upper 95 % Clopper-Pearson bound of a share, found by halving; None of nothing.

    >>> upper_bound(0, 100), upper_bound(3, 3), upper_bound(0, 0)
    (0.0295, 1.0, None)
    """
    if not total:
        return None
    if errors == total:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(50):
        share = (low + high) / 2
        reached = sum(math.comb(total, k) * share**k * (1 - share) ** (total - k) for k in range(errors + 1))
        low, high = (share, high) if reached > 0.05 else (low, share)
    return round(high, 4)


def statistics_of(pairs: Iterable[ReviewPair]) -> ReviewStatistics:
    """How the review stands. Opinions are taken in the order they were given: any two people are asked, so that this is
    the agreement of a first with a second look."""
    states: Counter[str] = Counter()
    verdicts: Counter[str] = Counter()
    frozen_count = 0
    both: list[tuple[Answer, Answer]] = []
    reasons: Counter[str] = Counter()
    audited: Counter[Answer] = Counter()
    for pair in pairs:
        reasons.update(reason.value for opinion in pair.opinions for reason in opinion.reasons)
        if pair.origin is PairOrigin.AUDIT and pair.verdict is not None:
            audited[pair.verdict] += 1
        frozen_count += pair.frozen
        states[pair.state.value] += not pair.frozen
        if pair.verdict is not None:
            verdicts[pair.verdict.value] += 1
        if len(pair.opinions) > 1:
            both.append((pair.opinions[0].answer, pair.opinions[1].answer))
    return ReviewStatistics(
        states={state.value: states[state.value] for state in ReviewState},
        verdicts=dict(sorted(verdicts.items())),
        frozen_count=frozen_count,
        both_count=len(both),
        agreed_count=sum(one is other for one, other in both),
        kappa=cohen_kappa(both),
        reasons=dict(sorted(reasons.items())),
        audited_count=audited[Answer.SAME] + audited[Answer.DIFFERENT],
        audit_errors=audited[Answer.DIFFERENT],
        audit_error_bound=upper_bound(audited[Answer.DIFFERENT], audited[Answer.SAME] + audited[Answer.DIFFERENT]),
    )


def labels_of(pairs: Iterable[ReviewPair]) -> Iterator[dict[str, object]]:
    """One label for each settled pair that people could tell; nothing of a test set."""
    for pair in pairs:
        if pair.frozen or pair.state is not ReviewState.SETTLED or pair.verdict in (None, Answer.UNSURE):
            continue
        yield {
            "pair_id": pair.pair_id,
            "label": int(pair.verdict is Answer.SAME),
            "probability": pair.probability,
            "model_version": pair.model_version,
            "query": pair.query.model_dump(mode="json"),
            "entity": pair.entity.model_dump(mode="json"),
            "opinions": len(pair.opinions),
            "reasons": sorted({reason.value for opinion in pair.opinions for reason in opinion.reasons}),
            "weight": round(1.0 / pair.share, 4),
        }
