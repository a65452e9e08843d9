"""What only the whole register can tell, the scores, the offices and the trend."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from matching.quality.checking import read_region
from matching.quality.divisions import DivisionHistory
from matching.quality.trend import read_report, with_trend
from records.errors import InvalidInputError, NotFoundError
from records.quality import QualityCheck, QualityDimension
from records.register import EntityKind, EntityStatus


def _found(report) -> set[tuple[QualityCheck, str, str]]:
    return {(found.check, found.field, found.code) for found in report.problems}


def test_register_without_fault_scores_one(check, sound, coded) -> None:
    report = check(*(sound(coded(number), name=f"杭州华翰{number}印务有限公司") for number in range(1, 9)))
    assert (report.entities, report.problem_count, report.problems, report.offices) == (8, 0, (), ())
    (source,) = report.sources
    assert (source.score, source.absent_fields) == (1.0, ())
    assert {part.dimension for part in source.dimensions} == set(QualityDimension)


def test_score_is_the_mean_of_the_dimensions_shares(check, sound, coded) -> None:
    """Four companies, one code with a wrong check: one of the twelve questions of 准确性 fails, all others hold."""
    entities = [sound(coded(number), name=f"杭州甲{number}印务有限公司") for number in range(1, 4)]
    wrong = sound(coded(4, check="0" if coded(4)[-1] != "0" else "1"), name="杭州乙印务有限公司")
    report = check(*entities, wrong)
    (source,) = report.sources
    accuracy = next(part for part in source.dimensions if part.dimension is QualityDimension.ACCURACY)
    assert (accuracy.decided, accuracy.problems, accuracy.score) == (12, 1, round(11 / 12, 6))
    assert source.score == pytest.approx((4 + 11 / 12) / 5, abs=1e-6)
    assert _found(report) == {(QualityCheck.CODE, "code", wrong.code)}


def test_missing_field_is_a_problem_of_the_entity_but_an_absent_column_one_of_the_source(check, sound, coded) -> None:
    rows = [
        sound(coded(number), name=f"杭州甲{number}印务有限公司", scope="", address=f"文三路{number}号01室")
        for number in range(1, 5)
    ]
    rows[2] = rows[2].model_copy(update={"legal_representative": ""})
    report = check(*rows)
    assert _found(report) == {
        (QualityCheck.REQUIRED, "legal_representative", rows[2].code),
        (QualityCheck.REQUIRED, "scope", ""),
    }
    (source,) = report.sources
    assert source.absent_fields == ("scope",)
    completeness = next(part for part in source.dimensions if part.dimension is QualityDimension.COMPLETENESS)
    assert completeness.problems == 5  # four scopes, one name of a person


def test_status_and_its_day_agree(check, sound, coded) -> None:
    rows = [sound(coded(number), name=f"杭州甲{number}印务有限公司") for number in range(1, 5)]
    living = sound(coded(5), name="杭州乙印务有限公司", status_on=date(2020, 1, 1))
    ended = sound(coded(6), name="杭州丙印务有限公司", status=EntityStatus.CANCELLED)
    dated = sound(coded(7), name="杭州丁印务有限公司", status=EntityStatus.REVOKED, status_on=date(2020, 1, 1))
    other = sound(coded(8), name="杭州戊印务有限公司", status=EntityStatus.CANCELLED, status_on=date(2020, 1, 1))
    assert _found(check(*rows, living, ended, dated, other)) == {
        (QualityCheck.STATUS_DATE, "status_on", living.code),
        (QualityCheck.STATUS_DATE, "status_on", ended.code),
    }


def test_day_of_the_newest_change_is_no_day_of_an_end(check, sound, coded) -> None:
    rows = [
        sound(coded(number), name=f"杭州甲{number}印务有限公司", status_on=date(2020, 1, 1)) for number in range(1, 5)
    ]
    assert check(*rows).problem_count == 0


def test_one_subject_under_two_codes_is_named_with_both(check, sound, coded) -> None:
    company = sound(coded(7), name="杭州甲印务有限公司")
    stall = sound(coded(7, kind="92"), name="西湖区甲印务店", kind=EntityKind.INDIVIDUAL)
    report = check(company, stall, sound(coded(8), name="杭州乙印务有限公司"))
    assert _found(report) == {(QualityCheck.SAME_SUBJECT, "code", entity.code) for entity in (company, stall)}
    assert stall.code in next(found for found in report.problems if found.code == company.code).sentence


def test_same_name_at_the_same_address_is_a_double_unless_one_ended(check, sound, coded) -> None:
    one, two = sound(coded(1)), sound(coded(2), address="浙江省杭州市西湖区文三路１２３号 4幢501室")
    assert _found(check(one, two)) == {(QualityCheck.SAME_PLACE, "name", entity.code) for entity in (one, two)}
    elsewhere = sound(coded(2), address="浙江省杭州市西湖区文三路125号")
    ended = sound(coded(2), status=EntityStatus.CANCELLED, status_on=date(2020, 1, 1))
    unknown = sound(coded(2), address="")
    assert not {found.check for found in check(one, elsewhere).problems}
    assert not {found.check for found in check(one, ended).problems}
    assert QualityCheck.SAME_PLACE not in {found.check for found in check(one, unknown).problems}


def test_old_and_new_number_side_by_side_are_one_finding(check, sound, coded) -> None:
    old = sound("330106103097411", established_on=date(2010, 1, 1))
    new = sound(coded(2), established_on=date(2010, 1, 1))
    doubles = {found.code: found.check for found in check(old, new).problems if found.field == "name"}
    assert doubles == {old.code: QualityCheck.TWO_NUMBERS, new.code: QualityCheck.TWO_NUMBERS}


def test_problems_stand_under_the_office_that_answers(check, sound, coded) -> None:
    rows = [
        sound(coded(1), name="杭州甲印务有限公司", phone="无"),
        sound(coded(2), name="杭州乙印务有限公司", phone="无", legal_representative="测试"),
        sound(coded(3, division="610131"), name="西安丙印务有限公司", phone="无", region_code=""),
        sound(coded(4, division="330106"), name="丁印务有限公司", phone="无", region_code="310115"),
        sound(coded(5, division="110114"), name="戊印务有限公司", phone="无", region_code="110100"),
    ]
    report = check(*rows)
    assert [(office.office, office.entities, office.problems) for office in report.offices] == [
        ("浙江省杭州市西湖区市场监督管理局", 2, 3),
        ("北京市昌平区市场监督管理局", 1, 1),
        ("上海市浦东新区市场监督管理局", 1, 1),
        ("陕西省西安市市场监督管理局（登记机关编号610131）", 1, 1),
    ]


def test_source_and_region_narrow_the_report_but_not_the_search_for_doubles(check, sound, coded) -> None:
    here, there = sound(coded(1)), sound(coded(2), region_code="440106", source="外省")
    report = check(here, there, region="33")
    assert (report.entities, [found.code for found in report.problems]) == (1, [here.code])
    assert check(here, there, source="外省").entities == 1
    assert [source.source for source in check(here, there).sources] == ["外省", "省局"]


@pytest.mark.parametrize(("narrow", "says"), [({"source": "无此"}, "没有来源"), ({"region": "44"}, "没有主体")])
def test_nothing_to_check_is_not_nothing_wrong(check, sound, narrow, says) -> None:
    with pytest.raises(NotFoundError, match=says):
        check(sound(), **narrow)
    with pytest.raises(NotFoundError, match="空的"):
        check()


@pytest.mark.parametrize("text", ["火星", "99", "33010", "123", "abc", "’; DROP TABLE"])
def test_region_that_is_none_is_refused(text) -> None:
    with pytest.raises(InvalidInputError, match="不是行政区划"):
        read_region(text)


def test_trend_tells_corrected_remaining_and_new(check, sound, coded, tmp_path) -> None:
    broken = sound(coded(1), name="杭州甲印务有限公司", phone="无", legal_representative="无")
    before = check(broken, sound(coded(2), name="杭州乙印务有限公司"))
    saved = tmp_path / "before.json"
    saved.write_text(before.model_dump_json(), encoding="utf-8")
    mended = broken.model_copy(update={"phone": "0571-88123456"})
    later = check(
        mended,
        sound(coded(2), name="杭州乙印务有限公司", phone="110"),
        now=before.made_at + timedelta(days=30),
    )
    trend = with_trend(later, read_report(saved)).trend
    assert (trend.problems_before, trend.corrected, trend.remaining, trend.added) == (2, 1, 1, 1)
    assert trend.since == before.made_at
    assert set(trend.score_before) == {"省局"}
    with pytest.raises(InvalidInputError, match="范围不同"):
        with_trend(check(mended, region="33"), before)


@pytest.mark.parametrize("content", ["", "[]", '{"entities": 1}', "不是JSON"])
def test_what_is_no_report_is_refused(tmp_path, content) -> None:
    path = tmp_path / "report.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidInputError, match="不是登记库检查报告"):
        read_report(path)
    with pytest.raises(InvalidInputError, match="读不到"):
        read_report(tmp_path / "none.json")


def test_division_names_reach_back_to_what_was_abolished() -> None:
    history = DivisionHistory.load()
    assert history.name("120222") == "天津市武清县"
    assert history.office("100000") == "国家市场监督管理总局"
    assert history.office("990000") == ""


def test_list_is_cut_but_the_count_is_not(check, sound, coded, monkeypatch) -> None:
    monkeypatch.setattr("matching.quality.tallying.LISTED_OF_A_CHECK", 2)
    rows = [sound(coded(number), name=f"杭州甲{number}印务有限公司", phone="110") for number in range(1, 6)]
    report = check(*rows)
    assert (report.problem_count, len(report.problems), report.unlisted) == (5, 2, 3)
    assert (report.offices[0].problems, report.offices[0].entities) == (5, 5)
    trend = with_trend(report, report).trend
    assert (trend.problems_before, trend.corrected) == (5, None)
