"""What a page says of itself: title, heading, metas, scripts, whatever its markup is like."""

from datetime import UTC, datetime

import pytest

from crawlers.document import Document
from records.survey import Outcome, Page, PageKind, Target, TargetKind

NOW = datetime(2026, 11, 20, tzinfo=UTC)
URL = "http://a.cn/shop/9/list.html"


def document(markup: str) -> Document:
    page = Page(
        page_id="page_1", run_id="run_1", target_id="target_1", url=URL, final_url=URL,
        kind=PageKind.OTHER, outcome=Outcome.READ, fetched_at=NOW,
    )  # fmt: skip
    target = Target(target_id="target_1", name="店", kind=TargetKind.SITE, seeds=(URL,), created_at=NOW)
    return Document(page=page, target=target, markup=markup)


@pytest.mark.parametrize(
    "markup", ["", "\x00", "   ", "<!-- nothing -->", "words alone", "<frameset><frame></frameset>"]
)
def test_a_page_of_any_markup_has_a_head_and_a_body(markup) -> None:
    doc = document(markup)
    assert doc.root.find("head") is not None
    assert doc.root.find("body") is not None
    assert doc.title == ""
    assert doc.visible == ("words alone" if markup == "words alone" else "")


def test_title_heading_and_metas_are_the_first_that_say_something() -> None:
    doc = document(
        "<title></title><title> 明前\u3000龙井 </title><meta name=keywords><meta name=keywords content='茶 叶'>"
        "<meta property='og:type' name=x content=product><h1><img></h1><h1>明前<b>龙井</b></h1>"
    )
    assert doc.title == "明前 龙井"
    assert doc.heading == "明前 龙井"
    assert doc.meta("keywords") == "茶 叶"
    assert doc.meta("og:type") == doc.meta("x") == "product"
    assert doc.meta("author") == ""


def test_links_are_relative_to_the_base_of_the_page() -> None:
    assert document("<a href=2>").absolute("2") == "http://a.cn/shop/9/2"
    assert document("<base><base href='/m/'><a href=2>").absolute("2") == "http://a.cn/m/2"


def test_embedded_data_is_read_from_scripts_that_hold_it() -> None:
    doc = document(
        '<script type="application/ld+json">{"@graph": [{"@type": "Product", "name": "龙井"}]}</script>'
        '<script type="application/ld+json">{broken</script><script src="/a.js">window.__STATE__ = {"a": 2}</script>'
        '<script>window.__STATE__ = {"a": 1}; more()</script><script id="__NEXT_DATA__">{"b": 1}</script>'
    )
    assert doc.json_ld == ({"@type": "Product", "name": "龙井"},)
    assert doc.states == (("__STATE__", {"a": 1}), ("__NEXT_DATA__", {"b": 1}))
