"""Licence pictures of surveyed shops: noted, each read once in bounds, compared; what waits is said with its cure."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from matching.licence_images.engine import recognition_missing
from matching.rows import register_row
from records.base import stable_id
from records.digests import digests_of
from records.errors import AwayError
from records.licence_standing import pictures_of, standing_of
from records.licences_read import LicenceField, LicenceOutcome
from records.market import Disclosure, Reading, Shop, Source
from records.ports import Services
from records.register import MatchDecision
from records.stages import StageState
from records.survey import FrontierRow, Outcome, Page, PageKind, Run, RunState, Target, TargetKind
from wangjian import flow
from wangjian.licence_pictures import Asked, read_licence_pictures
from wangjian.licence_reader import LicenceReader
from wangjian.sample.models import SellerCase
from wangjian.sample.pictures import font_note, licence_png
from wangjian.sample.small import small_market
from wangjian.settings import Settings
from wangjian.wiring import open_services

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
BLANK = "91110000600037341L"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    with open_services(settings) as opened:
        opened.survey.save_target(
            Target(target_id="t1", name="测试站点", kind=TargetKind.SITE, seeds=("http://mall.test/",), created_at=NOW)
        )
        opened.survey.open_run(Run(run_id="run-1", target_id="t1", state=RunState.RUNNING, started_at=NOW), ())
        yield opened


def white() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), (255, 255, 255)).save(out, "PNG")
    return out.getvalue()


def visited(
    services: Services, url: str, *, kind: PageKind, body: bytes, reading: Reading | None = None, **more
) -> Page:
    """A page as a survey would have stored it."""
    row = FrontierRow(row_id=url, run_id="run-1", url=url, canonical_url=url, host="mall.test", kind=kind)
    services.survey.enqueue([row])
    services.survey.lease("run-1", limit=1, until=NOW + timedelta(hours=1))
    values = {
        "page_id": stable_id("page", "run-1", url), "run_id": "run-1", "target_id": "t1", "url": url, "final_url": url,
        "canonical_url": url, "kind": kind, "outcome": Outcome.READ, "fetched_at": NOW,
        "body": services.blobs.put(body), "content_sha256": digests_of(body).sha256, **more,
    }  # fmt: skip
    page = Page(**values)
    services.survey.complete(row, page, reading, ())
    return page


def shop(services: Services, name: str, *pictures: str, **disclosed: str) -> str:
    """A shop whose front page was read."""
    url = f"http://mall.test/{name}/"
    body = f"<html>{name}</html>".encode()
    source = Source(page_id="p", page_sha256=digests_of(body).sha256, url=url, seen_at=NOW)
    found = Shop(
        shop_id=stable_id("shop", url), target_id="t1", url=url, name=name, front_page_read=True, sources=(source,),
        disclosure=Disclosure(licence_image_urls=pictures, **disclosed), first_seen_at=NOW, last_seen_at=NOW,
    )  # fmt: skip
    visited(services, url, kind=PageKind.SHOP, body=body, reading=Reading(kind=PageKind.SHOP, shop=found))
    return found.shop_id


def test_shop_whose_licence_is_only_a_picture_is_matched_by_it(services, settings, part_missing) -> None:
    if font_note() or recognition_missing():
        part_missing("文字识别与 Noto CJK 字体", font_note())
    market = small_market(shops=4, listings_per_shop=1, register_size=300)
    seller = next(one for one in market.shops if one.seller.case is SellerCase.PLAIN)
    services.register.import_entities("样本", "snap_20261101_0123456789ab", map(register_row, market.register))
    licence, blank = "http://mall.test/img/yyzz.png", "http://mall.test/img/blank.png"
    silent = shop(services, "无字店", blank, licence)
    other = shop(services, "换照店", licence, licence_no=BLANK, holder_name="北京远洋贸易有限公司")
    visited(services, licence, kind=PageKind.LICENCE_IMAGE, body=licence_png(seller))
    visited(services, blank, kind=PageKind.LICENCE_IMAGE, body=white())
    flow.match(services)
    assert services.survey.match_of(silent).decision is not MatchDecision.MATCH

    report = flow.read_pictures(services, settings)
    assert (report.state, report.counts["read"], report.counts["waiting"]) == (StageState.COMPLETE, 3, 0)
    flow.match(services)
    found = services.survey.match_of(silent)
    assert (found.decision, found.entity_code) == (MatchDecision.MATCH, seller.seller.shown_code)
    assert {"code", "name"} <= set(found.query.read_by_ocr)
    assert services.survey.match_of(other).query.code == BLANK
    (shown,) = pictures_of(services.licences, services.survey.shop(other))
    assert {one.field for one in shown.picture.contradictions} >= {LicenceField.CODE, LicenceField.NAME}
    assert shown.reading.image == digests_of(licence_png(seller))

    log = (services.data_dir / "logs" / "licences.log").stat()
    assert flow.read_pictures(services, settings) == report
    assert (services.data_dir / "logs" / "licences.log").stat() == log, "nothing was left to read"
    standing = standing_of(services.licences, target_id="t1")
    assert standing.sentence == "执照图片 3 张：已读 3（其中不能辨认 1），与页面文字不一致 1"


def test_without_recognition_pictures_wait_and_the_cure_is_said(services, settings, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    shop(services, "甲", "http://mall.test/a.png", "http://mall.test/b.png", "http://mall.test/c.png")
    visited(services, "http://mall.test/a.png", kind=PageKind.LICENCE_IMAGE, body=white())
    visited(
        services, "http://mall.test/b.png", kind=PageKind.LICENCE_IMAGE, body=b"no", outcome=Outcome.BLOCKED,
        content_sha256="", reason="执照图片未能取得（HTTP 403）",
    )  # fmt: skip
    report = flow.read_pictures(services, settings)
    assert report.state is StageState.PARTIAL
    assert "1 张执照图片未读" in report.missing[0]
    assert "pip install" in report.missing[0]
    assert standing_of(services.licences).sentence == "执照图片 2 张：已读 0，未读 1，未取得 1"
    assert {one.url[-5:]: one.missing for one in services.licences.pictures()} == {
        "a.png": "",
        "b.png": "执照图片未能取得（HTTP 403）",
    }


def test_no_more_are_read_than_wished_and_the_rest_is_said(services, settings) -> None:
    shop(services, "甲", "http://mall.test/a.png")
    visited(services, "http://mall.test/a.png", kind=PageKind.LICENCE_IMAGE, body=white())
    report = read_licence_pictures(services, settings, Asked(most=0))
    assert report.missing == ("1 张执照图片未读：一次最多读 0 张；运行 wangjian match licences 读完",)
    assert read_licence_pictures(services, settings, Asked(first=0)).missing == ()


READY = "import sys, json, struct, os, time; print(json.dumps({'ready': '1'}), flush=True)\n"
NEXT = "head = sys.stdin.buffer.read(8); body = sys.stdin.buffer.read(struct.unpack('>Q', head)[0])\n"


def reader(tmp_path: Path, program: str, seconds: float = 20.0, **more) -> LicenceReader:
    return LicenceReader(
        clock=lambda: NOW, seconds=seconds, log=tmp_path / "log", command=(sys.executable, "-c", program), **more
    )


@pytest.mark.parametrize(
    ("program", "seconds", "says"),
    [
        (READY + NEXT + "os.kill(os.getpid(), 9)", 20.0, "中断"),
        (READY + NEXT + "time.sleep(600)", 0.2, "超过 0.2 秒"),
        (
            READY + f"while True:\n  {NEXT}  print(json.dumps({{'refused': '图片文件已损坏'}}), flush=True)",
            20.0,
            "已损坏",
        ),
        (READY + NEXT + "os.write(1, b'x' * 6_000_000); time.sleep(600)", 20.0, "中断"),
    ],
    ids=["killed", "endless", "refused", "flood"],
)
def test_picture_that_ends_its_reader_is_unreadable_and_the_next_has_a_new_one(
    tmp_path, program, seconds, says
) -> None:
    with reader(tmp_path, program, seconds) as reading:
        for content in (b"one", b"two"):
            found = reading.read(content)
            assert found.outcome is LicenceOutcome.UNREADABLE
            assert says in found.note
            assert found.image == digests_of(content)


def test_reader_that_cannot_start_is_away_and_one_not_wanted_any_more_ends(tmp_path) -> None:
    with reader(tmp_path, "raise SystemExit(1)") as broken, pytest.raises(AwayError, match="启动不了"):
        broken.read(b"x")
    asked: list[int] = []

    def no_longer() -> None:
        asked.append(1)
        if len(asked) > 2:
            raise KeyboardInterrupt

    endless = reader(tmp_path, READY + NEXT + "time.sleep(600)", still_wanted=no_longer)
    with endless, pytest.raises(KeyboardInterrupt):
        endless.read(b"x")
    assert endless.read.__self__._child is None
