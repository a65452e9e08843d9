"""Asking by an ICP filing: found by what entities declared themselves (年报网站网店), never settled by it alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from matching.batch import match_batch
from records.register import MatchDecision
from tests.matching.test_batch import written


def features(match) -> dict[str, str]:
    return {reason.feature: reason.sentence for reason in match.reasons}


@pytest.mark.parametrize("shown", ["浙ICP备20261234号", "浙icp备 20261234号-5", "备案：浙ICP备20261234号-2"])
def test_filing_leads_to_who_declared_it_but_settles_nothing_alone(ask, known, shown) -> None:
    found = ask(icp_no=shown)
    assert (found.decision, found.candidates[0].code) == (MatchDecision.POSSIBLE, known.datong.code)
    assert "年报申报" in features(found)["icp"]


def test_filing_settles_a_short_name_that_many_could_bear(ask, known) -> None:
    assert ask(name="大通物流").decision is not MatchDecision.MATCH
    found = ask(name="大通物流", icp_no="浙ICP备20261234号")
    assert (found.decision, found.entity_code) == (MatchDecision.MATCH, known.datong.code)


def test_filing_nobody_declared_says_nothing_against_anybody(ask, known) -> None:
    plain, asked = (ask(name="杭州大通物流有限公司", icp_no=icp) for icp in ("", "京ICP备99999999号"))
    assert (asked.decision, asked.entity_code, asked.probability) == (
        plain.decision, known.datong.code, plain.probability
    )  # fmt: skip
    assert "不作不利" in features(asked)["icp"]


@pytest.mark.parametrize("junk", ["12345", "<b>ICP</b>", "ICP" * 5000, "😀", "'; DROP TABLE--"])
def test_what_is_no_filing_is_said_to_be_none(ask, junk) -> None:
    found = ask(icp_no=junk, name="杭州大通物流有限公司")
    assert found.decision is MatchDecision.MATCH
    assert "不像ICP备案号" in features(found)["icp"]
    assert len(features(found)["icp"]) < 120


def test_batch_may_have_a_column_of_filings(tmp_path: Path, resolver, clock, known) -> None:
    rows = "id,name,code,region,phone,address,ICP\na,大通物流,,,,,浙ICP备20261234号\nb,大通物流,,,,,\n"
    (tmp_path / "in.csv").write_text(rows, encoding="utf-8")
    match_batch(tmp_path / "in.csv", tmp_path / "out.csv", resolver, clock)
    out = written(tmp_path / "out.csv")
    assert [(row["decision"], row["entity_code"]) for row in out][0] == ("match", known.datong.code)
    assert out[1]["decision"] == "possible"
