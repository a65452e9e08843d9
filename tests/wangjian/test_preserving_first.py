"""先固后问: what is asked for, how often it is tried, and that what could not be captured is said."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from records.base import stable_id
from records.errors import AddressRefusedError, BrowserAwayError, StoreAwayError
from records.evidence import Capture, CaptureState
from records.leads import Lead, LeadState, Severity
from records.wanted_captures import WantedState
from wangjian import holding_captures
from wangjian.holding_captures import SILENT_FOR
from wangjian.preserving_first import _MOST_LOST, preserve_next, want_captures
from wangjian.scheduled_survey import SurveyWorker
from wangjian.settings import ScheduleSettings, load_settings
from wangjian.wiring import open_services

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


class Clock:
    now = NOW

    def __call__(self):
        return self.now


class Browser:
    """Another Preserver: it visits nothing, and ends as it is told."""

    def __init__(self):
        self.ends, self.visited, self.services = [], [], None

    def preserve(self, url, *, lead_id, operator):
        self.visited.append((url, operator))
        end = self.ends.pop(0) if self.ends else CaptureState.COMPLETE
        if isinstance(end, Exception):
            raise end
        at = self.services.clock()
        capture = Capture(
            capture_id=stable_id("capture", url, str(len(self.visited))), url=url, lead_id=lead_id, state=end,
            operator=operator, started_at=at, reason="连接中断" if end is CaptureState.FAILED else "",
            missing=("录屏",) if end is CaptureState.PARTIAL else (),
        )  # fmt: skip
        self.services.evidence.save_capture(capture)
        return capture


@pytest.fixture
def settings(tmp_path):
    return load_settings(data_dir=tmp_path / "data")


@pytest.fixture
def browser():
    return Browser()


@pytest.fixture
def services(settings, browser):
    with open_services(settings, clock=Clock()) as opened:
        browser.services = replace(opened, preserver=browser)
        yield browser.services


def _lead(number=1, **changes):
    lead = Lead(
        lead_id=f"lead_{number}", rule_id="A03", rule_title="涉及疾病治疗功能", severity=Severity.HIGH, shop_id="s",
        title="t", finding_ids=("f",), urls=(f"http://a.test/{number}", "http://a.test/other"), priority_score=0.9,
        first_seen_at=NOW, last_seen_at=NOW,
    )  # fmt: skip
    return lead.model_copy(update=changes)


def test_new_lead_of_high_severity_is_captured_once(services, settings, browser):
    leads = [
        _lead(1),
        _lead(2, severity=Severity.MEDIUM),
        _lead(3, state=LeadState.ACCEPTED),
        _lead(4, first_seen_at=NOW - timedelta(days=2)),
        _lead(5, urls=()),
    ]
    assert want_captures(services, leads) == 1
    assert want_captures(services, leads) == 0
    kept = preserve_next(services, settings)
    assert (kept.state, kept.attempts, kept.problem) == (WantedState.DONE, 1, "")
    assert services.evidence.capture(kept.capture_id).lead_id == "lead_1"
    assert preserve_next(services, settings) is None
    assert want_captures(services, leads) == 0
    assert browser.visited == [("http://a.test/1", "系统（先固后问）")]


def test_failed_capture_is_tried_again_later_and_given_up_with_the_reason(services, settings, browser):
    want_captures(services, [_lead()])
    browser.ends = [CaptureState.FAILED, BrowserAwayError("没有可用的浏览器"), CaptureState.FAILED]
    waits = []
    for _ in range(settings.schedule.max_attempts):
        kept = preserve_next(services, settings)
        assert preserve_next(services, settings) is None, "not before its time"
        waits.append(kept.not_before - services.clock.now)
        services.clock.now += timedelta(hours=1)
    assert (kept.state, kept.attempts, kept.problem) == (WantedState.FAILED, 3, "连接中断")
    assert waits[:2] == [timedelta(minutes=2), timedelta(minutes=4)]
    assert preserve_next(services, settings) is None


def test_partial_capture_counts_as_made_and_says_what_is_missing(services, settings, browser):
    want_captures(services, [_lead()])
    browser.ends = [CaptureState.PARTIAL]
    kept = preserve_next(services, settings)
    assert (kept.state, kept.problem) == (WantedState.DONE, "缺：录屏")


def test_refused_address_is_given_up_at_once(services, settings, browser):
    want_captures(services, [_lead()])
    browser.ends = [AddressRefusedError("内网地址，不予访问")]
    kept = preserve_next(services, settings)
    assert (kept.state, kept.attempts, kept.problem) == (WantedState.FAILED, 1, "内网地址，不予访问")


def test_what_dead_workers_held_is_taken_up_soon_and_not_for_ever(services, settings, browser):
    want_captures(services, [_lead()])
    for attempt in range(1, _MOST_LOST + 2):
        taken = services.wanted_captures.take(now=services.clock.now, until=services.clock.now + SILENT_FOR)
        assert (taken.attempts, taken.lost) == (attempt, attempt - 1)
        assert preserve_next(services, settings) is None
        services.clock.now += SILENT_FOR
    kept = preserve_next(services, settings)
    assert (kept.state, kept.problem) == (WantedState.FAILED, "固证进程多次中断")
    assert browser.visited == []


def test_deaths_of_workers_are_no_attempts_of_the_page(services, settings, browser):
    want_captures(services, [_lead()])
    browser.ends = [CaptureState.FAILED] * settings.schedule.max_attempts
    for _ in range(_MOST_LOST):
        services.wanted_captures.take(now=services.clock.now, until=services.clock.now + SILENT_FOR)
        services.clock.now += SILENT_FOR
    kept = preserve_next(services, settings)
    assert (kept.state, kept.not_before - services.clock.now) == (WantedState.WAITING, timedelta(minutes=2))
    for _ in range(settings.schedule.max_attempts - 1):
        services.clock.now += timedelta(hours=1)
        kept = preserve_next(services, settings)
    assert (kept.state, kept.problem) == (WantedState.FAILED, "连接中断")


def test_capture_that_takes_long_is_held_while_its_worker_lives(services, settings, browser, monkeypatch):
    monkeypatch.setattr(holding_captures, "_BEAT_SECONDS", 0.01)
    want_captures(services, [_lead()])
    preserve, seen = browser.preserve, []

    def slow(*given, **named):
        services.clock.now += SILENT_FOR - timedelta(seconds=1)
        for _ in range(1_000):
            if services.wanted_captures.wanted("lead_1")[0].taken_until == services.clock.now + SILENT_FOR:
                break
            threading.Event().wait(0.01)
        services.clock.now += timedelta(seconds=2)  # without the beat its time would be over
        seen.append(services.wanted_captures.take(now=services.clock.now, until=services.clock.now))
        return preserve(*given, **named)

    monkeypatch.setattr(browser, "preserve", slow)
    assert preserve_next(services, settings).state is WantedState.DONE
    assert seen == [None]


def test_capture_made_meanwhile_is_not_made_again(services, settings, browser):
    want_captures(services, [_lead()])
    browser.preserve("http://a.test/1", lead_id="lead_1", operator="王")
    kept = preserve_next(services, settings)
    assert kept.state is WantedState.DONE
    assert services.evidence.capture(kept.capture_id).operator == "王"
    assert len(browser.visited) == 1


def test_store_that_is_away_leaves_the_capture_wanted(services, settings, browser):
    want_captures(services, [_lead()])
    browser.ends = [StoreAwayError("数据库没有答复")]
    with pytest.raises(StoreAwayError):
        preserve_next(services, settings)
    services.clock.now += timedelta(minutes=10)
    assert preserve_next(services, settings).state is WantedState.DONE


def test_worker_of_schedules_makes_them_beside_its_surveys(services, settings, browser):
    want_captures(services, [_lead()])
    quick = settings.model_copy(update={"schedule": ScheduleSettings(workers=1, tick_seconds=0.05)})
    told = threading.Event()
    worker = SurveyWorker(services, quick, tell=lambda line: told.set() if "先固后问" in line else None)
    worker.start()
    try:
        assert told.wait(240)
    finally:
        worker.stop()
    (kept,) = services.wanted_captures.wanted("lead_1")
    assert (kept.state, len(browser.visited)) == (WantedState.DONE, 1)


def test_worker_leaves_them_where_it_is_told_to(services, settings):
    evidence = settings.evidence.model_copy(update={"preserve_first": False})
    off = settings.model_copy(update={"evidence": evidence})
    assert not [thread for thread in SurveyWorker(services, off)._threads if thread.name.startswith("captures")]
