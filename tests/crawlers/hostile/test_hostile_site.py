"""A site with every trap: the survey ends within its limits, reads what is honest, and reports each trap."""

from __future__ import annotations

import importlib.util
import sys
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from records.survey import FrontierState, Outcome, Page, Run, RunState

BODY_LIMIT = 6_000_000
pytestmark = pytest.mark.xdist_group("hostile")  # one survey for all, on one worker
TOO_SLOW = "页面过于繁复，未能在限时内读完"


def _load(name: str):
    spec = importlib.util.spec_from_file_location(f"hostile_{name}", Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@dataclass
class Ended:
    """What a survey of the hostile site left."""

    site: object
    survey: object
    run: Run
    pages: dict[str, Page]
    peak_megabytes: float

    def shape(self, start: str) -> Counter:
        """Outcomes of the pages beneath a path."""
        return Counter(page.outcome for path, page in self.pages.items() if path.startswith(start))


@pytest.fixture(scope="module")
def ended(survey_class, tmp_path_factory):
    """One survey of all the traps, in a process of its own whose memory is watched."""
    from stores.backends import open_blobs, open_records

    place = tmp_path_factory.mktemp("hostile")
    records = open_records(f"sqlite:///{place}/records.db")
    records.migrate()
    open_blobs(f"file:///{place}/blobs")
    survey = survey_class(place=place, records=records)
    site = _load("traps").HostileSite()
    target = survey.target(site.url, concurrency=4, max_pages=600, max_body_bytes=BODY_LIMIT)
    child = survey.begin(target, timeout_seconds=5, barren_pages=15, repeated_pages=8)
    peaks = [0.0]
    watcher = threading.Thread(target=_watch, args=(child, peaks))
    watcher.start()
    said, log = child.communicate(timeout=200)
    watcher.join()
    lines = said.strip().splitlines()
    assert lines and lines[-1].startswith("{"), log[-3000:]
    run = Run.model_validate_json(lines[-1])
    yield Ended(site=site, survey=survey, run=run, pages=survey.pages(), peak_megabytes=max(peaks))
    site.close()
    records.close()


def _watch(child, peaks: list[float]) -> None:
    while child.poll() is None:
        try:
            status = Path(f"/proc/{child.pid}/status").read_text()
        except OSError:
            return
        peaks += [int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")]
        threading.Event().wait(0.1)


def test_survey_ends_by_itself_and_is_not_called_complete(ended) -> None:
    assert ended.run.state is RunState.PARTIAL
    counts = ended.survey.records.survey.frontier_counts("run-1")
    assert counts[FrontierState.PENDING] == counts[FrontierState.LEASED] == 0
    assert len(ended.site.asked) < 600
    assert not any("上限 600" in reason for reason in ended.run.missing)


def test_what_is_honest_on_it_is_read(ended) -> None:
    listings = {listing.title: listing.prices[0].amount_fen for listing in ended.survey.records.survey.listings()}
    assert listings == {"龙井 1 号": 1000, "龙井 2 号": 2000, "龙井 3 号": 3000}


@pytest.mark.parametrize(
    ("path", "outcome", "reason"),
    [
        ("/big.html", Outcome.TOO_LARGE, f"页面超过 {BODY_LIMIT} 字节上限"),
        ("/bomb/gzip.html", Outcome.TOO_LARGE, f"页面超过 {BODY_LIMIT} 字节上限"),
        ("/bomb/br.html", Outcome.TOO_LARGE, f"页面超过 {BODY_LIMIT} 字节上限"),
        ("/bomb/deflate.html", Outcome.TOO_LARGE, f"页面超过 {BODY_LIMIT} 字节上限"),
        ("/bomb/double.html", Outcome.TOO_LARGE, f"页面超过 {BODY_LIMIT} 字节上限"),
        ("/chunked.html", Outcome.TOO_LARGE, f"页面超过 {BODY_LIMIT} 字节上限"),
        ("/loop/1", Outcome.FAILED, "跳转次数过多或循环跳转"),
        ("/chain/0", Outcome.FAILED, "跳转次数过多或循环跳转"),
        ("/refresh/1", Outcome.FAILED, "跳转次数过多或循环跳转"),
        ("/drip/head.html", Outcome.TIMEOUT, "超时未答复"),
        ("/drip/body.html", Outcome.TIMEOUT, "超时未答复"),
        ("/headers.html", Outcome.FAILED, "答复不合 HTTP 规定、报头过大或连接中断"),
        ("/garbage.html", Outcome.FAILED, "答复不合 HTTP 规定、报头过大或连接中断"),
        ("/reset.html", Outcome.FAILED, "答复不完整，传输中断"),
        ("/secret/1.html", Outcome.ROBOTS_REFUSED, "robots.txt 不允许访问该地址"),
        ("/deep.html", Outcome.BROWSER_AWAY, "页面没有可读内容；没有可用的浏览器"),
    ],
)
def test_trap_is_reported_with_its_reason(ended, path, outcome, reason) -> None:
    assert (ended.pages[path].outcome, ended.pages[path].reason) == (outcome, reason)


@pytest.mark.parametrize(
    "path",
    [
        "/cookies.html",
        "/nul.html",
        "/unclosed.html",
        "/encoding/gbk.html",
        "/encoding/utf16.html",
        "/encoding/label.html",
        "/links.html",
        "/changing.html",
        "/short.html",
    ],
)
def test_odd_page_is_read_all_the_same(ended, path) -> None:
    assert ended.pages[path].outcome is Outcome.READ


def test_ten_thousand_cookies_are_neither_kept_nor_sent_back(ended) -> None:
    assert len(ended.pages["/cookies.html"].headers) <= 100


@pytest.mark.parametrize("space", ["/calendar", "/paged", "/sess/", "/same/", "/maze/"])
def test_space_without_end_is_left_and_named(ended, space) -> None:
    outcomes = ended.shape(space)
    assert set(outcomes) <= {Outcome.READ, Outcome.LEFT_OUT}
    assert 3 <= outcomes[Outcome.READ] <= 80
    assert any(reason.startswith(f"形如 {space}") and "没有尽头" in reason for reason in ended.run.missing)


def test_page_left_out_says_why(ended) -> None:
    left = [page for page in ended.pages.values() if page.outcome is Outcome.LEFT_OUT]
    assert left
    assert all("的地址没有尽头：已读" in page.reason for page in left)
    assert ended.run.outcomes[Outcome.LEFT_OUT] >= len(left)


def test_page_of_a_hundred_thousand_links_costs_little_and_is_said(ended) -> None:
    page = ended.pages["/many.html"]
    cut = "1 个页面的链接超过 2000 个，只列入了前 2000 个" in ended.run.missing
    assert cut if page.outcome is Outcome.READ else page.reason == TOO_SLOW
    assert sum(path.startswith("/hop/") for path in ended.site.paths) < 80


def test_nothing_outside_the_site_is_asked(ended) -> None:
    assert all(page.url.startswith(ended.site.url) for page in ended.pages.values())
    assert not any(word in path for path in ended.site.paths for word in ("passwd", "meta-data", "secret", "user:"))


def test_bodies_are_cut_off_while_they_come(ended) -> None:
    sent = ended.site.sent
    assert sent["/robots.txt"] < 20_000_000
    assert sent["/big.html"] < 40_000_000
    assert sent["/chunked.html"] < 40_000_000


def test_memory_of_the_process_is_bounded(ended) -> None:
    assert ended.peak_megabytes < 600


def test_impact_counts_every_request_the_site_saw(ended) -> None:
    impact = ended.run.impact
    # A connection the site cut may take a request with it before the site has read it.
    assert len(ended.site.asked) <= impact.requests_sent <= len(ended.site.asked) + 3
    assert sum(impact.statuses.values()) == impact.requests_sent
    assert impact.statuses["3xx"] >= 10
    assert impact.bytes_received > 3 * BODY_LIMIT / 2
