"""Probabilities: they sum to one, equals share equally, evidence beside the name adds to them."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime

import pytest

from matching.constants import FITTED
from matching.features import Feature
from matching.query_facts import Calibration
from matching.resolver import Resolver
from matching.rows import register_row
from matching.scoring import WEIGHTS
from records.register import Entity, Match, MatchDecision, MatchQuery
from records.register_ports import RegisterStore

Ask = Callable[..., Match]


def entity(number: int, name: str, *, division: str = "310115", **more: object) -> Entity:
    values = {"code": f"91{division}{number:010d}", "name": name, "kind": "企业", "region_code": division, **more}
    return Entity.model_validate(values)


@pytest.fixture
def ask_of(empty_register: RegisterStore, clock: Callable[[], datetime]) -> Callable[[list[Entity]], Ask]:
    def of(entities: list[Entity]) -> Ask:
        empty_register.import_entities("试验", "2026-11", [register_row(one) for one in entities])
        resolver = Resolver(empty_register, clock)

        def ask(**fields: object) -> Match:
            return resolver.match(MatchQuery.model_validate({"query_id": "q", "as_of": clock(), **fields}))

        return ask

    return of


def test_every_feature_has_a_weight_and_every_calibration_its_constants() -> None:
    assert set(WEIGHTS) == set(Feature)
    assert set(FITTED.channels) == {calibration.value for calibration in Calibration}


def test_namesakes_that_nothing_tells_apart_share_equally(ask_of: Callable[[list[Entity]], Ask]) -> None:
    ask = ask_of([entity(1, "鑫源商贸有限公司"), entity(2, "鑫源商贸有限公司")])
    found = ask(name="鑫源商贸有限公司")
    first, second = found.candidates
    assert first.probability == pytest.approx(second.probability, abs=1e-3)
    assert found.decision is MatchDecision.POSSIBLE
    assert first.probability + second.probability + found.not_in_register_probability == pytest.approx(1)


def test_telephone_settles_which_of_two_namesakes(ask_of: Callable[[list[Entity]], Ask]) -> None:
    ask = ask_of([entity(1, "鑫源商贸有限公司"), entity(2, "鑫源商贸有限公司", phone="13800138000")])
    found = ask(name="鑫源商贸有限公司", phone="13800138000")
    assert found.decision is MatchDecision.MATCH
    assert found.entity_code == entity(2, "鑫源商贸有限公司").code


def test_short_licence_name_of_one_holder_may_match_but_a_shop_name_never(
    ask_of: Callable[[list[Entity]], Ask],
) -> None:
    ask = ask_of([entity(1, "成都临溪阁古法陶瓷有限公司"), *(entity(n, f"上海{n}号机械厂") for n in range(2, 40))])
    shown = ask(name="临溪阁古法陶瓷")
    shop = ask(shop_name="临溪阁古法陶瓷旗舰店")
    assert shown.candidates[0].name == shop.candidates[0].name == "成都临溪阁古法陶瓷有限公司"
    assert shop.decision is MatchDecision.POSSIBLE
    assert any("只有店铺名称" in reason.sentence for reason in shop.reasons)


def test_bare_trade_name_is_never_settled(ask_of: Callable[[list[Entity]], Ask]) -> None:
    found = ask_of([entity(1, "成都柏颐陶瓷有限公司")])(name="柏颐")
    assert found.decision is MatchDecision.POSSIBLE
    assert any("简称" in reason.sentence for reason in found.reasons)


@pytest.mark.parametrize("shown", ["义乌市前洪塑料丝花三厂", "义乌市前洪塑料丝花厂"])
def test_another_works_of_the_same_name_is_never_settled(shown: str, ask_of: Callable[[list[Entity]], Ask]) -> None:
    found = ask_of([entity(1, "义乌市前洪塑料丝花一厂", division="330782")])(name=shown)
    assert found.decision is MatchDecision.POSSIBLE


def test_weights_of_the_reasons_add_up_to_the_probability(ask_of: Callable[[list[Entity]], Ask]) -> None:
    found = ask_of([entity(1, "成都柏颐陶瓷有限公司"), entity(2, "杭州大通物流有限公司")])(name="柏颐陶瓷有限公司")
    weights = [reason.weight for reason in found.reasons if reason.feature != "margin"]
    assert 1 / (1 + math.exp(-sum(weights))) == pytest.approx(found.probability, abs=0.02)
