"""Candidates chosen for comparison, and names found though a character was misread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from matching.candidates import CandidateSet, find_candidates
from matching.query_facts import query_facts
from matching.resolver import Resolver
from matching.rows import register_row
from matching.shortlist import shortlist
from records.ports import RegisterStore
from records.register import Entity, MatchDecision, MatchQuery

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def entity(number: int, name: str, *, division: str = "310115", **more: object) -> Entity:
    values = {"code": f"91{division}{number:010d}", "name": name, "kind": "企业", "region_code": division, **more}
    return Entity.model_validate(values)


TRADES = ("广告", "物流", "食品", "服饰", "软件", "印务")
CROWD = tuple(
    entity(6000 + number, f"杭州{first}{second}{TRADES[number % 6]}有限公司", division="330106")
    for number, (first, second) in enumerate((a, b) for a in "金瑞恒泰宏鑫嘉禾" for b in "源丰达盛和安通")
)


def _found(*entities: Entity) -> CandidateSet:
    found = CandidateSet()
    found.add(entities)
    return found


def _query(name: str, **more: object) -> MatchQuery:
    return MatchQuery.model_validate({"query_id": "q", "name": name, "as_of": NOW, **more})


@pytest.mark.parametrize("name", ["杭州金源广告有限公司", "金源广告", "杭州金沅广告公司", "金源广告（杭州）有限公司"])
def test_the_one_meant_is_among_the_few_compared(name: str) -> None:
    kept = shortlist(query_facts(_query(name)), _found(*reversed(CROWD)))
    assert len(kept) <= 30 < len(CROWD)
    assert CROWD[0] in kept


def test_candidate_led_to_by_a_code_is_compared_whatever_its_name() -> None:
    found = _found(*CROWD)
    other = entity(6999, "哈尔滨北方木业总厂", division="230102")
    found.add([other], sure=True)
    assert other in shortlist(query_facts(_query("杭州金源广告有限公司")), found)


def test_former_name_counts_as_a_name() -> None:
    renamed = entity(6998, "哈尔滨北方木业总厂", division="230102", former_names=("杭州金源广告有限公司",))
    assert renamed in shortlist(query_facts(_query("杭州金源广告有限公司")), _found(*CROWD, renamed))


def test_person_speaks_for_one_of_many_namesakes() -> None:
    same = [entity(7000 + number, "鑫源商贸有限公司", division="510104") for number in range(60)]
    wanted = entity(7099, "鑫源商贸有限公司", division="510104", legal_representative="赵敏")
    kept = shortlist(query_facts(_query("鑫源商贸有限公司", legal_representative="赵敏")), _found(*same, wanted))
    assert wanted in kept


@pytest.fixture
def crowd(empty_register: RegisterStore) -> RegisterStore:
    empty_register.import_entities("试验", "2026-11", [register_row(one) for one in CROWD])
    return empty_register


def test_misread_character_of_a_short_name_is_tried_as_a_key(crowd: RegisterStore) -> None:
    facts = query_facts(_query("杭州瑞风食品有限公司"))  # 风 for 丰: one sound
    found = find_candidates(facts, crowd)
    assert found.counts["core-region:瑞丰食品|3301"] == 1
    assert "杭州瑞丰食品有限公司" in {one.name for one in found.entities.values()}


def test_right_name_is_not_varied(crowd: RegisterStore) -> None:
    found = find_candidates(query_facts(_query("杭州瑞丰食品有限公司")), crowd)
    assert "core-region:瑞风食品|3301" not in found.counts
    assert [one.name for one in found.entities.values()] == ["杭州瑞丰食品有限公司"]


def test_branch_written_most_alike_comes_first_but_is_never_settled(
    empty_register: RegisterStore, clock: Callable[[], datetime]
) -> None:
    branches = ("长春聚业大街支行", "西安西北工业大学支行", "天津迎新街支行", "西安含光路支行")
    entities = [entity(8000 + at, f"中国建设银行股份有限公司{name}") for at, name in enumerate(branches)]
    empty_register.import_entities("试验", "2026-11", [register_row(one) for one in entities])
    match = Resolver(empty_register, clock).match(_query("中国建设银行股份有限公司西安西北工业大学支行经营部"))
    assert match.candidates[0].name.endswith("西安西北工业大学支行")
    assert match.decision is MatchDecision.POSSIBLE
