"""未亮照, 亮照信息不全, 疑似无照: absence is said only of what was looked at."""

from __future__ import annotations

import pytest

from records.licence_findings import Certainty, LicenceProblem

P = LicenceProblem
STRANGER = "杭州市凤凰岭苴却砚工艺品有限公司"
EXEMPTION = "个人销售自产农副产品，依法不需要办理市场主体登记"


def said(match):
    return [finding.problem for finding in match.licence_findings]


def held_back(match):
    return {one.problem: one.because for one in match.withheld_findings}


def test_nothing_shown_on_pages_read_whole_is_said(ask) -> None:
    (finding,) = ask(shop_name="小鹿的店", looked=True).licence_findings
    assert finding.problem is P.NOT_SHOWN


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"whole": False, "unread": ("亮照页",)}, "亮照页"),
        ({"unread": ("页脚",)}, "页脚"),
        ({"exemption_text": EXEMPTION}, "举证"),
    ],
)
def test_unread_part_or_exemption_withholds_it_with_the_reason(ask, fields, word) -> None:
    found = ask(shop_name="小鹿的店", **fields)
    assert said(found) == []
    assert word in held_back(found)[P.NOT_SHOWN]


@pytest.mark.parametrize("fields", [{"has_link": True}, {"has_image": True}])
def test_link_or_picture_is_a_licence_shown(ask, fields) -> None:
    assert P.NOT_SHOWN not in said(ask(shop_name="小鹿的店", **fields))


def test_without_a_look_at_pages_nothing_is_missing(ask, firm) -> None:
    assert said(ask(name=firm.shop.name)) == []
    assert said(ask(name=STRANGER)) == []


def test_missing_items_are_named(ask, firm) -> None:
    base = {"name": firm.shop.name, "code": firm.shop.code, "subject_kind": "有限责任公司"}
    (finding,) = ask(**base, address=firm.shop.address).licence_findings
    assert finding.problem is P.INCOMPLETE
    assert finding.field == "法定代表人（负责人、经营者）"
    assert said(ask(**base, address=firm.shop.address, legal_representative="周文静")) == []


def test_items_on_a_picture_or_an_unread_page_are_not_missing(ask, firm) -> None:
    base = {"name": firm.shop.name, "code": firm.shop.code}
    pictured = ask(**base, has_image=True)
    assert said(pictured) == []
    assert "图片" in held_back(pictured)[P.INCOMPLETE]
    assert said(ask(**base, whole=False, unread=("亮照页",))) == []


def test_stall_need_not_have_a_name(ask, firm) -> None:
    shown = {"code": firm.stall.code, "legal_representative": "陈阿珍", "subject_kind": "个体工商户", "address": "余杭"}
    assert said(ask(**shown)) == []


def test_whole_name_nobody_has_is_only_to_be_checked(ask) -> None:
    found = {one.problem: one for one in ask(name=STRANGER, looked=True).licence_findings}
    finding = found[P.UNLICENSED]
    assert finding.certainty is Certainty.TO_CHECK
    assert any("漏检率" in remark for remark in finding.remarks)
    assert any("零星小额" in remark for remark in finding.remarks)


@pytest.mark.parametrize(
    "fields",
    [{"exemption_text": EXEMPTION}, {"has_image": True}, {"whole": False, "unread": ("首页",)}],
)
def test_exemption_picture_or_unread_part_withholds_it(ask, fields) -> None:
    found = ask(name=STRANGER, **fields)
    assert P.UNLICENSED not in said(found)
    assert P.UNLICENSED in held_back(found)


@pytest.mark.parametrize("fields", [{"name": "凤凰岭"}, {"shop_name": "凤凰岭苴却砚旗舰店"}])
def test_short_or_shop_name_alone_never_makes_it(ask, fields) -> None:
    assert P.UNLICENSED not in said(ask(**fields, looked=True))


def test_registered_name_without_number_is_not_unlicensed(ask, firm) -> None:
    assert P.UNLICENSED not in said(ask(name=firm.shop.name, looked=True))


def test_permit_that_speaks_against_itself_is_named(ask, firm) -> None:
    base = {"name": firm.shop.name, "code": firm.shop.code, "has_image": True}
    wrong = ask(**base, permit_nos=("JY11108071215651",), police_no="浙公网安备31010602006438号")
    assert [finding.field for finding in wrong.licence_findings] == ["食品经营许可证编号", "公安联网备案号"]
    assert all(finding.problem is P.PERMIT_INVALID for finding in wrong.licence_findings)
    assert said(ask(**base, permit_nos=("JY11108071215650", "YB11108071215651"))) == []


def test_name_of_a_province_the_register_does_not_take_in_is_not_unlicensed(ask) -> None:
    found = ask(name="三亚凤凰岭苴却砚工艺品有限公司", looked=True)
    assert P.UNLICENSED not in said(found)
    assert "海南" in held_back(found)[P.UNLICENSED]
