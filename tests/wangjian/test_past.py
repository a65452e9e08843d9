"""What stored visits come to: pages kept and read by the real parts over several runs, then stage 4 over them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawlers.reading import read_page
from leads.catalogue import load_rules
from records.base import stable_id
from records.groups import SellerGroup
from records.leads import Verdict
from records.market import Reading
from records.survey import FrontierRow, Outcome, Page, PageKind, Run, RunState, Target, TargetKind
from wangjian import flow
from wangjian.past import Past
from wangjian.settings import Settings
from wangjian.wiring import open_services

START = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
HOME, GOODS, RULES = "/", "/goods/1.html", "/rules.html"
KIND = ("质量很好，物流也快", "第二次买了，孩子喜欢", "颜色和图片一样", "客服耐心回答", "包装完好无损", "性价比很高")
KNOWN = {rule.rule_id: rule for rule in load_rules()}
LONG = (
    "泡出来汤色清亮，喝着有一股豆香，父母也说味道正",
    "独立小包装，出差带着方便，同事喝过都来问在哪里买的",
    "比去年那一批嫩，叶子完整没有碎末，会一直在这家买",
)
BAD = ("用了两天就坏了，质量太差", "假货，申请退款客服不理", "有异味，不推荐购买")


def _front(words: str = "") -> str:
    return (
        f"<html><head><title>茗香茶庄</title></head><body><h1>茗香茶庄</h1><p>{words}</p>"
        f"<a href='{GOODS}'>青石龙井 250g</a><p>欢迎光临本店，全场包邮，客服在线。</p></body></html>"
    )


def _goods(price: float, struck: float | None = None, *, words: str = "", reviews: tuple[str, ...] = ()) -> str:
    was = "" if struck is None else f"<del class='market-price'>¥{struck:.2f}</del>"
    said = "".join(
        f"<li class='comment'><span class='user'>茶**{at}</span><p class='content'>{text}</p></li>"
        for at, text in enumerate(reviews)
    )
    listed = f"<h2>全部评价（{len(reviews)}）</h2><ul class='comments'>{said}</ul>" if reviews else ""
    return (
        "<html><head><title>青石龙井 250g</title></head><body><h1>青石龙井 250g</h1>"
        f"<div class='price'>¥{price:.2f}</div>{was}<p>{words}</p><button>加入购物车</button>{listed}</body></html>"
    )


class Store:
    """A data directory with one target, and visits to it."""

    def __init__(self, services, host: str, kind: TargetKind = TargetKind.SITE) -> None:
        self.services = services
        self.site = f"http://{host}"
        self.target = Target(target_id=f"t-{host}", name="茗香", kind=kind, seeds=(f"{self.site}/",), created_at=START)
        services.survey.save_target(self.target)

    def run(self, day: float, pages: dict[str, str | None]) -> None:
        """One run; a page of None answered 404."""
        at = START + timedelta(days=day)
        run = Run(run_id=f"r{day}-{self.site}", target_id=self.target.target_id, state=RunState.RUNNING, started_at=at)
        self.services.survey.open_run(run, [])
        for path, markup in pages.items():
            kind = {HOME: PageKind.HOME, GOODS: PageKind.LISTING, RULES: PageKind.RULES}[path]
            url = self.site + path
            row = FrontierRow(
                row_id=stable_id("row", run.run_id, url), run_id=run.run_id, url=url, canonical_url=url, host=self.site, kind=kind
            )  # fmt: skip
            self.services.survey.enqueue([row])
            self.services.survey.lease(run.run_id, limit=9, until=at + timedelta(minutes=5))
            page, reading = self._answered(run, url, kind, markup, at)
            self.services.survey.complete(row, page, reading, [])
        self.services.survey.finish_run(run.model_copy(update={"state": RunState.COMPLETE}))

    def _answered(self, run, url, kind, markup, at) -> tuple[Page, Reading | None]:
        body = (markup or "<h1>404</h1><p>页面不存在</p>").encode()
        page = Page(
            page_id=stable_id("page", run.run_id, url), run_id=run.run_id, target_id=run.target_id, url=url, final_url=url, canonical_url=url,
            kind=kind, outcome=Outcome.READ if markup else Outcome.NOT_FOUND, status=200 if markup else 404, fetched_at=at,
            headers=(("Content-Type", "text/html; charset=utf-8"),), body=self.services.blobs.put(body),
        )  # fmt: skip
        if markup is None:
            return page, None
        reading = read_page(page, body, self.target)
        return page.model_copy(update={"content_sha256": reading.content_sha256}), reading

    def compared(self, rule_id: str):
        """What the rules that compare visits say of the target, without the rest of stage 4."""
        past = Past(services=self.services, rules={rule_id: KNOWN[rule_id]})
        shops = list(self.services.survey.shops(self.target.target_id))
        of_shops = [
            one
            for shop in shops
            for one in past.of_shop(shop, list(self.services.survey.listings(shop_id=shop.shop_id)))
        ]
        return [*of_shops, *past.of_platform(self.target)]


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    place = tmp_path_factory.mktemp("past") / "data"
    with open_services(Settings(data_dir=place), clock=lambda: START + timedelta(days=60)) as opened:
        yield opened


@pytest.fixture
def store(services, request):
    return Store(services, request.node.name.replace("_", "-") + ".shop.cn")


def test_struck_price_nobody_asked_is_suspected_with_its_visits(store) -> None:
    store.run(0, {HOME: _front(), GOODS: _goods(99)})
    store.run(6, {HOME: _front(), GOODS: _goods(99)})
    store.run(7, {HOME: _front(), GOODS: _goods(89, 299)})
    report = flow.assess(store.services, target_id=store.target.target_id)
    [finding] = store.services.leads.findings(rule_id="C08")
    assert report.counts["C08.suspected"] == 1
    assert finding.verdict is Verdict.SUSPECTED
    assert [visit.seen_at for visit in finding.visits] == [START, START + timedelta(days=7)]
    assert all(store.services.survey.page(visit.page_id).body.sha256 == visit.page_sha256 for visit in finding.visits)
    assert [again.finding_id for again in store.compared("C08")] == [finding.finding_id]


def test_first_visit_to_a_struck_price_cannot_tell(store) -> None:
    store.run(0, {HOME: _front(), GOODS: _goods(89, 299)})
    [finding] = store.compared("C08")
    assert finding.verdict is Verdict.UNDETERMINED
    assert "缺比较开始前七日的价格记录" in finding.explanation


def test_price_that_was_really_asked_is_clean(store) -> None:
    store.run(0, {HOME: _front(), GOODS: _goods(299)})
    store.run(5, {HOME: _front(), GOODS: _goods(199, 299)})
    assert store.compared("C08") == []


def test_vanished_complaints_are_read_from_the_stored_pages(store) -> None:
    store.run(0, {HOME: _front(), GOODS: _goods(99, reviews=(*KIND, *BAD))})
    store.run(7, {HOME: _front(), GOODS: _goods(99, reviews=KIND)})
    [finding] = store.compared("C17")
    assert finding.verdict is Verdict.SUSPECTED
    assert all(text in finding.text for text in BAD)
    assert len(finding.visits) == 2


def test_complaints_still_there_are_clean(store) -> None:
    store.run(0, {HOME: _front(), GOODS: _goods(99, reviews=(*KIND, *BAD))})
    store.run(7, {HOME: _front(), GOODS: _goods(99, reviews=(*KIND, *BAD, "很好喝"))})
    assert store.compared("C17") == []


def test_shop_gone_without_notice_is_suspected(store) -> None:
    store.run(0, {HOME: _front(), GOODS: _goods(99)})
    store.run(9, {HOME: None, GOODS: None})
    [finding] = store.compared("N07")
    assert finding.verdict is Verdict.SUSPECTED
    assert finding.listing_id == ""


def test_shop_gone_with_goods_still_there_cannot_tell(store) -> None:
    store.run(0, {HOME: _front(), GOODS: _goods(99)})
    store.run(9, {HOME: None, GOODS: _goods(99)})
    assert [finding.verdict for finding in store.compared("N07")] == [Verdict.UNDETERMINED]


def test_shop_that_is_there_is_no_ending(store) -> None:
    store.run(0, {HOME: _front(), GOODS: _goods(99)})
    store.run(9, {HOME: _front("双十一放假三天，暂停发货"), GOODS: _goods(99)})
    assert store.compared("N07") == []


def test_draw_changed_half_way_is_suspected(store) -> None:
    draw = "下单即可抽奖！活动时间：11月1日至11月30日。一等奖1名，奖品为价值4000元的平板一台。"
    store.run(0, {HOME: _front(), GOODS: _goods(99, words=draw)})
    store.run(9, {HOME: _front(), GOODS: _goods(99, words=draw.replace("价值4000元的平板一台", "五十元优惠券"))})
    assert [finding.verdict for finding in store.compared("C07")] == [Verdict.SUSPECTED]


def test_platform_rules_changed_over_night(services) -> None:
    old = (
        "<html><title>交易规则</title><body><h1>交易规则</h1><p>平台服务费为成交额的 3%。</p>"
        "<p>本规则自2026年1月1日起施行。</p></body></html>"
    )
    new = old.replace("3%", "5%").replace("2026年1月1日", "2026年11月10日")
    store = Store(services, "mall.cn", TargetKind.PLATFORM)
    store.run(0, {HOME: _front(), RULES: old})
    store.run(8, {HOME: _front(), RULES: old.replace("<body>", "<body class='x'>")})
    store.run(9, {HOME: _front(), RULES: new})
    [finding] = store.compared("N11")
    assert finding.verdict is Verdict.SUSPECTED
    assert "5%" in finding.text


def test_petty_trade_that_sells_for_more_than_a_year_may_hold_is_suspected(store) -> None:
    petty = "个人从事零星小额交易活动，依法不需要办理市场主体登记"
    store.run(0, {HOME: _front(petty), GOODS: _goods(99, words="月销 120 件 累计销量 120")})
    assert store.compared("N04") == []
    store.run(20, {HOME: _front(petty), GOODS: _goods(99, words="累计销量 2120")})
    (found,) = store.compared("N04")
    assert found.verdict is Verdict.SUSPECTED
    assert "约 198000 元" in found.explanation
    assert len(found.visits) >= 2


def test_reviews_copied_from_a_shop_of_the_same_group_are_suspected(services) -> None:
    here, there = Store(services, "copied-here.shop.cn"), Store(services, "copied-there.shop.cn")
    here.run(0, {HOME: _front(), GOODS: _goods(99, reviews=LONG)})
    there.run(1, {HOME: _front(), GOODS: _goods(89, reviews=(*LONG[1:], LONG[0]))})
    shops = [next(iter(services.survey.shops(one.target.target_id))) for one in (here, there)]
    assert _beside_other_shops(services, shops[:1]) == []  # nobody knows of the other
    group = SellerGroup(
        group_id="group_1", shop_ids=tuple(sorted(shop.shop_id for shop in shops)), formed_at=START, changed_at=START,
        method_version="groups-2",
    )  # fmt: skip
    services.groups.regroup(lambda _known: [group])
    [finding] = _beside_other_shops(services, shops[:1])
    assert (finding.verdict, finding.shop_id, finding.url) == (Verdict.SUSPECTED, shops[0].shop_id, here.site + GOODS)
    assert "疑为同一经营者" in finding.explanation
    assert {visit.url for visit in finding.visits} == {here.site + GOODS, there.site + GOODS}


def test_reviews_of_all_shops_of_a_stage_are_compared(services) -> None:
    stores = [Store(services, f"compared-{number}.shop.cn") for number in range(2)]
    for number, store in enumerate(stores):
        store.run(0, {HOME: _front(), GOODS: _goods(99, reviews=(*LONG[number:], *LONG[:number]))})
    shops = [next(iter(services.survey.shops(one.target.target_id))) for one in stores]
    found = {one.shop_id: (one.rule_id, one.verdict) for one in _beside_other_shops(services, shops)}
    assert found == {shop.shop_id: ("C01", Verdict.SUSPECTED) for shop in shops}


def _beside_other_shops(services, shops):
    past = Past(services=services, rules={"C01": KNOWN["C01"]})
    for shop in shops:
        assert list(past.of_shop(shop, list(services.survey.listings(shop_id=shop.shop_id)))) == []
    return list(past.across_shops())
