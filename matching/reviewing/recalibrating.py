"""What the labels of reviewers make of the calibration: log-odds are shifted and stretched, channel by channel.

The fit is a logistic one with two constants, drawn towards "no change" as if by `_PRIOR` labels, so that few labels
move little. It is accepted where it is better on labels it has not seen (five folds by shop). The frozen test set takes
no part in it: `reviewing.agreement.labels_of` never gives its pairs.
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from records.errors import InvalidInputError
from records.reviews import ChannelCorrection, FitFigures, Recalibration

__all__ = [
    "LEAST_LABELS",
    "Label",
    "applicable",
    "correct",
    "corrections_of",
    "next_recalibration",
    "reverted",
    "versioned",
]

LEAST_LABELS = 200
"""Fewer labels of a channel change nothing."""

_LEAST_OF_EACH = 20
_FOLDS = 5
_BINS = 10
_PRIOR = 10.0
_STEPS = 50
_MOST_SHIFT, _LEAST_SLOPE, _MOST_SLOPE = 3.0, 0.5, 2.0
_SURE = 1e-6

Constants = tuple[float, float]
"""Shift and slope."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A settled pair: what the model gives it today, uncorrected, and what people said; `weight` is how many pairs it
    stands for, `shop_id` keeps pairs of one shop in one fold."""

    channel: str
    probability: float
    same: bool
    weight: float
    shop_id: str


def correct(
    probabilities: Sequence[float], none: float, *, channel: str, recalibration: Recalibration | None
) -> tuple[tuple[float, ...], float]:
    """A distribution over candidates and "not in register", as corrected; unchanged where nothing applies.

    >>> correct((0.6, 0.3), 0.1, channel="text", recalibration=None)
    ((0.6, 0.3), 0.1)
    """
    found = recalibration.correction(channel) if recalibration is not None else None
    if found is None or not probabilities:
        return tuple(probabilities), none
    moved = [_moved(probability, (found.shift, found.slope)) for probability in probabilities]
    total = sum(moved)
    if total > 1.0:
        return tuple(one / total for one in moved), 0.0
    return tuple(moved), 1.0 - total


def applicable(model_version: str, recalibration: Recalibration | None) -> Recalibration | None:
    """The recalibration where it was made of this very model: of another its labels say nothing."""
    return recalibration if recalibration is not None and recalibration.model_version == model_version else None


def versioned(model_version: str, recalibration: Recalibration | None) -> str:
    """The model's version as stored with a match, so that a decision can be replayed.

    >>> versioned("parts-1", None)
    'parts-1'
    """
    if recalibration is None or not any(channel.used for channel in recalibration.channels):
        return model_version
    return f"{model_version}+r{recalibration.number}"


def next_recalibration(
    known: Sequence[Recalibration],
    channels: Sequence[ChannelCorrection],
    *,
    model_version: str,
    made_by: str,
    now: datetime,
) -> Recalibration:
    """The version after the known ones."""
    return Recalibration(
        number=len(known) + 1, channels=tuple(channels), model_version=model_version, made_by=made_by, made_at=now
    )


def reverted(known: Sequence[Recalibration], number: int, *, made_by: str, now: datetime) -> Recalibration:
    """A new version with the corrections of an earlier one; of none at all for 0.

    Raises:
        InvalidInputError: There is no such version.
    """
    if not 0 <= number <= len(known) or not known:
        raise InvalidInputError(f"没有第 {number} 版校准", cure="版本见 wangjian match review calibrations")
    back = known[number - 1] if number else None
    return Recalibration(
        number=len(known) + 1,
        channels=back.channels if back else (),
        model_version=back.model_version if back else known[-1].model_version,
        made_by=made_by,
        made_at=now,
        reverts=number,
    )


def corrections_of(labels: Iterable[Label]) -> tuple[ChannelCorrection, ...]:
    """One correction for each channel that has labels, by name; those not applied say why."""
    by_channel: dict[str, list[Label]] = defaultdict(list)
    for label in labels:
        by_channel[label.channel].append(label)
    return tuple(_correction(channel, found) for channel, found in sorted(by_channel.items()))


def _correction(channel: str, labels: Sequence[Label]) -> ChannelCorrection:
    rarer = min(sum(label.same for label in labels), sum(not label.same for label in labels))
    if len(labels) < LEAST_LABELS:
        reason = f"标注 {len(labels)} 条，少于 {LEAST_LABELS} 条"
        return ChannelCorrection(channel=channel, labels=len(labels), reason=reason)
    if rarer < _LEAST_OF_EACH:
        reason = f"“是”“否”两类中较少的只有 {rarer} 条，少于 {_LEAST_OF_EACH} 条"
        return ChannelCorrection(channel=channel, labels=len(labels), reason=reason)
    before = _figures([(label.probability, label) for label in labels])
    after = _figures(_unseen(labels))
    shift, slope = _fit(labels)
    better = after.log_loss < before.log_loss
    return ChannelCorrection(
        channel=channel,
        labels=len(labels),
        shift=round(shift, 4),
        slope=round(slope, 4),
        before=before,
        after=after,
        used=better,
        reason="" if better else "在未参与拟合的标注上并不更准，不采用",
    )


def _unseen(labels: Sequence[Label]) -> list[tuple[float, Label]]:
    """Each label with the corrected probability of a fit made without its fold."""
    folds: dict[int, list[Label]] = defaultdict(list)
    for label in labels:
        folds[hashlib.sha256(label.shop_id.encode()).digest()[0] % _FOLDS].append(label)
    found = []
    for number, held in folds.items():
        constants = _fit([label for other, some in folds.items() if other != number for label in some])
        found += [(_moved(label.probability, constants), label) for label in held]
    return found


def _fit(labels: Sequence[Label]) -> Constants:
    """Newton's method on the penalised log loss."""
    shift, slope = 0.0, 1.0
    for _ in range(_STEPS):
        g0, g1 = _PRIOR * shift, _PRIOR * (slope - 1.0)
        h00, h01, h11 = _PRIOR, 0.0, _PRIOR
        for label in labels:
            odds = _log_odds(label.probability)
            expected = _logistic(shift + slope * odds)
            error = label.weight * (expected - label.same)
            curve = label.weight * expected * (1.0 - expected)
            g0, g1 = g0 + error, g1 + error * odds
            h00, h01, h11 = h00 + curve, h01 + curve * odds, h11 + curve * odds * odds
        determinant = h00 * h11 - h01 * h01
        by0, by1 = (h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant
        shift = min(max(shift - by0, -_MOST_SHIFT), _MOST_SHIFT)
        slope = min(max(slope - by1, _LEAST_SLOPE), _MOST_SLOPE)
        if abs(by0) + abs(by1) < 1e-7:
            break
    return shift, slope


def _figures(judged: Sequence[tuple[float, Label]]) -> FitFigures:
    total = sum(label.weight for _, label in judged)
    loss = sum(-label.weight * math.log(_kept(p if label.same else 1 - p)) for p, label in judged)
    brier = sum(label.weight * (p - label.same) ** 2 for p, label in judged)
    bins: dict[int, list[tuple[float, Label]]] = defaultdict(list)
    for p, label in judged:
        bins[min(int(p * _BINS), _BINS - 1)].append((p, label))
    error = sum(abs(sum(label.weight * (p - label.same) for p, label in some)) for some in bins.values())
    return FitFigures(log_loss=round(loss / total, 5), brier=round(brier / total, 5), ece=round(error / total, 5))


def _moved(probability: float, constants: Constants) -> float:
    return _logistic(constants[0] + constants[1] * _log_odds(probability))


def _log_odds(probability: float) -> float:
    kept = _kept(probability)
    return math.log(kept / (1.0 - kept))


def _kept(probability: float) -> float:
    return min(max(probability, _SURE), 1.0 - _SURE)


def _logistic(odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-odds))
