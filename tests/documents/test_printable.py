"""Text becomes fit for paper without hiding or changing anything silently."""

from __future__ import annotations

import doctest

from hypothesis import given
from hypothesis import strategies as st

from documents import labels
from documents import printable as module
from documents.printable import LONGEST, breakable, grouped, printable


def test_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(module).failed == 0
    assert doctest.testmod(labels).failed == 0


@given(st.text())
def test_breaking_adds_and_loses_no_character(text: str) -> None:
    assert "".join(breakable(text)) == text


@given(st.text())
def test_nothing_unseen_is_left(text: str) -> None:
    assert printable(text).isprintable()


def test_direction_marks_and_controls_are_shown_by_number() -> None:
    assert printable("a\u202eb\x00c\u200dd") == "a〔U+202E〕b〔U+0000〕c〔U+200D〕d"


def test_rare_characters_stay_as_they_are() -> None:
    assert printable("㐂𠮷龘 café") == "㐂𠮷龘 café"


def test_giant_value_is_cut_and_said_to_be() -> None:
    shown = printable("网" * 100_000)
    assert shown.startswith("网" * LONGEST + "……（共 100000 字")


def test_digest_is_grouped_by_eight() -> None:
    assert [len(group) for group in grouped("0" * 64).split()] == [8] * 8
