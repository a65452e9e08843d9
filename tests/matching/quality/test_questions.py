"""Each question both ways: what is sound is left alone, what is wrong is named, what cannot be told is said so."""

from __future__ import annotations

from datetime import date

import pytest

from matching.quality.outcomes import Outcome
from records.quality import QualityCheck
from records.register import EntityKind, EntityStatus

SOUND, PROBLEM, UNDECIDED = Outcome.SOUND, Outcome.PROBLEM, Outcome.UNDECIDED


@pytest.mark.parametrize(
    ("code", "outcome", "says"),
    [
        ("91110000600037341L", SOUND, ""),
        ("91110000600037341M", PROBLEM, "第18位校验码不符"),
        ("914401832313268830", PROBLEM, "第17位组织机构代码校验不符"),  # MOD 31 alone would let it pass
        ("9111000060003734IL", PROBLEM, "字符"),
        ("440301103097413", SOUND, ""),
        ("440301103097414", PROBLEM, "15位注册号校验位不符"),
        ("3101152000001", SOUND, ""),
        ("9901152000001", PROBLEM, "号码13位"),
    ],
)
def test_numbers_are_held_to_every_check_they_carry(ask, code, outcome, says) -> None:
    found = ask(QualityCheck.CODE, "code", code)
    assert (found.outcome, says in found.sentence) == (outcome, True)


@pytest.mark.parametrize(
    ("prefix", "kind", "outcome"),
    [
        ("91", EntityKind.COMPANY, SOUND),
        ("91", EntityKind.BRANCH, SOUND),
        ("91", EntityKind.INDIVIDUAL, PROBLEM),
        ("92", EntityKind.INDIVIDUAL, SOUND),
        ("92", EntityKind.COMPANY, PROBLEM),
        ("93", EntityKind.COOPERATIVE, SOUND),
        ("93", EntityKind.BRANCH, SOUND),
        ("93", EntityKind.COMPANY, PROBLEM),
        ("99", EntityKind.COMPANY, SOUND),
        ("94", EntityKind.COMPANY, PROBLEM),
        ("N2", EntityKind.COMPANY, UNDECIDED),
        ("81", EntityKind.COMPANY, UNDECIDED),
    ],
)
def test_first_two_places_agree_with_the_kind(ask, coded, prefix, kind, outcome) -> None:
    assert ask(QualityCheck.CODE_KIND, "kind", coded(kind=prefix), kind=kind).outcome is outcome


def test_wrong_department_is_said_once(ask, coded) -> None:
    code = coded(kind="94")
    assert ask(QualityCheck.CODE, "code", code).outcome is SOUND
    assert "登记管理部门" in ask(QualityCheck.CODE_KIND, "kind", code).sentence


@pytest.mark.parametrize(
    ("division", "established", "outcome", "says"),
    [
        ("330106", date(2018, 3, 1), SOUND, ""),
        ("100000", date(2018, 3, 1), SOUND, ""),  # the national office
        ("330101", date(2018, 3, 1), SOUND, ""),  # 市辖区: the city's own office
        ("990106", date(2018, 3, 1), PROBLEM, "不属于任何省份"),
        ("320213", date(2015, 12, 1), SOUND, ""),  # 梁溪区, of that very year: the lists are a year behind
        ("510185", date(2017, 1, 20), SOUND, ""),
        ("330113", date(2017, 1, 1), PROBLEM, "尚未设立"),  # 临平区, 2021
        ("330113", date(2016, 12, 31), SOUND, ""),  # the code was given out later, nobody knows when
        ("610131", date(2018, 3, 1), UNDECIDED, "自用编号"),  # a development zone
        ("120222", date(2018, 3, 1), UNDECIDED, "1999年"),  # 武清县: its office goes on with the old number
        ("120222", None, UNDECIDED, "沿用"),
        ("533201", date(2003, 1, 1), UNDECIDED, "沿用"),  # the office of a prefecture that is no more
    ],
)
def test_division_of_the_code_was_there_when_it_was_issued(ask, coded, division, established, outcome, says) -> None:
    found = ask(QualityCheck.DIVISION, "code", coded(division=division), established_on=established)
    assert (found.outcome, says in found.sentence) == (outcome, True), found


@pytest.mark.parametrize(
    ("code", "established", "outcome"),
    [
        ("440301103097413", date(2009, 1, 1), SOUND),
        ("440301103097413", date(2019, 1, 1), PROBLEM),
        ("440301103097413", None, None),
        ("91110000600037341L", date(2019, 1, 1), None),
    ],
)
def test_old_numbers_belong_to_old_entities(ask, code, established, outcome) -> None:
    found = ask(QualityCheck.OLD_NUMBER, "code", code, established_on=established)
    assert (found.outcome if found else None) is outcome


@pytest.mark.parametrize(
    ("field", "text", "outcome"),
    [
        ("name", "杭州华翰印务有限公司", SOUND),
        ("name", "测试", PROBLEM),
        ("name", "浙江测试技术有限公司", SOUND),
        ("legal_representative", "无", PROBLEM),
        ("legal_representative", "吴无", SOUND),
        ("scope", "------", PROBLEM),
        ("scope", "略", PROBLEM),
        ("scope", "茶叶零售", SOUND),
        ("address", "暂无", PROBLEM),
        ("address", "浙江省杭州市", PROBLEM),
        ("address", "桐庐县", PROBLEM),
        ("address", "桐庐县分水镇三合村", SOUND),
        ("address", "文三路123号", SOUND),
        ("address", "", None),
    ],
)
def test_placeholders_are_told_from_contents(ask, field, text, outcome) -> None:
    found = ask(QualityCheck.PLACEHOLDER, field, **{field: text})
    assert (found.outcome if found else None) is outcome, found


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("0571-88123456", SOUND),
        ("0571 8812 3456", SOUND),
        ("+86 139 5712 3406", SOUND),
        ("13957123406；0571-88123450", SOUND),
        ("400-820-8820", SOUND),
        ("139****3406", UNDECIDED),
        ("无", PROBLEM),
        ("00000000", PROBLEM),
        ("11111111111", PROBLEM),
        ("0571-88888888", PROBLEM),
        ("13800138000", PROBLEM),
        ("12345678901", PROBLEM),
        ("110", PROBLEM),
        ("没电话", PROBLEM),
        ("", None),
    ],
)
def test_telephone_numbers_that_cannot_ring_are_named(ask, text, outcome) -> None:
    found = ask(QualityCheck.PHONE, "phone", phone=text)
    assert (found.outcome if found else None) is outcome, found


@pytest.mark.parametrize(
    ("kind", "name", "outcome"),
    [
        (EntityKind.INDIVIDUAL, "余杭区阿强水果店", SOUND),
        (EntityKind.INDIVIDUAL, "北京梦思君商贸有限公司", PROBLEM),
        (EntityKind.INDIVIDUAL, "四川康贝大药房连锁有限公司甘孜归仁堂店", SOUND),
        (EntityKind.INDIVIDUAL, "仁康药业连锁有限公司钟祥十八店（加盟店）", SOUND),
        (EntityKind.COOPERATIVE, "临安山核桃专业合作社", SOUND),
        (EntityKind.COOPERATIVE, "临安山核桃有限公司", PROBLEM),
        (EntityKind.COMPANY, "某某供销合作社", None),
    ],
)
def test_legal_form_of_the_name_fits_the_kind(ask, kind, name, outcome) -> None:
    found = ask(QualityCheck.LEGAL_FORM, "name", kind=kind, name=name)
    assert (found.outcome if found else None) is outcome


@pytest.mark.parametrize(
    ("kind", "name", "outcome"),
    [
        (EntityKind.COMPANY, "杭州华翰印务有限公司", SOUND),
        (EntityKind.COMPANY, "华翰（浙江）印务有限公司", SOUND),
        (EntityKind.COMPANY, "华翰印务有限公司", None),
        (EntityKind.COMPANY, "广州华翰印务有限公司", UNDECIDED),
        (EntityKind.BRANCH, "广州华翰印务有限公司杭州分公司", None),
    ],
)
def test_region_of_the_name_is_compared_never_condemned(ask, kind, name, outcome) -> None:
    found = ask(QualityCheck.NAME_REGION, "name", kind=kind, name=name)
    assert (found.outcome if found else None) is outcome


@pytest.mark.parametrize(("region", "outcome"), [("330106", SOUND), ("990106", PROBLEM), ("", None)])
def test_division_of_the_entity_is_in_a_province(ask, region, outcome) -> None:
    found = ask(QualityCheck.NAME_REGION, "region_code", region_code=region)
    assert (found.outcome if found else None) is outcome


@pytest.mark.parametrize(
    ("formers", "outcome"),
    [(("杭州老名印务有限公司",), SOUND), (("老名", "杭州华翰印务有限公司 "), PROBLEM), ((), None)],
)
def test_former_name_is_another_name(ask, formers, outcome) -> None:
    found = ask(QualityCheck.FORMER_NAME, "former_names", former_names=formers)
    assert (found.outcome if found else None) is outcome


@pytest.mark.parametrize(
    ("field", "day", "outcome"),
    [
        ("established_on", date(2026, 11, 21), SOUND),
        ("established_on", date(2026, 11, 22), PROBLEM),
        ("established_on", date(1949, 9, 30), PROBLEM),
        ("established_on", None, None),
        ("status_on", date(2027, 1, 1), PROBLEM),
        ("abnormal_since", date(2015, 1, 1), SOUND),
        ("abnormal_since", date(2012, 1, 1), PROBLEM),
        ("seriously_illegal_since", date(2016, 3, 31), PROBLEM),
        ("seriously_illegal_since", date(2022, 3, 31), SOUND),
    ],
)
def test_days_are_possible(ask, field, day, outcome) -> None:
    found = ask(QualityCheck.DATE_RANGE, field, **{field: day})
    assert (found.outcome if found else None) is outcome


@pytest.mark.parametrize("field", ["status_on", "valid_until", "abnormal_since", "seriously_illegal_since"])
@pytest.mark.parametrize(("day", "outcome"), [(date(2018, 3, 1), SOUND), (date(2018, 2, 28), PROBLEM)])
def test_nothing_happens_before_the_beginning(ask, field, day, outcome) -> None:
    found = ask(QualityCheck.DATE_ORDER, field, status=EntityStatus.CANCELLED, **{field: day})
    assert found.outcome is outcome
    assert ask(QualityCheck.DATE_ORDER, field, established_on=None, **{field: day}) is None
