"""Politeness as the served site's own log shows it: distances, one at a time, hours, budgets, runs in turn."""

from __future__ import annotations

import itertools
import threading
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from records.schedules import HoursWindow
from records.survey import RunState

WORDS = "<p>本店主营各种茶叶，自产自销，清明前采摘，条索匀整，欢迎选购。</p>"


def serve(site, count: int, *, beneath: str = "/") -> list[str]:
    """A front page and its articles beneath a path; their paths."""
    paths = [f"{beneath}news/{number}.html" for number in range(1, count + 1)]
    links = "".join(f'<a href="{path}">茶讯 {path}</a> ' for path in paths)
    site.put(beneath, f"<title>茗香</title><h1>茗香</h1>{WORDS}{links}")
    for path in paths:
        site.put(path, f"<title>{path}</title><h1>茶讯 {path}</h1>{WORDS}")
    return paths


def distances(site) -> list[float]:
    """Seconds between one request and the next, robots.txt included."""
    return [later - earlier for (earlier, _), (later, _) in itertools.pairwise(site.asked)]


def test_slow_site_is_asked_one_at_a_time_and_left_as_long_again(site, survey) -> None:
    serve(site, 4)
    site.put("/robots.txt", "")
    under_way, most = [0], [0]
    lock = threading.Lock()

    def slowly(page):
        def answer(times):
            with lock:
                under_way[0] += 1
                most[0] = max(most[0], under_way[0])
            threading.Event().wait(0.3)
            with lock:
                under_way[0] -= 1
            return page

        return answer

    site.pages = {path: slowly(page) for path, page in site.pages.items()}
    run = survey.run(survey.target(site.url, delay_seconds=0.05, concurrency=1))
    assert run.state is RunState.COMPLETE
    assert most[0] == 1
    assert min(distances(site)) >= 0.5
    assert run.impact.delay_seconds >= 0.5
    assert run.impact.first_seconds >= 0.25
    assert run.impact.waited_seconds > 0.5


def test_two_runs_of_a_host_ask_it_one_after_the_other(site, survey_class, survey) -> None:
    site.pages["/robots.txt"] = site.answer(body=b"User-agent: *\nCrawl-delay: 0.6\n")
    serve(site, 6, beneath="/a/")
    serve(site, 2, beneath="/b/")
    second = survey_class(place=survey.place, records=survey.records, run_id="run-2")
    first = survey.begin(survey.target(f"{site.url}a/"))
    site.wait_for_pages(2)
    run = second.run(survey.target(f"{site.url}b/"))
    said, _ = first.communicate()
    assert '"complete"' in said.splitlines()[-1]
    assert run.state is RunState.COMPLETE
    assert site.paths == sorted(site.paths, key=lambda path: path[:3]), (
        "the second run asked while the first was under way"
    )
    assert min(distances(site)) >= 0.5


def test_killed_run_takes_its_host_up_at_once_while_another_waits_for_it(site, survey_class, survey) -> None:
    site.pages["/robots.txt"] = site.answer(body=b"User-agent: *\nCrawl-delay: 0.3\n")
    paths = serve(site, 5)
    target = survey.target(site.url)
    child = survey.begin(target)
    site.wait_for_pages(2)
    child.kill()
    child.communicate()
    other = survey_class(place=survey.place, records=survey.records, run_id="run-2")
    before = len(site.asked)
    refused = other.run(target, hold_patience_seconds=1)
    assert refused.state is RunState.FAILED
    assert any("由另一次采集访问" in reason for reason in refused.missing)
    assert len(site.asked) == before
    begun = time.monotonic()
    run = survey.run(target)
    assert run.state is RunState.COMPLETE
    assert set(paths) <= set(site.paths)
    assert site.asked[before][0] - begun < 55, "it waited for its own hold to run out"
    assert run.impact.requests_sent <= len(site.asked)


def test_silence_a_site_asked_for_outlives_the_run(site, survey_class, survey) -> None:
    serve(site, 2)
    site.pages["/news/1.html"] = site.answer(status=503, headers={"Content-Type": "text/html", "Retry-After": "7200"})
    target = survey.target(site.url, concurrency=1)
    first = survey.run(target)
    assert first.impact.silences == 1
    before = len(site.asked)
    later = survey_class(place=survey.place, records=survey.records, run_id="run-2").run(target)
    assert len(site.asked) == before
    assert any("站点此前要求静默到" in reason for reason in later.missing)


def test_run_ends_with_the_hours_of_its_target_and_is_taken_up_in_the_next(site, survey) -> None:
    paths = serve(site, 12)
    site.pages["/robots.txt"] = site.answer(body=b"User-agent: *\nDisallow: /x/\n")
    shanghai, now = ZoneInfo("Asia/Shanghai"), datetime.now(UTC)
    opens, closes = ((now + timedelta(hours=hours)).astimezone(shanghai).time() for hours in (-2, 1))
    last = site.pages[paths[3]]

    def closing(times):
        (survey.place / "clock-ahead").write_text("7200")  # two hours pass while this page is answered
        return last

    site.pages[paths[3]] = closing
    hours = (HoursWindow(opens=opens, closes=closes),)
    run = survey.run(survey.target(site.url, concurrency=1, allowed_hours=hours))
    assert run.state is RunState.PARTIAL
    assert run.missing[0].startswith("已到允许时段的终点（北京时间 ")
    assert "起可续采；尚有 8 个地址未读" in run.missing[0]
    assert site.paths == ["/", *paths[:4]]
    site.pages["/robots.txt"] = site.answer(body=b"User-agent: *\nDisallow: /y/\n")
    (survey.place / "clock-ahead").unlink()
    again = survey.run(survey.target(site.url, concurrency=1, allowed_hours=hours))
    assert again.state is RunState.COMPLETE
    assert site.paths == ["/", *paths]
    assert again.impact.requests_sent == len(site.asked)
    assert again.impact.statuses == {"2xx": len(site.asked)}
    (state,) = survey.records.hosts.states()
    (seen,) = state.robots.values()
    assert seen.changed_at is not None
    assert seen.previous_sha256 != seen.sha256


def test_pages_of_the_day_are_counted_over_all_runs(site, survey_class, survey) -> None:
    serve(site, 9)
    target = survey.target(site.url, daily_pages=5)
    run = survey.run(target)
    assert run.state is RunState.PARTIAL
    assert "今日的访问已达 5 次上限（各次采集合计），明日可续采；尚有" in run.missing[0]
    assert len(site.asked) == 5
    survey_class(place=survey.place, records=survey.records, run_id="run-2").run(target)
    assert len(site.asked) == 5
    (state,) = survey.records.hosts.states()
    assert state.day_requests == 5


def test_bytes_of_a_run_have_an_end(site, survey) -> None:
    serve(site, 9)
    for number in range(1, 10):
        site.put(f"/news/{number}.html", f"<title>茶讯</title>{WORDS * 200}")
    run = survey.run(survey.target(site.url, max_bytes=60_000, concurrency=1))
    assert run.state is RunState.PARTIAL
    assert run.missing[0].startswith("已达本次采集的字节上限 60000；尚有")
    assert 60_000 <= run.bytes_received < 120_000
