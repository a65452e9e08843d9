"""The demo's market answers as long as the demo's console is open."""

from __future__ import annotations

import socket
from contextlib import nullcontext
from urllib.request import urlopen

from wangjian import demo
from wangjian.sample.scoring import Score
from wangjian.settings import load_settings


def test_market_answers_while_the_console_is_open_and_ends_with_it(tmp_path, monkeypatch):
    """Preserving or reading again from the demo's console met a market that was gone: every capture failed."""
    report = demo.DemoReport(document={}, text="", exit_code=0)
    monkeypatch.setattr(demo, "_all_stages", lambda *_, **__: report)
    monkeypatch.setattr(demo, "open_services", lambda _: nullcontext())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    answers: list[int] = []

    def console(_: demo.DemoReport) -> None:
        with urlopen(f"http://127.0.0.1:{port}/", timeout=10) as page:
            answers.append(page.status)

    plan = demo.DemoPlan(market_port=port, shops=4)
    assert demo.run_demo(load_settings(data_dir=tmp_path), plan, then=console) is report
    assert answers == [200]
    with socket.socket() as again:
        assert again.connect_ex(("127.0.0.1", port)) != 0


def test_demo_says_what_came_out_in_chinese():
    document = {
        "pages": {"read": 7, "captcha": 1, "failed": 0}, "shops": 2, "listings": 3, "leads": {"A01": 1, "A08": 0},
        "matches": {"match": 1, "none": 1}, "captures": {"complete": 6}, "packages": {"verified": 6},
    }  # fmt: skip
    said = demo._in_words(document, Score(shops_expected=2, listings_expected=3))
    assert "已读取 7，要求验证码 1\n" in said and "已比对 1，登记库未见 1" in said and "A08" not in said
    assert "6 固证    完整 6\n7 核验    通过 6" in said
