"""Fits matching/constants.py to damaged real names.

    python benchmarks/matching/calibrate.py --rows …/register-250k.csv.xz --register sqlite:///ABS/wangjian.db

Needs numpy beside the project's dependencies. The register holds the first part of `noise.split` (four fifths of the
rows, imported on first use); the rest are the unregistered sellers, a third of the queries are theirs. Only the rows of
`noise.for_fit` are asked about, and their noise comes from a coarse scan of one typeface (`evaluate.py` tests with
other rows and makers).

First the weights, so that the right candidate has the highest score (conditional logit). Then, for each way a name may
come, the sum for P(the best candidate is right) (logistic, ridge), on questions whose candidates were scored by weights
fitted to the other half. Then the limits of the decision, on questions in turn left out of both.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from noise import BARE, KINDS, OCR, Damage, Damaged, damaged_names, for_fit, glyph_neighbours, real_rows, split
from prepare import register_at

from matching.calibration import trust_inputs
from matching.candidates import find_candidates
from matching.comparing import compare
from matching.edits import ask_usage
from matching.features import AGREEMENTS, Feature, in_conflict
from matching.query_facts import Calibration, query_facts
from matching.scoring import SET_BY_HAND, Scored, score
from matching.shortlist import shortlist
from records.register import MatchQuery
from records.register_ports import RegisterReader, RegisterStore

KEPT = 20
UNREGISTERED = 1 / 3
MAX_ERROR, MAX_MISSED = 0.005, 0.01
FOLDS = 4
RANK_RIDGE, TRUST_RIDGE = 1e-4, 1e-3
WIDEST, NEAR = 8.0, 2.0
FITTED_FEATURES = tuple(feature for feature in Feature if feature not in SET_BY_HAND)
NUMBER = {feature: number for number, feature in enumerate(FITTED_FEATURES)}
OF_SCORES = ("intercept", "score", "lead", "near_lead", "log_share")
OF_QUERY = (
    "core_holders", "brand_holders", "core_characters", "brand_characters", "core_usual", "core_least", "shows_branch",
    "shows_industry", "shows_form", "shows_division",
)  # fmt: skip
INPUTS = (*OF_SCORES, *OF_QUERY, *(feature.value for feature in FITTED_FEATURES))
LOWEST = {Feature.NAME_EQUAL: 3.0, Feature.PARTS_EQUAL: 2.0}  # one authority registers a name once (规定 第十七条)
HIGHEST = {
    Feature.BRANCH_EXTRA: -1.0,
    Feature.BRANCH_MISSING: -1.0,
    Feature.BRANCH_OPEN: -0.5,
}  # whoever means a branch says so
NO_NAME = {"intercept": -4.0}  # no name to fit to: code, telephone or address alone, set by hand
CONSTANTS = Path(__file__).resolve().parents[2] / "matching" / "constants.py"

Sparse = tuple[tuple[int, float], ...]
Array = np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Candidates' features, which is right (-1: none of them), and what the query says. `alone`: a name as the tests
    have it, with no region told and not read off a picture."""

    calibration: Calibration
    bare: bool
    registered: bool
    alone: bool
    candidates: tuple[Sparse, ...]
    right: int
    said: tuple[float, ...]


def ask(register: RegisterStore, rows: list[dict[str, str]], *, seed: int, count: int, font: Path) -> list[Question]:
    rng = random.Random(seed)
    inside, outside = split(rows)
    shapes = glyph_neighbours(font, size=13, shades=3)
    damage = Damage(shapes=shapes, kinds=(*KINDS, BARE, OCR, OCR), with_region=0.25)
    known = int(count * (1 - UNREGISTERED))
    damaged = [
        *damaged_names(rng.sample(for_fit(inside), known), damage, rng=rng, registered=True),
        *damaged_names(rng.sample(for_fit(outside), min(count - known, len(for_fit(outside)))), damage, rng=rng,
                       registered=False),
    ]  # fmt: skip
    total = register.stats().total
    with register.reading() as reader:
        questions = [one for one in (question_of(asked, reader, total) for asked in damaged) if one is not None]
    rng.shuffle(questions)
    return questions


def question_of(asked: Damaged, reader: RegisterReader, total: int) -> Question | None:
    """None when nobody was found."""
    read = ("name",) if asked.kind == OCR else ()
    query = MatchQuery(query_id="q", name=asked.text, region=asked.region, as_of=datetime.now(UTC), read_by_ocr=read)
    facts = query_facts(query)
    found = find_candidates(facts, reader)
    candidates = shortlist(facts, found)
    ask_usage(facts, candidates, found)
    ranked = sorted(
        (score(compare(facts, held, found=found, total=total)) for held in candidates),
        key=lambda scored: (-scored.score, scored.comparison.held.code),
    )
    if not ranked:
        return None
    codes = [item.comparison.held.code for item in ranked]
    right = codes.index(asked.code) if asked.code in codes else -1
    kept = ranked[:KEPT] if right < KEPT else [*ranked[: KEPT - 1], ranked[right]]
    inputs = trust_inputs(ranked, facts, found, total=total)
    return Question(
        calibration=facts.calibrated_as,
        bare=facts.parts.bare,
        registered=bool(asked.code),
        alone=asked.kind in KINDS and not asked.region,
        candidates=tuple(_sparse(item) for item in kept),
        right=min(right, KEPT - 1),
        said=tuple(inputs[name] for name in OF_QUERY),
    )


def _sparse(item: Scored) -> Sparse:
    return tuple((NUMBER[f], v) for f, v in item.comparison.features.items() if f in NUMBER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Questions as arrays: features (question, candidate, feature), which candidates exist, which is right."""

    features: Array
    present: Array
    right: Array
    said: Array


def block_of(questions: Sequence[Question]) -> Block:
    features = np.zeros((len(questions), KEPT, len(FITTED_FEATURES)), np.float32)
    present = np.zeros((len(questions), KEPT), bool)
    for at, question in enumerate(questions):
        for place, one in enumerate(question.candidates):
            present[at, place] = True
            for number, value in one:
                features[at, place, number] = value
    return Block(
        features=features,
        present=present,
        right=np.array([question.right for question in questions]),
        said=np.array([question.said for question in questions], float),
    )


def scores_of(block: Block, weights: Array) -> Array:
    return np.where(block.present, block.features @ weights.astype(np.float32), -40.0)


def softmax(scores: Array) -> Array:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def fit_weights(block: Block, *, steps: int) -> Array:
    """Conditional logit over the questions whose right candidate was found (Adam on standardised features)."""
    known = block.right >= 0
    present = block.present[known]
    features = block.features[known][present]
    sizes = present.sum(axis=1)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    right, question = starts + block.right[known], np.repeat(np.arange(len(sizes)), sizes)
    spread = features.std(axis=0) + 1e-6
    features = features / spread
    lowest = np.array([LOWEST.get(feature, -np.inf) for feature in FITTED_FEATURES])
    highest = np.array([HIGHEST.get(feature, np.inf) for feature in FITTED_FEATURES])
    weights, first, second = (np.zeros(features.shape[1]) for _ in range(3))
    for step in range(1, steps + 1):
        scores = features @ weights.astype(np.float32)
        powers = np.exp(scores - np.maximum.reduceat(scores, starts)[question])
        wrong = powers / np.add.reduceat(powers, starts)[question]
        wrong[right] -= 1
        gradient = (wrong @ features) / len(sizes) + RANK_RIDGE * weights
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient**2
        rate = 0.05 if step < steps * 0.7 else 0.01
        weights = weights - rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
        weights = np.clip(weights, lowest * spread, highest * spread)
    return weights / spread


def trust_rows(block: Block, weights: Array) -> tuple[Array, Array, Array]:
    """Inputs of the trust sum (the order of INPUTS), whether the best is right, and the best one's share."""
    scores = scores_of(block, weights)
    order = np.argsort(-scores, axis=1, kind="stable")
    rows = np.arange(len(scores))
    best, top = order[:, 0], scores[rows, order[:, 0]]
    lead = np.minimum(top - scores[rows, order[:, 1]], WIDEST)
    share = softmax(scores)[rows, best]
    of_scores = np.stack([np.ones_like(top), top, lead, np.minimum(lead, NEAR), np.log(share)], axis=1)
    return np.hstack([of_scores, block.said, block.features[rows, best]]), best == block.right, share


def fit_trust(inputs: Array, right: Array, *, ridge: float, rounds: int = 60) -> Array:
    """Ridge logistic by Newton's method on standardised inputs; the intercept comes first and is not shrunk."""
    mean, spread = inputs[:, 1:].mean(axis=0), inputs[:, 1:].std(axis=0)
    used = spread > 1e-6
    scaled = np.hstack([inputs[:, :1], (inputs[:, 1:][:, used] - mean[used]) / spread[used]])
    values = np.zeros(scaled.shape[1])
    penalty = np.eye(scaled.shape[1]) * ridge
    penalty[0, 0] = 1e-8
    for _ in range(rounds):
        chance = 1 / (1 + np.exp(-np.clip(scaled @ values, -30, 30)))
        hessian = (scaled * (chance * (1 - chance) + 1e-6)[:, None]).T @ scaled / len(right) + penalty
        step = np.linalg.solve(hessian, scaled.T @ (chance - right) / len(right) + penalty @ values)
        values = values - step
        if np.abs(step).max() < 1e-5:
            break
    out = np.zeros(inputs.shape[1])
    out[1:][used] = values[1:] / spread[used]
    out[0] = values[0] - (out[1:] * mean).sum()
    return out


def vetoed(questions: Sequence[Question], inputs: Array) -> Array:
    """Questions that an objection of the resolver keeps from `match`."""

    def column(*features: Feature) -> Array:
        places = [INPUTS.index(feature.value) for feature in features]
        return inputs[:, places].any(axis=1)

    part = column(Feature.WRITTEN_FAR) & ~column(*AGREEMENTS)
    rows = inputs[:, [INPUTS.index(feature.value) for feature in FITTED_FEATURES]]
    found = [in_conflict({f: v for f, v in zip(FITTED_FEATURES, row, strict=True) if v}) for row in rows.tolist()]
    return np.array(found) | part | np.array([question.bare for question in questions])


def upper_bound(errors: int, tried: int, confidence: float = 0.95) -> float:
    """Clopper-Pearson upper bound of a share, by bisection of the binomial tail."""
    if errors >= tried:
        return 1.0
    low, high = errors / tried, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        tail = sum(
            math.exp(
                math.lgamma(tried + 1) - math.lgamma(k + 1) - math.lgamma(tried - k + 1)
                + k * math.log(middle) + (tried - k) * math.log1p(-middle)
            )
            for k in range(errors + 1)
        )  # fmt: skip
        low, high = (middle, high) if tail > 1 - confidence else (low, middle)
    return high


def match_limit(chance: Array, right: Array, registered: Array) -> float:
    """See `matching.calibration.MATCH_AT`; of questions no objection touches, `registered` counting all sellers."""
    unregistered = int((~registered).sum())
    limit, errors, strangers = 0.999, 0, 0
    for count, at in enumerate(np.argsort(-chance), start=1):
        errors += not right[at]
        strangers += not registered[at]
        if strangers > MAX_ERROR * unregistered:
            break
        if count % 25 or count < 300:
            continue
        if upper_bound(errors, count) <= MAX_ERROR and upper_bound(strangers, unregistered) <= MAX_ERROR:
            limit = float(chance[at])
    return limit


def none_limit(none: Array, registered: Array) -> float:
    """See `matching.calibration.NONE_AT`."""
    limit, missed = 0.999, 0
    for at in np.argsort(-none):
        missed += bool(registered[at])
        if missed / registered.sum() > MAX_MISSED:
            break
        limit = float(none[at])
    return limit


def write(
    weights: Array, channels: dict[Calibration, dict[str, float]], limits: tuple[float, float], note: str
) -> None:
    text = CONSTANTS.read_text(encoding="utf-8")
    head = text[: text.index("FITTED = Fitted(")]
    version = datetime.now(UTC).strftime("%Y%m%d")
    lines = [f'FITTED = Fitted(\n    version="{version}",\n    weights={{']
    lines += [f'        "{feature.value}": {weights[number]:.3f},' for feature, number in NUMBER.items()]
    lines.append("    },\n    channels={")
    for channel, values in channels.items():
        lines.append(f'        "{channel.value}": {{')
        lines += [f'            "{name}": {value:.3f},' for name, value in values.items() if abs(value) >= 0.0005]
        lines.append("        },")
    lines += ["    },", f"    match_at={limits[0]:.4f},", f"    none_at={limits[1]:.4f},"]
    lines += [f"    unregistered_share={UNREGISTERED:.4f},", ")", f'"""{note}"""\n']
    CONSTANTS.write_text(head + "\n".join(lines), encoding="utf-8")


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--rows", type=Path, required=True)
    reader.add_argument("--register", required=True, help="URL; filled on first use")
    reader.add_argument("--font", type=Path, default=Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc"))
    reader.add_argument("--queries", type=int, default=6500, help="for each seed")
    reader.add_argument("--seeds", type=int, nargs="+", default=[101, 102, 103])
    reader.add_argument("--steps", type=int, default=500)
    options = reader.parse_args()
    rows = real_rows(options.rows)
    register = register_at(options.register, rows)
    started = time.perf_counter()
    questions = [
        one
        for seed in options.seeds
        for one in ask(register, rows, seed=seed, count=options.queries, font=options.font)
    ]
    random.Random(0).shuffle(questions)
    print(f"{len(questions)} questions in {time.perf_counter() - started:.0f} s", flush=True)
    seeds = " ".join(map(str, options.seeds))
    command = f"calibrate.py --queries {options.queries} --seeds {seeds} --steps {options.steps}"
    calibrate(questions, command, steps=options.steps)


def calibrate(questions: list[Question], command: str, *, steps: int) -> None:
    block = block_of(questions)
    half = np.arange(len(questions)) % 2 == 0
    inputs = np.zeros((len(questions), len(INPUTS)))
    right, share = np.zeros(len(questions), bool), np.zeros(len(questions))
    for own in (half, ~half):
        weights = fit_weights(_part(block, ~own), steps=steps)
        inputs[own], right[own], share[own] = trust_rows(_part(block, own), weights)
    weights = fit_weights(block, steps=steps)
    of = np.array([question.calibration.value for question in questions])
    channels: dict[Calibration, dict[str, float]] = {Calibration.NONE: NO_NAME}
    chance = np.zeros(len(questions))
    for channel in (Calibration.TEXT, Calibration.OPEN, Calibration.SHORT, Calibration.OCR):
        own = np.flatnonzero(of == channel.value)
        ridge = TRUST_RIDGE * math.sqrt(len(questions) / len(own))
        for fold in range(FOLDS):
            held = np.arange(len(own)) % FOLDS == fold
            values = fit_trust(inputs[own[~held]], right[own[~held]], ridge=ridge)
            chance[own[held]] = 1 / (1 + np.exp(-inputs[own[held]] @ values))
        channels[channel] = dict(zip(INPUTS, fit_trust(inputs[own], right[own], ridge=ridge).tolist(), strict=True))
        print(channel.value, len(own), "right", round(float(right[own].mean()), 4))
    registered = np.array([question.registered for question in questions])
    free = ~vetoed(questions, inputs)
    alone = np.array([question.alone for question in questions])
    match_at = match_limit(np.where(free, chance, 0.0)[alone], right[alone], registered[alone])
    none_at = none_limit(1 - np.minimum(chance / share, 0.999), block.right >= 0)
    settled = free & alone & (chance >= match_at)
    registered = registered & alone
    unregistered = alone & ~registered
    print(f"match_at {match_at:.4f}: {settled.sum()} settled, {(settled & ~right).sum()} wrong,"
          f" {(settled & unregistered).sum()} of {unregistered.sum()} unregistered,"
          f" {(settled & right).sum() / registered.sum():.4f} of the registered; none_at {none_at:.4f}")  # fmt: skip
    note = f"Made by {command}; {len(questions)} questions."
    write(weights, channels, (match_at, none_at), note)


def _part(block: Block, which: Array) -> Block:
    return Block(
        features=block.features[which],
        present=block.present[which],
        right=block.right[which],
        said=block.said[which],
    )


if __name__ == "__main__":
    main()
