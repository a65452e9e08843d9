"""Matches the model settled alone, drawn for review as the schedule visits."""

from __future__ import annotations

from datetime import UTC, datetime

from records.register import MatchDecision
from records.reviews import PairOrigin
from tests.wangjian.test_reviewing import CODE, NAME, _doubtful_shop
from wangjian.match_auditing import AUDITED_SHARE, audit_target, drawn
from wangjian.settings import load_settings
from wangjian.wiring import open_services


def test_about_one_pair_in_a_hundred_is_drawn_and_always_the_same():
    first = {number for number in range(20_000) if drawn(f"pair_{number}", AUDITED_SHARE)}
    assert 150 < len(first) < 250
    assert first == {number for number in range(20_000) if drawn(f"pair_{number}", AUDITED_SHARE)}
    assert first <= {number for number in range(20_000) if drawn(f"pair_{number}", 0.02)}


def test_only_what_the_model_settled_alone_is_queued_and_once(tmp_path):
    _doubtful_shop(tmp_path / "data")
    with open_services(load_settings(data_dir=tmp_path / "data")) as services:
        assert audit_target(services, "t1", share=1.0) == 0
        sure = {"decision": MatchDecision.MATCH, "probability": 0.999, "entity_code": CODE, "entity_name": NAME,
                "match_id": "m2", "matched_at": datetime(2026, 11, 22, tzinfo=UTC)}  # fmt: skip
        services.survey.save_match(services.survey.match_of("s1").model_copy(update=sure))
        assert audit_target(services, "elsewhere", share=1.0) == 0
        assert [audit_target(services, "t1", share=1.0) for _ in range(2)] == [1, 0]
        (pair,) = services.reviews.pairs()
        assert (pair.origin, pair.draw_id, pair.share) == (PairOrigin.AUDIT, "schedule", 1.0)
