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
