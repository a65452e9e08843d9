"""代码无效, 代码查无, 名称与代码不符: the guards that were not tested elsewhere, each with its reason told."""

from __future__ import annotations

from datetime import UTC, datetime

from records.licence_findings import Certainty, LicenceProblem


def said(match):
    return [finding.problem for finding in match.licence_findings]


def held_back(match):
    return {one.problem: one.because for one in match.withheld_findings}


def test_code_the_register_holds_is_right_although_its_check_fails(ask, firm) -> None:
    found = ask(name=firm.bad_code.name, code=firm.bad_code.code)
    assert said(found) == []
    assert "以登记为准" in held_back(found)[LicenceProblem.CODE_INVALID]


def test_failing_code_off_a_picture_is_withheld_and_off_the_page_said(ask) -> None:
    wrong = "91330203MA2B0T1X0A"
    read = ask(name="某某商行", code=wrong, read_by_ocr=("code",))
    assert said(read) == []
    assert "核对原图" in held_back(read)[LicenceProblem.CODE_INVALID]
    assert said(ask(name="某某商行", code=wrong)) == [LicenceProblem.CODE_INVALID]


def test_unknown_code_tells_what_it_rests_on(ask, known) -> None:
    (finding,) = ask(name="无锡某某商行", code=known.make_code(990), address="", looked=False).licence_findings
    assert (finding.problem, finding.field) == (LicenceProblem.CODE_UNKNOWN, "代码")
    assert finding.shown == known.make_code(990)
    assert finding.snapshot_id == "snap_20261101_0123456789ab"
    assert (str(finding.snapshot_on), str(finding.judged_on)) == ("2026-11-01", "2026-11-20")
    assert any("上海" in remark for remark in finding.remarks)


def test_code_of_another_department_says_whom_to_ask(ask) -> None:
    from matching.identifiers.checks import mod31_character, organisation_character

    body = "N2330106" + "12345678" + organisation_character("12345678")
    found = ask(name="某某村股份经济合作社", code=body + mod31_character(body))
    assert "农业农村" in held_back(found)[LicenceProblem.CODE_UNKNOWN]


def test_parent_shown_beside_the_code_of_its_branch_is_no_mismatch(ask, firm) -> None:
    found = ask(name=firm.parent.name, code=firm.branch.code)
    assert said(found) == []
    assert "分支机构" in held_back(found)[LicenceProblem.NAME_CODE_MISMATCH]
    other = ask(name=firm.parent.name, code=firm.neighbour.code)
    assert said(other) == [LicenceProblem.NAME_CODE_MISMATCH]


def test_operator_beside_the_code_of_the_stall_is_no_mismatch(ask, firm) -> None:
    found = ask(name="陈阿珍", code=firm.stall.code)
    assert said(found) == []
    assert "经营者" in held_back(found)[LicenceProblem.NAME_CODE_MISMATCH]
    assert said(ask(name="杭州大通物流有限公司", code=firm.stall.code)) == [LicenceProblem.NAME_CODE_MISMATCH]


def test_mismatch_off_a_picture_is_to_be_checked(ask, known) -> None:
    for by_ocr, certainty in ((("name",), Certainty.TO_CHECK), ((), Certainty.PROVED)):
        (finding,) = ask(name=known.datong.name, code=known.huahan.code, read_by_ocr=by_ocr).licence_findings
        assert (finding.problem, finding.certainty) == (LicenceProblem.NAME_CODE_MISMATCH, certainty)
        assert finding.source == "试验"


def test_answer_of_years_ago_is_given_as_of_then(ask, known) -> None:
    before = datetime(2024, 6, 1, tzinfo=UTC)
    found = ask(name=known.cancelled.name, code=known.cancelled.code, as_of=before)
    assert said(found) == []
    assert "之后" in held_back(found)[LicenceProblem.CANCELLED]


def test_short_registered_name_inside_a_long_one_is_no_excuse(ask, firm) -> None:
    assert said(ask(name="北京椒江海韵客房部食品贸易有限公司", code=firm.branch.code)) == []
    assert said(ask(name="北京大通食品贸易有限公司", code=firm.stall.code)) == [LicenceProblem.NAME_CODE_MISMATCH]


def test_code_of_a_province_or_kind_the_register_does_not_take_in_is_not_unknown(ask, known) -> None:
    assert said(ask(name="无锡某某商行", code=known.make_code(990))) == [LicenceProblem.CODE_UNKNOWN]
    for code, whose in (
        (known.make_code(990, division="460106"), "海南的企业"),
        (known.make_code(990, kind="93"), "上海的农民专业合作社"),
    ):
        found = ask(name="无锡某某商行", code=code)
        assert said(found) == []
        assert whose in held_back(found)[LicenceProblem.CODE_UNKNOWN]
