from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.judging import Judge
from leads.patterns import Sought, condition, finder

PARTS = st.sampled_from(
    [
        "甲",
        "乙丙",
        "[丁戊]",
        "[^甲]",
        "(?:甲乙|丙?)",
        "(?:丁?戊|己)",
        "丁?",
        "(?:戊己)?",
        r"\d",
        "[^甲]{0,2}",
        ".{0,2}?",
    ]
    + ["(?!己)", "(?<!甲)", "(?<=乙)", "^", "$", "(?:庚|辛{2})"]
)
CHOICES = st.lists(st.lists(PARTS, max_size=4).map("".join), min_size=1, max_size=3).map("|".join)
TEXT = st.text(alphabet="甲乙丙丁戊己庚辛1\n", max_size=14)


@given(CHOICES, TEXT, st.integers(0, 6), st.integers(0, 14))
def test_finder_finds_something_exactly_where_its_pattern_does(pattern: str, text: str, start: int, end: int) -> None:
    found = re.search(pattern, text) is not None
    assert (finder(pattern).search(text) is not None) == found
    found_within = re.compile(pattern).search(text, start, end) is not None
    assert (finder(pattern).search(text, start, end) is not None) == found_within


@given(st.lists(st.lists(PARTS, min_size=1, max_size=3).map("".join), min_size=1, max_size=3), TEXT)
def test_things_sought_one_by_one_are_those_the_pattern_asks_for(sought: list[str], text: str) -> None:
    for head, gap in (("(?s)", ".*?"), (r"\A", r"[\s\S]*")):
        pattern = head + "".join(f"(?={gap}(?:{one}))" for one in sought)
        assert condition(pattern).met(text) == (re.search(pattern, text) is not None)


def test_choice_between_lookaheads_is_one_pattern() -> None:
    assert len(condition("(?s)(?=.*甲|.*乙)").parts) == 1
    assert condition("(?s)(?=.*甲|.*乙)").met("丙乙")
    assert len(condition("(?=.*甲)(?=.*乙)").parts) == 1  # a full stop that stops at the end of a line
    assert len(condition("(?s)(?=.*甲)(?=.*[)(])").parts) == 2


def test_conditions_of_the_rules_are_met_in_their_examples_as_their_patterns_say(judge: Judge) -> None:
    asked = met = 0
    for rule in judge.rules.values():
        texts = [judge.normaliser.normalise(one.text).text for one in (*rule.breaching, *rule.clean)]
        for cue in rule.signal.cues:
            several = condition(cue.near)
            for text in texts if len(several.parts) > 1 else ():
                assert several.met(text) == (several.whole.search(text) is not None), (rule.rule_id, text)
                asked, met = asked + 1, met + several.met(text)
    assert asked > met > 20


def test_pattern_is_compiled_when_it_is_first_sought() -> None:
    wrong = Sought("(")
    with pytest.raises(re.error):
        wrong.search("甲")
    for skipping in (False, True):
        sought = Sought("(?:甲)?乙|丙丁", skipping=skipping)
        assert sought.search("己甲乙") is not None
        assert sought.search("己甲乙", 0, 2) is None
        assert len(list(sought.finditer("甲乙丙丁"))) == 2
