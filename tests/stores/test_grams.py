"""Adding up postings by sets, and stopping early for those unseen, chooses whom adding up everything would."""

from __future__ import annotations

from array import array
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from stores.sql.grams import best_sharing
from stores.sql.ranked_grams import best_by_rank

_POSTINGS = st.sets(st.integers(min_value=1, max_value=60), max_size=40)
_BLOCKS = st.lists(st.tuples(_POSTINGS, st.sampled_from((1.0, 2.5, 4.0, 7.25, 11.5))), max_size=7)


@given(blocks=_BLOCKS, most=st.integers(min_value=1, max_value=12))
def test_best_are_those_of_the_highest_sums(blocks: list[tuple[set[int], float]], most: int) -> None:
    sums: Counter[int] = Counter()
    for postings, weight in blocks:
        sums.update(dict.fromkeys(postings, weight))
    expected = sorted(sums.items(), key=lambda one: (-one[1], one[0]))[:most]
    written = [(array("Q", postings).tobytes(), weight) for postings, weight in blocks]
    assert best_sharing(written, most) == dict(expected)
    ranked = [(array("I", sorted(postings)).tobytes(), weight) for postings, weight in blocks]
    assert best_by_rank(ranked, most) == dict(expected)


def test_far_more_postings_than_wanted() -> None:
    rare, common, commonest = range(0, 900, 9), range(0, 3_000, 3), range(0, 20_000, 2)
    written = [
        (array("Q", list(some)).tobytes(), weight) for some, weight in ((rare, 9.0), (common, 4.0), (commonest, 3.0))
    ]
    expected = {number: 16.0 if number % 2 == 0 else 13.0 for number in [*range(0, 900, 18), *range(9, 189, 18)]}
    assert best_sharing(written, 60) == expected
    ranked = [(array("I", array("Q", some)).tobytes(), weight) for some, weight in written]
    assert best_by_rank(ranked, 60) == expected
