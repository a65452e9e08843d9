"""Consumers' telephones and homes are masked however they are written; merchants' published contacts are kept."""

from __future__ import annotations

import pytest

from crawlers.identifiers import contacts_in, icp_number
from crawlers.masking import mask_personal
from crawlers.reading import read_page
from records.market import ContactKind
from records.survey import PageKind

WRITTEN = (
    "打13800001234找我",
    "电话 1 3 8 0 0 0 0 1 2 3 4",
    "１３８００００１２３４",
    "一三八零零零零一二三四",
    "138-0000-1234",
    "138 0000 1234",
)
HOMES = ("寄到阳光花园3栋2单元501室", "人民路88号6栋302室收", "浙江省杭州市西湖区文三路12号3幢201室")
KEPT = ("买了3个一共199元很满意", "2025年11月11日下单", "茶很好，第一名的茶", "500g装的喝了10天")


@pytest.mark.parametrize("text", WRITTEN)
def test_telephone_is_masked_however_it_is_written(text) -> None:
    assert "****" in mask_personal(text)
    assert mask_personal(text) != text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("客服0571-88123456不接", "客服0571-*******不接"),
        ("发到 wang.fang@mail.cn 吧", "发到 wa***@mail.cn 吧"),
        ("加微信abc_123聊", "加微信***聊"),
        ("证号110101199003074512", "证号110101********4512"),
    ],
)
def test_ways_to_reach_a_consumer_are_masked(text, masked) -> None:
    assert mask_personal(text) == masked


@pytest.mark.parametrize("text", HOMES)
def test_home_is_masked(text) -> None:
    masked = mask_personal(text)
    assert "***" in masked
    assert not any(number in masked for number in ("501", "302", "201"))


@pytest.mark.parametrize("text", KEPT)
def test_plain_words_are_kept(text) -> None:
    assert mask_personal(text) == text


def test_merchants_contacts_are_kept_and_placeholders_are_none() -> None:
    found = contacts_in("电话：0571-88812345 客服QQ：2859923376 微信：mxcz2020 热线 000-88888888 400-xxx-xx13")
    assert {(one.kind, one.value) for one in found} == {
        (ContactKind.PHONE, "0571-88812345"),
        (ContactKind.QQ, "2859923376"),
        (ContactKind.WECHAT, "mxcz2020"),
    }


@pytest.mark.parametrize(
    "text", ["沪ICP备xxx号", "京ICP备00000000号", "沪ICP备12345678号", "浙ICP备xxxxxxxx号-1", "京ICP备11111111号"]
)
def test_placeholder_filing_is_none(text) -> None:
    assert icp_number(text) == ""


def test_demo_telephone_hidden_in_markup_is_nobodys_contact_and_masked(page_of, target) -> None:
    html = """<title>茶铺</title><h1>茶铺</h1><p>欢迎选购本店的茶叶，手工炒制。</p>
    <div style="display:none">演示账号 13700002703 密码 123456</div><footer>电话：0571-88812345</footer>"""
    shop = read_page(*page_of(html, url="http://shop.cn/", kind=PageKind.HOME), target).shop
    assert shop is not None
    assert [one.value for one in shop.contacts] == ["0571-88812345"]
    assert not any("13700002703" in block.text for block in shop.texts)


def test_hidden_telephone_of_a_product_page_is_masked(page_of, target) -> None:
    html = """<title>茶 - 茶铺</title><h1>茶</h1><b class="price">¥9.90</b><button>立即购买</button>
    <div hidden>联系演示卖家 13700002703 试用</div><p>手工炒制。</p>"""
    (listing,) = read_page(*page_of(html, kind=PageKind.LISTING), target).listings
    assert not any("13700002703" in block.text for block in listing.texts)
