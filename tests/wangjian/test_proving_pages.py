"""A surveyed page is proved from the file alone, by both verifiers; what was changed is refused."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from crawlers.archive.files import FolderFiles
from crawlers.archive.writer import Exchanged, RunArchive, RunFacts
from evidence.standalone.verify import OpensslTrust, examine, main
from evidence.transparency import keep_head, log_means_of
from evidence.verify import verify_package
from records.base import stable_id
from records.chain import check_chain
from records.errors import IntegrityError, NotFoundError
from records.evidence import CustodyAction, PackageKind
from records.survey import FrontierRow, Outcome, Page, PageKind, Run, RunState
from wangjian.proving_pages import page_named, prove_page
from wangjian.settings import load_settings
from wangjian.wiring import open_services, utc_now

BODY = "<h1>压片糖果 治疗糖尿病</h1>".encode() * 80
ASKED = b"GET / HTTP/1.1\r\nHost: shop.cn\r\n\r\n"
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % len(BODY) + BODY + b"\r\n0\r\n\r\n"


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    data_dir = tmp_path_factory.mktemp("office")
    with open_services(load_settings(data_dir=data_dir)) as services:
        yield services


@pytest.fixture(scope="module")
def pages(office) -> dict[str, Page]:
    """A plain answer, one in chunks, the first again unchanged (a revisit), and one drawn by a browser."""
    facts = RunFacts(run_id="run-1", target="t", seeds=(), robots="obey", user_agent="x", contact="", software="x")
    archive = RunArchive(FolderFiles(office.data_dir / "archive"), facts, started_at=utc_now())
    kept = {}
    for name, answer in (("plain", PLAIN), ("chunked", CHUNKED), ("revisit", PLAIN)):
        exchanged = Exchanged(url=f"http://shop.cn/{name}", started_at=utc_now(), request=ASKED, response=answer)
        kept[name] = archive.keep(exchanged)
    kept["drawn"] = archive.keep_rendered("http://shop.cn/drawn", BODY, at=utc_now(), main=kept["chunked"])
    archive.close()
    rows = [_row(name) for name in kept]
    office.survey.open_run(Run(run_id="run-1", target_id="t1", state=RunState.RUNNING, started_at=utc_now()), rows)
    made = {}
    for row, (name, archived) in zip(rows, kept.items(), strict=True):
        made[name] = Page(
            page_id=stable_id("page", "run-1", row.url), run_id="run-1", target_id="t1", url=row.url,
            final_url=row.url, kind=PageKind.OTHER, outcome=Outcome.READ, status=200, fetched_at=utc_now(),
            wire=archived.wire, archive=archived.place,
        )  # fmt: skip
        office.survey.complete(row, made[name], None, ())
    return made


def _row(name: str) -> FrontierRow:
    url = f"http://shop.cn/{name}"
    return FrontierRow(row_id=name, run_id="run-1", url=url, canonical_url=url, host="shop.cn", kind=PageKind.OTHER)


@pytest.mark.parametrize("name", ["plain", "chunked", "revisit", "drawn"])
def test_page_is_proved_from_the_file_alone(office, pages, tmp_path: Path, name: str) -> None:
    path = tmp_path / "page.zip"
    placed = prove_page(office, page_named(office, pages[name].url), path, operator="张三")
    report = verify_package(path, anchors_pem=office.trust_anchors_pem, now=utc_now())
    assert (report.valid, report.kind, report.url) == (True, PackageKind.PAGE, pages[name].url), report.checks
    assert placed.leaf.id == report.capture_id == pages[name].page_id
    outcome = examine(str(path), OpensslTrust(office.trust_anchors_pem), utc_now())
    assert (outcome.valid, outcome.timestamp) == (True, "内部授时"), outcome.steps
    event = list(check_chain(office.evidence.custody()))[-1]
    assert (event.action, event.actor, event.capture_id) == (CustodyAction.EXPORTED, "张三", pages[name].page_id)


def test_without_roots_it_is_not_believed(office, pages, tmp_path: Path, capsys) -> None:
    path = tmp_path / "page.zip"
    prove_page(office, pages["plain"], path, operator="张三")
    assert main([str(path)]) == 2
    assert "通过" in capsys.readouterr().out


def test_head_is_the_first_one_stamped_after_the_page(office, pages, tmp_path: Path) -> None:
    prove_page(office, pages["plain"], tmp_path / "first.zip", operator="张三")
    first = _proof(tmp_path / "first.zip")
    keep_head(log_means_of(office))
    prove_page(office, pages["plain"], tmp_path / "second.zip", operator="张三")
    assert _proof(tmp_path / "second.zip") == first


def _proof(path: Path) -> bytes:
    with zipfile.ZipFile(path) as box:
        return box.read("evidence/log-proof.json")


def test_record_changed_in_the_archive_is_not_proved(office, pages, tmp_path: Path) -> None:
    prove_page(office, pages["chunked"], tmp_path / "page.zip", operator="张三")
    moved = pages["chunked"].model_copy(update={"archive": pages["plain"].archive})
    with pytest.raises(IntegrityError, match="存证日志不符"):
        prove_page(office, moved, tmp_path / "page.zip", operator="张三")


def test_page_without_an_exchange_is_said(office, pages, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="没有存档"):
        prove_page(office, pages["plain"].model_copy(update={"archive": None}), tmp_path / "p.zip", operator="张三")
    with pytest.raises(NotFoundError, match="没有采集过"):
        page_named(office, "http://shop.cn/never")
