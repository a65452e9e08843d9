"""Promises of CandidateStore."""

from datetime import timedelta
from threading import Thread

import pytest

from records.candidates import (
    MAX_SIGHTINGS,
    CandidateState,
    DiscoveryMethod,
    Sighting,
    TargetCandidate,
    candidate_id_of,
    decided,
)
from records.errors import ConflictError, NotFoundError, TransitionRefusedError
from records.survey import TargetKind

NEW, ACCEPTED, IGNORED = CandidateState.NEW, CandidateState.ACCEPTED, CandidateState.IGNORED


@pytest.fixture
def seen(clock):
    def make(key="shop.cn", *, place="https://mall.cn/list", minutes=0):
        at = clock.now + timedelta(minutes=minutes)
        sighting = Sighting(
            method=DiscoveryMethod.LINKS, url=f"https://{key}/", place=place, place_sha256="0" * 64, seen_at=at
        )
        return TargetCandidate(
            candidate_id=candidate_id_of(key), key=key, twin_key=key, url=f"https://{key}/", kind=TargetKind.SITE,
            first_seen_at=at, last_seen_at=at, sightings=(sighting,),
        )  # fmt: skip

    return make


def test_same_look_again_changes_nothing(records, seen):
    assert records.candidates.record([seen(), seen("b.cn")]) == (2, 0)
    before = list(records.candidates.candidates())
    assert records.candidates.record([seen(), seen("b.cn")]) == (0, 2)
    assert list(records.candidates.candidates()) == before


def test_seen_elsewhere_and_later_is_one_candidate_with_both_sightings(records, seen, open_again):
    records.candidates.record([seen()])
    records.candidates.record([seen(place="https://other.cn/", minutes=5)])
    found = open_again().candidates.candidate(candidate_id_of("shop.cn"))
    assert [sighting.place for sighting in found.sightings] == ["https://mall.cn/list", "https://other.cn/"]
    assert (found.last_seen_at - found.first_seen_at, found.seen_count) == (timedelta(minutes=5), 2)


def test_one_look_that_holds_an_address_twice_makes_one(records, seen):
    assert records.candidates.record([seen(), seen(place="https://other.cn/")]) == (1, 0)


def test_sightings_are_held_to_their_number_and_the_first_stays(records, seen):
    for minute in range(MAX_SIGHTINGS + 5):
        records.candidates.record([seen(place=f"https://p{minute}.cn/", minutes=minute)])
    found = records.candidates.candidate(candidate_id_of("shop.cn"))
    assert len(found.sightings) == MAX_SIGHTINGS and found.seen_count == MAX_SIGHTINGS + 5
    assert found.sightings[0].place == "https://p0.cn/"


def test_decision_stands_when_it_is_seen_again(records, seen, clock):
    records.candidates.record([seen()])
    records.candidates.decide(decided(seen(), IGNORED, now=clock.now, reason="不是网店"), was=NEW)
    records.candidates.record([seen(place="https://other.cn/", minutes=9)])
    found = records.candidates.candidate(candidate_id_of("shop.cn"))
    assert (found.state, found.reason, len(found.sightings)) == (IGNORED, "不是网店", 2)
    assert [each.key for each in records.candidates.candidates(IGNORED)] == ["shop.cn"]
    assert list(records.candidates.candidates(NEW)) == []


def test_what_was_seen_meanwhile_is_not_lost_by_deciding(records, seen, clock):
    records.candidates.record([seen()])
    held = records.candidates.candidate(candidate_id_of("shop.cn"))
    records.candidates.record([seen(place="https://other.cn/", minutes=1)])
    records.candidates.decide(decided(held, ACCEPTED, now=clock.now, target_id="t1"), was=NEW)
    assert len(records.candidates.candidate(held.candidate_id).sightings) == 2


def test_second_decider_is_told(records, seen, clock):
    records.candidates.record([seen()])
    records.candidates.decide(decided(seen(), ACCEPTED, now=clock.now, target_id="t1"), was=NEW)
    with pytest.raises(ConflictError, match="已被处理"):
        records.candidates.decide(decided(seen(), IGNORED, now=clock.now), was=NEW)
    with pytest.raises(TransitionRefusedError):
        decided(records.candidates.candidate(candidate_id_of("shop.cn")), IGNORED, now=clock.now)


def test_unknown_candidate_is_not_found(records, seen, clock):
    with pytest.raises(NotFoundError):
        records.candidates.candidate("candidate_none")
    with pytest.raises(NotFoundError):
        records.candidates.decide(decided(seen(), IGNORED, now=clock.now), was=NEW)


def test_looks_from_several_threads_lose_no_sighting(records, seen):
    looks = [[seen(place=f"https://p{number}.cn/", minutes=number)] for number in range(8)]
    threads = [Thread(target=records.candidates.record, args=(look,)) for look in looks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(records.candidates.candidate(candidate_id_of("shop.cn")).sightings) == 8
