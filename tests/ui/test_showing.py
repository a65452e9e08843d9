"""What is put before people's eyes: exact places of hits, and nothing hidden."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.leads import Span
from records.search import Highlight
from ui import showing


@given(st.text(max_size=400), st.lists(st.tuples(st.integers(0, 420), st.integers(0, 420)), max_size=6))
def test_cut_text_put_together_again_is_the_text_and_hits_are_the_spans(text, places):
    spans = [Span(start=start, end=end, text="") for start, end in places]
    pieces = showing.marked(text, spans, whole=True)
    assert "".join(piece.text for piece in pieces) == text
    hit = {at for start, end in places for at in range(start, min(end, len(text)))}
    at, marked = 0, set()
    for piece in pieces:
        if piece.kind == "hit":
            marked |= set(range(at, at + len(piece.text)))
        at += len(piece.text)
    assert marked == hit


@given(st.text(max_size=3000), st.integers(0, 3000), st.integers(1, 20))
def test_shortened_text_says_how_much_it_leaves_out(text, start, length):
    pieces = showing.marked(text, [Span(start=start, end=start + length, text="")])
    shown = sum(len(piece.text) for piece in pieces if piece.kind != "gap")
    left_out = sum(int("".join(filter(str.isdigit, piece.text))) for piece in pieces if piece.kind == "gap")
    assert shown + left_out == len(text)


@given(st.text())
def test_nothing_invisible_is_left(text):
    for character in showing.visible(text).replace("\u200d", ""):
        assert character in "\n\t " or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


@pytest.mark.parametrize(
    "hidden",
    ["\u202e", "\u2066", "\u200b", "\u200c", "\ufeff", "\u00ad", "\u3164", "\x00", "\x1b", "\U000e0041", "\ud800"],
)
def test_hidden_character_is_written_out(hidden):
    assert showing.visible(f"第{hidden}一") == f"第⟨U+{ord(hidden):04X}⟩一"


def test_emoji_stay_whole():
    assert showing.visible("👨‍👩‍👧 好评👍🏽 ❤️") == "👨‍👩‍👧 好评👍🏽 ❤️"
    assert showing.visible("第\u200d一") == "第⟨U+200D⟩一"


def test_piled_up_marks_are_thinned():
    assert len(showing.visible("a" + "\u0301" * 500)) < 10


def test_giant_text_is_cut_and_says_so():
    assert showing.visible("长" * 5000, 100) == "长" * 100 + "…（共 5000 字，已截断）"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", " http://a", "//a.example", "http://[", "JaVaScRiPt:x"]
)
def test_only_web_addresses_become_links(url):
    assert showing.outside_href(url) == ""


def test_moments_are_shown_in_beijing():
    late = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
    assert showing.moment(late) == "2026-11-21 00:30:00"
    assert showing.day(late) == "2026-11-21"


def test_highlight_of_a_search_is_cut_at_its_hits():
    pieces = showing.highlighted(Highlight(text="全网销量第一", hits=((2, 4),)))
    assert [(piece.kind, piece.text) for piece in pieces] == [("text", "全网"), ("hit", "销量"), ("text", "第一")]
