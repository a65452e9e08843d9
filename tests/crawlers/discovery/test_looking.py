"""Looks at sitemaps, search pages, link pages and declarations: what is found, with what evidence, within what bounds."""

from __future__ import annotations

import gzip

import pytest

from crawlers.discovery.looking import (
    Look,
    SearchPlan,
    look_at_declarations,
    look_at_page,
    look_at_search,
    look_at_sitemaps,
)
from crawlers.discovery.sitemaps import SitemapLimits, SitemapWalk, read_sitemap
from records.candidates import DiscoveryMethod
from records.errors import FetchError, InvalidInputError
from records.register import Entity, EntityKind
from records.survey import TargetKind

_XML = {"Content-Type": "application/xml"}


def _sitemap(*urls, index=False):
    outer, inner = ("sitemapindex", "sitemap") if index else ("urlset", "url")
    entries = "".join(f"<{inner}><loc>{url}</loc></{inner}>" for url in urls)
    return f'<?xml version="1.0"?><{outer} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</{outer}>'.encode()


def _serve(site, path, body):
    site.pages[path] = site.answer(body=body, headers=_XML)


def _look(method=DiscoveryMethod.SITEMAP, **more):
    return Look(method=method, **more)


def test_sitemaps_named_in_robots_are_followed_through_index_and_gzip(site, new_asker):
    site.pages["/robots.txt"] = site.answer(body=f"Sitemap: {site.url}map/index.xml\n".encode())
    _serve(site, "/map/index.xml", _sitemap(f"{site.url}map/a.xml.gz", f"{site.url}map/b.txt", index=True))
    _serve(
        site,
        "/map/a.xml.gz",
        gzip.compress(_sitemap(f"{site.url}shop/1/", f"{site.url}goods/9.html", "https://own.cn/x")),
    )
    site.pages["/map/b.txt"] = site.answer(
        body=f"{site.url}shop/2\n{site.url}shop/1\n".encode(), headers={"Content-Type": "text/plain"}
    )
    look = _look()
    look_at_sitemaps(look, new_asker(), site.url)
    assert sorted(each.url.removeprefix(site.url) for each in look.found.values()) == [
        "https://own.cn/",
        "shop/1/",
        "shop/2",
    ]
    assert look.problems == [] and look.places == 2
    sighting = next(each for each in look.found.values() if each.url == "https://own.cn/").sightings[0]
    assert sighting.place == f"{site.url}map/a.xml.gz" and len(sighting.place_sha256) == len(sighting.place_sm3) == 64


def test_site_whose_sitemap_names_goods_is_itself_a_find(site, new_asker):
    _serve(site, "/sitemap.xml", _sitemap(f"{site.url}goods/1.html", f"{site.url}goods/2.html"))
    look = _look()
    look_at_sitemaps(look, new_asker(), site.url)
    assert [(each.url, each.kind) for each in look.found.values()] == [(site.url, TargetKind.SITE)]


def test_hostile_sitemaps_end_within_their_bounds(site, new_asker):
    _serve(
        site,
        "/sitemap.xml",
        _sitemap(
            *(f"{site.url}s{number}.xml" for number in range(50)),
            f"{site.url}sitemap.xml",
            "http://elsewhere.example/s.xml",
            "http://169.254.169.254/s.xml",
            "file:///etc/passwd",
            index=True,
        ),
    )
    for number in range(50):
        _serve(
            site, f"/s{number}.xml", _sitemap(f"{site.url}s{number}/deeper.xml", f"{site.url}sitemap.xml", index=True)
        )
    for number in range(50):
        _serve(site, f"/s{number}/deeper.xml", _sitemap(f"{site.url}s{number}/deepest.xml", index=True))
    walk = SitemapWalk(asker=new_asker(), limits=SitemapLimits(files=60))
    assert list(walk.pages(site.url)) == []
    assert len(site.paths) == 60 and len(set(site.paths)) == 60
    said = "\n".join(walk.problems)
    assert (
        "超过 60 个文件" in said and "层数过深" in said and "指向别的站点，未读：http://elsewhere.example/s.xml" in said
    )
    assert "passwd" not in said


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "空的"),
        (b"<html><body>404</body></html>", "是网页"),
        (b"hello", "不是站点地图"),
        (b"\x1f\x8bbroken", "损坏"),
        (gzip.compress(b"<urlset>" + b" " * 5_000_000), "解压后超过"),
        (b"<urlset><url><loc>http://a.cn/shop/1</loc></url><url><loc>http://a", ""),
        (b"<urlset></urlset>", "没有网址"),
    ],
    ids=["empty", "html", "text", "broken-gzip", "bomb", "cut-off", "nothing"],
)
def test_bad_sitemap_says_what_is_wrong_and_keeps_what_it_named(body, says):
    read = read_sitemap(body, limits=SitemapLimits(file_bytes=1_000_000))
    assert says in read.problem
    if b"shop/1" in body:
        assert read.pages[0] == "http://a.cn/shop/1"


def test_entities_of_a_hostile_sitemap_are_not_expanded():
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    body = f'<?xml version="1.0"?><!DOCTYPE u [<!ENTITY l0 "lol"><!ENTITY f SYSTEM "file:///etc/passwd">{laughs}]><urlset><url><loc>http://a.cn/&l9;</loc></url><url><loc>http://a.cn/&f;</loc></url></urlset>'
    read = read_sitemap(body.encode())
    assert all("lollol" not in page and "root" not in page and len(page) < 2000 for page in read.pages)


def test_addresses_are_held_to_their_number():
    read = read_sitemap(_sitemap(*(f"http://a.cn/{n}" for n in range(100))), limits=SitemapLimits(addresses_a_file=10))
    assert len(read.pages) == 10 and "超过 10 个网址" in read.problem


def test_search_follows_next_pages_and_keeps_word_and_page_as_evidence(site, new_asker):
    site.put(
        "/s?q=%E9%BE%99%E4%BA%95",
        "<div><a href='/shop/1/'>西湖茶庄</a> <a href='https://own.cn/x'>官网</a> <a href='/s?q=%E9%BE%99%E4%BA%95&page=2'>下一页</a></div><footer><a href='https://partner.cn'>友情链接</a></footer>",
    )
    site.put(
        "/s?q=%E9%BE%99%E4%BA%95&page=2",
        "<div><a href='/shop/2/'>龙井店</a> <a href='/s?q=%E9%BE%99%E4%BA%95'>下一页</a></div>",
    )
    look = _look(DiscoveryMethod.SEARCH)
    look_at_search(look, new_asker(), SearchPlan(template=f"{site.url}s?q={{词}}", words=("龙井",)))
    found = {each.name: each for each in look.found.values()}
    assert {name: each.url.removeprefix(site.url) for name, each in found.items()} == {
        "西湖茶庄": "shop/1/", "龙井店": "shop/2/", "": "https://own.cn/",
    }  # fmt: skip
    assert [(each.query, each.place.removeprefix(site.url)) for each in found["龙井店"].sightings] == [
        ("龙井", "s?q=%E9%BE%99%E4%BA%95&page=2")
    ]
    assert look.problems == [] and len(site.paths) == 2


def test_search_by_page_number_and_gbk_stops_at_the_same_page_again(site, new_asker):
    for number in (1, 2, 3, 4):
        site.put(f"/s?q=%C1%FA%BE%AE&p={number}", f"<p><a href='/shop/{min(number, 2)}/'>店</a></p>")
    look = _look(DiscoveryMethod.SEARCH)
    plan = SearchPlan(template=f"{site.url}s?q={{词}}&p={{页}}", words=("龙井",), pages=9, encoding="gbk")
    look_at_search(look, new_asker(), plan)
    assert len(look.found) == 2 and len(site.paths) == 3


def test_shops_are_asked_of_goods_where_results_name_none(site, new_asker):
    site.put("/s?q=tea", "<p><a href='/item/1.html'>龙井</a> <a href='/item/2.html'>碧螺春</a></p>")
    site.put("/item/1.html", "<p><a href='/shop/7/'>西湖茶庄</a></p>")
    site.put("/item/2.html", "<p><a href='/shop/8/'>太湖茶庄</a></p>")
    look = _look(DiscoveryMethod.SEARCH)
    look_at_search(look, new_asker(), SearchPlan(template=f"{site.url}s?q={{词}}", words=("tea",)))
    assert sorted(each.name for each in look.found.values()) == ["太湖茶庄", "西湖茶庄"]


def test_search_that_shows_nothing_says_so(site, new_asker):
    site.put("/s?q=tea", "<div id='app'></div>")
    look = _look(DiscoveryMethod.SEARCH)
    look_at_search(look, new_asker(), SearchPlan(template=f"{site.url}s?q={{词}}", words=("tea",)))
    assert look.found == {} and "没有网店链接" in look.problems[0]
    with pytest.raises(InvalidInputError, match="没有 {词}"):
        look_at_search(look, new_asker(), SearchPlan(template=site.url, words=("tea",)))


def test_wall_is_not_read_as_an_empty_result(site, new_asker):
    site.put("/s?q=tea", "<h1>安全验证</h1><p>请拖动滑块完成拼图</p>")
    look = _look(DiscoveryMethod.SEARCH)
    look_at_search(look, new_asker(), SearchPlan(template=f"{site.url}s?q={{词}}", words=("tea",)))
    assert "未能读取" in look.problems[0]


def test_page_of_links_gives_other_sites_and_shops_of_its_own(site, new_asker):
    site.put(
        "/",
        "<p><a href='/about'>关于</a><a href='/shop/1/'>一店</a><a href='http://a.cn/'>甲店</a><a href='http://A.cn:80/x'>甲店新品</a><a href='http://127.0.0.1/'>本机</a></p>",
    )
    look = _look(DiscoveryMethod.LINKS)
    look_at_page(look, new_asker(), site.url)
    assert {each.key for each in look.found.values()} >= {"a.cn"} and len(look.found) == 3
    with pytest.raises(FetchError, match="服务器答复 404"):
        look_at_page(look, new_asker(), f"{site.url}none")


def test_declarations_of_the_register_by_region(frozen_now):
    def entity(code, region, *urls):
        return Entity(code=code, name=f"公司{code[-1]}", kind=EntityKind.COMPANY, region_code=region, shop_urls=urls)

    entities = [
        entity("91330106000000000A", "330106", "www.a.cn", "https://shop9.taobao.com/"),
        entity("91110101000000000B", "110101", "b.cn"),
        entity("91330106000000000C", "", "无", "c.cn"),
    ]
    look = _look(DiscoveryMethod.REGISTER)
    look_at_declarations(look, entities, region="3301", at=frozen_now)
    assert {each.key for each in look.found.values()} == {"www.a.cn", "shop9.taobao.com", "c.cn"}
    assert look.found["www.a.cn"].sightings[0].place == "register:91330106000000000A"
    assert look.problems == ["公司C（91330106000000000C）申报的网址无法监测：无"]
