"""What labels make of the calibration: better on labels not seen, little moved by few, taken back at will."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime

import pytest

from matching.resolver import Resolver
from matching.reviewing.recalibrating import (
    Label,
    applicable,
    correct,
    corrections_of,
    next_recalibration,
    reverted,
    versioned,
)
from matching.scoring import MODEL_VERSION
from records.errors import InvalidInputError
from records.register import MatchDecision, MatchQuery
from records.reviews import ChannelCorrection

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)


def _labels(count, *, shift, slope, channel="text", seed=7):
    """Labels of a model whose log-odds would have to be moved so to be right."""
    rng = random.Random(seed)
    for number in range(count):
        odds = rng.uniform(-3, 4)
        true = 1 / (1 + math.exp(-(shift + slope * odds)))
        yield Label(
            channel=channel, probability=1 / (1 + math.exp(-odds)), same=rng.random() < true, weight=1.0,
            shop_id=f"s{number}",
        )  # fmt: skip


def test_wrong_calibration_is_found_and_bettered_on_labels_not_seen():
    (found,) = corrections_of(_labels(2_000, shift=-1.2, slope=0.7))
    assert found.used and found.after.log_loss < found.before.log_loss and found.after.ece < found.before.ece / 3
    assert found.shift == pytest.approx(-1.2, abs=0.25) and found.slope == pytest.approx(0.7, abs=0.12)


def test_right_calibration_is_left_nearly_as_it_is():
    (found,) = corrections_of(_labels(2_000, shift=0.0, slope=1.0))
    assert abs(found.shift) < 0.2 and abs(found.slope - 1) < 0.15


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        (list(_labels(199, shift=-1, slope=1)), "少于 200 条"),
        ([label for label in _labels(600, shift=-1, slope=1) if label.same], "较少的只有 0 条"),
    ],
)
def test_too_few_labels_change_nothing_and_say_so(labels, says):
    (found,) = corrections_of(labels)
    assert not found.used and says in found.reason and found.before is None


def _recalibration(*channels, known=()):
    return next_recalibration(known, channels, model_version="m1", made_by="甲", now=NOW)


def test_only_its_channel_and_its_model_are_corrected():
    text = ChannelCorrection(channel="text", labels=500, shift=-1.0, slope=1.0, used=True)
    tried = ChannelCorrection(channel="nickname", labels=500, shift=-1.0, slope=1.0, reason="并不更准")
    made = _recalibration(text, tried)
    moved, none = correct((0.9, 0.05), 0.05, channel="text", recalibration=made)
    assert moved[0] == pytest.approx(0.768, abs=0.001) and sum(moved) + none == pytest.approx(1.0)
    assert correct((0.9, 0.05), 0.05, channel="nickname", recalibration=made) == ((0.9, 0.05), 0.05)
    assert applicable("m2", made) is None and applicable("m1", made) is made
    assert versioned("m1", made) == "m1+r1"


def test_probabilities_never_exceed_one():
    made = _recalibration(ChannelCorrection(channel="text", labels=500, shift=3.0, slope=1.0, used=True))
    moved, none = correct((0.6, 0.39), 0.01, channel="text", recalibration=made)
    assert sum(moved) == pytest.approx(1.0) and none == 0.0 and moved[0] > moved[1]


def test_going_back_is_a_version_of_its_own():
    first = _recalibration(ChannelCorrection(channel="text", labels=500, shift=-1.0, slope=1.0, used=True))
    none = reverted((first,), 0, made_by="乙", now=NOW)
    assert (none.number, none.reverts, none.channels) == (2, 0, ())
    again = reverted((first, none), 1, made_by="乙", now=NOW)
    assert (again.number, again.channels) == (3, first.channels)
    with pytest.raises(InvalidInputError, match="没有第 9 版"):
        reverted((first,), 9, made_by="乙", now=NOW)


def test_resolver_applies_it_says_so_and_is_as_before_without(register, clock, ask, known):
    plain = ask(name=known.huahan.name)
    down = ChannelCorrection(channel="text", labels=500, shift=-3.0, slope=0.5, used=True)
    made = next_recalibration((), [down], model_version=MODEL_VERSION, made_by="甲", now=NOW)
    query = MatchQuery(query_id="q1", name=known.huahan.name, as_of=clock())
    found = Resolver(register, clock, recalibration=made).match(query)
    assert plain.decision is MatchDecision.MATCH and found.decision is MatchDecision.POSSIBLE
    assert found.probability < plain.probability
    assert "+r1/" in found.model_version and found.match_id != plain.match_id
    total = sum(candidate.probability for candidate in found.candidates) + found.not_in_register_probability
    assert total == pytest.approx(1.0)
    stale = made.model_copy(update={"model_version": "an older model"})
    again = Resolver(register, clock, recalibration=stale).match(query)
    assert (again.probability, again.model_version) == (plain.probability, plain.model_version)
