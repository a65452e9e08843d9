from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.judging import Judge
from leads.needles import candidate_words, needles_for, required_words


@pytest.mark.parametrize(
    ("pattern", "required"),
    [
        ("满意[度率]", {"满意度", "满意率"}),
        ("(?:最|顶)(?:好)?的", {"最的", "顶的", "最好的", "顶好的"}),
        (r"(?:稳|包)赚[^,]{0,4}不赔", {"不赔"}),
        (r"\d成(?!新)(?:用户|顾客)", {f"{digit}成{who}" for digit in "0123456789" for who in ("用户", "顾客")}),
        ("最(?=好)", {"最"}),
        ("(?:甲|乙)+[^,]", {"甲", "乙"}),
        ("[^,]{2,5}", set()),
        ("甲?乙*", set()),
        ("(?:好评|.{3})", set()),
    ],
)
def test_words_required_by_a_pattern(pattern: str, required: set[str]) -> None:
    assert set(required_words(pattern)) == required


def test_rarer_words_of_the_pattern_are_listened_for() -> None:
    assert needles_for(("率",), "好评率|满意率") == (("好评率", "满意率"), True)
    assert needles_for(("不支持七天无理由",), "不支持七天无理由") == (("不支持七天无理由",), False)
    assert needles_for(("最好",), "") == (("最好",), False)


def test_words_met_often_on_pages_are_left_for_rarer_ones() -> None:
    assert needles_for(("默认",), "默认[^,]{0,4}(?:勾选|捆绑)") == (("勾选", "捆绑"), True)
    assert candidate_words("(?:默认|自动)[^,]{0,4}(?:勾选|捆绑)") == {"默认", "自动", "勾选", "捆绑"}


def test_every_match_in_the_examples_holds_a_required_word(judge: Judge) -> None:
    texts = [judge.normaliser.normalise(one.text).text for rule in judge.rules.values() for one in rule.breaching]
    joined, checked = "\n".join(texts), 0
    for rule in judge.rules.values():
        for cue in rule.signal.cues:
            required = required_words(cue.pattern) if cue.pattern else ()
            for found in re.finditer(cue.pattern, joined) if required else ():
                assert any(word in found[0] for word in required), (rule.rule_id, cue.cue_class, found[0])
                checked += 1
    assert checked > 300


PARTS = st.sampled_from(
    ["甲", "乙丙", "[丁戊]", "(?:甲乙|丙)", "丁?", "(?:戊己)?", r"\d", "[^甲]{0,2}", "(?!己)", "(?:庚|辛{2})"]
)


@given(st.lists(PARTS, min_size=1, max_size=5).map("".join), st.text(alphabet="甲乙丙丁戊己庚辛1", max_size=14))
def test_no_match_is_without_a_required_word(pattern: str, text: str) -> None:
    required = required_words(pattern)
    for found in re.finditer(pattern, text) if required else ():
        assert any(word in found[0] for word in required)
