"""Fits matching/constants.py to damaged real names.

    python benchmarks/matching/calibrate.py --rows …/register-250k.csv.xz --register sqlite:///ABS/wangjian.db

Needs numpy beside the project's dependencies. The register holds the first part of `noise.split` (four fifths of the
rows, imported on first use); the rest are the unregistered sellers, a third of the queries are theirs. Noise of the fit
comes from a coarse scan of one typeface (`evaluate.py` tests with another maker).

Fitted together on three fifths: the weights, so that the right candidate has the highest score (conditional logit), and
how the best score and its margin to the runner-up turn into P(in the register) (logistic). On the other two fifths: the
logistic again for each channel, then the limits of the decision.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from noise import BARE, KINDS, Damage, damaged_names, glyph_neighbours, real_rows, split
from prepare import register_at

from matching.candidates import find_candidates
from matching.comparing import AGREEMENTS, CONFLICTS, Feature, compare
from matching.names.normalise import normalise_name
from matching.query_facts import Channel, query_facts
from matching.scoring import SET_BY_HAND, score
from matching.shortlist import shortlist
from records.ports import RegisterStore
from records.register import MatchQuery

KEPT = 20
MARGIN_CAP = 8.0
UNREGISTERED = 1 / 3
FITTED_FEATURES = tuple(feature for feature in Feature if feature not in SET_BY_HAND)
NUMBER = {feature: number for number, feature in enumerate(FITTED_FEATURES)}
MAX_ERROR, MAX_MISSED = 0.004, 0.01
CONSTANTS = Path(__file__).resolve().parents[2] / "matching" / "constants.py"

Sparse = tuple[tuple[int, float], ...]
Array = np.ndarray
NO_NAME = (0.5, -4.0, 1.0, 0.0)  # no name to fit to: code, telephone or address alone, set by hand


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Candidates' features and which is right (-1: none of them)."""

    channel: Channel
    short: bool
    candidates: tuple[Sparse, ...]
    right: int


def ask(register: RegisterStore, rows: list[dict[str, str]], *, seed: int, count: int, font: Path) -> list[Question]:
    rng = random.Random(seed)
    inside, outside = split(rows)
    shapes = glyph_neighbours(font, size=13, shades=3)
    damage = Damage(shapes=shapes, kinds=(*KINDS, BARE), with_region=0.25)
    known = int(count * (1 - UNREGISTERED))
    damaged = [
        *damaged_names(rng.sample(inside, known), damage, rng=rng, registered=True),
        *damaged_names(rng.sample(outside, count - known), damage, rng=rng, registered=False),
    ]
    total, now = register.stats().total, datetime.now(UTC)
    questions = []
    for one in damaged:
        facts = query_facts(MatchQuery(query_id="q", name=one.text, region=one.region, as_of=now))
        with register.reading() as reader:
            found = find_candidates(facts, reader)
            compared = [score(compare(facts, held, found=found, total=total)) for held in shortlist(facts, found)]
        ranked = sorted(compared, key=lambda scored: -scored.score)
        wanted = one.code
        kept = [item for item in ranked if item.comparison.held.code == wanted] if wanted else []
        kept += [item for item in ranked if item not in kept][: KEPT - len(kept)]
        if not wanted and any(normalise_name(i.comparison.held.name) == normalise_name(one.text) for i in kept):
            continue  # the register holds that whole name under another code: nobody could know
        questions.append(
            Question(
                channel=facts.calibrated_as,
                short=facts.short,
                candidates=tuple(
                    tuple((NUMBER[f], v) for f, v in item.comparison.features.items() if f in NUMBER) for item in kept
                ),
                right=0 if kept and kept[0].comparison.held.code == wanted else -1,
            )
        )
    rng.shuffle(questions)
    return questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Questions as arrays: features (question, candidate, feature), which candidates exist, which is right."""

    features: Array
    present: Array
    right: Array


def block_of(questions: list[Question]) -> Block:
    features = np.zeros((len(questions), KEPT, len(FITTED_FEATURES)))
    present = np.zeros((len(questions), KEPT), bool)
    for at, question in enumerate(questions):
        for place, one in enumerate(question.candidates[:KEPT]):
            present[at, place] = True
            for number, value in one:
                features[at, place, number] = value
    return Block(features=features, present=present, right=np.array([question.right for question in questions]))


def scores_of(block: Block, weights: Array) -> Array:
    return np.where(block.present, block.features @ weights, -30.0)


def best_two(scores: Array) -> tuple[Array, Array, Array, Array]:
    """Places of the best and second, the best score, and the capped margin."""
    order = np.argsort(-scores, axis=1)
    rows = np.arange(len(scores))
    first, second = order[:, 0], order[:, 1]
    margin = np.minimum(scores[rows, first] - scores[rows, second], MARGIN_CAP)
    return first, second, scores[rows, first], margin


def softmax(scores: Array) -> Array:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def fit(block: Block, *, steps: int) -> tuple[Array, Array]:
    """Weights, and (intercept, slope, margin weight) of P(in the register)."""
    size, rows = len(FITTED_FEATURES), np.arange(len(block.right))
    known = block.right >= 0
    values = np.concatenate([np.zeros(size), [-4.0, 1.0, 0.1]])
    first, second = np.zeros_like(values), np.zeros_like(values)
    for step in range(1, steps + 1):
        weights, (intercept, slope, by_margin) = values[:size], values[size:]
        scores = scores_of(block, weights)
        wrong = softmax(scores)
        wrong[rows[known], block.right[known]] -= 1
        wrong[~known] = 0
        best, runner, top, margin = best_two(scores)
        chance = 1 / (1 + np.exp(-(intercept + slope * top + by_margin * margin)))
        error = chance - known
        of_best, of_runner = block.features[rows, best], block.features[rows, runner]
        open_margin = (margin < MARGIN_CAP)[:, None]
        through_trust = error[:, None] * (slope * of_best + by_margin * open_margin * (of_best - of_runner))
        gradient = np.concatenate(
            [
                np.einsum("nk,nkf->f", wrong, block.features) + through_trust.sum(axis=0),
                [error.sum(), (error * top).sum(), (error * margin).sum()],
            ]
        ) / len(rows)
        gradient[:size] += 3e-4 * weights
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient**2
        rate = 0.05 if step < steps * 0.7 else 0.01
        values = values - rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
        if step % 200 == 0:
            loss = -np.log(np.where(known, chance, 1 - chance) + 1e-12).mean()
            print(f"step {step} loss of P(in the register) {loss:.4f}", flush=True)
    return values[:size], values[size:]


def refit(block: Block, weights: Array, start: Array, *, steps: int = 800) -> Array:
    """(intercept, slope, margin weight) for one channel on questions the weights have not seen."""
    _best, _runner, top, margin = best_two(scores_of(block, weights))
    inputs = np.stack([np.ones_like(top), top, margin], axis=1)
    values, known = start.copy(), block.right >= 0
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-inputs @ values))
        hessian = (inputs * (chance * (1 - chance))[:, None]).T @ inputs / len(known) + 1e-4 * np.eye(3)
        values = values - np.linalg.solve(hessian, inputs.T @ (chance - known) / len(known) + 1e-4 * (values - start))
    return values


def best_probability(block: Block, weights: Array, trust: Array) -> tuple[Array, Array, Array, Array]:
    """Probability of the best candidate, whether it is right, P(not in register), and whether it has a conflict."""
    scores = scores_of(block, weights)
    best, _runner, top, margin = best_two(scores)
    chance = 1 / (1 + np.exp(-(trust[0] + trust[1] * top + trust[2] * margin)))
    rows = np.arange(len(best))
    share = softmax(scores)[rows, best]
    conflicts = block.features[rows, best][:, [NUMBER[feature] for feature in CONFLICTS]].any(axis=1)
    agrees = block.features[rows, best][:, [NUMBER[one] for one in AGREEMENTS if one in NUMBER]].any(axis=1)
    return share * chance, best == block.right, 1 - chance, conflicts | ~agrees


def upper_bound(errors: int, tried: int, confidence: float = 0.95) -> float:
    """Clopper-Pearson upper bound of a share, by bisection of the binomial tail."""
    if errors >= tried:
        return 1.0
    low, high = errors / tried, 1.0
    for _ in range(50):
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


def limits_of(settled: list[tuple[float, bool]], refused: list[tuple[float, bool]]) -> tuple[float, float]:
    """match_at and none_at (matching.calibration says what they promise)."""
    match_at, errors = 0.999, 0
    for count, (probability, right) in enumerate(sorted(settled, reverse=True), start=1):
        errors += not right
        if count >= 300 and upper_bound(errors, count) <= MAX_ERROR:
            match_at = probability
    registered = sum(right for _probability, right in refused)
    none_at, missed = 0.999, 0
    for probability, right in sorted(refused, reverse=True):
        missed += right
        if missed / registered > MAX_MISSED:
            break
        none_at = probability
    return match_at, none_at


def write(weights: Array, channels: dict[Channel, tuple[float, ...]], limits: tuple[float, float], note: str) -> None:
    """Constants in units of log-odds: the text channel's slope is folded into the weights."""
    text = CONSTANTS.read_text(encoding="utf-8")
    head = text[: text.index("FITTED = Fitted(")]
    version = datetime.now(UTC).strftime("%Y%m%d")
    lines = [f'FITTED = Fitted(\n    version="{version}",\n    weights={{']
    lines += [f'        "{feature.value}": {weights[number]:.3f},' for feature, number in NUMBER.items()]
    lines.append("    },\n    channels={")
    names = ("temperature", "intercept", "slope", "margin")
    for channel, values in channels.items():
        said = ", ".join(f"{name}={value:.3f}" for name, value in zip(names, values, strict=True))
        lines.append(f'        "{channel.value}": ChannelConstants({said}),')
    lines += ["    },", f"    match_at={limits[0]:.4f},", f"    none_at={limits[1]:.4f},"]
    lines += [f"    margin_cap={MARGIN_CAP * float(channels[Channel.TEXT][0]):.3f},"]
    lines += [f"    unregistered_share={UNREGISTERED:.4f},", ")", f'"""{note}"""\n']
    CONSTANTS.write_text(head + "\n".join(lines), encoding="utf-8")


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--rows", type=Path, required=True)
    reader.add_argument("--register", required=True, help="URL; filled on first use")
    reader.add_argument("--font", type=Path, default=Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc"))
    reader.add_argument("--queries", type=int, default=7500)
    reader.add_argument("--steps", type=int, default=2000)
    options = reader.parse_args()
    rows = real_rows(options.rows)
    register = register_at(options.register, rows)
    started = time.perf_counter()
    questions = ask(register, rows, seed=20261121, count=options.queries, font=options.font)
    print(f"{len(questions)} questions in {time.perf_counter() - started:.0f} s", flush=True)
    calibrate(questions, f"calibrate.py --queries {options.queries} --steps {options.steps}", steps=options.steps)


def calibrate(questions: list[Question], command: str, *, steps: int) -> None:
    questions = [question for question in questions if question.candidates]
    cut = len(questions) * 3 // 5
    weights, trust = fit(block_of(questions[:cut]), steps=steps)
    held = questions[cut:]
    channels: dict[Channel, tuple[float, ...]] = {Channel.NONE: NO_NAME}
    settled: list[tuple[float, bool]] = []
    refused: list[tuple[float, bool]] = []
    unit = float(trust[1])
    for channel in (Channel.TEXT, Channel.NICKNAME):
        own = [question for question in held if question.channel is channel]
        fitted = refit(block_of(own), weights, trust)
        channels[channel] = (unit, fitted[0], fitted[1] / unit, fitted[2] / unit)
        answers = zip(own, *best_probability(block_of(own), weights, fitted), strict=True)
        for question, probability, right, none, conflicts in answers:
            if channel is Channel.TEXT and not question.short and not conflicts:
                settled.append((float(probability), bool(right)))
            refused.append((float(none), question.right >= 0))
    settled.sort(reverse=True)
    print(
        "first errors at",
        [(place, round(p, 4)) for place, (p, right) in enumerate(settled) if not right][:12],
        len(settled),
    )
    note = f"Made by benchmarks/matching/{command}; {len(held)} questions held for channels and limits."
    write(weights * unit, channels, limits_of(settled, refused), note)
    print(dict(zip([feature.value for feature in FITTED_FEATURES], np.round(weights * unit, 2).tolist(), strict=True)))
    print(channels, limits_of(settled, refused))


if __name__ == "__main__":
    main()
