"""One page is one row: addresses in their one form, traps recognised."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.addresses import absolute_url, canonical_url, is_facet, is_surveyable, origin_of, refines


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://Shop.CN:80/a", "http://shop.cn/a"),
        ("https://shop.cn:443/", "https://shop.cn/"),
        ("http://shop.cn", "http://shop.cn/"),
        ("http://shop.cn/a/./b/../c", "http://shop.cn/a/c"),
        ("http://shop.cn/g.jsp;jsessionid=0A1B2C?id=7", "http://shop.cn/g.jsp?id=7"),
        ("http://shop.cn/g?id=7&PHPSESSID=abcdef0123456789", "http://shop.cn/g?id=7"),
        ("http://shop.cn/g?utm_source=x&spm=a1.b2&id=7", "http://shop.cn/g?id=7"),
        ("http://shop.cn/g?sid=0123456789abcdef0123&id=7", "http://shop.cn/g?id=7"),
        ("http://shop.cn/shop?sid=12", "http://shop.cn/shop?sid=12"),
        ("http://shop.cn/list?sort=price&order=asc&page=2", "http://shop.cn/list?page=2"),
        ("http://shop.cn/list?b=2&a=1", "http://shop.cn/list?a=1&b=2"),
        ("http://shop.cn/g#top", "http://shop.cn/g"),
        ("http://shop.cn/#/goods/7", "http://shop.cn/#/goods/7"),
        ("http://shop.cn/商品/1", "http://shop.cn/%E5%95%86%E5%93%81/1"),
        ("http://shop.cn/?s=/index/goods/1", "http://shop.cn/?s=%2Findex%2Fgoods%2F1"),
    ],
)
def test_canonical_form(url, canonical) -> None:
    assert canonical_url(url) == canonical


@given(st.from_regex(r"https?://[a-z]{1,8}\.cn(:[1-9][0-9]{1,3})?/[ -~一-龥]{0,40}", fullmatch=True))
def test_canonical_form_is_its_own_canonical_form(url) -> None:
    once = canonical_url(url)
    assert canonical_url(once) == once
    assert origin_of(once) == origin_of(url)


@pytest.mark.parametrize(
    ("href", "found"),
    [
        ("goods/1", "http://shop.cn/list/goods/1"),
        ("/goods/1#top", "http://shop.cn/goods/1"),
        ("javascript:void(0)", ""),
        ("mailto:a@b.cn", ""),
        ("file:///etc/passwd", ""),
        ("ftp://shop.cn/x", ""),
        ("http://[::1", ""),
        ("http://shop.cn:99999999/", ""),
        ("", ""),
    ],
)
def test_only_pages_of_the_web_are_links(href, found) -> None:
    assert absolute_url("http://shop.cn/list/", href) == found


@pytest.mark.parametrize(
    "url",
    [
        "http://a.cn/list?cid=1&brand=3",
        "http://a.cn/list?price_min=1&price_max=9",
        "http://a.cn/list/c7/?from=gd&svc=free",
        "http://a.cn/search/index/cid/1/bid/2/ov/price-asc",
        "http://a.cn/x?a1=1&b1=2&c1=3",
    ],
)
def test_filter_combinations_are_facets(url) -> None:
    assert is_facet(url)


@pytest.mark.parametrize(
    "url", ["http://a.cn/list?cid=1&page=2", "http://a.cn/goods?id=7", "http://a.cn/list/c7/", "http://a.cn/?q=茶"]
)
def test_lists_and_products_are_no_facets(url) -> None:
    assert not is_facet(url)


def test_link_that_only_narrows_its_page_is_told() -> None:
    assert refines("http://a.cn/x?svc=fast", "http://a.cn/x")
    assert not refines("http://a.cn/x?page=2", "http://a.cn/x")
    assert not refines("http://a.cn/y?svc=fast", "http://a.cn/x")


@pytest.mark.parametrize(
    "url",
    [
        "http://a.cn/cart",
        "http://a.cn/basket/add/7/",
        "http://a.cn/accounts/login/",
        "http://a.cn/user/orders",
        "http://a.cn/logo.png",
        "http://a.cn/app.apk",
        "http://a.cn/a/b/a/b/a/b/",
        "http://a.cn/" + "x" * 3000,
    ],
)
def test_carts_accounts_files_and_traps_are_not_surveyed(url) -> None:
    assert not is_surveyable(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://a.cn/help/order.html",
        "http://a.cn/user-agreement",
        "http://a.cn/goods/7.html",
        "http://a.cn/shop/3/licence",
    ],
)
def test_public_pages_are_surveyed(url) -> None:
    assert is_surveyable(url)


@pytest.mark.parametrize(
    "base", ["http://a.cn/shop/9/list.html?page=2", "https://a.cn:8443", "http://a.cn?x=/y", "a.cn/x"]
)
@pytest.mark.parametrize(
    "href",
    [
        "/g/7.html",
        "//b.cn/g",
        "http://b.cn/g?x=1",
        "HTTPS://b.cn/g",
        "g/7.html",
        "?u=http://b.cn/",
        "../g",
        "#/g",
        "./",
    ],
)
def test_a_link_leads_where_the_standard_says_whatever_of_its_page_is_remembered(base, href) -> None:
    joined = urlsplit(urljoin(base, href))
    wanted = f"{joined.scheme}://{joined.netloc}{joined.path or '/'}" + (f"?{joined.query}" if joined.query else "")
    wanted += f"#{joined.fragment}" if joined.fragment else ""
    assert absolute_url(base, href) == (wanted if joined.scheme else "")
    assert absolute_url(base, href) == (wanted if joined.scheme else "")
