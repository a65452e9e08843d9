"""Addresses are compared below the division: a county in common makes no neighbours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from matching.candidates import CandidateSet
from matching.comparing import Feature, compare
from matching.outlines import held_of
from matching.query_facts import query_facts
from records.register import Entity, EntityKind, MatchQuery

ADDRESS_LEVELS = {Feature.ADDRESS_EQUAL, Feature.ADDRESS_NEAR, Feature.ADDRESS_APART}


@pytest.fixture
def level() -> Callable[[str, str], set[Feature]]:
    def found(shown: str, registered: str) -> set[Feature]:
        query = MatchQuery(query_id="q", name="华翰印务", address=shown, as_of=datetime(2026, 11, 1, tzinfo=UTC))
        entity = Entity(code="91310115MA1K4XXX0A", name="华翰印务有限公司", kind=EntityKind.COMPANY, address=registered)
        compared = compare(query_facts(query), held_of(entity), found=CandidateSet(), total=1)
        return ADDRESS_LEVELS & set(compared.features)

    return found


@pytest.mark.parametrize(
    ("shown", "registered", "wanted"),
    [
        ("浙江省杭州市桐庐县城关镇98号", "浙江省杭州市桐庐县城南街道大同路98号", Feature.ADDRESS_APART),
        ("杭州市余杭区仓前街道文一西路969号", "浙江省杭州市余杭区仓前街道文一西路969号", Feature.ADDRESS_EQUAL),
        ("余杭区文一西路969号", "浙江省杭州市余杭区仓前街道文一西路969号3幢", Feature.ADDRESS_EQUAL),
        ("杭州市余杭区仓前街道文一西路969号", "浙江省杭州市余杭区文一西路969号3幢", Feature.ADDRESS_NEAR),
    ],
)
def test_below_the_division(level, shown: str, registered: str, wanted: Feature) -> None:
    assert level(shown, registered) == {wanted}


def test_a_division_alone_says_nothing(level) -> None:
    assert level("浙江省杭州市桐庐县", "浙江省杭州市桐庐县城南街道大同路98号") == set()
