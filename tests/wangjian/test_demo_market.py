"""The demo's market answers as long as the demo's console is open."""

from __future__ import annotations

import socket
from contextlib import nullcontext
from urllib.request import urlopen

from wangjian import demo
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
