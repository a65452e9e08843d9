"""Promises of ReviewStore."""

from threading import Thread

import pytest

from records.errors import NotFoundError
from records.register import MatchQuery
from records.reviews import Answer, Opinion, Recalibration, ReviewPair, ReviewState


@pytest.fixture
def pair(clock, make):
    def made(pair_id="p1", **more):
        query = MatchQuery(query_id="s1", name="华翰印务", as_of=clock.now)
        return ReviewPair(
            pair_id=pair_id, shop_id="s1", match_id="m1", query=query, entity=make.entity(), probability=0.6,
            model_version="x", queued_at=clock.now, **more,
        )  # fmt: skip

    return made


def test_queued_again_it_stays_as_it_is(records, pair, open_again):
    assert records.reviews.queue([pair(), pair("p2")]) == 2
    records.reviews.change("p1", lambda known: known.model_copy(update={"frozen": True}))
    assert records.reviews.queue([pair(), pair("p3")]) == 1
    again = open_again().reviews
    assert again.pair("p1").frozen and again.pair("p2") == pair("p2")
    assert [found.pair_id for found in again.pairs()] == ["p1", "p2", "p3"]


def test_pairs_are_listed_by_state(records, pair):
    records.reviews.queue([pair(), pair("p2", state=ReviewState.SETTLED)])
    assert [found.pair_id for found in records.reviews.pairs(ReviewState.SETTLED)] == ["p2"]
    records.reviews.change("p1", lambda known: known.model_copy(update={"state": ReviewState.SETTLED}))
    assert list(records.reviews.pairs(ReviewState.OPEN)) == []


def test_refused_change_changes_nothing(records, pair):
    records.reviews.queue([pair()])

    def refuse(known):
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        records.reviews.change("p1", refuse)
    assert records.reviews.pair("p1") == pair()


def test_unknown_pair_is_not_found(records):
    with pytest.raises(NotFoundError):
        records.reviews.pair("p9")
    with pytest.raises(NotFoundError):
        records.reviews.change("p9", lambda known: known)


def test_opinions_given_at_the_same_time_are_all_kept(records, pair, clock):
    records.reviews.queue([pair()])

    def answer(number):
        opinion = Opinion(reviewer=f"r{number}", answer=Answer.SAME, at=clock.now)
        records.reviews.change(
            "p1", lambda known: known.model_copy(update={"opinions": (*known.opinions, opinion)})
        )  # fmt: skip

    threads = [Thread(target=answer, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(records.reviews.pair("p1").opinions) == 8


def test_recalibrations_are_numbered_one_after_another_and_the_last_holds(records, clock, open_again):
    def build(known):
        return Recalibration(number=len(known) + 1, model_version="m1", made_by="甲", made_at=clock.now)

    assert records.reviews.current_recalibration() is None
    threads = [Thread(target=records.reviews.add_recalibration, args=(build,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    again = open_again().reviews
    assert [one.number for one in again.recalibrations()] == [1, 2, 3, 4, 5, 6]
    assert again.current_recalibration().number == 6
