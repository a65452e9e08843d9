"""What is written out without a template is escaped like everything else."""

from __future__ import annotations

from records.leads import Severity
from records.search import Facet
from ui.drawing import drawn_pieces, drawn_severity, drawn_values
from ui.searching import FacetValue
from ui.showing import Piece

HOSTILE = '<b>"局"&'


def value(**said: object) -> FacetValue:
    given = {"value": "a", "title": HOSTILE, "count": None, "chosen": False, "href": '/leads?a="&b=<i>'}
    return FacetValue(**{**given, **said})


def test_values_are_escaped_wherever_they_stand():
    drawn = drawn_values([value(out_href="/leads?not.a=<i>")])
    assert drawn.count("&lt;b&gt;&#34;局&#34;&amp;") == 2
    assert "<b>" not in drawn and "<i>" not in drawn and 'a="&' not in drawn
    assert '<span class="num">0</span>' in drawn


def test_value_left_out_says_so_and_has_no_count():
    drawn = drawn_values([value(left_out=True, count=3, out_href="/leads")])
    assert '<li class="left-out">' in drawn and "已排除" in drawn and '<span class="num"></span>' in drawn


def test_value_that_cannot_be_left_out_has_one_link():
    assert drawn_values([value(chosen=True, count=3)]).count("<a ") == 1


def test_pieces_are_escaped_and_show_what_cannot_be_seen():
    pieces = [Piece(kind="text", text="<i>\u200b"), Piece(kind="hit", text="&"), Piece(kind="gap", text="略 3 字")]
    assert drawn_pieces(pieces) == '&lt;i&gt;⟨U+200B⟩<mark>&amp;</mark><span class="gap">…略 3 字…</span>'


def test_severity_has_a_word_beside_its_colour():
    assert drawn_severity(Severity.HIGH) == '<span class="sev sev-high"><i aria-hidden="true"></i>高</span>'


def test_facet_names_are_no_part_of_what_is_escaped_twice():
    assert "&amp;amp;" not in drawn_values([value(title="a&b", href=f"/leads?{Facet.STATE.value}=a&b=c")])
