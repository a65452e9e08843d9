"""Unknown shops are read by what people see: Chinese pages, real shop software's markup, embedded data."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.reading import read_page
from records.market import Category, Price, PriceRole, Speaker
from records.survey import Outcome, PageKind, TargetKind

CHINESE = """<html><head><title>雨前龙井 250g 罐装 - 茗香茶庄</title></head><body>
<div class="top-bar"><a href="/login">请登录</a></div><div class="header"><a class="logo" href="/"><img alt="茗香茶庄" src="/logo.png"></a></div>
<ul class="nav"><li><a href="/list/1.html">茶叶</a></li><li><a href="/list/2.html">茶具</a></li></ul>
<div class="crumbs">当前位置：<a href="/">首页</a> &gt; <a href="/list/1.html">茶叶</a></div>
<div class="goods"><img src="/img/1.jpg"><h1 class="goods-title">雨前龙井 250g 罐装</h1><p class="sub">国家级品质，全网最低价</p>
<dl><dt>促销价</dt><dd><span class="price-now">¥<em>99</em>.00</span></dd><dt>原价</dt><dd><del>¥199.00</del></dd></dl>
<p>月销量 1.2万+</p><a href="javascript:;">加入购物车</a></div>
<div class="detail"><h3>商品详情</h3><p>采自西湖核心产区，可以治疗高血压。</p><table><tr><td>生产许可证</td><td>SC11433010600001</td></tr></table></div>
<div class="box"><h3>产品标签</h3><p>配料：茶叶</p></div>
<div class="box"><h3>用户评价（2）</h3><ul><li><span class="user">爱喝茶的小王</span><span>2025-03-01</span><p>茶很好，打13800001234</p></li><li><b class="user">李四</b><p>第一名的茶</p></li></ul></div>
<div class="box"><h3>价格说明</h3><p>划线价格为参考价</p></div>
<div class="box"><h3>猜你喜欢</h3><ul><li><a href="/goods/2.html"><img alt="红茶"><p>红茶</p></a><span class="price">¥50</span></li><li><a href="/goods/3.html"><p>绿茶</p></a><span class="price">¥60</span></li></ul></div>
<div class="footer"><p>杭州茗香茶叶有限公司 统一社会信用代码：91330106MA2B0T1X7C 浙ICP备12345679号-1 浙公网安备33010602006438号</p>
<p>地址：杭州市西湖区龙井路1号 电话：0571-08812345 微信：mxcz2020</p><a href="/yyzz.html">营业执照</a><p>本店保留最终解释权</p></div></body></html>"""

OSCAR_CARD = """<li class="col-xs-6"><article class="product_pod"><div class="image_container"><a href="/catalogue/the-book-{n}_{n}/"><img src="/m/{n}.jpg" alt="The book {n}"></a></div>
<p class="star-rating Three"><i class="icon-star"></i></p><h3><a href="/catalogue/the-book-{n}_{n}/" title="The book number {n}">The book …</a></h3>
<div class="product_price">{price}<p class="instock availability">In stock</p><form method="post" action="/basket/add/{n}/"><button type="submit">Add to basket</button></form></div></article></li>"""
OSCAR_LIST = (
    '<html lang="en-gb"><head><title>All products | Oscar - Sandbox</title><script src="/a.js"></script></head><body class="default"><header class="header">'
    '<a href="/accounts/login/">Login or register</a><div class="h1"><a href="/">Oscar</a></div><div class="basket-mini">Basket total: <strong>£0.00</strong> <a href="/basket/">View basket</a></div></header>'
    '<ul class="breadcrumb"><li><a href="/">Home</a></li><li>All products</li></ul><h1>All products</h1><aside class="sidebar"><div class="side_categories"><ul class="nav"><li><a href="/catalogue/category/books_2/">Books</a></li></ul></div></aside>'
    '<section><ol class="row">'
    + "".join(
        OSCAR_CARD.format(n=n, price="" if n == 5 else f'<p class="price_color">£{n}.50</p>') for n in range(1, 9)
    )
    + '</ol><ul class="pager"><li>Page 1 of 11</li><li class="next"><a href="?page=2">next</a></li></ul></section></body></html>'
)
OSCAR_PRODUCT = (
    "<html><head><title>The handbook | Oscar - Sandbox</title></head><body><header class='header'><div class='h1'><a href='/'>Oscar</a></div><div>Basket total: <strong>£0.00</strong></div></header>"
    "<ul class='breadcrumb'><li><a href='/'>Home</a></li><li><a href='/catalogue/category/books_2/'>Books</a></li></ul><article class='product_page'><div class='thumbnail'><img src='/media/x.jpg'></div>"
    "<div class='product_main'><h1>The handbook</h1><p class='price_color'>£9.99</p><p class='instock availability'>In stock (28 available)</p><form id='add_to_basket_form' action='/basket/add/209/'><button value='Add to basket'>Add to basket</button></form></div>"
    "<div id='product_description' class='sub-header'><h2>Product Description</h2></div><p>The best way to learn.</p><div class='sub-header'><h2>Product Information</h2></div><table class='table'><tr><th>Price (excl. tax)</th><td>£9.99</td></tr></table>"
    "<div id='reviews' class='sub-header'><h2>Customer Reviews</h2></div><div id='review_list'><article><h3>Great</h3><p>by <span class='user'>John Smith</span> on 2024-05-01</p><p>Loved it.</p></article></div>"
    f"<div class='sub-header'><h2>Recommended items</h2></div><ul>{OSCAR_CARD.format(n=2, price='<p class=price_color>£5.00</p>')}{OSCAR_CARD.format(n=3, price='<p class=price_color>£6.00</p>')}</ul></article></body></html>"
)


def test_chinese_product_page_is_read_whole(page_of, target) -> None:
    reading = read_page(*page_of(CHINESE, kind=PageKind.LISTING), target)
    assert reading.kind is PageKind.LISTING
    (listing,) = reading.listings
    assert listing.title == "雨前龙井 250g 罐装"
    assert listing.category is Category.FOOD
    assert [(price.role, price.amount_fen) for price in listing.prices] == [
        (PriceRole.NOW, 9900),
        (PriceRole.STRUCK, 19900),
    ]
    assert all(price.place for price in listing.prices)
    assert listing.sales_count == 12000
    assert listing.approval_nos == ("SC11433010600001",)
    assert listing.image_urls == ("http://shop.cn/img/1.jpg",)
    assert [(review.author_masked, review.text) for review in listing.reviews] == [
        ("爱***王", "茶很好，打138****1234"),
        ("李***", "第一名的茶"),
    ]
    said = {(block.speaker, block.text) for block in listing.texts}
    assert {
        (Speaker.MERCHANT, "国家级品质，全网最低价"),
        (Speaker.MERCHANT, "采自西湖核心产区，可以治疗高血压。"),
        (Speaker.LABEL, "配料：茶叶"),
        (Speaker.PLATFORM, "划线价格为参考价"),
    } <= said
    assert not any("红茶" in text or "第一名" in text for _, text in said)


def test_every_statement_names_its_page_and_place(page_of, target) -> None:
    page, body = page_of(CHINESE, kind=PageKind.LISTING)
    (listing,) = read_page(page, body, target).listings
    assert page.body is not None
    assert listing.source.page_sha256 == page.body.sha256
    assert all(block.place.startswith("html>body") for block in listing.texts)


def test_independent_sites_foot_discloses_its_shop(page_of, target) -> None:
    shop = read_page(*page_of(CHINESE, kind=PageKind.LISTING), target).shop
    assert shop is not None
    assert shop.url == "http://shop.cn/"
    assert shop.disclosure.licence_no == "91330106MA2B0T1X7C"
    assert shop.disclosure.icp_no == "浙ICP备12345679号-1"
    assert shop.disclosure.has_licence_link
    assert not shop.front_page_read


def test_marketplaces_foot_is_not_its_shops_disclosure(page_of, target) -> None:
    html = CHINESE.replace("<p>月销量", "<p>店铺：<a href='/shop/7/'>茗香旗舰店</a></p><p>月销量")
    marketplace = target.model_copy(update={"kind": TargetKind.PLATFORM})
    shop = read_page(*page_of(html, kind=PageKind.LISTING), marketplace).shop
    assert shop is not None
    assert (shop.url, shop.name) == ("http://shop.cn/shop/7/", "茗香旗舰店")
    assert shop.disclosure.licence_no == ""


def test_placeholder_foot_discloses_nothing(page_of, target) -> None:
    html = "<title>茗香茶庄</title><h1>茗香茶庄</h1><p>欢迎选购本店的茶叶</p><footer>统一社会信用代码：91XXXXXXXXXXXXXXXX 沪ICP备xxx号 <a href='#'>营业执照</a></footer>"
    shop = read_page(*page_of(html, url="http://shop.cn/", kind=PageKind.HOME), target).shop
    assert shop is not None
    assert shop.front_page_read
    assert (shop.disclosure.licence_no, shop.disclosure.icp_no, shop.disclosure.has_licence_link) == ("", "", False)


def test_list_of_real_shop_software_leads_to_all_its_products(page_of, target) -> None:
    reading = read_page(*page_of(OSCAR_LIST, url="http://shop.cn/catalogue/", kind=PageKind.LIST), target)
    assert reading.kind is PageKind.LIST
    assert {(one.complete, one.list_price_fen) for one in reading.listings} == {
        (False, n * 100 + 50) for n in range(1, 9) if n != 5
    }
    by_kind = {kind: [link.url for link in reading.links if link.kind is kind] for kind in PageKind}
    assert by_kind[PageKind.LISTING] == [f"http://shop.cn/catalogue/the-book-{n}_{n}/" for n in range(1, 9)]
    assert by_kind[PageKind.LIST] == ["http://shop.cn/catalogue/category/books_2/", "http://shop.cn/catalogue/?page=2"]
    assert not any("basket" in link.url or "login" in link.url for link in reading.links)


def test_product_of_real_shop_software_has_its_own_price_only(page_of, target) -> None:
    reading = read_page(
        *page_of(OSCAR_PRODUCT, url="http://shop.cn/catalogue/the-handbook_209/", kind=PageKind.LISTING), target
    )
    (listing,) = reading.listings
    assert listing.title == "The handbook"
    assert [(price.role, price.amount_fen) for price in listing.prices] == [(PriceRole.NOW, 999)]
    assert [review.author_masked for review in listing.reviews] == ["J***h"]
    assert any(block.text == "The best way to learn." and block.speaker is Speaker.MERCHANT for block in listing.texts)


@pytest.mark.parametrize(
    ("price_markup", "expected"),
    [
        ("<div><i>¥</i><b>42</b><span>.00</span></div>", [(PriceRole.NOW, 4200, None)]),
        (
            "<div>领券后 <b>¥39.00</b></div><p class=price>¥42</p>",
            [(PriceRole.COUPON, 3900, None), (PriceRole.NOW, 4200, None)],
        ),
        (
            "<table><tr><td>券后价</td><td>￥39</td></tr><tr><td>售价</td><td>￥42</td></tr></table>",
            [(PriceRole.COUPON, 3900, None), (PriceRole.NOW, 4200, None)],
        ),
        ("<font color=red size=4>￥418.00-508.00</font>", [(PriceRole.NOW, 41800, 50800)]),
        (
            "<p class=price>¥<span>9</span>.9<s>¥19.9</s></p>",
            [(PriceRole.NOW, 990, None), (PriceRole.STRUCK, 1990, None)],
        ),
        (
            "<span class=old-price>¥199</span><span class=price>¥99</span>",
            [(PriceRole.STRUCK, 19900, None), (PriceRole.NOW, 9900, None)],
        ),
    ],
)
def test_prices_are_read_from_any_markup(page_of, target, price_markup, expected) -> None:
    html = f"<title>龙井</title><h1>龙井</h1>{price_markup}<button>立即购买</button><p>清明前采摘，条索匀整，汤色清亮，回味甘甜。</p>"
    (listing,) = read_page(*page_of(html, kind=PageKind.LISTING), target).listings
    found = {(price.role, price.amount_fen, price.amount_max_fen) for price in listing.prices}
    assert found == set(expected)


def test_json_ld_and_embedded_state_stand_in_where_nothing_is_shown(page_of, target) -> None:
    ld = json.dumps({"@type": "Product", "name": "龙井", "offers": {"price": "88.00"}}, ensure_ascii=False)
    state = json.dumps(
        {"detail": {"goods": {"title": "龙井", "price": "88.00", "marketPrice": "99"}}}, ensure_ascii=False
    )
    for script in (
        f'<script type="application/ld+json">{ld}</script>',
        f"<script>window.__INITIAL_STATE__ = {state};</script>",
    ):
        (listing,) = read_page(
            *page_of(f"<title>龙井</title><div id=app></div>{script}", kind=PageKind.LISTING), target
        ).listings
        assert listing.title == "龙井"
        assert listing.prices[0].amount_fen == 8800


@pytest.mark.parametrize(
    "html",
    [
        "<title>商城</title><div id=app></div><script src=/app.js></script>",
        "<title>全部商品</title><div class=nav><a href=/a>首页</a><a href=/b>分类</a></div><ul class='goods-list'></ul><p>版权所有 某某商城 保留所有权利，客服热线欢迎来电咨询，周一至周日全天在线服务</p><script src=/app.js></script>",
        "<title>全部商品</title><div class=list>正在加载…</div><p>版权所有 某某商城 保留所有权利，客服热线欢迎来电咨询，周一至周日全天在线服务，欢迎光临选购</p><script src=/a.js></script>",
    ],
)
def test_page_that_script_has_yet_to_build_says_so(page_of, target, html) -> None:
    page, body = page_of(html, url="http://shop.cn/list/1.html", kind=PageKind.LIST)
    assert read_page(page, body, target).problem is Outcome.EMPTY


def test_reading_is_the_same_each_time(page_of, target) -> None:
    page, body = page_of(CHINESE, kind=PageKind.LISTING)
    assert read_page(page, body, target) == read_page(page, body, target)


def test_gbk_page_declared_utf8_is_read(page_of, target) -> None:
    page, body = page_of(
        CHINESE.replace("¥", "￥").encode("gbk"),
        kind=PageKind.LISTING,
        headers=(("Content-Type", "text/html; charset=utf-8"),),
    )
    (listing,) = read_page(page, body, target).listings
    assert listing.title == "雨前龙井 250g 罐装"
    assert listing.prices[0] == Price(
        role=PriceRole.NOW, amount_fen=9900, text="￥99.00", place=listing.prices[0].place
    )


HOSTILE = (
    "<",
    ">",
    "</div>",
    "<div>",
    "<table>",
    "<tr>",
    "<td>",
    "<del>",
    "¥",
    "99",
    "<a href='",
    "'>",
    "<script>",
    "</script>",
    "window.__INITIAL_STATE__={",
    "}",
    "<h1>",
    "评价",
    "\x00",
    "&#0;",
    "&#x110000;",
    "<base href='http://[::1'>",
    "<img src=x alt=营业执照>",
    "统一社会信用代码：",
)


@settings(max_examples=150, deadline=None)
@given(
    pieces=st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=12)), max_size=40),
    kind=st.sampled_from(list(PageKind)),
)
def test_any_markup_is_read_without_failing(pieces, kind) -> None:
    from datetime import UTC, datetime

    from records.digests import digests_of
    from records.survey import Page, Target

    body = "".join(pieces).encode("utf-8", errors="replace")
    now = datetime(2026, 11, 20, tzinfo=UTC)
    page = Page(
        page_id="p",
        run_id="r",
        target_id="t",
        url="http://shop.cn/x",
        final_url="http://shop.cn/x",
        kind=kind,
        outcome=Outcome.READ,
        status=200,
        fetched_at=now,
        body=digests_of(body),
    )
    target = Target(target_id="t", name="t", kind=TargetKind.SITE, seeds=("http://shop.cn/",), created_at=now)
    reading = read_page(page, body, target)
    assert all(link.url.startswith("http://shop.cn/") for link in reading.links)


def test_deeply_nested_markup_ends(page_of, target) -> None:
    page, body = page_of("<div>" * 30_000 + "¥99" + "<table><tr><td>" * 3_000, kind=PageKind.LIST)
    assert read_page(page, body, target) is not None
