"""What is served is what the truth says, page by page, in the markup each family promises."""

from __future__ import annotations

import io
import json
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from parsel import Selector
from PIL import Image

from wangjian.sample.families.standalone import GBK_SHOP, MISDECLARED_SHOP
from wangjian.sample.models import Family, yuan


class Client:
    """Keeps one connection an origin; follows nothing."""

    def __init__(self, running):
        self._urls = running.origins
        self._open = {}

    def get(self, origin, path):
        known = self._open.get(origin)
        if known is None:
            known = self._open[origin] = HTTPConnection(urlsplit(self._urls[origin]).netloc, timeout=10)
        known.request("GET", path, headers={"User-Agent": "tests"})
        answer = known.getresponse()
        return answer, answer.read()

    def close(self):
        for connection in self._open.values():
            connection.close()


@pytest.fixture(scope="module")
def client(running):
    made = Client(running)
    yield made
    made.close()


def _text(answer, body, *, charset=None):
    charset = charset or answer.headers.get_content_charset()
    return body.decode(charset)


def _words(html):
    return "".join(Selector(html).xpath("//body//text()[not(ancestor::script)]").getall())


def _charset_of(truth_record):
    return (
        "gbk"
        if truth_record.origin in (f"independent-{GBK_SHOP:02d}", f"independent-{MISDECLARED_SHOP:02d}")
        else "utf-8"
    )


def test_every_listing_page_answers_with_its_title_price_and_planted_text(client, truth):
    for listing in truth.listings:
        answer, body = client.get(listing.origin, listing.path)
        assert answer.status == 200, listing.path
        html = _text(answer, body, charset=_charset_of(listing))
        words = _words(html)
        assert listing.title in words, listing.path
        assert yuan(listing.price_fen) in words, listing.path
        for amount in (listing.price_max_fen, listing.struck_fen, listing.coupon_fen):
            assert amount is None or yuan(amount) in words, listing.path
        for plant in listing.planted:
            assert plant.text in words, (listing.path, plant.text)


def test_every_shop_and_licence_page_answers_with_what_was_planted(client, truth):
    for shop in truth.shops:
        answer, body = client.get(shop.origin, shop.path)
        assert answer.status == 200
        front = _text(answer, body, charset=_charset_of(shop))
        if shop.family == Family.YUNSHANG.value:
            _, body = client.get(shop.origin, f"/api{shop.path}")
            stated = json.loads(body)
            front = "".join([stated["name"], stated["exemption"], *stated["notices"]])
        assert shop.name in front
        assert shop.exemption_text in front
        for plant in shop.planted:
            assert plant.place != "notice" or plant.text in front, plant
        if not shop.licence_path:
            assert "营业执照" not in front
            continue
        answer, body = client.get(shop.origin, shop.licence_path)
        assert answer.status == 200
        page = _words(_text(answer, body, charset=_charset_of(shop)))
        assert (shop.shown_name in page and shop.shown_code in page) == shop.licence_readable


def test_shops_that_disclose_nothing_have_no_licence_page(client, market):
    for shop in market.shops:
        if shop.family is Family.JISHI and not shop.seller.has_licence_page:
            assert client.get(shop.origin, f"/shop/{shop.number}/licence")[0].status == 404
            assert client.get(shop.origin, f"/img/licence-{shop.number}.png")[0].status == 404


def test_totals_of_readable_pages_are_what_a_walk_over_the_site_finds(client, truth):
    """A walk over same-origin links, facets and forbidden paths left out, finds the pages counted in the truth."""
    totals = {total.family: total for total in truth.totals}
    seen, queue = {"/"}, ["/"]
    read = 0
    while queue:
        path = queue.pop()
        answer, body = client.get("jishi", path)
        if answer.status != 200 or b"\xe5\xae\x89\xe5\x85\xa8\xe9\xaa\x8c\xe8\xaf\x81" in body:
            continue
        read += 1
        for href in Selector(body.decode()).css("a::attr(href)").getall():
            target = href.removesuffix("?spm=a1.home.guess")
            barred = target.startswith(("/cart", "/login", "/search", "/help", "/go", "http", "/item/9"))
            facet = target.startswith("/list/") and "?" in target and "?page=" not in target
            if not barred and not facet and target.removesuffix("?page=1") not in seen:
                seen.add(target.removesuffix("?page=1"))
                queue.append(target)
    assert read == totals["jishi"].readable_pages


def test_facets_multiply(client):
    _, body = client.get("jishi", "/list/c1/?sort=sales&price=0-50")
    links = Selector(body.decode()).css(".facets a::attr(href)").getall()
    assert len(links) >= 25
    assert all("sort=" in link and "price=" in link for link in links)


def test_pages_of_trouble_are_as_the_truth_says(client, truth):
    outcomes = {trouble.path: trouble.outcome for trouble in truth.trouble if trouble.origin == "jishi"}
    assert client.get("jishi", "/item/900001.html")[0].status == 200
    assert "已下架" in client.get("jishi", "/item/900001.html")[1].decode()
    assert b'type="password"' in client.get("jishi", "/item/900002.html")[1]
    assert "滑块" in client.get("jishi", "/item/900003.html")[1].decode()
    assert client.get("jishi", "/item/900004.html")[0].status == 500
    answer, _ = client.get("jishi", "/go/900006")
    assert (answer.status, answer.headers["Location"]) == (302, "http://169.254.169.254/latest/meta-data/")
    assert client.get("jishi", "/item/900007.html")[0].status == 404
    assert {"soft_404", "login", "captcha", "server_error", "address_refused", "not_found"} <= set(outcomes.values())


def test_one_listing_links_to_a_closed_port_of_ours(client, truth):
    first = truth.listings[0]
    assert b'href="http://127.0.0.1:1/"' in client.get(first.origin, first.path)[1]


def test_script_marketplace_serves_empty_shells_and_a_json_interface(client, market):
    _, home = client.get("yunshang", "/")
    assert len(home) < 700
    assert _words(home.decode()).strip() == ""
    _, shelf = client.get("yunshang", "/api/store/1/goods?page=1")
    goods = json.loads(shelf)
    assert goods["total"] == len(market.listings_of(market.shops_of(Family.YUNSHANG)[0]))
    _, script = client.get("yunshang", "/assets/app.js")
    assert b"fetch(" in script
    _, detail = client.get("yunshang", f"/goods/{goods['goods'][0]['goodsId']}")
    state = detail.decode().split("window.__INITIAL_STATE__ = ")[1].split(";</script>")[0]
    assert json.loads(state)["goods"]["priceFen"] == goods["goods"][0]["priceFen"]


def test_gbk_sites_decode_as_gbk_and_one_of_them_declares_utf8(client):
    answer, body = client.get(f"independent-{GBK_SHOP:02d}", "/")
    assert answer.headers.get_content_charset() == "gbk"
    assert "店内商品" in body.decode("gbk")
    answer, body = client.get(f"independent-{MISDECLARED_SHOP:02d}", "/")
    assert answer.headers.get_content_charset() == "utf-8"
    assert "店内商品" in body.decode("gbk")
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")


def test_unseen_family_comes_in_two_markups(client):
    _, old = client.get("unseen-01", "/")
    _, new = client.get("unseen-02", "/")
    assert b"list.asp" in old
    assert b"<article" not in old
    assert b"<article" in new
    assert b"<table" not in new


def test_robots_forbid_some_paths_and_ask_for_no_delay(client):
    _, robots = client.get("jishi", "/robots.txt")
    assert b"Disallow: /cart" in robots
    assert b"Crawl-delay" not in robots


def test_pictures_are_real_pictures(client, truth):
    _, body = client.get("jishi", f"/img/{truth.listings[0].key}.png")
    assert Image.open(io.BytesIO(body)).size == (360, 360)
    _, body = client.get("jishi", "/img/licence-1.png")
    assert Image.open(io.BytesIO(body)).size == (900, 640)


def test_hostile_reviews_are_served_as_text(client, market):
    shops = {shop.key: shop for shop in market.shops}
    hostile = [item for item in market.listings if any("<script>" in review.text for review in item.reviews_on(0))]
    assert hostile
    by_family = [item for item in hostile if shops[item.shop_key].family is Family.JISHI]
    for listing in by_family:
        _, body = client.get("jishi", f"/item/{listing.key}.html")
        assert b"<script>alert" not in body
        assert b"&lt;script&gt;alert" in body
