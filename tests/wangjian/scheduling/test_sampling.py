"""双随机 draws."""

import hashlib
from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.errors import InvalidInputError
from wangjian.scheduling.sampling import draw

AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
SHOPS = [f"shop{number}" for number in range(40)]
OFFICERS = [f"officer{number}" for number in range(7)]
IDENTIFIERS = st.lists(
    st.text(st.characters(blacklist_characters="\n", blacklist_categories=["Cs"]), min_size=1), min_size=2, unique=True
)


@given(
    IDENTIFIERS,
    IDENTIFIERS,
    st.text(st.characters(blacklist_categories=["Cs"]), min_size=1).filter(str.strip),
    st.randoms(),
)
def test_draw_is_repeatable_whatever_the_order_of_the_lists(subjects, officers, seed, random):
    count = random.randint(1, len(subjects))
    first = draw(subjects, officers, seed=seed, count=count, drawn_at=AT)
    random.shuffle(subjects)
    random.shuffle(officers)
    assert draw(subjects, officers, seed=seed, count=count, drawn_at=AT) == first
    drawn = [assignment.subject_id for assignment in first.assignments]
    assert len(drawn) == len(set(drawn)) == count and set(drawn) <= set(subjects)
    for assignment in first.assignments:
        assert len(set(assignment.officer_ids)) == 2 and set(assignment.officer_ids) <= set(officers)
    load = Counter(officer for assignment in first.assignments for officer in assignment.officer_ids)
    assert max(load.values()) - min(load[officer] for officer in officers) <= 1


def test_draw_can_be_checked_with_sha256sum_alone():
    drawn = draw(SHOPS, OFFICERS, seed="5 11 23", count=6, drawn_at=AT)
    by_hand = sorted(SHOPS, key=lambda shop: hashlib.sha256(f"5 11 23\nsubject\n{shop}".encode()).hexdigest())
    assert [assignment.subject_id for assignment in drawn.assignments] == by_hand[:6]
    listed = "".join(f"{shop}\n" for shop in sorted(SHOPS)).encode()
    assert drawn.subjects_sha256 == hashlib.sha256(listed).hexdigest()


def test_every_shop_has_its_chance():
    times = Counter(
        assignment.subject_id
        for number in range(400)
        for assignment in draw(SHOPS, OFFICERS, seed=str(number), count=10, drawn_at=AT).assignments
    )
    assert set(times) == set(SHOPS)
    assert 60 <= min(times.values()) <= max(times.values()) <= 145, "100 expected, 8.7 the deviation"


def test_barred_officers_stand_aside():
    barred = {shop: OFFICERS[:4] for shop in SHOPS}
    drawn = draw(SHOPS, OFFICERS, seed="1", count=40, drawn_at=AT, barred=barred)
    assert {officer for item in drawn.assignments for officer in item.officer_ids} == set(OFFICERS[4:])
    with pytest.raises(InvalidInputError, match="shop3 .*不足 2 名"):
        draw(SHOPS, OFFICERS, seed="1", count=40, drawn_at=AT, barred={"shop3": OFFICERS[1:]})


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"seed": " "}, "种子"),
        ({"count": 41}, "40 户"),
        ({"count": 0}, "40 户"),
        ({"subjects": ["a", "a"], "count": 1}, "重复"),
        ({"officers": ["a", "b\n"]}, "换行"),
    ],
)
def test_unfair_draw_is_refused(wrong, told):
    call = {"subjects": SHOPS, "officers": OFFICERS, "seed": "1", "count": 3, "drawn_at": AT, **wrong}
    with pytest.raises(InvalidInputError, match=told):
        draw(call.pop("subjects"), call.pop("officers"), **call)
