"""Two people, and a third where they differ; nobody sees more than they should, and no test set is touched."""

from datetime import UTC, datetime, timedelta

import pytest

from matching.reviewing.agreement import cohen_kappa, labels_of, statistics_of
from matching.reviewing.deciding import answered, frozen
from matching.reviewing.queueing import next_for, pairs_in_doubt
from records.errors import InvalidInputError, TransitionRefusedError
from records.register import Candidate, Entity, EntityKind, Match, MatchDecision, MatchQuery
from records.reviews import Answer, Opinion, ReviewState

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
SAME, DIFFERENT, UNSURE = Answer.SAME, Answer.DIFFERENT, Answer.UNSURE
MATCH, POSSIBLE, NONE = MatchDecision.MATCH, MatchDecision.POSSIBLE, MatchDecision.NONE
ENTITIES = {code: Entity(code=code, name=f"华翰{code}公司", kind=EntityKind.COMPANY) for code in "ABCD"}


def _match(decision, *probabilities, shop_id="s1"):
    candidates = tuple(
        Candidate(code=code, name=code, probability=share) for code, share in zip("ABCDE", probabilities, strict=False)
    )
    return Match(
        match_id="m1", shop_id=shop_id, query=MatchQuery(query_id="s1", name="华翰", as_of=NOW), decision=decision,
        entity_code="A", probability=probabilities[0] if probabilities else 0.0, not_in_register_probability=0.1,
        candidates=candidates, model_version="x", snapshot_id="x", matched_at=NOW,
    )  # fmt: skip


def _queued(match, now=NOW):
    return list(pairs_in_doubt(match, ENTITIES.get, now=now))


def _says(pair, reviewer, answer, minutes=0):
    return answered(pair, Opinion(reviewer=reviewer, answer=answer, at=NOW + timedelta(minutes=minutes)))


@pytest.mark.parametrize(
    ("match", "codes"),
    [
        (_match(POSSIBLE, 0.5, 0.3, 0.01), "AB"),
        (_match(POSSIBLE, 0.3, 0.2, 0.2, 0.2), "ABC"),
        (_match(MATCH, 0.98), "A"),
        (_match(MATCH, 0.999), ""),
        (_match(NONE, 0.2), ""),
        (_match(POSSIBLE, 0.5, shop_id=""), ""),
    ],
)
def test_what_is_in_doubt_is_queued_and_nothing_else(match, codes):
    assert "".join(pair.entity.code for pair in _queued(match)) == codes


def test_entity_the_register_no_longer_has_is_passed_over():
    assert list(pairs_in_doubt(_match(POSSIBLE, 0.5), lambda code: None, now=NOW)) == []


def test_same_doubt_again_is_the_same_pair():
    again = _queued(_match(POSSIBLE, 0.6, 0.2), now=NOW + timedelta(days=1))
    assert [pair.pair_id for pair in again] == [pair.pair_id for pair in _queued(_match(POSSIBLE, 0.5, 0.3))]


@pytest.mark.parametrize(
    ("answers", "state", "verdict"),
    [
        ([SAME], ReviewState.OPEN, None),
        ([SAME, SAME], ReviewState.SETTLED, SAME),
        ([SAME, DIFFERENT], ReviewState.DISPUTED, None),
        ([SAME, DIFFERENT, DIFFERENT], ReviewState.SETTLED, DIFFERENT),
        ([SAME, DIFFERENT, UNSURE], ReviewState.SETTLED, UNSURE),
    ],
)
def test_two_that_agree_settle_it_else_the_third_decides(answers, state, verdict):
    (pair,) = _queued(_match(POSSIBLE, 0.5))
    for number, answer in enumerate(answers):
        pair = _says(pair, f"r{number}", answer)
    assert (pair.state, pair.verdict, len(pair.opinions)) == (state, verdict, len(answers))


def test_one_person_has_one_opinion_and_a_settled_pair_takes_none():
    (pair,) = _queued(_match(POSSIBLE, 0.5))
    once = _says(pair, "甲", SAME)
    with pytest.raises(TransitionRefusedError, match="甲 已对"):
        _says(once, "甲", SAME)
    with pytest.raises(TransitionRefusedError, match="已有结论"):
        _says(_says(once, "乙", SAME), "丙", DIFFERENT)
    with pytest.raises(InvalidInputError, match="姓名"):
        _says(pair, " ", SAME)


def test_pair_of_a_test_set_takes_no_opinion_and_gives_no_label():
    (pair,) = _queued(_match(POSSIBLE, 0.5))
    kept = frozen(pair)
    with pytest.raises(TransitionRefusedError, match="测试集"):
        _says(kept, "甲", SAME)
    with pytest.raises(TransitionRefusedError, match="不能再封存"):
        frozen(_says(pair, "甲", SAME))
    assert next_for("甲", [kept]) is None
    settled = _says(_says(pair, "甲", SAME), "乙", SAME)
    assert list(labels_of([settled.model_copy(update={"frozen": True})])) == []


def test_next_is_the_disputed_one_then_the_begun_never_ones_own():
    one, two = _queued(_match(POSSIBLE, 0.5, 0.3))
    begun, disputed = _says(one, "甲", SAME), _says(_says(two, "甲", SAME), "乙", DIFFERENT)
    assert next_for("丙", [begun, disputed]) == disputed
    assert next_for("乙", [begun, disputed]) == begun
    assert next_for("甲", [begun, disputed]) is None


def test_labels_are_of_settled_pairs_people_could_tell():
    one, two, three = _queued(_match(POSSIBLE, 0.4, 0.3, 0.2))
    one, two = _says(_says(one, "甲", SAME), "乙", SAME), _says(_says(two, "甲", DIFFERENT), "乙", DIFFERENT)
    three = _says(_says(three, "甲", UNSURE), "乙", UNSURE)
    found = list(labels_of([one, two, three]))
    assert [(label["label"], label["probability"]) for label in found] == [(1, 0.4), (0, 0.3)]


def test_kappa_is_that_of_the_textbook():
    told = [(SAME, SAME)] * 20 + [(SAME, DIFFERENT)] * 5 + [(DIFFERENT, SAME)] * 10 + [(DIFFERENT, DIFFERENT)] * 15
    assert cohen_kappa(told) == pytest.approx(0.4)
    assert cohen_kappa([]) is None


def test_statistics_count_states_verdicts_and_agreement():
    one, two, three = _queued(_match(POSSIBLE, 0.4, 0.3, 0.2))
    pairs = [_says(_says(one, "甲", SAME), "乙", SAME), _says(_says(two, "甲", SAME), "乙", DIFFERENT), frozen(three)]
    found = statistics_of(pairs)
    assert found.states == {"open": 0, "disputed": 1, "settled": 1}
    assert (found.frozen_count, found.both_count, found.agreed_count, found.kappa) == (1, 2, 1, 0.0)
