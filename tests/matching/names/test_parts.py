"""Names are read part by part, wherever the division stands and however the owner styled them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.names.nicknames import strip_nickname
from matching.names.normalise import normalise_name
from matching.names.parts import NameParts, parse_name
from matching.names.regions import read_leading_region, region_of


def parts(name: str) -> NameParts:
    return parse_name(normalise_name(name))


@pytest.mark.parametrize(
    ("name", "region", "brand", "industry", "form"),
    [
        ("上海华翰印务有限公司", "31", "华翰", "印务", "有限公司"),
        ("华翰（上海）印务有限公司", "31", "华翰", "印务", "有限公司"),
        ("华翰印务（上海）有限公司", "31", "华翰", "印务", "有限公司"),
        ("浙江省杭州市余杭区华翰印务有限公司", "3301", "华翰", "印务", "有限公司"),
        ("福建省石狮市侨星服装有限公司", "3505", "侨星", "服装", "有限公司"),
        ("内蒙古自治区呼和浩特市蒙牛乳业股份有限公司", "1501", "蒙牛", "乳业", "股份有限公司"),
        ("成都国嘉投资股份有限公司", "5101", "国嘉", "投资", "股份有限公司"),
        ("杭州市市政工程集团有限公司", "3301", "市政", "工程", "集团有限公司"),
        ("启创种养殖农民专业合作社", "", "启创", "种养殖", "农民专业合作社"),
        ("重庆永康节能科技有限公司", "50", "永康", "节能科技", "有限公司"),
        ("沈阳红旗机械厂", "2101", "红旗", "机械", "厂"),
    ],
)
def test_parts_are_found(name: str, region: str, brand: str, industry: str, form: str) -> None:
    found = parts(name)
    assert (found.region.code, found.brand, found.industry, found.form) == (region, brand, industry, form)


@pytest.mark.parametrize(
    ("name", "brand", "form"),
    [
        ("余杭区阿强水果店", "阿强", "店"),
        ("永川区刘定国菜籽油加工厂", "刘定国菜籽油", "加工厂"),
        ("李记面馆", "李记", ""),
    ],
)
def test_individual_business_styles_are_read(name: str, brand: str, form: str) -> None:
    found = parts(name)
    assert (found.brand, found.form) == (brand, form)


def test_branch_stands_apart_from_its_parent() -> None:
    found = parts("上海克莉丝汀食品有限公司无锡五爱路店")
    assert (found.brand, found.industry, found.branch) == ("克莉丝汀", "食品", "无锡五爱路店")
    assert found.core == "克莉丝汀食品/无锡五爱路店"


@given(st.text(max_size=80))
def test_any_text_is_parsed(text: str) -> None:
    name = normalise_name(text)
    found = parse_name(name)
    assert len(found.brand) + len(found.industry) + len(found.form) + len(found.branch) <= len(name)
    if len(name) >= 2 and "(" not in name and ")" not in name:
        assert found.brand


@pytest.mark.parametrize(
    ("shown", "left"),
    [
        ("华翰印务官方旗舰店", "华翰印务"),
        ("上海华翰印务有限公司（天猫店）", "上海华翰印务有限公司"),
        ("阿强水果店", "阿强水果店"),
        ("华翰专营店", "华翰"),
        ("旗舰店", "旗舰店"),
    ],
)
def test_storefront_suffix_is_taken_off(shown: str, left: str) -> None:
    assert strip_nickname(shown)[0] == left


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("330100", "3301"),
        ("33", "33"),
        ("310000", "31"),
        ("江苏省昆山市前进路1号", "3205"),
        ("新疆维吾尔自治区伊犁哈萨克自治州伊宁市", "6540"),
        ("999999", ""),
        ("", ""),
    ],
)
def test_division_of_a_text_or_number(text: str, code: str) -> None:
    assert region_of(text).code == code


def test_division_inside_another_province_is_left_in_the_trade_name() -> None:
    assert read_leading_region("重庆永康节能科技有限公司").length == 2


def test_parsing_costs_microseconds() -> None:
    names = [
        "福建省石狮市侨星服装有限公司",
        "华翰（上海）印务有限公司",
        "余杭区阿强水果店",
        "成都国嘉投资股份有限公司",
    ] * 500
    best = min(_seconds(names) for _ in range(3))
    assert best / len(names) < 200e-6  # target 20 us; ten times that on a busy machine


def _seconds(names: list[str]) -> float:
    started = time.process_time()
    for name in names:
        parts(name)
    return time.process_time() - started
