"""Where two names differ: damage makes pairs nobody bears, another business's name is as usual as the registered one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from matching.candidates import CandidateSet
from matching.edits import Alignment, edit_levels, usage_of
from matching.features import Feature, in_conflict
from matching.outlines import outline_of
from matching.query_facts import query_facts
from records.register import MatchQuery

USUAL = {"印刷": 2000, "刷": 2500, "印": 3000, "达商": 40, "润达": 90, "润发": 80, "发商": 60, "城关": 500, "长城": 700,
         "馴": 0, "司城": 20, "江南": 300, "公兴": 3, "兴中": 50}  # fmt: skip


def levels(shown: str, registered: str) -> tuple[dict[Feature, float], Alignment | None]:
    facts = query_facts(MatchQuery(query_id="q", name=shown, as_of=datetime(2026, 11, 20, tzinfo=UTC)))
    found, features = CandidateSet(), {}
    found.gram_counts.update(USUAL)
    alignment = edit_levels(facts, outline_of(registered, "", ""), found, features, total=200_000)
    return features, alignment


def test_character_that_makes_no_word_is_damage_and_says_so() -> None:
    features, alignment = levels("上海新申塑料装潢印馴厂", "上海新申塑料装潢印刷厂")
    assert Feature.EXPLAINED in features
    assert features[Feature.ODD] == 1.0
    assert features[Feature.REPLACED_USUAL] > 5
    assert alignment is not None
    assert alignment.shown == "驯→刷"


def test_two_usual_names_are_two_businesses() -> None:
    features, _alignment = levels("石屏县润发商贸有限公司", "石屏县润达商贸有限公司")
    assert Feature.EXPLAINED not in features
    assert abs(features[Feature.REPLACED_USUAL]) < 1


@pytest.mark.parametrize(
    ("shown", "registered"),
    [
        ("宁武石油分公司城关加油站", "宁武石油分公司长城加油站"),
        ("剑阁县公兴中心社圈龙综合门市部", "剑阁县公兴中心社综合门市部"),
        ("长汀县新桥供销社任屋购销处", "长汀县新桥供销社廖家购销处"),
    ],
)
def test_another_word_is_a_conflict_however_long_the_rest(shown: str, registered: str) -> None:
    features, _alignment = levels(shown, registered)
    assert Feature.WORD_APART in features
    assert in_conflict(features)


@pytest.mark.parametrize(
    ("shown", "registered"),
    [
        ("杭州华翰印务厂", "杭州华翰印务有限公司"),
        ("新城建工股份有限公司淄博分", "新城建工股份有限公司淄博分公司"),
        ("邮政集团公司武安支局股份有限公司", "邮政集团公司武安支局"),
    ],
)
def test_legal_form_is_no_word_of_a_name(shown: str, registered: str) -> None:
    features, alignment = levels(shown, registered)
    assert alignment is None
    assert Feature.WORD_APART not in features


def test_one_numeral_for_another_is_never_damage() -> None:
    features, _alignment = levels("杭州丝绸三厂第二门市部", "杭州丝绸三厂第一门市部")
    assert Feature.EXPLAINED not in features


def test_character_read_twice_is_damage() -> None:
    features, _alignment = levels("杭州华华翰印务有限公司", "杭州华翰印务有限公司")
    assert Feature.EXPLAINED in features


def test_small_register_knows_no_pairs_and_judges_nothing_odd() -> None:
    facts = query_facts(MatchQuery(query_id="q", name="上海新申印馴厂", as_of=datetime(2026, 11, 20, tzinfo=UTC)))
    features: dict[Feature, float] = {}
    edit_levels(facts, outline_of("上海新申印刷厂", "", ""), CandidateSet(), features, total=300)
    assert features == {Feature.REPLACED_USUAL: 0.0, Feature.REPLACED_COMMON: 0.0}


def test_usage_is_told_for_the_size_of_the_fit() -> None:
    found = CandidateSet()
    found.gram_counts["润达"] = 100
    small, large = (usage_of("润达", found, total=total)[0] for total in (200_000, 2_000_000))
    assert small > large > 0
    assert usage_of("润", found, total=1) == (0.0, 0.0)
