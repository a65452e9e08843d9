"""Permit, filing and approval numbers: read however written, faulty for a stated reason or not at all."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.identifiers.permits.forms import PermitKind
from matching.identifiers.permits.reading import permits_in, read_permit

ON = date(2026, 11, 20)
K = PermitKind


@pytest.mark.parametrize(
    ("shown", "kind"),
    [
        ("国药准字H20150001", K.DRUG),
        ("国药准字 ｚ１１０２０００１", K.DRUG),
        ("国药准字HC20200012", K.DRUG),
        ("京CB0100001", K.DRUG_TRADE),
        ("（京）-非经营性-2023-0001", K.DRUG_INFORMATION),
        ("国械注准20153640123", K.DEVICE),
        ("粤械注准20202140456", K.DEVICE),
        ("国械注进20172400001", K.DEVICE),
        ("沪闵械备20150001号", K.DEVICE_FILING),
        ("浙杭食药监械经营备20220001号", K.DEVICE_TRADE),
        ("京朝药监械经营许20230001号", K.DEVICE_TRADE),
        ("国妆特字G20191234", K.COSMETIC_SPECIAL),
        ("国妆特进字J20181234", K.COSMETIC_SPECIAL),
        ("国妆特字20220123", K.COSMETIC_SPECIAL),
        ("粤G妆网备字2021123456", K.COSMETIC_FILING),
        ("国妆网备进字（沪）2021123456", K.COSMETIC_FILING),
        ("国食健注G20190001", K.HEALTH_FOOD),
        ("食健备G201811000001", K.HEALTH_FOOD_FILING),
        ("国食注字TY20185001", K.MEDICAL_FOOD),
        ("国食注字YP20180001", K.INFANT_FORMULA),
        ("JY11108071215650", K.FOOD_TRADE),
        ("YB13301060001234", K.FOOD_FILING),
        ("浙食健广审（文）第271231-00012号", K.ADVERTISEMENT),
        ("PD20151234", K.PESTICIDE),
        ("浙卫消证字（2019）第0012号", K.DISINFECTION),
        ("浙ICP备18012345号-2", K.ICP),
        ("京 ICP 备 2021012345 号", K.ICP),
        ("京ICP证030173号", K.ICP_LICENCE),
        ("浙B2-20180376", K.TELECOM),
        ("浙公网安备 33010602006438号", K.POLICE),
        ("ZL 2008 1 0056765.1", K.PATENT),
        ("6901234567892", K.BARCODE),
    ],
)
def test_number_is_read_with_its_kind_and_no_fault(shown, kind) -> None:
    permit = read_permit(shown, ON)
    assert permit is not None
    assert (permit.kind, permit.problem) == (kind, "")
    assert permit.untold


@pytest.mark.parametrize(
    ("shown", "word"),
    [
        ("国药准字H20290001", "晚于"),
        ("国药准字H99990001", "来源代码"),
        ("粤械注准20203140456", "国家局"),
        ("国械注准20202140456", "省级"),
        ("粤械注进20202140456", "进口"),
        ("国械注准20121640123", "早于"),
        ("国食药监械（准）字2013第3450123号", "换证"),
        ("沪闵械备20300001号", "晚于"),
        ("国妆特字J20191234", "应为G"),
        ("国妆网备字2021123456", "省份简称"),
        ("食健备G201899000001", "省份代码"),
        ("JY11108071215651", "校验位"),
        ("JY41108071215650", "业态"),
        ("JY1110807121565", "14位"),
        ("SC10133010600011", "校验位"),
        ("QS1100 0101 0001", "SC"),
        ("京药广审（文）第240101-00001号", "届满"),
        ("京药广审（文）第241301-00001号", "不是日期"),
        ("浙公网安备31010602006438号", "上海"),
        ("浙ICP备29012345号", "晚于"),
        ("浙B2-20990376", "晚于"),
        ("ZL200810056765.X", "校验位"),
        ("6901234567890", "校验位"),
        ("LS20091234", "临时登记"),
    ],
)
def test_what_is_wrong_with_a_number_is_named(shown, word) -> None:
    permit = read_permit(shown, ON)
    assert permit is not None
    assert word in permit.problem


def test_fault_depends_on_the_day() -> None:
    for shown in ("QS1100 0101 0001", "京药广审（文）第240101-00001号"):
        before, after = read_permit(shown, date(2018, 9, 30)), read_permit(shown, ON)
        assert before is not None
        assert after is not None
        assert before.problem == ""
        assert after.problem


def test_only_a_reckoned_check_digit_counts_as_checked() -> None:
    checked = {"JY11108071215650": True, "6901234567892": True, "国药准字H20150001": False, "浙B2-20180376": False}
    for shown, answer in checked.items():
        permit = read_permit(shown, ON)
        assert permit is not None
        assert permit.told.checked is answer


def test_numbers_beside_each_other_are_each_read_once() -> None:
    text = "资质：国药准字Z20153001 JY 11108071215650 JY11108071215650，粤G妆网备字2021123456 6901234567892"
    assert [permit.kind for permit in permits_in(text, ON)] == [K.DRUG, K.FOOD_TRADE, K.COSMETIC_FILING, K.BARCODE]


@pytest.mark.parametrize("text", ["", "欢迎光临", "电话 13800138000", "91110000600037341L", "价格 20150001 元"])
def test_text_without_a_permit_gives_none(text) -> None:
    assert permits_in(text, ON) == ()


@given(st.text(alphabet="国药准字械注备京浙ICP公网安ZLJYQS0123456789()-.号第 ", max_size=60))
def test_any_text_gets_an_answer(text) -> None:
    for permit in permits_in(text, ON):
        assert permit.number
