"""`wangjian match review …` from a doubtful match to its label."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from matching.rows import register_row
from records.errors import InvalidInputError
from records.market import Disclosure, Reading, Shop
from records.register import Candidate, Entity, EntityKind, Match, MatchDecision, MatchQuery
from records.reviews import Answer, PairOrigin, ReviewReason
from records.survey import FrontierRow, Outcome, Page, PageKind, Run, RunState
from wangjian.cli.recalibrating import audit, recalibrate
from wangjian.cli.reviewing import review_answer, review_export, review_next, review_queue, review_stats
from wangjian.settings import load_settings
from wangjian.wiring import open_services

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
CODE, NAME, URL = "91330106MA2CCEX21A", "杭州百草园商贸有限公司", "http://a.test/"


def _doubtful_shop(data_dir):
    row = FrontierRow(row_id="row1", run_id="r1", url=URL, canonical_url=URL, host="a.test", kind=PageKind.SHOP)
    page = Page(page_id="p1", run_id="r1", target_id="t1", url=URL, final_url=URL, kind=PageKind.SHOP,
                outcome=Outcome.READ, status=200, fetched_at=NOW, headers=())  # fmt: skip
    shop = Shop(shop_id="s1", target_id="t1", url=URL, name="百草园", disclosure=Disclosure(holder_name="百草园"),
                first_seen_at=NOW, last_seen_at=NOW)  # fmt: skip
    query = MatchQuery(query_id="s1", name="百草园", shop_name="百草园", as_of=NOW)
    match = Match(match_id="m1", shop_id="s1", query=query, decision=MatchDecision.POSSIBLE, model_version="x",
                  not_in_register_probability=0.3754, snapshot_id="x", matched_at=NOW, probability=0.6246,
                  candidates=(Candidate(code=CODE, name=NAME, probability=0.6246),))  # fmt: skip
    with open_services(load_settings(data_dir=data_dir)) as services:
        services.register.import_entities(
            "登记库", "s-1", [register_row(Entity(code=CODE, name=NAME, kind=EntityKind.COMPANY))]
        )
        services.survey.open_run(Run(run_id="r1", target_id="t1", state=RunState.RUNNING, started_at=NOW), (row,))
        (leased,) = services.survey.lease("r1", limit=1, until=NOW)
        services.survey.complete(leased, page, Reading(kind=PageKind.SHOP, shop=shop), ())
        services.survey.save_match(match)


def test_doubt_goes_before_two_people_who_see_no_score_and_becomes_a_label(tmp_path, capsys):
    data_dir = tmp_path / "data"
    _doubtful_shop(data_dir)

    def said(code):
        assert code == 0
        return capsys.readouterr().out

    assert json.loads(said(review_queue(data_dir=data_dir, as_json=True))) == {"added": 1}
    shown = said(review_next("甲", data_dir=data_dir))
    assert NAME in shown and "0.62" not in shown
    pair_id = shown.split()[0]
    first = said(review_answer(pair_id, Answer.SAME, "甲", data_dir=data_dir, as_json=True))
    assert json.loads(first)["state"] == "open"
    assert "0.62" not in first and "甲" not in first
    assert "同一主体，模型给出的概率 0.625" in said(review_answer(pair_id, Answer.SAME, "乙", data_dir=data_dir))
    said(review_export(tmp_path / "labels.jsonl", data_dir=data_dir))
    (label,) = [json.loads(line) for line in (tmp_path / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (label["label"], label["entity"]["code"]) == (1, CODE)


def test_automatic_matches_are_audited_by_a_draw_anybody_can_repeat(tmp_path, capsys):
    data_dir = tmp_path / "data"
    _doubtful_shop(data_dir)
    sure = {"decision": MatchDecision.MATCH, "probability": 0.999, "entity_code": CODE, "entity_name": NAME,
            "match_id": "m2", "matched_at": datetime(2026, 11, 22, tzinfo=UTC)}  # fmt: skip
    with open_services(load_settings(data_dir=data_dir)) as services:
        services.survey.save_match(services.survey.match_of("s1").model_copy(update=sure))
        assert audit("20261121", share=1.0, data_dir=data_dir) == 0
        assert audit("20261121", share=1.0, data_dir=data_dir) == 0
        (pair,) = services.reviews.pairs()
        assert pair.origin is PairOrigin.AUDIT and services.campaigns.drawn(pair.draw_id).draw.seed == "20261121"
        capsys.readouterr()
        assert review_next("甲", data_dir=data_dir, as_json=True) == 0
        shown = capsys.readouterr().out
        assert "audit" not in shown and "0.999" not in shown
        for person in ("甲", "乙"):
            reasons = [ReviewReason.OTHER_PLACE]
            review_answer(pair.pair_id, Answer.DIFFERENT, person, because=reasons, data_dir=data_dir)
        review_stats(data_dir=data_dir)
        said = capsys.readouterr().out
        assert "1 条，判错 1 条" in said and "other-place 2" in said
        assert recalibrate(data_dir=data_dir) == 1
        assert "少于 200 条" in capsys.readouterr().out
        with pytest.raises(InvalidInputError, match="没有第 3 版"):
            recalibrate(revert=3, data_dir=data_dir)
