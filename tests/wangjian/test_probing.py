"""探针 and 二次固证 by the worker: made by real captures, held against those before, and said in their rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from records.evidence import CustodyAction
from records.wanted_captures import WantedCapture, WantedPurpose, WantedState
from wangjian.preserving_first import preserve_next
from wangjian.probing import PROBE_FAULT, around, probes, want_probes
from wangjian.settings import load_settings
from wangjian.wiring import open_services


@dataclass
class Weather:
    said: str = "晴"
    url: str = ""


@pytest.fixture
def weather(page_of):
    found = Weather()
    found.url = page_of(lambda: f"<title>探针</title><p>{found.said}</p>")
    return found


def _settings(folder, url):
    read = load_settings(data_dir=folder / "data", allow_private=True)
    evidence = read.evidence.model_copy(update={"probe_urls": (url,), "second_after_minutes": 1e-6})
    return read.model_copy(update={"evidence": evidence})


@pytest.mark.browser
def test_worker_makes_second_captures_and_probes_and_says_what_differs(weather, tmp_path, browser_executable):
    settings = _settings(tmp_path, weather.url)
    with open_services(settings) as services:
        now = services.clock()
        assert (want_probes(services, settings, now=now), want_probes(services, settings, now=now)) == (1, 0)
        first = preserve_next(services, settings)
        assert (first.purpose, first.state, first.problem) == (WantedPurpose.PROBE, WantedState.DONE, "")
        weather.said = "雨"
        want_probes(services, settings, now=now + timedelta(hours=settings.evidence.probe_hours))
        later = services.wanted_captures.wanted()[-1]
        assert later.purpose is WantedPurpose.PROBE and later.wanted_id != first.wanted_id
        _due_now(services, later)
        second = preserve_next(services, settings)
        assert second.problem.startswith("与前一次探针不同") and "消失 1 行，新增 1 行" in second.problem
        _seconds(services, settings, weather.url)


def _due_now(services, wanted):
    """The queue holds it for tomorrow; what it says is the same today."""
    due = wanted.model_copy(update={"wanted_id": "due", "not_before": services.clock()})
    services.wanted_captures.want([due])


def _seconds(services, settings, url):
    now = services.clock()
    wanted = WantedCapture(wanted_id="w", lead_id="", url=url, why="t", asked_at=now, not_before=now)
    services.wanted_captures.want([wanted])
    made = preserve_next(services, settings)
    assert (made.purpose, made.state) == (WantedPurpose.FIRST, WantedState.DONE)
    again = preserve_next(services, settings)
    assert (again.purpose, again.second_of, again.state) == (WantedPurpose.SECOND, made.capture_id, WantedState.DONE)
    assert again.problem == "与前次比对：可见文字一致" and again.capture_id != made.capture_id
    for capture_id in (made.capture_id, again.capture_id):
        (noted,) = [one for one in services.evidence.custody(capture_id) if one.action is CustodyAction.COMPARED]
        assert noted.actor == "系统（二次固证）"


def _made(url, hour, state=WantedState.DONE):
    at = datetime(2026, 11, 20, hour, tzinfo=UTC)
    return WantedCapture(
        wanted_id=f"{url}{hour}", lead_id="", url=url, why="t", purpose=WantedPurpose.PROBE, asked_at=at,
        not_before=at, state=state, ended_at=at + timedelta(minutes=1),
    )  # fmt: skip


def test_record_of_a_moment_is_the_probe_before_and_the_one_after():
    rows = [_made("a", 1), _made("a", 3), _made("a", 4, WantedState.FAILED), _made("a", 5), _made("b", 9)]
    found = around(rows, datetime(2026, 11, 20, 4, 30, tzinfo=UTC))
    assert [one.wanted_id for one in found] == ["a3", "a5", "b9"]


@pytest.mark.browser
def test_probe_whose_package_does_not_verify_is_a_fault_of_ours(weather, tmp_path, browser_executable):
    settings = _settings(tmp_path, weather.url)
    with open_services(settings) as services:
        distrusting = replace(services, trust_anchors_pem="")
        want_probes(distrusting, settings)
        made = preserve_next(distrusting, settings)
        assert made.state is WantedState.DONE and made.problem.startswith(PROBE_FAULT)
        assert probes(services)[0].problem == made.problem
