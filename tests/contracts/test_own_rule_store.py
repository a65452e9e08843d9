"""OwnRuleStore: every version stays, numbers follow each other, a batch is kept whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from records.errors import ConflictError
from records.leads import Basis
from records.own_rules import OwnConditions, OwnRule
from stores.backends import Records
from tests.contracts.conftest import START

LAW = Basis(instrument="中华人民共和国广告法", article="第二十八条", text="", in_force_from=date(2015, 9, 1))


def _own(rule_id: str = "Z01", version: int = 1, **changes: object) -> OwnRule:
    values = {
        "rule_id": rule_id, "version": version, "title": "孕妇燕窝", "groups": (("燕窝",), ("孕妇", "宝宝")), "within": 5,
        "unless": ("仿品",), "basis": (LAW,), "made_by": "王监", "made_at": START,
        "conditions": OwnConditions(price_least_fen=100, regions=("33",)),
    }  # fmt: skip
    return OwnRule.model_validate({**values, **changes})


def test_newest_version_is_the_rule_and_all_stay(records: Records, open_again: Callable[[], Records]) -> None:
    records.own_rules.save_own_rules((_own(), _own("Z02")))
    records.own_rules.save_own_rules((_own(version=2, title="孕妇食燕窝"),))
    again = open_again()
    assert again.own_rules.own_rules() == (_own(version=2, title="孕妇食燕窝"), _own("Z02"))
    assert again.own_rules.own_rule_versions("Z01") == (_own(), _own(version=2, title="孕妇食燕窝"))
    assert again.own_rules.own_rule_versions("Z03") == ()


def test_batch_with_a_stale_version_changes_nothing(records: Records) -> None:
    records.own_rules.save_own_rules((_own(),))
    with pytest.raises(ConflictError, match="现为第 1 版"):
        records.own_rules.save_own_rules((_own("Z02"), _own()))
    assert records.own_rules.own_rules() == (_own(),)


def test_retired_rule_is_shown_only_when_asked_for(records: Records) -> None:
    records.own_rules.save_own_rules((_own(), _own(version=2, retired=True)))
    assert records.own_rules.own_rules() == ()
    assert records.own_rules.own_rules(retired=True) == (_own(version=2, retired=True),)
