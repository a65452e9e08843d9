"""疑似套用 and 与登记不一致: code and name are right, other items are not."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from matching.findings.borrowing import MANY_UNLIKE_SHOPS
from records.licence_findings import Certainty, LicenceProblem

P = LicenceProblem
ELSEWHERE = "广东省深圳市宝安区西乡街道固戍一路88号"
OTHER_SCOPE = "医疗器械销售；药品零售；保健食品销售；化妆品批发"


def said(match):
    return [finding.problem for finding in match.licence_findings]


def held_back(match):
    return {one.problem: one.because for one in match.withheld_findings}


@pytest.fixture
def show(ask, firm):
    def answer(**fields):
        base = {"name": firm.shop.name, "code": firm.shop.code, "has_image": True, "address": firm.shop.address}
        return ask(**{**base, "subject_kind": "有限责任公司", **fields})

    return answer


def test_true_licence_has_no_finding(show, firm) -> None:
    found = show(
        legal_representative="周文静",
        phone="0574 8765 4321",
        icp_no="浙ICP备18012345号-2",
        scope=firm.shop.scope,
        valid_until="2018年05月04日至2038年05月03日",
        registered_on=date(2018, 5, 4),
    )
    assert said(found) == []
    assert found.withheld_findings == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"address": ELSEWHERE, "legal_representative": "何大勇"},
        {"address": ELSEWHERE, "icp_no": "粤ICP备20012345号"},
        {"address": ELSEWHERE, "scope": OTHER_SCOPE},
        {"icp_no": "浙ICP备19999999号", "legal_representative": "何大勇"},
        {"phone": "0574-11112222", "legal_representative": "何大勇"},  # the neighbour's telephone
        {"phone": "13800138000", "address": ELSEWHERE},
    ],
)
def test_two_conflicts_are_a_borrowed_licence_to_be_checked(show, fields) -> None:
    found = show(**fields)
    assert said(found) == [P.BORROWED]
    finding = found.licence_findings[0]
    assert finding.certainty is Certainty.TO_CHECK
    assert len(finding.field.split("、")) == 2
    assert finding.shown
    assert finding.registered


@pytest.mark.parametrize(
    ("fields", "items"),
    [
        ({"legal_representative": "何大勇"}, ["法定代表人"]),
        ({"address": ELSEWHERE}, ["所在地区"]),
        ({"address": "浙江省宁波市海曙区石碶街道雅渡村第九工业区3幢"}, ["住所"]),
        ({"phone": "13800138000"}, []),
        ({"phone": "13800138000", "legal_representative": "何大勇"}, ["法定代表人"]),
        ({"icp_no": "粤ICP备20012345号"}, []),
        ({"registered_on": date(2016, 5, 4)}, ["成立日期"]),
        ({"registered_on": date(2019, 5, 4)}, []),  # perhaps the day of issue
        ({"valid_until": "2018年05月04日至2048年05月03日"}, ["营业期限"]),
        ({"valid_until": "长期"}, ["营业期限"]),
        ({"valid_until": "有效期至2027年01月01日"}, []),  # perhaps of a permit
        ({"legal_representative": "周**"}, []),
        ({"legal_representative": "何**"}, ["法定代表人"]),
        ({"address": "海曙区柳汀街118号2楼"}, []),
    ],
)
def test_single_conflict_is_at_most_a_hint_to_update(show, fields, items) -> None:
    found = show(**fields)
    assert [finding.field for finding in found.licence_findings] == items
    assert all(finding.problem is P.OUTDATED for finding in found.licence_findings)


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"shop_url": "https://luming.example/"}, "申报"),
        ({"phone": "0574-87654321"}, "登记电话"),
        ({"agent_text": "本店由杭州某某电子商务公司代运营"}, "代为经营"),
    ],
)
def test_declared_shop_own_telephone_or_agent_clear_it(show, fields, word) -> None:
    found = show(address=ELSEWHERE, legal_representative="何大勇", **fields)
    assert P.BORROWED not in said(found)
    assert word in held_back(found)[P.BORROWED]


def test_name_of_another_is_a_mismatch_and_no_loan(show, known) -> None:
    found = show(name=known.datong.name, address=ELSEWHERE, legal_representative="何大勇")
    assert said(found) == [P.NAME_CODE_MISMATCH]


def test_one_licence_on_many_unlike_shops(show) -> None:
    shops = tuple(f"第{number}家杂货" for number in range(MANY_UNLIKE_SHOPS))
    assert said(show(unlike_shops=shops)) == [P.BORROWED]
    assert said(show(unlike_shops=shops[1:])) == []
    assert said(show(unlike_shops=shops, agent_text="授权经销商")) == []


def test_item_right_at_the_capture_is_not_held_against_it(ask, firm) -> None:
    asked = {"name": firm.new_head.name, "code": firm.new_head.code, "legal_representative": "王一"}
    then = datetime(2025, 6, 1, tzinfo=UTC)
    assert said(ask(**asked, as_of=then)) == []
    assert said(ask(**asked, as_of=datetime(2026, 3, 1, tzinfo=UTC))) == [P.OUTDATED]


def test_change_of_the_last_ten_working_days_may_still_be_unpublished(ask, firm) -> None:
    asked = {"name": firm.new_head.name, "code": firm.new_head.code, "legal_representative": "王三"}
    fresh = ask(**asked, as_of=datetime(2025, 12, 12, tzinfo=UTC))
    assert said(fresh) == []
    assert "刚核准变更" in held_back(fresh)[P.OUTDATED]
    assert said(ask(**asked)) == [P.OUTDATED]
