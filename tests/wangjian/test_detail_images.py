"""Pictures of listings from the visit to the lead: read once in bounds, judged, checked again; what waits is said."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from leads.catalogue import load_rules
from leads.judging import Judge
from matching.licence_images.engine import recognition_missing
from records.base import stable_id
from records.corrections import PageCheck, PageState
from records.digests import digests_of
from records.image_texts import ImageLine, ImageText, ImageTextOutcome
from records.leads import Finding, Verdict
from records.licences_read import Box
from records.market import Listing, Reading, Shop, Source
from records.ports import Services
from records.stages import StageState
from records.survey import FrontierRow, Outcome, Page, PageKind, Run, RunState, Target, TargetKind
from wangjian import flow
from wangjian.cli import main
from wangjian.detail_images import AskedImages, DetailImages, checked_with_images, read_detail_images
from wangjian.image_reader import ImageReader
from wangjian.sample.pictures import find_font, font_note
from wangjian.settings import ImageSettings, Settings
from wangjian.wiring import open_services

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
SHOP, LISTING = "http://mall.test/", "http://mall.test/goods/1.html"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", images=ImageSettings(targets=("t1",)))


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    with open_services(settings) as opened:
        opened.survey.save_target(
            Target(target_id="t1", name="测试站点", kind=TargetKind.SITE, seeds=(SHOP,), created_at=NOW)
        )
        opened.survey.open_run(Run(run_id="run-1", target_id="t1", state=RunState.RUNNING, started_at=NOW), ())
        yield opened


def claiming(*lines: str) -> bytes:
    image = Image.new("RGB", (480, 300), (160, 20, 30))
    for number, words in enumerate(lines):
        font = ImageFont.truetype(str(find_font()), 44, index=2)
        ImageDraw.Draw(image).text((40, 40 + 100 * number), words, font=font, fill=(255, 240, 220))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


def visited(services: Services, url: str, *, kind: PageKind, body: bytes, reading: Reading | None = None) -> Page:
    """A page as a survey would have stored it."""
    row = FrontierRow(row_id=url, run_id="run-1", url=url, canonical_url=url, host="mall.test", kind=kind)
    services.survey.enqueue([row])
    services.survey.lease("run-1", limit=1, until=NOW + timedelta(hours=1))
    page = Page(
        page_id=stable_id("page", "run-1", url), run_id="run-1", target_id="t1", url=url, final_url=url,
        canonical_url=url, kind=kind, outcome=Outcome.READ, fetched_at=NOW, body=services.blobs.put(body),
        content_sha256=digests_of(body).sha256,
    )  # fmt: skip
    services.survey.complete(row, page, reading, ())
    return page


def surveyed(services: Services, **pictures: bytes) -> Listing:
    """A shop with one clean listing that shows these pictures, all fetched."""
    source = Source(page_id="p", page_sha256="b" * 64, url=LISTING, seen_at=NOW)
    times = {"source": source, "first_seen_at": NOW, "last_seen_at": NOW}
    found = Shop(
        shop_id=stable_id("shop", SHOP), target_id="t1", url=SHOP, name="青石百货", sources=(source,),
        first_seen_at=NOW, last_seen_at=NOW,
    )  # fmt: skip
    urls = tuple(f"http://mall.test/d/{name}.jpg" for name in pictures)
    listing = Listing(
        listing_id=stable_id("listing", LISTING), shop_id=found.shop_id, target_id="t1", url=LISTING,
        title="手工竹篮", image_urls=urls, **times,
    )  # fmt: skip
    reading = Reading(kind=PageKind.LISTING, shop=found, listings=(listing,))
    visited(services, LISTING, kind=PageKind.LISTING, body=b"<html>", reading=reading)
    for url, body in zip(urls, pictures.values(), strict=True):
        visited(services, url, kind=PageKind.DETAIL_IMAGE, body=body)
    return listing


def in_pictures(services: Services, listing: Listing) -> list[Finding]:
    found = services.leads.findings(shop_id=listing.shop_id)
    return [one for one in found if one.place.startswith("image:")]


def text_of(content: bytes, *lines: tuple[str, float]) -> ImageText:
    read = tuple(
        ImageLine(text=words, confidence=sure, box=Box(left=0, top=50 * at, right=300, bottom=50 * at + 40))
        for at, (words, sure) in enumerate(lines)
    )
    image = digests_of(content)
    return ImageText(
        text_id=f"text-{image.sha256[:9]}", image=image, media_type="image/jpeg", width=480, height=300, lines=read,
        outcome=ImageTextOutcome.READ, engine="e", engine_version="1", reader_version="1", read_at=NOW,
    )  # fmt: skip


def said(capsys, settings: Settings, *more: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(["rules", "read-images", "--data-dir", str(settings.data_dir), *more])
    assert ended.value.code in (0, None)
    return capsys.readouterr().out


def test_claim_that_stands_only_in_a_picture_becomes_a_lead(services, settings, capsys, part_missing) -> None:
    if font_note() or recognition_missing():
        part_missing("文字识别与 Noto CJK 字体", font_note())
    claim, clean = claiming("全国第一品牌"), claiming("手工编织")
    assert "还没有采集到商品图片" in said(capsys, settings)
    listing = surveyed(services, a=claim, b=clean, c=b"garbage", d=claim)
    told = said(capsys, settings)
    assert told.startswith(
        "商品图片 3 张：读出 2（其中只读了一部分 0），没有文字 0，图标或缩略图 0，不能辨认 1，未读 0"
    )
    log = (services.data_dir / "logs" / "images.log").stat()
    report = flow.read_images(services, settings, target_id="t1")
    assert report.state is StageState.COMPLETE
    assert {name: report.counts[name] for name in ("pictures", "read", "unreadable", "waiting")} == {
        "pictures": 3, "read": 2, "unreadable": 1, "waiting": 0,
    }  # fmt: skip
    assert "不是 JPEG" in services.image_texts.text_of(digests_of(b"garbage").sha256).note
    assert (services.data_dir / "logs" / "images.log").stat() == log, "each digest once"

    found = in_pictures(services, listing)
    (a01,) = [one for one in found if one.rule_id == "A01"]
    assert a01.verdict is Verdict.SUSPECTED
    assert (a01.page_sha256, a01.url) == (digests_of(claim).sha256, LISTING)
    assert services.survey.page(a01.page_id).url == "http://mall.test/d/a.jpg"
    left, top, width, height = map(int, a01.place.partition("#")[2].split(","))
    assert (left < 60, top < 80 < top + height, width > 200) == (True, True, True)
    (lead,) = [one for one in services.leads.leads_of(shop_id=listing.shop_id) if one.rule_id == "A01"]
    assert a01.finding_id in lead.finding_ids


def test_off_nothing_is_read_and_without_recognition_pictures_wait(services, settings, monkeypatch) -> None:
    surveyed(services, a=b"one", b=b"two")
    off = settings.model_copy(update={"images": ImageSettings()})
    assert flow.read_images(services, off, target_id="t1").counts == {}
    few = read_detail_images(services, settings, AskedImages(most=0))
    assert few.missing == ("2 张商品图片未读：一次最多读 0 张；运行 wangjian rules read-images 读完",)
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    report = flow.read_images(services, settings, target_id="t1")
    assert report.state is StageState.PARTIAL
    assert "2 张商品图片未读：没有文字识别部件" in report.missing[0]
    assert "pip install" in report.missing[0]
    assert not services.image_texts.has_any()


def test_picture_that_ends_its_reader_is_unreadable_and_the_next_is_read_by_a_new_one(tmp_path) -> None:
    program = (
        "import sys, json, struct, os; print(json.dumps({'ready': '1'}), flush=True)\n"
        "sys.stdin.buffer.read(struct.unpack('>Q', sys.stdin.buffer.read(8))[0]); os.kill(os.getpid(), 9)"
    )
    command = (sys.executable, "-c", program)
    with ImageReader(clock=lambda: NOW, seconds=20.0, log=tmp_path / "log", command=command) as reader:
        for content in (b"one", b"two"):
            found = reader.read(content)
            assert (found.outcome, found.image) == (ImageTextOutcome.UNREADABLE, digests_of(content))
            assert "中断" in found.note


def test_page_with_clear_text_is_not_put_right_while_its_picture_is_not_seen_anew(services) -> None:
    listing = surveyed(services, a=b"one")
    services.image_texts.save_text(text_of(b"one", ("全国第一品牌", 0.99)))
    judge = Judge([rule for rule in load_rules() if rule.rule_id == "A01"], on=NOW.date())
    images, shop = DetailImages(services), services.survey.shop(listing.shop_id)
    found = images.findings(judge, listing, shop)
    assert [one.rule_id for one in found] == ["A01"]
    assert images.findings(judge, listing, shop, since=NOW) == (), "no picture was fetched after that"
    clear = PageCheck(url=LISTING, listing_id=listing.listing_id, state=PageState.CLEAR)
    assert checked_with_images(clear, found, ()).state is PageState.UNREAD
    again = checked_with_images(clear, found, found)
    assert (again.state, again.words) == (PageState.STILL, tuple(span.text for span in found[0].spans))
    in_text = [one.model_copy(update={"place": "p1"}) for one in found]
    assert checked_with_images(clear, in_text, found) == clear
    assert images.of(listing.model_copy(update={"image_urls": ()})) == ()
