"""robots.txt as RFC 9309 has it, with the delays that the site asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.robots import MAX_ROBOTS_BYTES, read_robots, unreachable_robots

AGENT = "WangJianBot/0.1 (+market regulator survey)"


def test_rules_of_our_own_group_go_before_those_for_everybody() -> None:
    rules = read_robots(
        200,
        b"User-agent: *\nDisallow: /\n\nUser-agent: wangjianbot\nDisallow: /private/\nAllow: /private/x\n",
        user_agent=AGENT,
    )
    assert rules.allows("http://shop.cn/goods/1")
    assert not rules.allows("http://shop.cn/private/1")
    assert rules.allows("http://shop.cn/private/x")


def test_crawl_delay_and_request_rate_are_applied() -> None:
    assert read_robots(200, b"User-agent: *\nCrawl-delay: 2.5\n", user_agent=AGENT).delay_seconds == 2.5
    assert read_robots(200, b"User-agent: *\nRequest-rate: 1/10\n", user_agent=AGENT).delay_seconds == 10
    both = read_robots(200, b"User-agent: *\nCrawl-delay: 1\nRequest-rate: 2/10\n", user_agent=AGENT)
    assert both.delay_seconds == 5


def test_absurd_delay_is_held_to_two_minutes() -> None:
    assert read_robots(200, b"User-agent: *\nCrawl-delay: 86400\n", user_agent=AGENT).delay_seconds == 120


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_no_robots_file_allows_everything(status) -> None:
    assert read_robots(status, b"User-agent: *\nDisallow: /", user_agent=AGENT).allows("http://shop.cn/")


@pytest.mark.parametrize("status", [500, 503])
def test_robots_file_that_cannot_be_had_forbids_everything(status) -> None:
    rules = read_robots(status, b"", user_agent=AGENT)
    assert not rules.reachable
    assert not rules.allows("http://shop.cn/")
    assert not unreachable_robots().allows("http://shop.cn/")


def test_what_stands_beyond_the_first_half_megabyte_is_ignored() -> None:
    body = b"User-agent: *\n" + b"# padding\n" * (MAX_ROBOTS_BYTES // 10) + b"Disallow: /\n"
    assert read_robots(200, body, user_agent=AGENT).allows("http://shop.cn/")


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_without_failing(body) -> None:
    rules = read_robots(200, body, user_agent=AGENT)
    assert 0 <= rules.delay_seconds <= 120
    assert isinstance(rules.allows("http://shop.cn/goods/1"), bool)


def test_site_that_is_asked_too_often_has_said_nothing_of_its_rules() -> None:
    assert not read_robots(429, b"", user_agent=AGENT).allows("http://shop.cn/")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_rules_are_read_in_any_encoding(encoding) -> None:
    rules = read_robots(
        200, "# 禁止采集会员区\nUser-agent: *\nDisallow: /会员/\nCrawl-delay: 3\n".encode(encoding), user_agent=AGENT
    )
    assert not rules.allows("http://shop.cn/%E4%BC%9A%E5%91%98/1")
    assert rules.allows("http://shop.cn/goods/1")
    assert rules.delay_seconds == 3


def test_sign_cut_in_two_by_the_limit_does_not_change_the_encoding() -> None:
    body = "User-agent: *\nDisallow: /会员/\n".encode() + "# 长\n".encode() * 200_000
    assert not read_robots(200, body, user_agent=AGENT).allows("http://shop.cn/%E4%BC%9A%E5%91%98/1")


def test_page_of_html_in_place_of_robots_forbids_nothing() -> None:
    body = "<!DOCTYPE html><html><title>首页</title><p>Disallow: /</p></html>".encode()
    assert read_robots(200, body, user_agent=AGENT).allows("http://shop.cn/")
