"""A survey as the site sees it and as it is recorded: politeness, guard, limits, walls, endings."""

from __future__ import annotations

import gzip
import itertools
import json
import threading
import time
from collections import Counter

import pytest

from records.survey import FrontierState, Outcome, RunState, TargetKind

FOOT = "<footer>杭州茗香茶叶有限公司 统一社会信用代码：91330106MA2B0T1X7C</footer>"


def shop_page(links: str, *, title: str = "茗香茶庄") -> str:
    """A front page with some words of its own."""
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>本店主营各种茶叶，自产自销，欢迎选购。</p>{links}{FOOT}</body></html>"


def goods_page(name: str, price: str = "99.00") -> str:
    """A product page."""
    return (
        f"<html><head><title>{name}</title></head><body><h1>{name}</h1><p class=price>¥{price}</p><button>加入购物车</button>"
        f"<p>清明前采摘，条索匀整。</p>{FOOT}</body></html>"
    )


def links_to(*paths: str) -> str:
    """A list of links."""
    return "<ul>" + "".join(f'<li><a href="{path}">商品 {path}</a></li>' for path in paths) + "</ul>"


def small_shop(site, count: int = 6) -> list[str]:
    """A shop of some products; their paths."""
    paths = [f"/goods/{number}.html" for number in range(1, count + 1)]
    site.put("/", shop_page(links_to(*paths)))
    for number, path in enumerate(paths, start=1):
        site.put(path, goods_page(f"龙井 {number} 号", f"{number}0.00"))
    return paths


def test_every_page_is_read_once_and_the_run_is_complete(site, survey) -> None:
    paths = small_shop(site)
    run = survey.run(survey.target(site.url))
    assert run.state is RunState.COMPLETE
    assert run.missing == ()
    assert run.outcomes == {Outcome.READ: 7}
    assert Counter(site.paths) == Counter(["/", *paths])
    assert run.requests_sent == 8
    assert run.bytes_received > 1000
    listings = list(survey.records.survey.listings())
    assert {(listing.title, listing.prices[0].amount_fen) for listing in listings} == {
        (f"龙井 {n} 号", n * 1000) for n in range(1, 7)
    }
    (shop,) = survey.records.survey.shops()
    assert (shop.url, shop.name, shop.disclosure.licence_no, shop.front_page_read) == (
        site.url,
        "茗香茶庄",
        "91330106MA2B0T1X7C",
        True,
    )


def test_body_headers_encoding_and_server_are_kept_with_the_page(site, survey) -> None:
    text = shop_page("").replace("<head>", '<head><meta charset="gbk">')
    site.put("/", "")
    site.pages["/"].body = text.encode("gbk")
    site.pages["/"].headers = {"Content-Type": "text/html"}
    survey.run(survey.target(site.url))
    page = survey.pages()["/"]
    assert page.encoding == "gb18030"
    assert page.server_address == "127.0.0.1"
    assert ("Content-Type", "text/html") in page.headers
    assert page.body is not None
    assert page.body.size_bytes == len(text.encode("gbk"))
    (shop,) = survey.records.survey.shops()
    assert shop.name == "茗香茶庄"


def test_robots_are_obeyed_and_what_they_forbid_is_said_to_be_missing(site, survey) -> None:
    paths = small_shop(site)
    site.pages["/robots.txt"] = site.answer(body=b"User-agent: *\nDisallow: /goods/2.html\nDisallow: /goods/3.html\n")
    run = survey.run(survey.target(site.url))
    assert run.state is RunState.PARTIAL
    assert run.missing == ("2 个地址robots.txt 不允许，未访问",)
    assert set(site.paths) == {"/", *paths} - {"/goods/2.html", "/goods/3.html"}
    assert survey.pages()["/goods/2.html"].outcome is Outcome.ROBOTS_REFUSED


def test_named_authorisation_goes_before_robots(site, survey) -> None:
    small_shop(site, 1)
    site.pages["/robots.txt"] = site.answer(body=b"User-agent: *\nDisallow: /\n")
    run = survey.run(survey.target(site.url, authorisation="杭市监协查〔2026〕7号"))
    assert run.state is RunState.COMPLETE


def test_crawl_delay_is_kept_as_the_sites_own_log_shows(site, survey) -> None:
    small_shop(site, 3)
    site.pages["/robots.txt"] = site.answer(body=b"User-agent: *\nCrawl-delay: 0.5\n")
    survey.run(survey.target(site.url, concurrency=4))
    asked = [at for at, path in site.asked if path != "/robots.txt"]
    assert len(asked) == 4
    assert min(later - earlier for earlier, later in itertools.pairwise(asked)) >= 0.45


def test_site_that_asks_for_silence_gets_it_and_is_read_afterwards(site, survey) -> None:
    small_shop(site, 1)
    answer = site.answer
    page = goods_page("龙井 1 号").encode()
    site.pages["/goods/1.html"] = lambda times: (
        answer(body=b"busy", status=429, headers={"Content-Type": "text/html", "Retry-After": "2"})
        if times == 0
        else answer(body=page)
    )
    run = survey.run(survey.target(site.url))
    assert run.state is RunState.COMPLETE
    first, second = [at for at, path in site.asked if path == "/goods/1.html"]
    assert second - first >= 1.9


def test_silence_longer_than_we_wait_ends_the_run_as_partial(site, survey) -> None:
    small_shop(site, 2)
    answer = site.answer
    site.pages["/goods/1.html"] = answer(status=503, headers={"Content-Type": "text/html", "Retry-After": "7200"})
    run = survey.run(survey.target(site.url, concurrency=1))
    assert run.state is RunState.PARTIAL
    assert "站点要求 7200 秒后再访问" in run.missing[0]
    assert site.paths.count("/goods/1.html") == 1


def test_site_nobody_listens_at_fails_quickly_with_the_reason(site, survey) -> None:
    url = "http://127.0.0.1:9/"
    begun = time.monotonic()
    run = survey.run(survey.target(url))
    assert run.state is RunState.FAILED
    assert "连接被拒绝" in run.missing[0]
    assert time.monotonic() - begun < 200, "it waited for who will never answer"


def test_loopback_is_refused_unless_it_is_allowed(site, survey) -> None:
    small_shop(site, 1)
    run = survey.run(survey.target(site.url), allow_private=False)
    assert run.state is RunState.FAILED
    assert run.outcomes == {Outcome.ADDRESS_REFUSED: 1}
    assert "拒绝连接内网或保留地址" in run.missing[0]
    assert site.asked == []


def test_name_that_leads_to_loopback_is_refused_at_the_connection(site, survey) -> None:
    small_shop(site, 1)
    run = survey.run(survey.target(site.url.replace("127.0.0.1", "localhost")), allow_private=False)
    assert run.outcomes == {Outcome.ADDRESS_REFUSED: 1}
    assert site.asked == []


def test_redirect_to_an_internal_address_is_recorded_and_not_followed(site, survey) -> None:
    small_shop(site, 1)
    answer = site.answer
    site.put("/", shop_page(links_to("/go/1", "/go/2", "/go/3", "/goods/1.html")))
    site.pages["/go/1"] = answer(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data/"})
    site.pages["/go/2"] = answer(status=302, headers={"Location": "file:///etc/passwd"})
    site.pages["/go/3"] = answer(status=301, headers={"Location": "/goods/1.html"})
    run = survey.run(survey.target(site.url))
    pages = survey.pages()
    assert pages["/go/1"].outcome is Outcome.ADDRESS_REFUSED
    assert "169.254.169.254" in pages["/go/1"].reason
    assert pages["/go/2"].outcome is Outcome.ADDRESS_REFUSED
    assert pages["/go/3"].outcome is Outcome.READ
    assert pages["/go/3"].final_url.endswith("/goods/1.html")
    assert run.state is RunState.PARTIAL


def test_redirect_loop_ends(site, survey) -> None:
    small_shop(site, 1)
    answer = site.answer
    site.put("/", shop_page(links_to("/a", "/goods/1.html")))
    site.pages["/a"] = answer(status=302, headers={"Location": "/b"})
    site.pages["/b"] = answer(status=302, headers={"Location": "/a"})
    survey.run(survey.target(site.url))
    assert survey.pages()["/a"].outcome is Outcome.FAILED
    assert site.paths.count("/a") + site.paths.count("/b") <= 8


def test_body_beyond_the_limit_is_cut_off_while_it_comes(site, survey) -> None:
    small_shop(site, 1)
    answer = site.answer
    sent = []

    def endless(handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.send_header("Connection", "close")
        handler.end_headers()
        for _ in range(2000):  # 200 MB
            handler.wfile.write(b"x" * 100_000)
            sent.append(100_000)

    site.put("/", shop_page(links_to("/huge.html", "/bomb.html", "/goods/1.html")))
    site.pages["/huge.html"] = answer(stream=endless)
    site.pages["/bomb.html"] = answer(
        body=gzip.compress(b"0" * 30_000_000), headers={"Content-Type": "text/html", "Content-Encoding": "gzip"}
    )
    run = survey.run(survey.target(site.url, max_body_bytes=200_000))
    pages = survey.pages()
    assert pages["/huge.html"].outcome is Outcome.TOO_LARGE
    assert pages["/bomb.html"].outcome is Outcome.TOO_LARGE
    assert pages["/goods/1.html"].outcome is Outcome.READ
    assert sum(sent) < 100_000_000
    assert run.state is RunState.PARTIAL


def test_page_that_never_ends_times_out(site, survey) -> None:
    small_shop(site, 1)
    answer = site.answer

    def drip(handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.send_header("Connection", "close")
        handler.end_headers()
        for _ in range(40):
            handler.wfile.write(b"<p>")
            handler.wfile.flush()
            if handler.connection.fileno() < 0 or site.closing.wait(0.25):
                return

    site.closing = threading.Event()
    site.put("/", shop_page(links_to("/slow.html", "/goods/1.html")))
    site.pages["/slow.html"] = answer(stream=drip)
    run = survey.run(survey.target(site.url), timeout_seconds=4.0)
    site.closing.set()
    assert survey.pages()["/slow.html"].outcome is Outcome.TIMEOUT
    assert run.missing == ("1 个地址超时",)


def test_walls_are_told_apart_and_never_read_as_clean(site, survey) -> None:
    small_shop(site, 1)
    answer = site.answer
    site.put(
        "/",
        shop_page(
            links_to(
                "/goods/1.html",
                "/goods/21.html",
                "/goods/22.html",
                "/goods/23.html",
                "/goods/24.html",
                "/goods/25.html",
                "/img.html",
            )
        ),
    )
    site.put("/goods/21.html", "<title>安全验证</title><h1>安全验证</h1><p>访问过于频繁，请拖动滑块完成验证</p>")
    site.put("/goods/22.html", "<title>登录</title><h1>请登录后查看</h1><input type=password>")
    site.put("/goods/23.html", "<title>提示</title><p>抱歉，该商品已下架</p>")
    site.pages["/goods/24.html"] = answer(status=302, headers={"Location": "/login?next=/goods/24.html"})
    site.pages["/goods/25.html"] = answer(status=403, body=b"<h1>Forbidden</h1>")
    site.pages["/img.html"] = answer(body=b"\x89PNG", headers={"Content-Type": "image/png"})
    run = survey.run(survey.target(site.url))
    pages = survey.pages()
    assert {path: pages[path].outcome for path in pages if path not in ("/", "/goods/1.html")} == {
        "/goods/21.html": Outcome.CAPTCHA,
        "/goods/22.html": Outcome.LOGIN,
        "/goods/23.html": Outcome.SOFT_404,
        "/goods/24.html": Outcome.LOGIN,
        "/goods/25.html": Outcome.BLOCKED,
        "/img.html": Outcome.NOT_TEXT,
    }
    assert run.state is RunState.PARTIAL
    assert "/login?next=/goods/24.html" not in site.paths
    assert len(list(survey.records.survey.listings())) == 1


def test_unread_licence_page_is_written_on_the_shop(site, survey) -> None:
    site.put("/", shop_page('<a href="/zhizhao.html">营业执照</a>').replace(FOOT, ""))
    site.put("/zhizhao.html", "<title>安全验证</title><p>请拖动滑块完成验证</p>")
    survey.run(survey.target(site.url))
    (shop,) = survey.records.survey.shops()
    assert shop.unread == ("亮照页未能读取：要求验证",)
    assert shop.disclosure.has_licence_link
    assert not shop.licence_page_read


def test_page_limit_leaves_the_rest_pending_and_says_so(site, survey) -> None:
    small_shop(site, 6)
    run = survey.run(survey.target(site.url, max_pages=4))
    assert run.state is RunState.PARTIAL
    assert run.missing == ("已达页数上限 4，尚有 3 个地址未读",)
    assert len(site.paths) == 4
    assert survey.records.survey.frontier_counts("run-1")[FrontierState.PENDING] == 3


def test_facets_do_not_starve_the_products(site, survey) -> None:
    """A mall of 766 categories and 28 products: breadth-first reached none of them."""
    facets = [
        f"/list?cid={n}&brand={m}&price={p}" for n in range(12) for m in range(8) for p in ("0-50", "50-100", "100-300")
    ]
    products = [f"/goods/{number}.html" for number in range(1, 29)]
    site.put("/", shop_page(links_to(*facets) + links_to("/list?cid=1")))
    for facet in facets:  # each shows something else, else the filter would be learned to be noise
        site.put(facet, shop_page(links_to(*facets), title=f"筛选 {facet}"))
    site.put("/list?cid=1", shop_page(links_to(*facets, *products)))
    for number, path in enumerate(products, start=1):
        site.put(path, goods_page(f"龙井 {number} 号"))
    run = survey.run(survey.target(site.url, max_pages=60), facet_pages=10)
    assert run.state is RunState.COMPLETE
    assert len(list(survey.records.survey.listings())) == 28
    assert set(products) <= set(site.paths[:35])  # a filter or two goes beside the first lists
    assert sum("brand=" in path for path in site.paths) == 10


def test_site_that_keeps_refusing_is_left_alone(site, survey) -> None:
    paths = [f"/goods/{number}.html" for number in range(1, 40)]
    site.put("/", shop_page(links_to(*paths)))
    answer = site.answer
    for path in paths:
        site.pages[path] = answer(status=403, body="<h1>拒绝访问</h1>".encode())
    run = survey.run(survey.target(site.url))
    assert run.state is RunState.PARTIAL
    assert "已停止采集" in run.missing[0]
    assert len(site.paths) < 15


def test_sessions_and_sort_orders_are_one_page(site, survey) -> None:
    small_shop(site, 1)
    site.put(
        "/",
        shop_page(
            links_to(
                "/goods/1.html;jsessionid=AA11?utm_source=x",
                "/goods/1.html?sort=price",
                "/goods/1.html#top",
                "/goods/1.html",
            )
        ),
    )
    site.put("/goods/1.html;jsessionid=AA11?utm_source=x", goods_page("龙井 1 号"))
    run = survey.run(survey.target(site.url))
    assert run.outcomes == {Outcome.READ: 2}
    assert len(list(survey.records.survey.listings())) == 1


def test_links_to_other_sites_and_to_the_inside_are_not_followed(site, survey) -> None:
    small_shop(site, 1)
    site.put(
        "/",
        shop_page(
            '<a href="http://169.254.169.254/">a</a><a href="file:///etc/passwd">b</a><a href="http://example.invalid/">c</a><a href="/goods/1.html">d</a>'
        ),
    )
    run = survey.run(survey.target(site.url))
    assert run.state is RunState.COMPLETE
    assert site.paths == ["/", "/goods/1.html"]


def test_other_schemes_are_refused_in_words(survey) -> None:
    target = survey.target("http://127.0.0.1:9/")
    child = survey.begin(target.model_copy(update={"seeds": ("ftp://shop.cn/",)}))
    said, _ = child.communicate()
    assert json.loads(said)["message"] == "不访问 ftp 地址：ftp://shop.cn/"
    assert child.returncode == 1


def test_marketplace_listing_knows_its_shop(site, survey) -> None:
    site.put(
        "/",
        shop_page('<h2>店铺街</h2><ul><li><a href="/shop/7/">茗香旗舰店</a></li></ul>', title="集市").replace(FOOT, ""),
    )
    site.put(
        "/shop/7/",
        f"<title>茗香旗舰店</title><h1>茗香旗舰店</h1><p>本店主营茶叶，欢迎光临。</p>{links_to('/item/9.html')}<a href='/shop/7/licence'>证照信息</a>",
    )
    site.put("/item/9.html", goods_page("龙井").replace(FOOT, "<p>店铺：<a href='/shop/7/'>茗香旗舰店</a></p>"))
    site.put(
        "/shop/7/licence",
        "<title>证照信息</title><h1>证照信息</h1><p>店铺：<a href='/shop/7/'>茗香旗舰店</a></p><table><tr><th>名称</th><td>杭州茗香茶叶有限公司</td></tr><tr><th>统一社会信用代码</th><td>91330106MA2B0T1X7C</td></tr></table>",
    )
    run = survey.run(survey.target(site.url, kind=TargetKind.PLATFORM))
    assert run.state is RunState.COMPLETE
    (shop,) = survey.records.survey.shops()
    (listing,) = survey.records.survey.listings()
    assert listing.shop_id == shop.shop_id
    assert (shop.url, shop.name) == (f"{site.url}shop/7/", "茗香旗舰店")
    assert (shop.disclosure.licence_no, shop.disclosure.holder_name) == ("91330106MA2B0T1X7C", "杭州茗香茶叶有限公司")
    assert shop.front_page_read
    assert shop.licence_page_read


@pytest.mark.browser
def test_script_built_list_is_opened_in_the_browser_and_only_that(site, survey, browser_executable) -> None:
    script = "fetch('/api/goods').then(r => r.json()).then(all => { const list = document.getElementById('list'); all.forEach(one => { const a = document.createElement('a'); a.href = one.url; a.textContent = one.title; list.append(a); }); });"
    site.put("/", f"<title>茗香茶庄</title><div id=list></div><img src='/photo.png'><script>{script}</script>")
    site.put(
        "/api/goods",
        '[{"url": "/goods/1.html", "title": "龙井 1 号"}, {"url": "/goods/2.html", "title": "龙井 2 号"}]',
        headers={"Content-Type": "application/json"},
    )
    for number in (1, 2):
        site.put(f"/goods/{number}.html", goods_page(f"龙井 {number} 号"))
    run = survey.run(survey.target(site.url), browser_executable=browser_executable)
    assert run.state is RunState.COMPLETE
    pages = survey.pages()
    assert pages["/"].rendered
    assert not pages["/goods/1.html"].rendered
    assert len(list(survey.records.survey.listings())) == 2
    assert site.paths.count("/") == 2
    assert "/photo.png" not in site.paths


def test_script_built_list_without_a_browser_is_partial_and_says_why(site, survey) -> None:
    site.put("/", shop_page(links_to("/list/1.html")))
    site.put("/list/1.html", "<title>全部商品</title><div id=list></div><script src=/a.js></script>")
    run = survey.run(survey.target(site.url))
    assert run.state is RunState.PARTIAL
    assert survey.pages()["/list/1.html"].outcome is Outcome.BROWSER_AWAY
    assert run.missing == ("1 个地址需要浏览器而没有可用的浏览器",)


@pytest.mark.browser
def test_browser_reaches_nothing_the_guard_forbids(site, survey, browser_executable) -> None:
    script = "fetch('http://169.254.169.254/latest/').catch(() => 0).then(() => { document.getElementById('list').innerHTML = '<a href=/goods/1.html>龙井 1 号</a>'; });"
    site.put("/", f"<title>茗香茶庄</title><div id=list></div><script>{script}</script>")
    site.put("/goods/1.html", goods_page("龙井 1 号"))
    run = survey.run(survey.target(site.url), browser_executable=browser_executable)
    assert run.outcomes == {Outcome.READ: 2}


def test_chromium_that_cannot_be_started_is_named(site, survey) -> None:
    site.put("/", shop_page(links_to("/list/1.html")))
    site.put("/list/1.html", "<title>全部商品</title><div id=list></div><script src=/a.js></script>")
    run = survey.run(survey.target(site.url), browser_executable="/nowhere/chromium")
    assert survey.pages()["/list/1.html"].outcome is Outcome.BROWSER_AWAY
    assert "浏览器无法启动" in survey.pages()["/list/1.html"].reason
    assert run.state is RunState.PARTIAL


def test_page_that_fails_under_load_is_asked_again_later(site, survey) -> None:
    small_shop(site, 4)
    for number in (1, 2, 3):
        page = goods_page(f"龙井 {number} 号", f"{number}0.00").encode()
        site.pages[f"/goods/{number}.html"] = lambda times, page=page: (
            site.answer(body=b"<h1>Server Error</h1>", status=500) if times == 0 else site.answer(body=page)
        )
    run = survey.run(survey.target(site.url, concurrency=4))
    assert run.state is RunState.COMPLETE
    assert len(list(survey.records.survey.listings())) == 4
