"""The server: fixed ports or free ones, an access log that proves politeness, days that pass, and a clean end."""

from __future__ import annotations

import select
import socket
import time
from datetime import UTC, datetime
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from records.errors import PortInUseError
from records.survey import TargetKind
from wangjian.sample.models import yuan
from wangjian.sample.server import serve_market
from wangjian.sample.small import small_market


def _get(url, path, agent="tests"):
    connection = HTTPConnection(urlsplit(url).netloc, timeout=60)
    try:
        connection.request("GET", path, headers={"User-Agent": agent})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_access_log_holds_what_the_server_saw(small_running):
    origin = "unseen-01"
    _get(small_running.origins[origin], "/?from=x", agent="Gentle/1.0")
    _get(small_running.origins[origin], "/nowhere")
    first, second = small_running.access_log
    assert (first.origin, first.path, first.user_agent, first.status) == (origin, "/?from=x", "Gentle/1.0", 200)
    assert (second.path, second.status) == ("/nowhere", 404)
    assert first.at <= second.at


def test_one_target_an_origin_without_delay(small_running):
    now = datetime(2026, 11, 2, tzinfo=UTC)
    targets = small_running.targets(now)
    assert [target.seeds[0] for target in targets] == [f"{url}/" for url in small_running.origins.values()]
    assert {target.delay_seconds for target in targets} == {0.0}
    assert [target.family for target in targets][:3] == ["jishi", "yunshang", "independent"]
    assert targets[-1].family is None
    assert targets[0].kind is TargetKind.PLATFORM
    assert targets == small_running.targets(now)


def test_target_ids_do_not_depend_on_ports():
    now = datetime(2026, 11, 2, tzinfo=UTC)
    market = small_market(shops=4, listings_per_shop=2)
    with serve_market(market) as one, serve_market(market) as two:
        assert one.origins != two.origins
        assert [t.target_id for t in one.targets(now)] == [t.target_id for t in two.targets(now)]


def test_next_day_shows_other_prices(small_running):
    before = small_running.market.truth()
    small_running.set_day(14)
    after = small_running.market.truth()
    moved = [
        (old, new) for old, new in zip(before.listings, after.listings, strict=True) if old.price_fen != new.price_fen
    ]
    assert moved
    _, page = _get(small_running.origins[moved[0][1].origin], moved[0][1].path)
    assert yuan(moved[0][1].price_fen)[:-3] in page


def _taken_after_a_free_one() -> socket.socket:
    """A socket that listens, the port before which nobody has."""
    for _ in range(100):
        taken = socket.socket()
        with socket.socket() as before:
            before.bind(("127.0.0.1", 0))
            try:
                taken.bind(("127.0.0.1", before.getsockname()[1] + 1))
            except OSError:  # another test has that one
                taken.close()
                continue
            taken.listen()
            return taken
    raise AssertionError("no two ports beside each other are free")


def test_taken_port_is_named_and_nothing_stays_open():
    market = small_market(shops=4, listings_per_shop=2)
    with _taken_after_a_free_one() as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortInUseError, match=str(port)), serve_market(market, base_port=port - 1):
            pass
        with socket.socket() as again:
            again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            again.bind(("127.0.0.1", port - 1))


def test_stopped_market_answers_no_more():
    with serve_market(small_market(shops=1, listings_per_shop=2)) as running:
        url = running.origins["jishi"]
        kept = HTTPConnection(urlsplit(url).netloc, timeout=60)
        kept.request("GET", "/")
        kept.getresponse().read()
    with pytest.raises(OSError):
        _get(url, "/")
    kept.close()


def test_slow_page_takes_three_seconds_and_is_whole(small_running):
    began = time.monotonic()
    status, page = _get(small_running.origins["jishi"], "/help/delivery.html")
    assert status == 200
    assert "配送说明" in page
    assert time.monotonic() - began >= 2.5


def test_other_pages_do_not_wait_for_the_slow_one(small_running):
    """On a busy machine the other page may take its three seconds too: that it came first once is enough."""
    url = small_running.origins["jishi"]

    def comes_first() -> bool:
        slow = HTTPConnection(urlsplit(url).netloc, timeout=60)
        slow.request("GET", "/help/delivery.html")
        assert _get(url, "/")[0] == 200
        answered, _, _ = select.select([slow.sock], [], [], 0)
        assert slow.getresponse().status == 200
        slow.close()
        return not answered

    assert any(comes_first() for _ in range(5))
