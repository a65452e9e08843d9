"""Whom a page asks what, in which order and how often, on pages that need no browser; then what is said of it."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Error

from crawlers.acts.profiles import Visitors, prices_by_profile
from crawlers.acts.task import ActTask
from crawlers.acts.visiting import Acting, _by_profile
from leads.act_profiles import PUBLIC_OFFER, priced_by_visitor
from records.acts import Profile
from records.leads import Verdict
from records.market import Source
from records.survey import Target, TargetKind

URL = "https://shop.example/goods/1.html"
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TARGET = Target(target_id="t", name="t", kind=TargetKind.SITE, seeds=(URL,), delay_seconds=0, created_at=AT)
SOURCE = Source(page_id="act_1", page_sha256="a" * 64, url=URL, seen_at=AT)
NEW, RETURNING, IPHONE, ANDROID = Profile


class _Page:
    """What a visitor with this user agent sees; `visits` counts theirs."""

    url = URL

    def __init__(self, agent: str) -> None:
        self.agent, self.visits, self.markup = agent, 0, ""

    def content(self) -> str:
        return self.markup

    def inner_text(self, _selector: str) -> str:
        return re.sub(r"<[^>]+>", "\n", self.markup)


def _asked(shop):
    """The prices a shop asks; `shop(agent, visits, loads)` gives the price and further words, or raises."""
    loads: list[str] = []

    @contextmanager
    def open_as(differs):
        yield _Page(differs.get("user_agent", "WangJianBot/test"))

    def load(page) -> str:
        page.visits += 1
        loads.append(page.agent)
        price, words = shop(page.agent, page.visits, len(loads))
        page.markup = (
            f"<html><head><title>青石智能手环</title></head><body><h1>青石智能手环</h1><p class='price'>¥{price}.00</p>"
            f"<button>加入购物车</button><p>心率监测，防水五十米，续航十四天。</p><p>{words}</p></body></html>"
        )
        return "captcha" if words == "captcha" else ""

    return prices_by_profile(
        Visitors(
            target=TARGET, user_agent="WangJianBot/test", open_as=open_as, load=load, problem=lambda _page, answer: answer,
            cached=lambda _answer: False, shoot=lambda *_: None, now=lambda: AT + timedelta(seconds=len(loads)),
        )
    )  # fmt: skip


def test_same_price_for_all_takes_one_round() -> None:
    seen = _asked(lambda *_: (99, ""))
    assert [(one.profile, one.price_fen) for one in seen] == [
        (profile, 9900) for profile in (NEW, RETURNING, IPHONE, ANDROID, NEW)
    ]
    assert priced_by_visitor(seen, SOURCE) is None


def test_whoever_was_asked_more_is_asked_again_between_new_visitors() -> None:
    seen = _asked(lambda agent, _visits, _loads: (109 if "iPhone" in agent else 99, ""))
    assert [one.profile for one in seen[5:]] == [IPHONE, NEW]
    answer = priced_by_visitor(seen, SOURCE)
    assert answer.verdict is Verdict.SUSPECTED
    assert "苹果手机访客见 109 元" in answer.explanation


def test_offer_the_cheaper_page_tells_of_is_excluded() -> None:
    seen = _asked(lambda agent, *_: (89, "手机端下单立减10元") if "Android" in agent else (99, ""))
    answer = priced_by_visitor(seen, SOURCE)
    assert (answer.verdict, answer.exemption, answer.quoted) == (Verdict.EXCLUDED, PUBLIC_OFFER, "手机端下单立减10元")


def test_moving_price_ends_the_comparison() -> None:
    seen = _asked(lambda _agent, _visits, loads: (90 + loads, ""))
    assert len(seen) == 5
    assert "价格在变动" in priced_by_visitor(seen, SOURCE).explanation


def _walled(agent, *_):
    return (99, "captcha") if "Mobile" in agent else (99, "")


def _broken(agent, *_):
    if "Mobile" in agent:
        raise Error("net::ERR_CONNECTION_RESET")
    return 99, ""


@pytest.mark.parametrize("shop", [_walled, _broken])
def test_visitor_whose_page_failed_leaves_it_open(shop) -> None:
    seen = _asked(shop)
    assert [one.price_fen for one in seen] == [9900, 9900, None, None, 9900]
    answer = priced_by_visitor(seen, SOURCE)
    assert answer.verdict is Verdict.UNDETERMINED
    assert "苹果手机访客：" in answer.explanation


def test_page_without_a_price_is_asked_for_once() -> None:
    seen = _asked(lambda *_: ("面议", "captcha"))
    assert len(seen) == 1
    assert priced_by_visitor(seen, SOURCE) is None


def test_site_that_wants_long_silences_is_not_compared() -> None:
    task = ActTask(act_id="a", url=URL, target=TARGET, executable="", user_agent="WangJianBot/test", profiles=True)
    acting = Acting(task=task, clock=lambda: AT, keep=lambda _content: None, delay_seconds=20.0)
    assert _by_profile(acting, None) == ()
    assert acting.unreached == ["多画像比价（该站点要求的访问间隔过长）"]
