"""Where a known value stands in new markup, and which selectors moved."""

from __future__ import annotations

import pytest

from crawlers.health.comparing import Comparison
from crawlers.health.drift import drifted, propose
from crawlers.health.statistics import LiveTally, PageTally, address_of
from crawlers.health.watching import watch_page
from records.survey import Outcome, PageKind

OLD = """<html><head><meta name="generator" content="ShopBox 3"><title>{title}</title></head><body><div id="brand">小店</div>
<div id="body"><h1 id="ptitle">{title}</h1><div id="buy"><table class="kv"><tr><td>价格</td>
<td class="money">¥{price}</td></tr><tr><td>服务</td><td>七天可退</td></tr></table></div><div id="content"><p>说明文字一段</p></div></div>
<div id="foot">备案</div></body></html>"""
GOODS = [("陈年普洱", "128.00"), ("高山绿茶", "66.50"), ("茉莉花茶", "45.00"), ("白毫银针", "1,299.00")]


@pytest.fixture
def pairs(page_of, target):
    """Four pages as they were, and as `change` makes them."""

    def make(change):
        before, now = {}, []
        contents = {}
        for number, (title, price) in enumerate(GOODS):
            url = f"http://shop.cn/product/{number}.html"
            html = OLD.format(title=title, price=price)
            for markup, name in ((html, "old"), (change(html), "new")):
                page, body = page_of(markup, url=url, kind=PageKind.LISTING)
                page = page.model_copy(update={"page_id": f"{name}-{number}"})
                contents[page.page_id] = body
                if name == "old":
                    before[address_of(page)] = page
                else:
                    now.append(page)
        comparison = Comparison(target=target, before=before.get, body=lambda page: contents[page.page_id])
        return comparison.pairs(now)

    return make


@pytest.mark.parametrize(
    ("old", "new", "field", "found"),
    [
        ('<h1 id="ptitle">', '<h1 class="goods-name">', "listing.title", "h1.goods-name"),
        ('class="money"', 'class="deal-price"', "listing.price.now", "td.deal-price"),
        ('id="buy"', 'id="order"', "listing.price.now", "td.money"),
    ],
)
def test_new_place_of_a_value_is_proposed(pairs, old, new, field, found):
    proposal = propose(pairs(lambda html: html.replace(old, new)), field)
    assert (proposal.new, proposal.holds_on, proposal.tried_on) == (found, 4, 4)
    assert proposal.old in ("h1#ptitle", "#buy td.money")


def test_value_that_is_nowhere_has_no_proposal(pairs):
    import re

    proposal = propose(pairs(lambda html: re.sub(r"¥[\d,.]+", "", html)), "listing.price.now")
    assert (proposal.new, proposal.holds_on) == ("", 0)


def test_recogniser_that_fails_is_named_with_its_new_place(pairs):
    found = {one.old: one for one in drifted(pairs(lambda html: html.replace('id="ptitle"', 'class="name"')))}
    assert found["h1#ptitle"].new == "h1.name" and found["h1#ptitle"].field == "listing.title"


def test_content_that_went_away_is_no_drift(pairs):
    gone = pairs(lambda html: html.replace("<p>说明文字一段</p>", ""))
    assert drifted(gone) == ()
    assert drifted(pairs(lambda html: html)) == ()


def test_single_page_proves_no_drift(pairs):
    assert drifted(pairs(lambda html: html.replace('id="ptitle"', 'class="name"'))[:1]) == ()


def test_watching_reads_as_the_survey_does(page_of, target):
    from crawlers.reading import read_page

    page, body = page_of(OLD.format(title="陈年普洱", price="128.00"), url="http://shop.cn/product/1.html")
    watched = watch_page(page, body, target)
    assert watched.reading == read_page(page, body, target).model_copy(
        update={"content_sha256": watched.reading.content_sha256}
    )
    assert watched.found["h1#ptitle"] == "陈年普洱" and "table.zz" not in watched.found


def test_page_stays_in_the_group_it_had_when_it_was_well(page_of):
    page, _ = page_of("x", url="http://shop.cn/product/1.html", kind=PageKind.RULES)
    page = page.model_copy(update={"outcome": Outcome.READ, "family": "duli", "fields": ("links.list",)})
    tally = PageTally(places={address_of(page): ("duli", PageKind.LISTING)})
    tally.add(page)
    assert tally.sizes == {("duli", PageKind.LISTING): 1}
    assert [one.page_id for one in tally.lacking(("duli", PageKind.LISTING), "listing.title")] == [page.page_id]
    assert tally.groups["duli", PageKind.LISTING]["page.template"] == 0


@pytest.mark.parametrize("tally", [LiveTally(), PageTally()], ids=["live", "stored"])
def test_picture_host_that_refuses_says_nothing_of_the_pages(page_of, tally):
    picture, _ = page_of(b"", url="http://img.cn/yyzz.png", kind=PageKind.LICENCE_IMAGE)
    tally.add(picture.model_copy(update={"outcome": Outcome.BLOCKED}))
    assert tally.outcomes.total() == 0
