"""`wangjian match review …` from a doubtful match to its label."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from matching.rows import register_row
from records.market import Disclosure, Reading, Shop
from records.register import Candidate, Entity, EntityKind, Match, MatchDecision, MatchQuery
from records.survey import FrontierRow, Outcome, Page, PageKind, Run, RunState
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


def test_doubt_goes_before_two_people_who_see_no_score_and_becomes_a_label(command, tmp_path):
    _doubtful_shop(tmp_path / "data")
    assert command("match", "review", "queue", "--json").document == {"added": 1}
    shown = command("match", "review", "next", "--reviewer", "甲")
    assert shown.code == 0 and NAME in shown.out and "0.62" not in shown.out
    pair_id = shown.out.split()[0]
    first = command("match", "review", "answer", pair_id, "same", "--reviewer", "甲", "--json")
    assert first.document["state"] == "open"
    assert "0.62" not in first.out and "甲" not in first.out
    second = command("match", "review", "answer", pair_id, "same", "--reviewer", "乙")
    assert "同一主体，模型给出的概率 0.625" in second.out
    exported = command("match", "review", "export", "-o", "labels.jsonl")
    assert exported.code == 0, exported.err
    (label,) = [json.loads(line) for line in (tmp_path / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (label["label"], label["entity"]["code"]) == (1, CODE)


def test_automatic_matches_are_audited_by_a_draw_anybody_can_repeat(command, tmp_path):
    _doubtful_shop(tmp_path / "data")
    sure = {"decision": MatchDecision.MATCH, "probability": 0.999, "entity_code": CODE, "entity_name": NAME,
            "match_id": "m2", "matched_at": datetime(2026, 11, 22, tzinfo=UTC)}  # fmt: skip
    with open_services(load_settings(data_dir=tmp_path / "data")) as services:
        services.survey.save_match(services.survey.match_of("s1").model_copy(update=sure))
    drawn = command("match", "review", "audit", "--seed", "20261121", "--share", "1", "--json").document
    assert (drawn["population"], drawn["drawn"], drawn["added"]) == (1, 1, 1)
    assert command("match", "review", "audit", "--seed", "20261121", "--share", "1", "--json").document["added"] == 0
    shown = command("match", "review", "next", "--reviewer", "甲", "--json")
    assert "audit" not in shown.out and "0.999" not in shown.out
    pair_id = shown.document["pair"]["pair_id"]
    for person in ("甲", "乙"):
        command("match", "review", "answer", pair_id, "different", "--reviewer", person, "--because", "other-place")
    said = command("match", "review", "stats")
    assert "1 条，判错 1 条" in said.out and "other-place 2" in said.out
    tried = command("match", "review", "recalibrate")
    assert tried.code == 1 and "少于 200 条" in tried.out and "概率不变" in tried.out
    command("match", "review", "recalibrate", "--revert", "3").assert_one_message(code=2, says="没有第 3 版")
