"""Surveyed pages enter the evidence log with the digests of their records, however their survey ended."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.archive.files import FolderFiles
from crawlers.archive.reading import stored_bytes
from crawlers.archive.writer import Exchanged, RunArchive, RunFacts
from records.base import stable_id
from records.digests import digests_of
from records.evidence_log import LeafKind
from records.survey import ArchivePlace, FrontierRow, Outcome, Page, PageKind, Run, RunState
from wangjian.logging_pages import PageLog, catch_up_pages
from wangjian.settings import load_settings
from wangjian.wiring import open_services

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture
def services(data_dir: Path):
    with open_services(load_settings(data_dir=data_dir)) as found:
        yield found


def surveyed(services, count: int, *, run_id: str = "run-1") -> list[Page]:
    """Pages of one run, archived and saved, none of them logged."""
    facts = RunFacts(run_id=run_id, target="t", seeds=(), robots="obey", user_agent="x", contact="", software="x")
    archive = RunArchive(FolderFiles(services.data_dir / "archive"), facts, started_at=NOW)
    urls = [f"http://shop.cn/{number}.html" for number in range(count)]
    rows = [
        FrontierRow(
            row_id=f"{run_id}-{url}", run_id=run_id, url=url, canonical_url=url, host="shop.cn", kind=PageKind.OTHER
        )
        for url in urls
    ]
    services.survey.open_run(Run(run_id=run_id, target_id="t1", state=RunState.RUNNING, started_at=NOW), rows)
    pages = []
    for row in rows:
        kept = archive.keep(Exchanged(url=row.url, started_at=NOW, request=b"GET / HTTP/1.1\r\n\r\n", response=HEAD))
        page = Page(
            page_id=stable_id("page", run_id, row.url), run_id=run_id, target_id="t1", url=row.url, final_url=row.url,
            kind=PageKind.OTHER, outcome=Outcome.READ, status=200, fetched_at=NOW, body=kept.wire, wire=kept.wire,
            archive=kept.place,
        )  # fmt: skip
        services.survey.complete(row, page, None, ())
        pages.append(page)
    archive.close()
    return pages


def test_entry_has_the_digests_of_the_record_as_it_lies_in_the_archive(services) -> None:
    (page,) = surveyed(services, 1)
    with PageLog(services.evidence_log, services.archive, clock=lambda: NOW) as log:
        log.note(page)
        assert services.evidence_log.size() == 0
    found = services.evidence_log.find(LeafKind.PAGE, page.page_id)
    digests = digests_of(stored_bytes(services.archive, page.archive))
    assert (found.leaf.sha256, found.leaf.sm3, found.leaf.at) == (digests.sha256, digests.sm3, NOW)


def test_pages_enter_by_the_hundreds_while_the_run_goes_on(services) -> None:
    (page,) = surveyed(services, 1)
    log = PageLog(services.evidence_log, services.archive, clock=lambda: NOW)
    for number in range(501):
        log.note(page.model_copy(update={"page_id": f"p{number}"}))
    assert services.evidence_log.size() == 500


def test_what_a_killed_survey_left_out_is_caught_up_once(services) -> None:
    pages = surveyed(services, 3)
    lost = pages[1].model_copy(update={"page_id": "page_0", "archive": ArchivePlace(file="x", offset=0, length=9)})
    rows = FrontierRow(row_id="l", run_id="run-1", url="http://x/", canonical_url="http://x/", host="x", kind="other")
    services.survey.enqueue((rows,))
    services.survey.complete(rows, lost, None, ())
    assert catch_up_pages(services, "run-2") == 0
    assert catch_up_pages(services, "run-1") == 3
    assert catch_up_pages(services) == 0
    assert services.evidence_log.size() == 3
