"""A survey that goes blind says so within the run, and a healthy one raises no alarm."""

from __future__ import annotations

import importlib.util
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.health.blindness import Blindness
from records.health import AlarmKind, AlarmState
from records.leads import Verdict
from records.market import PriceRole
from records.survey import Canary, Outcome, PageKind, RunState
from wangjian.sample.models import Family
from wangjian.settings import load_settings


def _walk_module():
    name = "tests_wangjian_market_walk"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name("market_walk.py"))
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


walking = _walk_module().walking


@pytest.fixture
def jishi(tmp_path):
    with walking(tmp_path, Family.JISHI, shops=2, listings=5) as walk:
        yield walk


@pytest.fixture
def shopbox(tmp_path):
    with walking(tmp_path, Family.INDEPENDENT, shops=1, listings=6) as walk:
        yield walk


def _renamed(path, markup):
    return markup.replace('class="title"', 'class="item-name"')


def _moved(path, markup):
    """The price leaves its box for the head of the page."""
    found = re.search(r'<div class="price-box">.*?</div>', markup, re.DOTALL)
    if not found:
        return markup
    box = found[0].replace('class="price-box"', 'class="deal"')
    return markup.replace(found[0], "").replace(
        '<div class="detail">', f'<div class="top">{box}</div><div class="detail">'
    )


def _scripted(path, markup):
    """The price is drawn by script: the page as served has none."""
    return re.sub(r"<em>¥</em>[\d.,-]+", '<i data-price="1"></i>', markup)


def _told(health, *, walls=False):
    return [alarm for alarm in health.alarms if walls or alarm.kind is not AlarmKind.WALL]


@pytest.mark.parametrize(
    ("change", "field", "new"),
    [
        (_renamed, "listing.title", "h1.item-name"),
        (_moved, "listing.price.now", "price"),
        (_scripted, "listing.price.now", ""),
    ],
)
def test_broken_markup_is_named_within_that_run(jishi, change, field, new):
    jishi.visit()
    jishi.visit()
    broken = jishi.visit(change)
    alarm = next(alarm for alarm in broken.alarms if alarm.kind is AlarmKind.COVERAGE and alarm.field == field)
    assert (alarm.target_id, alarm.family, alarm.page_kind) == ("t-jishi", "jishi", PageKind.LISTING)
    assert (alarm.before, alarm.after) == ("100%", "0%")
    assert alarm.page_ids and alarm.why.startswith("jishi 模板的商品页中")
    (proposal,) = alarm.proposals
    assert proposal.field == field and new in proposal.new and bool(proposal.new) == bool(new)
    assert broken.run.state is RunState.PARTIAL and any(
        field_word in broken.run.blind[0] for field_word in ("模板", "现价")
    )
    assert jishi.services.survey.run(broken.run.run_id) == broken.run


def test_clean_runs_with_natural_change_raise_nothing(jishi):
    gone = frozenset(f"/item/{number}.html" for number in (1001, 1004))
    raised = [
        alarm
        for left in (frozenset(), frozenset(), gone, gone, frozenset(), gone)
        for alarm in _told(jishi.visit(gone=left))
    ]
    assert raised == []


def test_independent_shop_of_few_pages_is_watched_too(shopbox):
    for _ in range(3):
        assert _told(shopbox.visit()) == []
    broken = shopbox.visit(lambda path, markup: markup.replace('class="money"', 'class="amount"'))
    (alarm,) = _told(broken)
    assert (alarm.family, alarm.field, alarm.proposals[0].new) == ("duli", "listing.price.now", "td.amount")


def test_alarm_opens_once_lasts_and_closes_itself(jishi):
    jishi.visit()
    first = jishi.visit(_scripted)
    second = jishi.visit(_scripted)
    (alarm,) = [one for one in second.alarms if one.field == "listing.price.now"]
    assert alarm.alarm_id in {one.alarm_id for one in first.alarms}
    assert (alarm.runs, alarm.opened_by, alarm.run_id) == (2, first.run.run_id, second.run.run_id)
    jishi.visit()
    closed = jishi.services.health.alarm(alarm.alarm_id)
    assert closed.state is AlarmState.RECOVERED and closed.closed_at is not None and "自动关闭" in closed.note


def test_judging_a_run_again_changes_nothing(jishi):
    from wangjian.health import evaluate

    jishi.visit()
    broken = jishi.visit(_scripted)
    before = jishi.services.health.alarms()
    again = evaluate(jishi.services, jishi.target, broken.run)
    assert again is not None and again.run == broken.run and again.statistics == broken.statistics
    assert jishi.services.health.alarms() == before


def test_what_an_officer_accepts_is_usual_from_then_on(jishi):
    jishi.visit()
    broken = jishi.visit(_scripted)
    for alarm in _told(broken):
        jishi.services.health.change_alarm(
            alarm.alarm_id, lambda one: one.model_copy(update={"state": AlarmState.SETTLED, "accepted": True})
        )
    later = jishi.visit(_scripted)
    assert _told(later) == [] and later.run.state is RunState.COMPLETE
    assert later.statistics.healthy


def test_unfixed_trouble_that_was_only_settled_opens_again(jishi):
    jishi.visit()
    for alarm in _told(jishi.visit(_scripted)):
        jishi.services.health.change_alarm(
            alarm.alarm_id, lambda one: one.model_copy(update={"state": AlarmState.SETTLED})
        )
    assert [alarm.field for alarm in _told(jishi.visit(_scripted))] == ["listing.price.now"]


def test_site_that_empties_is_no_clean_site(jishi):
    jishi.visit()
    emptied = jishi.visit(lambda path, markup: markup if "/item/" not in path else "<p>商品已下架</p>")
    kinds = {alarm.kind for alarm in emptied.alarms}
    assert AlarmKind.ZERO in kinds and AlarmKind.OUTCOME in kinds
    assert emptied.run.blind and emptied.run.state is RunState.PARTIAL


def test_walls_are_handed_over_and_count_as_unread(jishi):
    health = jishi.visit()
    walls = {alarm.field: alarm for alarm in health.alarms if alarm.kind is AlarmKind.WALL}
    assert set(walls) == {Outcome.LOGIN.value, Outcome.CAPTCHA.value}
    assert all("移交人工" in alarm.why and alarm.page_ids for alarm in walls.values())
    assert health.statistics.outcomes[Outcome.LOGIN] == 1


def test_shop_first_seen_by_a_blind_run_is_not_found_without_licence(shopbox):
    """Its template changed before it was ever read: that no licence was seen there says nothing."""
    from wangjian import flow

    for _ in range(3):
        shopbox.visit()
    shopbox.target = shopbox.target.model_copy(update={"target_id": "t-second", "seeds": ("http://second.cn/",)})
    services = shopbox.services
    services.survey.save_target(shopbox.target)
    broken = shopbox.visit(lambda path, markup: re.sub(r'<a[^>]*licence[^>]*>.*?</a>|id="ptitle"', "", markup))
    assert broken.run.blind
    (shop,) = services.survey.shops("t-second")
    judged = Blindness(services=services).shop(shop)
    assert any("采集失明" in part for part in judged.unread)
    flow.assess(services)
    (finding,) = services.leads.findings(rule_id="N01", shop_id=shop.shop_id)
    assert finding.verdict is Verdict.UNDETERMINED and "采集失明" in finding.explanation


def test_shop_that_shows_no_licence_is_not_excused_by_others_that_do(shopbox):
    """A planted breach looks like a lost field beside the shops that comply; it must stay a finding."""
    from wangjian import flow

    for _ in range(3):
        shopbox.visit()
    shopbox.target = shopbox.target.model_copy(update={"target_id": "t-second", "seeds": ("http://second.cn/",)})
    services = shopbox.services
    services.survey.save_target(shopbox.target)
    hidden = shopbox.visit(lambda path, markup: re.sub(r"<a[^>]*licence[^>]*>.*?</a>", "", markup))
    assert hidden.run.blind == () and hidden.run.state is RunState.COMPLETE
    flow.assess(services)
    (shop,) = services.survey.shops("t-second")
    (finding,) = services.leads.findings(rule_id="N01", shop_id=shop.shop_id)
    assert finding.verdict is Verdict.SUSPECTED


def test_canary_read_otherwise_is_an_alarm(jishi):
    jishi.visit()
    listing = next(iter(jishi.services.survey.listings()))
    price = next(price.amount_fen for price in listing.prices if price.role is PriceRole.NOW)
    truth = Canary(url=listing.url, title=listing.title)
    jishi.target = jishi.target.model_copy(update={"canaries": (truth,)})
    assert _told(jishi.visit()) == []
    wrong = truth.model_copy(update={"title": "另一件商品"})
    missing = Canary(url="http://market.cn/item/999999.html", price_fen=price)
    jishi.target = jishi.target.model_copy(update={"canaries": (wrong, missing)})
    told = _told(jishi.visit())
    assert [alarm.kind for alarm in told] == [AlarmKind.CANARY, AlarmKind.CANARY]
    assert "应为“另一件商品”" in told[0].why and "没有访问到" in told[1].why


def test_other_robots_txt_is_told_once_and_left_to_an_officer(jishi):
    from datetime import timedelta

    from records.hosts import HostState, RobotsSeen

    hosts, start = jishi.services.hosts, datetime(2026, 11, 1, tzinfo=UTC)

    def serve(letter):
        seen = RobotsSeen(sha256=letter * 64, status=200, read_at=start)
        hosts.hold("market.cn", holder="x", now=start, until=start + timedelta(hours=1))
        state = HostState(host="market.cn", robots={"http://market.cn": seen})
        hosts.keep([state], holder="x", now=start, until=start + timedelta(hours=1))

    serve("a")
    assert _told(jishi.visit()) == []
    serve("b")
    (alarm,) = _told(jishi.visit())
    assert (alarm.kind, alarm.field) == (AlarmKind.ROBOTS, "http://market.cn")
    jishi.visit()
    assert jishi.services.health.alarm(alarm.alarm_id).state is AlarmState.OPEN


def test_new_shop_of_a_known_template_is_held_against_the_others(tmp_path):
    with walking(tmp_path, Family.INDEPENDENT, shops=1, listings=6) as walk:
        walk.visit()
        walk.visit()
        walk.target = walk.target.model_copy(update={"target_id": "t-new"})
        walk.services.survey.save_target(walk.target)
        told = _told(walk.visit(lambda path, markup: markup.replace('class="money"', 'class="amount"')))
        assert [(alarm.target_id, alarm.field) for alarm in told] == [("t-new", "listing.price.now")]


def test_survey_over_sockets_notes_fields_and_raises_the_alarm(tmp_path):
    from wangjian.sample.server import serve_market
    from wangjian.sample.small import small_market
    from wangjian.surveying import run_survey
    from wangjian.wiring import open_services

    settings = load_settings(data_dir=tmp_path, allow_private=True)
    market = small_market(shops=1, listings_per_shop=8, families=(Family.INDEPENDENT,))
    with serve_market(market) as running, open_services(settings) as services:
        (target,) = running.targets(datetime.now(UTC))
        services.survey.save_target(target)
        clean = run_survey(services, settings, target, run_id="run-1")
        assert clean.state is RunState.COMPLETE, clean.missing
        board = services.boards.progress("run-1")
        assert board is not None and (board.done, board.left) == (board.known, 0)
        (server,) = running._servers.values()
        server.show(_Broken(server.site))
        blind = run_survey(services, settings, target, run_id="run-2")
        assert blind.state is RunState.PARTIAL and blind.blind and "现价" in blind.blind[0], blind
        (alarm,) = services.health.alarms(target.target_id, open_only=True)
        assert (alarm.family, alarm.field, alarm.proposals[0].new) == ("duli", "listing.price.now", "td.amount")


class _Broken:
    """A site whose price cells have another class since last night."""

    def __init__(self, site) -> None:
        self._site = site
        self.key, self.name = site.key, site.name

    def reply(self, path, query):
        import dataclasses

        found = self._site.reply(path, query)
        return dataclasses.replace(found, body=found.body.replace(b'class="money"', b'class="amount"'))
