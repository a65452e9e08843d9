"""A page out of the archive and the verdict on a run's archive, as the command line tells them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.archive.writer import Exchanged, RunArchive, RunFacts
from records.base import stable_id
from records.errors import ExitCode, IntegrityError, NotFoundError
from records.survey import FrontierRow, Outcome, Page, PageKind, Run, RunState
from wangjian.cli.archiving import archive_verify, survey_page
from wangjian.settings import load_settings
from wangjian.wiring import open_survey

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
URL = "http://shop.cn/goods/1.html"
BODY = f"<h1>龙井 1 号</h1><p>{'清明前采摘。' * 100}</p>".encode()
HEAD = f"HTTP/1.1 200 OK\r\ncontent-type:text/html; charset=utf-8\r\nContent-Length: {len(BODY)}\r\n\r\n".encode()
ASKED = b"GET /goods/1.html HTTP/1.1\r\nHost: shop.cn\r\n\r\n"


@pytest.fixture
def surveyed(data_dir: Path) -> Path:
    """A data directory with one page of one run."""
    facts = RunFacts(
        run_id="run-1",
        target="茗香茶庄",
        seeds=(URL,),
        robots="obey",
        user_agent="WangJianBot",
        contact="",
        software="x",
    )
    with open_survey(load_settings(data_dir=data_dir)) as means:
        archive = RunArchive(means.archive, facts, started_at=NOW)
        kept = archive.keep(Exchanged(url=URL, started_at=NOW, request=ASKED, response=HEAD + BODY))
        archive.close()
        run = Run(run_id="run-1", target_id="t1", state=RunState.RUNNING, started_at=NOW)
        row = FrontierRow(
            row_id="row-1", run_id="run-1", url=URL, canonical_url=URL, host="shop.cn", kind=PageKind.LISTING
        )
        means.survey.open_run(run, (row,))
        page = Page(
            page_id=stable_id("page", "run-1", URL), run_id="run-1", target_id="t1", url=URL, final_url=URL,
            kind=PageKind.LISTING, outcome=Outcome.READ, status=200, fetched_at=NOW, body=kept.wire, wire=kept.wire,
            archive=kept.place,
        )  # fmt: skip
        means.survey.complete(row, page, None, ())
    return data_dir


def test_page_is_found_by_its_address_and_given_as_it_came(surveyed, capsysbinary) -> None:
    assert survey_page(URL, data_dir=surveyed) == ExitCode.DONE
    said = capsysbinary.readouterr().out.decode()
    assert "核验通过" in said
    assert "SM3" in said
    survey_page(stable_id("page", "run-1", URL), raw=True, data_dir=surveyed)
    assert capsysbinary.readouterr().out == HEAD + BODY
    survey_page(URL, headers=True, data_dir=surveyed)
    assert capsysbinary.readouterr().out == ASKED + HEAD
    survey_page(URL, body=True, run_id="run-1", data_dir=surveyed)
    assert capsysbinary.readouterr().out == BODY
    survey_page(URL, data_dir=surveyed, as_json=True)
    document = json.loads(capsysbinary.readouterr().out)
    assert document["verified"] is True
    assert document["record"]["WARC-Type"] == "response"
    with pytest.raises(NotFoundError, match="没有采集过这个网址"):
        survey_page("http://shop.cn/other.html", data_dir=surveyed)


def test_harm_ends_with_no_and_names_the_page(surveyed, capsysbinary) -> None:
    assert archive_verify(data_dir=surveyed) == ExitCode.DONE
    assert "完好" in capsysbinary.readouterr().out.decode()
    (path,) = (surveyed / "archive").rglob("*.warc.gz")
    content = bytearray(path.read_bytes())
    content[-200] ^= 1
    path.write_bytes(content)
    assert archive_verify("run-1", data_dir=surveyed) == ExitCode.NO
    assert "损坏" in capsysbinary.readouterr().out.decode()
    path.unlink()
    assert archive_verify(data_dir=surveyed, as_json=True) == ExitCode.NO
    (damaged,) = json.loads(capsysbinary.readouterr().out)["runs"][0]["damaged"]
    assert URL in damaged
    with pytest.raises(IntegrityError, match="存档文件无法打开"):
        survey_page(URL, data_dir=surveyed)
