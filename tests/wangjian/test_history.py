"""`wangjian survey history|diff|changes|addresses` over records that are there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from records.base import stable_id
from records.digests import digests_of
from records.history import AddressRule, AddressRules, RuleState
from records.market import Disclosure, Listing, Price, PriceRole, Reading, Shop, Source
from records.survey import FrontierRow, Outcome, Page, PageKind, Run, RunState, Target, TargetKind
from stores.backends import open_blobs, open_records
from wangjian.cli.main import main

START = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
GOODS = "http://shop.cn/goods/1.html"
RULES = "http://shop.cn/rules.html"
HOME = "http://shop.cn/"


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    """Two runs a day apart: the price fell, the licence link went, a rule was rewritten."""
    place = tmp_path_factory.mktemp("history") / "data"
    records, blobs = open_records(f"sqlite:///{place}/wangjian.db"), open_blobs(f"file:///{place}/blobs")
    records.migrate()
    records.survey.save_target(
        Target(target_id="t1", name="茗香", kind=TargetKind.SITE, seeds=(HOME,), created_at=START)
    )
    for day, (price, link, rule) in enumerate(((9900, True, "七天无理由退货。"), (5900, False, "概不退换。"))):
        _survey(records, blobs, day, price=price, link=link, rule=rule)
    rule = AddressRule(
        key="zs",
        state=RuleState.ACTIVE,
        learned_at=START,
        evidence=(("http://shop.cn/a?zs=1", "http://shop.cn/a?zs=2"),),
    )
    records.history.save_address_rules(AddressRules(origin="http://shop.cn", rules=(rule,)))
    records.close()
    return place


def _survey(records, blobs, day, *, price, link, rule):
    at = START + timedelta(days=day)
    run = Run(run_id=f"r{day}", target_id="t1", state=RunState.RUNNING, started_at=at)
    records.survey.open_run(run, [])
    times = {"first_seen_at": at, "last_seen_at": at}
    for url, kind, text in (
        (HOME, PageKind.HOME, f"首页 {link}"),
        (GOODS, PageKind.LISTING, f"龙井 {price}"),
        (RULES, PageKind.RULES, rule),
    ):
        body = f"<title>茗香</title><p>{text}</p>".encode()
        row = FrontierRow(
            row_id=stable_id("row", run.run_id, url),
            run_id=run.run_id,
            url=url,
            canonical_url=url,
            host="shop.cn",
            kind=kind,
        )
        records.survey.enqueue([row])
        records.survey.lease(run.run_id, limit=9, until=at + timedelta(minutes=5))
        page = Page(
            page_id=stable_id("page", run.run_id, url), run_id=run.run_id, target_id="t1", url=url, final_url=url, canonical_url=url,
            kind=kind, outcome=Outcome.READ, status=200, fetched_at=at, headers=(("Content-Type", "text/html; charset=utf-8"),),
            body=blobs.put(body), content_sha256=digests_of(body).sha256,
        )  # fmt: skip
        source = Source(page_id=page.page_id, page_sha256=page.body.sha256, url=url, seen_at=at)
        shop = Shop(
            shop_id=stable_id("shop", HOME), target_id="t1", url=HOME, name="茗香茶庄", front_page_read=url == HOME,
            disclosure=Disclosure(has_licence_link=link and url == HOME), sources=(source,), **times,
        )  # fmt: skip
        listing = Listing(
            listing_id=stable_id("listing", GOODS), shop_id=shop.shop_id, target_id="t1", url=GOODS, title="龙井", source=source,
            prices=(Price(role=PriceRole.NOW, amount_fen=price),), **times,
        )  # fmt: skip
        reading = Reading(kind=kind, shop=shop, listings=(listing,) if url == GOODS else ())
        records.survey.complete(row, page, reading, [])
    records.survey.finish_run(run.model_copy(update={"state": RunState.COMPLETE}))


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def document(self):
        return json.loads(self.out)


@pytest.fixture
def survey(data_dir, capsys):
    """`wangjian survey WORDS…` in this process: a new one for each would load every driver anew."""

    def run(*words):
        with pytest.raises(SystemExit) as ended:
            main(["survey", *words, "--data-dir", str(data_dir)])
        said = capsys.readouterr()
        return Answer(int(ended.value.code), said.out, said.err)

    yield run
    structlog.reset_defaults()


def test_versions_and_differences_are_told(survey):
    history = survey("history", GOODS, "--json").document
    assert (history["kind"], [one["number"] for one in history["versions"]]) == ("商品", [1, 2])
    told = survey("diff", GOODS)
    assert told.code == 0 and "变更 现价：99.00元 → 59.00元" in told.out
    assert "2026-11-01 10:00:00" in told.out and "2026-11-02 10:00:00" in told.out
    shop = survey("diff", HOME, "--since", "2026-11-01", "--json").document
    assert [(one["field"], one["kind"]) for one in shop["differences"]] == [("亮照链接", "removed")]
    rules = survey("diff", RULES)
    assert "变更 页面文字：七天无理由退货。 → 概不退换。" in rules.out


def test_changes_of_a_run_are_counted(survey):
    found = survey("changes", "r1", "--json").document
    names = ("pages_new", "pages_changed", "listings_changed", "shops_changed", "papers_changed")
    assert [found[name] for name in names] == [0, 3, 1, 1, 1]
    assert "信息变更的商品 1" in survey("changes", "r1").out


def test_learned_rule_is_shown_and_revoked(survey):
    assert "zs" in survey("addresses").out
    revoked = survey("addresses", "http://shop.cn/", "--revoke", "zs", "--json").document
    assert [(rule["state"], rule["revoked_by"]) for rule in revoked[0]["rules"]] == [("revoked", "人工")]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("diff", "http://shop.cn/nothing"), 2, "没有采集过这个网址"),
        (("history", "shop_nothing"), 2, "没有这个网店、商品或网页"),
        (("diff", GOODS, "--from", "7"), 2, "没有第 7 版"),
        (("diff", GOODS, "--since", "前天"), 2, "不是日期"),
        (("diff", GOODS, "--since", "2026-11-01", "--to", "2"), 2, "不能同时使用"),
        (("changes", "nothing"), 2, "没有这次采集"),
        (("addresses", "http://shop.cn", "--revoke", "nix"), 2, "没有参数 nix 的规则"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_one_message(survey, words, code, says):
    answer = survey(*words)
    assert answer.code == code and says in answer.err and answer.err.count("错误：") == 1
