from __future__ import annotations

from datetime import date

import pytest

from leads.assessing import assess_listing
from leads.numbers import NumberKind, fault_of
from records.leads import ScanFields, Verdict
from records.market import Category

ON = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        (NumberKind.FOOD_LICENCE, "jy11108071215650"),
        (NumberKind.FOOD_LICENCE, "jy11105050876919"),
        (NumberKind.AD_REVIEW, "京食健广审(文)第261120-00001号"),
        (NumberKind.PATENT, "zl201510123456.1"),
        (NumberKind.BEST_BEFORE, "保质期至2026年11月20日"),
        (NumberKind.BEST_BEFORE, "保质期至2026年11月"),
        (NumberKind.BEST_BEFORE, "保质期至2026年13月40日"),
        (NumberKind.SHELF_LIFE, "生产日期2025年11月20日 保质期12个月"),
        (NumberKind.SHELF_LIFE, "生产日期2026年2月30日 保质期1天"),
        (NumberKind.SHELF_LIFE, "生产日期2026年1月 保质期十个月"),
        (NumberKind.CCC, "3c证书编号2023010907541234"),
        (NumberKind.MEDICAL, "国药准字z44023372"),
        (NumberKind.MEDICAL, "国药准字hj20140001"),
        (NumberKind.MEDICAL, "粤械注准20172070123"),
        (NumberKind.MEDICAL, "国食健注g20190001"),
    ],
)
def test_number_without_fault_is_left_alone(kind: NumberKind, shown: str) -> None:
    assert fault_of(kind, shown, on=ON) == ""


@pytest.mark.parametrize(
    ("kind", "shown", "said"),
    [
        (NumberKind.FOOD_LICENCE, "jy11108071215651", "校验位"),
        (NumberKind.FOOD_LICENCE, "jy91108071215650", "业态"),
        (NumberKind.FOOD_LICENCE, "jy19908071215650", "行政区划"),
        (NumberKind.FOOD_LICENCE, "jy1110807121", "14位"),
        (NumberKind.FOOD_LICENCE, "jyxxxxxxxxxxxxxx", "占位"),
        (NumberKind.AD_REVIEW, "京食健广审(文)第261119-00001号", "已届满"),
        (NumberKind.AD_REVIEW, "京食健广审(文)第261345-00001号", "不存在"),
        (NumberKind.PATENT, "zl201510123456.3", "校验位"),
        (NumberKind.PATENT, "zl209910123456.1", "年份"),
        (NumberKind.FOOD_LICENCE, "qs3301 0601 0123", "QS旧编号"),
        (NumberKind.BEST_BEFORE, "保质期至2026年11月18日", "已届满"),
        (NumberKind.BEST_BEFORE, "赏味期限:2026.10", "2026-10-31，已届满"),
        (NumberKind.SHELF_LIFE, "生产日期2024-02-29,保质期12个月", "至2025-02-28已届满"),
        (NumberKind.SHELF_LIFE, "生产日期:2026年11月1日 保质期:15天", "至2026-11-16已届满"),
        (NumberKind.SHELF_LIFE, "生产日期2023年5月 保质期三年", "至2026-05-31已届满"),
        (NumberKind.CCC, "3c证书编号20230109075", "16位"),
        (NumberKind.CCC, "ccc0000000000000000", "占位"),
        (NumberKind.CCC, "3c认证编号1999010907541234", "发证年份"),
        (NumberKind.MEDICAL, "国药准字q20231234", "字母“Q”"),
        (NumberKind.MEDICAL, "国药准字h2001323", "8位"),
        (NumberKind.MEDICAL, "粤械注准2023214", "11位"),
        (NumberKind.MEDICAL, "粤械注准20231140123", "管理类别"),
        (NumberKind.MEDICAL, "国械注准20103140123", "年份"),
        (NumberKind.MEDICAL, "国食健注g000000", "占位"),
    ],
)
def test_fault_of_a_number_is_named(kind: NumberKind, shown: str, said: str) -> None:
    assert said in fault_of(kind, shown, on=ON)


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        (ScanFields(page_complete=True, approval_nos=()), Verdict.SUSPECTED),
        (ScanFields(page_complete=False, approval_nos=()), Verdict.UNDETERMINED),
        (ScanFields(page_complete=True), None),
        (ScanFields(page_complete=True, approval_nos=("ZL201510123456.1",)), None),
    ],
)
def test_owed_number_is_missed_only_where_it_was_looked_for(ask, fields: ScanFields, verdict: Verdict | None) -> None:
    found = ask("A15", "采用专利散热技术", Category.DIGITAL, fields=fields)
    assert (found.verdict if found else None) is verdict


def test_patent_number_elsewhere_on_the_page_is_enough(make, judge, now) -> None:
    shop, words = make.shop(), "采用专利散热技术"
    bare = assess_listing(judge, make.listing("散热底座", words, complete=True), shop, now=now)
    shown = assess_listing(
        judge, make.listing("散热底座", words, "专利号ZL201510123456.1", complete=True), shop, now=now
    )
    assert ([one.rule_id for one in bare], shown) == (["A15"], ())


def test_faulty_number_read_on_a_listing_is_found_once(make, judge, now) -> None:
    numbers = ("JY11108071215651",)
    listing = make.listing("麻花 500克", "酥脆", "散称", approval_nos=numbers, complete=True, category=Category.FOOD)
    assert [one.rule_id for one in assess_listing(judge, listing, make.shop(), now=now)] == ["N06"]
