"""A site surveyed more than once: what is asked for, what is kept, what is found changed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from crawlers.reading import read_page
from records.survey import Outcome, PageKind, RunState

GOODS = 6
LICENCE = "91330100MA2ABC1237"


class Shop:
    """A shop with validators on every page, its prices and texts ours to change."""

    def __init__(self, site) -> None:
        self.site = site
        self.prices = {n: n * 100 for n in range(1, GOODS + 1)}
        self.gone: set[int] = set()
        self.licence = True
        self.validators = True
        self.answers: list[tuple[str, int, int]] = []

    def serve(self) -> None:
        """Put the pages up as they are now."""
        for path in ("/", *(f"/goods/{n}.html" for n in range(1, GOODS + 1)), "/licence.html"):
            self.site.pages[path] = self._asked(path)

    def _asked(self, path):
        def answer(_times):
            return self.site.answer(stream=lambda handler: self._stream(path, handler))

        return answer

    def _stream(self, path, handler) -> None:
        body = self._page(path)
        etag = '"' + hashlib.sha256(body or b"").hexdigest()[:16] + '"'
        status = 404 if body is None else 200
        if body is not None and self.validators and handler.headers.get("If-None-Match") == etag:
            status, body = 304, b""
        body = body if body is not None else b"<h1>404 Not Found</h1>"
        self.answers.append((path, status, len(body)))
        handler.send_response(status)
        if status != 304:
            handler.send_header("Content-Type", "text/html; charset=utf-8")
            handler.send_header("Content-Length", str(len(body)))
        if self.validators:
            handler.send_header("ETag", etag)
        handler.end_headers()
        handler.wfile.write(body)

    def _page(self, path) -> bytes | None:
        if path == "/":
            links = "".join(
                f'<li><a href="/goods/{n}.html">龙井 {n} 号</a><span class=price>¥{price}.00</span></li>'
                for n, price in self.prices.items()
                if n not in self.gone
            )
            licence = '<footer><a href="/licence.html">营业执照</a></footer>' if self.licence else "<footer></footer>"
            return f"<title>茗香茶庄</title><h1>茗香茶庄</h1><p>本店主营茶叶。</p><ul>{links}</ul>{licence}".encode()
        if path == "/licence.html":
            return (
                f"<title>营业执照</title><table><tr><th>统一社会信用代码</th><td>{LICENCE}</td></tr>"
                "<tr><th>企业名称</th><td>杭州茗香茶叶有限公司</td></tr></table>"
            ).encode()
        number = int(path.removeprefix("/goods/").removesuffix(".html"))
        if number in self.gone:
            return None
        return (
            f"<title>龙井 {number} 号</title><h1>龙井 {number} 号</h1><p class=price>¥{self.prices[number]}.00</p>"
            f"<button>加入购物车</button><p>清明前采摘 {number}。</p>"
        ).encode()

    def fetched(self) -> dict[str, int]:
        """Pages answered with a body since the last call, by path, with its status."""
        found = {path: status for path, status, size in self.answers if size}
        self.answers.clear()
        return found


@pytest.fixture
def shop(site):
    made = Shop(site)
    made.serve()
    return made


def run(survey, site, run_id, **options):
    survey.run_id = run_id
    return survey.run(survey.target(site.url), **options)


def listings_of(survey) -> dict[str, tuple[str, int, bool]]:
    return {
        one.url.rsplit("/", 1)[1]: (one.title, one.prices[0].amount_fen, one.gone_at is not None)
        for one in survey.records.survey.listings()
    }


def final_records(survey) -> list[object]:
    """What a survey left, without the identity of the run and the times."""
    leave_out = {"first_seen_at", "last_seen_at", "source", "sources", "gone_at", "gone_page_id", "reviews"}
    records = survey.records.survey
    return [
        json.loads(one.model_dump_json(exclude=leave_out)) for one in (*records.shops(), *records.listings())
    ] + sorted((page.canonical_url, page.content_sha256, page.kind) for page in records.pages(survey.run_id))


def test_second_survey_downloads_only_what_changed(site, survey, shop, survey_class, tmp_path) -> None:
    from stores.backends import open_records

    assert run(survey, site, "r1").state is RunState.COMPLETE
    first = survey.pages()["/goods/1.html"]
    assert len(shop.fetched()) == GOODS + 2
    shop.prices[3] = 999
    second = run(survey, site, "r2")
    assert (second.state, second.outcomes) == (RunState.COMPLETE, {Outcome.READ: 2, Outcome.UNCHANGED: GOODS})
    assert shop.fetched() == {"/": 200, "/goods/3.html": 200}
    place = tmp_path / "full"
    place.mkdir()
    records = open_records(f"sqlite:///{place}/records.db")
    records.migrate()
    full = survey_class(place=place, records=records)
    run(full, site, "r2")
    assert final_records(survey) == final_records(full)
    records.close()
    changes = survey.records.history.run_changes("r2")
    assert (changes.pages_new, changes.pages_changed, changes.pages_unchanged) == (0, 2, GOODS)
    assert (changes.listings_changed, changes.shops_changed) == (1, 0)
    page = survey.pages()["/goods/1.html"]
    assert (page.outcome, page.status) == (Outcome.UNCHANGED, 304)
    assert (page.archive, page.body, page.wire) == (first.archive, first.body, first.wire)
    run(survey, site, "r3", full_refetch_days=0.0)
    assert len(shop.fetched()) == GOODS + 2


def test_listing_and_licence_link_that_go_are_facts_and_damage_is_fetched_again(site, survey, shop) -> None:
    run(survey, site, "r1")
    (before,) = survey.records.survey.shops()
    assert (before.disclosure.licence_no, before.disclosure.has_licence_link) == (LICENCE, True)
    shop.gone, shop.licence = {5}, False
    run(survey, site, "r2")
    assert listings_of(survey)["5.html"][2] and not listings_of(survey)["4.html"][2]
    (after,) = survey.records.survey.shops()
    assert (after.disclosure.licence_no, after.disclosure.has_licence_link, after.unread) == ("", False, ())
    assert survey.records.history.run_changes("r2").listings_gone == 1
    shop.fetched()
    for file in ((survey.place / "archive").rglob("*.gz"), (survey.place / "blobs").rglob("*")):
        for kept in filter(Path.is_file, file):
            kept.chmod(0o600)
            kept.write_bytes(b"damaged")
    again = run(survey, site, "r3")
    assert (again.state, again.outcomes) == (RunState.COMPLETE, {Outcome.READ: GOODS})
    assert shop.fetched() == {"/": 200, **{f"/goods/{n}.html": 200 for n in range(1, GOODS + 1) if n != 5}}
    assert not survey.records.history.run_changed("r3")


def test_unasked_304_is_a_failure_said_in_words(site, survey) -> None:
    site.pages["/"] = site.answer(status=304, headers={})
    ended = run(survey, site, "r1")
    assert ended.state is RunState.FAILED
    assert "304" in "".join(ended.missing)


FLEETING = """<html><head><title>龙井茶</title></head><body><h1>龙井茶</h1><p>明前采摘，产地杭州。</p>
<p>浏览 {views} 次</p><form><input type=hidden name=csrf value="{token}"></form><p class=price>¥{price}.00</p>
<p>当前时间 2026-11-2{day} 10:0{day}:03</p><button>加入购物车</button>
<div class="related"><h3>猜你喜欢</h3><a href="/goods/{token}.html">另一件 {token}</a></div><!-- {token} --></body></html>"""


def digest(page_of, target, **values) -> str:
    page, body = page_of(FLEETING.format(**values), kind=PageKind.LISTING)
    return read_page(page, body, target).content_sha256


def test_counters_tokens_clocks_and_recommendations_make_no_version(page_of, target) -> None:
    one = digest(page_of, target, views=123, token="aa11", price=99, day=1)
    assert one == digest(page_of, target, views=98765, token="bb22", price=99, day=7)
    assert one != digest(page_of, target, views=123, token="aa11", price=98, day=1)


def test_wall_has_no_content(page_of, target) -> None:
    page, body = page_of("<title>安全验证</title><p>请拖动滑块完成验证</p>")
    assert read_page(page, body, target).content_sha256 == ""
