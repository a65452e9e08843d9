"""`wangjian rules act`: a child process with a browser, what it saw kept, and its host treated as a survey would."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from zoneinfo import ZoneInfo

import pytest

from network.hosts import host_key
from records.acts import ActVisit
from records.base import stable_id
from records.errors import AddressRefusedError, ConflictError
from records.leads import Verdict
from records.market import Reading, Shop, Source
from records.schedules import HoursWindow
from records.survey import FrontierRow, Outcome, Page, PageKind, Run, RunState, Target, TargetKind
from wangjian.acting import act_on, act_on_target, page_of
from wangjian.cli.main import main
from wangjian.settings import ActSettings, BrowserSettings, NetworkSettings, Settings
from wangjian.wiring import open_services

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("acts")]

_PAGE = """<!doctype html><meta charset=utf-8><title>青石手环</title><h1>青石智能手环</h1><p class=price>¥99.00</p>
<button>加入购物车</button><label><input type=checkbox checked> 加购碎屏险 ¥19.90/年</label>"""


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"User-agent: *\nDisallow:\n" if self.path == "/robots.txt" else _PAGE.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain" if self.path == "/robots.txt" else "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def url():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def settings(tmp_path_factory, browser_executable):
    return Settings(
        data_dir=tmp_path_factory.mktemp("acting") / "data",
        network=NetworkSettings(allow_private=True),
        browser=BrowserSettings(executable=browser_executable),
        acts=ActSettings(targets=("t1",), pages_a_shop=1),
    )


@pytest.fixture(scope="module")
def services(settings, url):
    """A known shop at the address."""
    with open_services(settings) as opened:
        now = datetime.now(UTC)
        opened.survey.save_target(
            Target(target_id="t1", name="青石", kind=TargetKind.SITE, seeds=(url,), delay_seconds=0, created_at=now)
        )
        run = Run(run_id="r1", target_id="t1", state=RunState.RUNNING, started_at=now)
        opened.survey.open_run(run, [])
        row = FrontierRow(row_id="row", run_id="r1", url=url, canonical_url=url, host=host_key(url), kind=PageKind.HOME)
        opened.survey.enqueue([row])
        opened.survey.lease("r1", limit=1, until=now + timedelta(minutes=5))
        body = opened.blobs.put(_PAGE.encode())
        page = Page(
            page_id="page_1", run_id="r1", target_id="t1", url=url, final_url=url, canonical_url=url, kind=PageKind.HOME,
            outcome=Outcome.READ, status=200, fetched_at=now, body=body,
        )  # fmt: skip
        source = Source(page_id="page_1", page_sha256=body.sha256, url=url, seen_at=now)
        shop = Shop(
            shop_id=stable_id("shop", url), target_id="t1", url=url, name="青石", sources=(source,), first_seen_at=now, last_seen_at=now
        )  # fmt: skip
        opened.survey.complete(row, page, Reading(kind=PageKind.HOME, shop=shop), [])
        opened.survey.finish_run(run.model_copy(update={"state": RunState.COMPLETE}))
        yield opened


@pytest.fixture(scope="module")
def acted(services, settings):
    """A scheduled try of the target, made once."""
    [done] = act_on_target(services, settings, services.survey.target("t1"))
    return done


def test_what_was_seen_is_kept_under_its_digests(services, acted) -> None:
    kept = ActVisit.model_validate_json(services.blobs.get(acted.record.page_sha256))
    assert kept == acted.act
    assert kept.failure == ""
    assert all(services.blobs.get(shot.content.sha256).startswith(b"\x89PNG") for shot in kept.shots)
    assert kept.shots[0].label == "打开后"


def test_finding_leads_to_the_record_of_the_try(services, acted, url) -> None:
    [finding] = list(services.leads.findings(rule_id="C13"))
    assert finding.verdict is Verdict.SUSPECTED
    assert (finding.shop_id, finding.url) == (stable_id("shop", url), url)
    assert finding.visits == (acted.record,)
    assert finding.page_sha256 == acted.record.page_sha256
    assert list(services.leads.findings(rule_id="A18")) == []


def test_requests_are_counted_and_the_host_given_back(services, acted, url) -> None:
    assert services.hosts.state(host_key(url)).day_requests >= acted.act.requests >= 2
    assert services.hosts.holds(datetime.now(UTC)) == ()


def test_target_not_named_in_the_settings_is_not_tried(services, settings) -> None:
    silent = settings.model_copy(update={"acts": ActSettings()})
    assert act_on_target(services, silent, services.survey.target("t1")) == ()


def test_host_under_survey_is_left_alone(services, settings, url) -> None:
    now = datetime.now(UTC)
    services.hosts.hold(host_key(url), holder="run_9", now=now, until=now + timedelta(minutes=1))
    try:
        with pytest.raises(ConflictError, match="正由另一次采集"):
            act_on(services, settings, page_of(services, url))
    finally:
        services.hosts.release("run_9")


def test_hours_of_the_target_are_kept(services, settings, url) -> None:
    page = page_of(services, url)
    later = services.clock().astimezone(ZoneInfo("Asia/Shanghai")) + timedelta(hours=12)
    window = HoursWindow(opens=later.time(), closes=(later + timedelta(minutes=1)).time())
    target = page.target.model_copy(update={"allowed_hours": (window,)})
    with pytest.raises(ConflictError, match="时段"):
        act_on(services, settings, type(page)(url=page.url, target=target, shop_id=page.shop_id))


def test_private_address_is_refused_where_none_is_allowed(services, settings, url) -> None:
    strict = settings.model_copy(update={"network": NetworkSettings()})
    with pytest.raises(AddressRefusedError):
        act_on(services, strict, page_of(services, url))
    assert services.hosts.holds(datetime.now(UTC)) == ()


def test_command_needs_one_of_address_and_shop(data_dir, capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["rules", "act", "--data-dir", str(data_dir)])
    assert ended.value.code == 2
    assert "须给出一个网址" in capsys.readouterr().err
