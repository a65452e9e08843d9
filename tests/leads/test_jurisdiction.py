from __future__ import annotations

import pytest

from leads.divisions import Divisions
from leads.jurisdiction import suggest
from records.market import Contact, ContactKind, Disclosure

DIVISIONS = Divisions.load()


@pytest.mark.parametrize(
    ("address", "code", "full_name"),
    [
        ("浙江省杭州市余杭区文一西路969号", "330110", "杭州市余杭区"),
        ("北京市朝阳区建国路1号", "110105", "北京市朝阳区"),
        ("杭州余杭区五常街道", "330110", "杭州市余杭区"),
        ("福建省福州市鼓楼区", "350102", "福州市鼓楼区"),
        ("江苏省南京市鼓楼区", "320106", "南京市鼓楼区"),
        ("广东省东莞市长安镇", "441900", "东莞市"),
        ("湖北省", "420000", "湖北省"),
    ],
)
def test_address_gives_its_division(address: str, code: str, full_name: str) -> None:
    found = DIVISIONS.in_text(address)
    assert (found.code, found.full_name) == (code, full_name)


@pytest.mark.parametrize("address", ["鼓楼区中山路1号", "地址见页面", ""])
def test_address_in_doubt_gives_none(address: str) -> None:
    assert DIVISIONS.in_text(address) is None


def test_abolished_county_falls_back_to_its_city() -> None:
    assert DIVISIONS.by_code("330125").name == "杭州市"


def test_disclosed_address_comes_before_register_and_return_address(make) -> None:
    shop = make.shop(
        disclosure=Disclosure(address="江苏省南京市鼓楼区中山路1号"),
        contacts=(Contact(kind=ContactKind.RETURN_ADDRESS, value="广东省深圳市南山区科技园"),),
    )
    first, second, third = suggest(shop, make.match(), rule_id="C15", divisions=DIVISIONS)
    assert first.office == "南京市鼓楼区市场监督管理局"
    assert second.office == "杭州市余杭区市场监督管理局"
    assert third.office == "深圳市南山区市场监督管理局"
    assert first.certainty_score > second.certainty_score > third.certainty_score
    assert first.article.endswith("第十条第二款")


def test_agreeing_sources_make_it_surer(make) -> None:
    shop = make.shop(disclosure=Disclosure(address="杭州市余杭区文一西路1号"))
    (alone,) = suggest(shop, None, rule_id="C15", divisions=DIVISIONS)
    (both,) = suggest(shop, make.match(), rule_id="C15", divisions=DIVISIONS)
    assert both.certainty_score > alone.certainty_score
    assert "一致" in both.reason


def test_own_site_and_advertising_go_by_their_articles(make) -> None:
    shop = make.shop(disclosure=Disclosure(address="杭州市余杭区文一西路1号"), url="http://shop.test/")
    assert suggest(shop, None, rule_id="C15", divisions=DIVISIONS)[0].article.endswith("第十条第一款")
    assert suggest(shop, None, rule_id="A01", divisions=DIVISIONS)[0].article.endswith("第十一条")


def test_tobacco_names_the_office_it_is_transferred_to(make) -> None:
    shop = make.shop(disclosure=Disclosure(address="杭州市余杭区文一西路1号"))
    offices = [one.office for one in suggest(shop, None, rule_id="G06", divisions=DIVISIONS)]
    assert offices == ["杭州市余杭区市场监督管理局", "杭州市余杭区烟草专卖局"]


def test_nothing_known_is_said_not_guessed(make) -> None:
    (only,) = suggest(make.shop(), None, rule_id="C15", divisions=DIVISIONS)
    assert (only.region_code, only.certainty_score) == ("", 0.0)
    assert "不能确定" in only.reason
