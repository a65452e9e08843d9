"""Names of what a page gave."""

from __future__ import annotations

from crawlers.health.fields import FIELD_WORDS, fields_of, with_fields
from crawlers.reading import read_page
from records.survey import Outcome

PRODUCT = """<html><head><meta name="generator" content="ShopBox 3"></head><body><div id="brand">小店</div><div id="menu">
<a href="/licence.html">营业执照</a></div><div id="body"><h1 id="ptitle">陈年普洱</h1><div id="pic"><img src="/1.png"></div>
<div id="buy"><table class="kv"><tr><td>价格</td><td class="money">¥128</td></tr><tr><td>原价</td><td><s>¥200</s></td></tr>
</table></div></div><div id="foot">沪ICP备20213406号-1</div></body></html>"""


def test_every_part_a_page_gave_is_named(page_of, target):
    page, body = page_of(PRODUCT, url="http://shop.cn/product/1.html")
    reading = read_page(page, body, target)
    noted = with_fields(page, reading)
    assert noted.family == "duli"
    assert {"listing.title", "listing.price.now", "listing.price.struck", "listing.images", "shop.name", "shop.icp",
            "shop.licence_link", "links.licence"} <= set(noted.fields)  # fmt: skip
    assert "listing.reviews" not in noted.fields and len(set(noted.fields)) == len(noted.fields)
    assert set(noted.fields) <= set(FIELD_WORDS)
    assert noted.fields == fields_of(reading)


def test_page_that_could_not_be_read_names_nothing(page_of, target):
    page, body = page_of(PRODUCT)
    reading = read_page(page, body, target)
    walled = page.model_copy(update={"outcome": Outcome.LOGIN})
    assert with_fields(walled, reading) == walled and with_fields(page, None) == page
