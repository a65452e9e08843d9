"""Candidates chosen for comparison, and names found though a character was misread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from matching.candidates import CandidateSet, find_candidates
from matching.outlines import held_of
from matching.query_facts import query_facts
from matching.resolver import Resolver
from matching.rows import register_row
from matching.shortlist import shortlist
from records.register import Entity, MatchDecision, MatchQuery
from records.register_ports import RegisterStore

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def entity(number: int, name: str, *, division: str = "310115", **more: object) -> Entity:
    values = {"code": f"91{division}{number:010d}", "name": name, "kind": "企业", "region_code": division, **more}
    return Entity.model_validate(values)


TRADES = ("广告", "物流", "食品", "服饰", "软件", "印务")
CROWD = tuple(
    entity(6000 + number, f"杭州{first}{second}{TRADES[number % 6]}有限公司", division="330106")
    for number, (first, second) in enumerate((a, b) for a in "金瑞恒泰宏鑫嘉禾" for b in "源丰达盛和安通")
)


def _found(*entities: Entity, sure: Entity | None = None) -> CandidateSet:
    found = CandidateSet()
    held = [held_of(one) for one in entities] + ([held_of(sure)] if sure else [])
    found.held.update({one.code: one for one in held})
    found.sure.update([sure.code] if sure else [])
    return found


def _kept(name: str, found: CandidateSet, **more: object) -> list[Entity]:
    return [held.entity for held in shortlist(query_facts(_query(name, **more)), found)]


def _query(name: str, **more: object) -> MatchQuery:
    return MatchQuery.model_validate({"query_id": "q", "name": name, "as_of": NOW, **more})


@pytest.mark.parametrize("name", ["杭州金源广告有限公司", "金源广告", "杭州金沅广告公司", "金源广告（杭州）有限公司"])
def test_the_one_meant_is_among_the_few_compared(name: str) -> None:
    kept = _kept(name, _found(*reversed(CROWD)))
    assert len(kept) <= 30 < len(CROWD)
    assert CROWD[0] in kept


def test_candidate_led_to_by_a_code_is_compared_whatever_its_name() -> None:
    other = entity(6999, "哈尔滨北方木业总厂", division="230102")
    assert other in _kept("杭州金源广告有限公司", _found(*CROWD, sure=other))


def test_former_name_counts_as_a_name(crowd: RegisterStore, clock: Callable[[], datetime]) -> None:
    renamed = entity(6998, "哈尔滨北方木业总厂", division="230102", former_names=("杭州金源广告（集团）有限公司",))
    crowd.import_entities("试验", "2026-12", [register_row(renamed)])
    match = Resolver(crowd, clock).match(_query("杭州金源广告（集团）有限公司"))
    assert match.candidates[0].name == renamed.name
    assert any("曾用名" in reason.sentence for reason in match.reasons)


def test_person_speaks_for_one_of_many_namesakes() -> None:
    same = [entity(7000 + number, "鑫源商贸有限公司", division="510104") for number in range(60)]
    wanted = entity(7099, "鑫源商贸有限公司", division="510104", legal_representative="赵敏")
    assert wanted in _kept("鑫源商贸有限公司", _found(*same, wanted), legal_representative="赵敏")


@pytest.fixture
def crowd(empty_register: RegisterStore) -> RegisterStore:
    empty_register.import_entities("试验", "2026-11", [register_row(one) for one in CROWD])
    return empty_register


@pytest.mark.parametrize(
    ("shown", "key"),
    [
        ("杭州瑞风食品有限公司", "sound:rui'feng'shi'pin"),
        ("杭州瑞半食品有限公司", "gap-region:瑞食品|3301"),
        ("杭州丰食品有限公司", "gap-region:丰食品|3301"),
        ("瑞半食品有限公司", "core:瑞丰食品"),
    ],
    ids=["heard wrongly", "seen wrongly", "lost", "seen wrongly, no division"],
)
def test_misread_character_of_a_short_name_is_tried_as_a_key(crowd: RegisterStore, shown: str, key: str) -> None:
    with crowd.reading() as reader:
        found = find_candidates(query_facts(_query(shown)), reader)
    assert found.counts[key] >= 1
    assert "杭州瑞丰食品有限公司" in {one.name for one in found.held.values()}


def test_right_name_is_not_varied(crowd: RegisterStore) -> None:
    with crowd.reading() as reader:
        found = find_candidates(query_facts(_query("杭州瑞丰食品有限公司")), reader)
    assert not any(key.startswith("sound:") for key in found.counts)
    assert [one.name for one in found.held.values()] == ["杭州瑞丰食品有限公司"]


def test_whole_name_of_more_than_a_key_may_lead_to_still_finds_them_all(
    empty_register: RegisterStore, clock: Callable[[], datetime]
) -> None:
    same = [entity(9000 + number, "鑫源便利店") for number in range(130)]
    empty_register.import_entities("试验", "2026-11", map(register_row, same))
    with empty_register.reading() as reader:
        assert len(find_candidates(query_facts(_query("鑫源便利店")), reader).held) == 130
    assert Resolver(empty_register, clock).match(_query("鑫源便利店")).decision is MatchDecision.POSSIBLE
