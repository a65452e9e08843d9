from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.beside import Listened, listened_for


def _told(listened: Listened, text: str) -> list[tuple[int, int]]:
    """The hits that are not refused by what stands beside them."""
    return [
        (place.start(), place.start() + len(needle))
        for needle, beside in listened.needles.items()
        for place in re.finditer(f"(?={re.escape(needle)})", text)
        if beside is None or beside.search(text, place.start() + beside.first, place.start() + beside.last)
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [("和朋友一起刷单", 1), ("和朋友一起去逛街,刷单", 0), ("刷单没有朋友", 0), ("朋友", 0), ("朋友刷单", 1)],
)
def test_a_hit_is_told_only_beside_what_its_pattern_asks_for(text: str, told: int) -> None:
    listened = listened_for(("朋友", "同事"), "(?:朋友|同事)[^,]{0,3}(?:刷单|好评)")
    assert listened.placed
    assert len(_told(listened, text)) == told


def test_of_each_way_to_match_the_rarer_words_are_listened_for() -> None:
    listened = listened_for(("默认", "没有"), "默认[^,]{0,4}(?:勾选|捆绑)|没有[^,]{0,4}(?:资质|执照)")
    assert set(listened.needles) == {"勾选", "捆绑", "资质", "执照"}
    assert listened.from_pattern


@pytest.mark.parametrize(
    ("words", "pattern"), [(("最好",), ""), (("最好",), "[^,]{2,5}最?"), (("最好",), "(?i)ABC[^,]{0,3}DEF")]
)
def test_own_words_are_listened_for_where_the_pattern_tells_nothing(words: tuple[str, ...], pattern: str) -> None:
    listened = listened_for(words, pattern)
    assert (dict(listened.needles), listened.from_pattern, listened.placed) == ({"最好": None}, False, False)


PARTS = st.sampled_from(
    ["甲", "乙丙", "[丁戊]", "(?:甲乙|丙)", "丁?", "(?:戊己)?", r"\d", "[^甲]{0,2}", "(?!己)", "(?:庚|辛{2})"]
    + ["(?:甲[^丙]?乙|丙.{0,2}戊)", "(?:(?:丁|己己).乙){1,2}", ".*?"]
)
WORDS = st.lists(st.sampled_from(["甲", "乙丙", "丙", "丁", "庚", "己乙"]), min_size=1, max_size=3, unique=True)


@given(st.lists(PARTS, min_size=1, max_size=5).map("".join), WORDS, st.text("甲乙丙丁戊己庚辛1", max_size=14))
def test_every_match_holds_a_hit_that_is_told(pattern: str, words: list[str], text: str) -> None:
    listened = listened_for(tuple(words), pattern)
    hits = _told(listened, text) if listened.placed else []
    for found in re.finditer(pattern, text) if listened.placed else ():
        assert any(found.start() <= start and end <= found.end() for start, end in hits)
