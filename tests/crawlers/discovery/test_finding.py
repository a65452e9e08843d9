"""Which links are shops: on platforms, on sites of their own, and which are none."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from crawlers.discovery.links import links_in_bytes, links_in_text
from crawlers.discovery.shops import Surroundings, shop_behind
from records.errors import InvalidInputError
from records.survey import TargetKind


@pytest.mark.parametrize(
    ("url", "key", "kind"),
    [
        ("https://mall.example.cn/shop/12/licence", "mall.example.cn/shop/12", TargetKind.SHOP),
        ("https://www.shop-a.cn/goods/1.html", "www.shop-a.cn", TargetKind.SITE),
        ("https://shop123.taobao.com/?spm=a", "shop123.taobao.com", TargetKind.SHOP),
        ("https://xihu.tmall.com/shop/view_shop.htm", "xihu.tmall.com", TargetKind.SHOP),
        ("https://mall.jd.com/index-1000004123.html", "mall.jd.com/index-1000004123.html", TargetKind.SHOP),
        (
            "http://mobile.yangkeduo.com/mall_page.html?mall_id=7&x=1",
            "mobile.yangkeduo.com/mall_page.html?mall_id=7",
            TargetKind.SHOP,
        ),
        ("https://茶叶.中国/about", "xn--qpr921i.xn--fiqs8s", TargetKind.SITE),
    ],
)
def test_address_of_a_shop_is_known(url, key, kind):
    found = shop_behind(url, Surroundings())
    assert found is not None
    assert (found.address.key, found.kind) == (key, kind)


@pytest.mark.parametrize(
    "url",
    [
        "https://beian.miit.gov.cn/", "https://item.taobao.com/item.htm?id=1", "https://www.jd.com/", "https://s.1688.com/x",
        "https://cdn3.example.cn/a.js", "mailto:a@b.cn", "javascript:void(0)", "https://weibo.com/u/1", "ftp://a.cn/",
        "http://user:pw@a.cn/", "https://own.cn/about", "https://mall.cn/goods/9.html", "",
    ],
)  # fmt: skip
def test_what_is_no_shop_is_passed_over(url):
    assert shop_behind(url, Surroundings(own_site="own.cn", platforms={"mall.cn"})) is None


def test_addresses_in_running_text_keep_the_name_of_their_line():
    text = (
        "1. 西湖茶庄：https://xihucha.cn/，欢迎\n"
        "龙井店\twww.longjing.com/index.html\t13800001234\n"
        "a@b.cn 1.5 report.xlsx 2026.11.20\n"
        "http://one.cn http://two.cn\n"
        "电商街 茶叶.中国"
    )
    assert [(link.url, link.text) for link in links_in_text(text)] == [
        ("https://xihucha.cn/", "西湖茶庄"),
        ("www.longjing.com/index.html", "龙井店"),
        ("http://one.cn", ""),
        ("http://two.cn", ""),
        ("茶叶.中国", "电商街"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_text_file_in_any_encoding(frozen_now, encoding):
    content = "西湖茶庄的网店网址 http://a.cn/\n".encode(encoding)
    assert [link.url for link in links_in_bytes(content, name="a.txt", now=frozen_now)] == ["http://a.cn/"]


def test_saved_page_gives_its_outer_links(frozen_now):
    page = (
        "<html><body><a href='/about'>关于</a><p><a href='http://a.cn/'>茶庄</a></p><p>官网：b.com.cn</p></body></html>"
    )
    found = links_in_bytes(page.encode("gbk"), name="a.html", now=frozen_now)
    assert {(link.url, link.text) for link in found} == {("http://a.cn/", "茶庄"), ("b.com.cn", "")}


def test_workbook_gives_words_and_hidden_links_with_the_name_of_the_row(frozen_now):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["序号", "名称", "网址"])
    sheet.append([1, "西湖茶庄", "http://a.cn/"])
    sheet.append([2, "龙井店", "点击"])
    sheet["C3"].hyperlink = "http://hidden.cn/"
    held = BytesIO()
    book.save(held)
    found = links_in_bytes(held.getvalue(), name="a.xlsx", now=frozen_now)
    assert {(link.url, link.text) for link in found} == {("http://a.cn/", "西湖茶庄"), ("http://hidden.cn/", "")}


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04rubbish", b"\x89PNG\r\n\0\0\0\0"], ids=["empty", "zip", "picture"]
)
def test_file_that_holds_no_text_is_refused(frozen_now, content):
    with pytest.raises(InvalidInputError, match="文件 a"):
        links_in_bytes(content, name="a", now=frozen_now)
