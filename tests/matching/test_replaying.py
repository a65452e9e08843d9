"""A stored match is reckoned again over what was known then."""

from __future__ import annotations

from datetime import UTC, datetime

from matching.replaying import replay
from matching.resolver import Resolver
from records.register import MatchQuery
from records.register_ports import RegisterStore

LATER = datetime(2027, 1, 1, tzinfo=UTC)
"""After the register was imported: a replay knows what was known at the moment of the match."""


def test_replay_over_the_same_snapshot_says_the_same(register: RegisterStore) -> None:
    stored = Resolver(register, lambda: LATER).match(
        MatchQuery(query_id="q", name="上海华翰印务有限公司", as_of=LATER), shop_id="s1"
    )
    again = replay(stored, register)
    assert again.same
    assert again.again.match_id == stored.match_id


def test_replay_names_what_another_model_says(register: RegisterStore) -> None:
    stored = Resolver(register, lambda: LATER).match(MatchQuery(query_id="q", name="上海华翰印务有限公司", as_of=LATER))
    old = stored.model_copy(update={"model_version": "parts-0", "probability": 0.5})
    found = replay(old, register)
    assert not found.same
    assert any("模型版本：当时为parts-0" in line for line in found.differences)
    assert any("首位概率" in line for line in found.differences)
