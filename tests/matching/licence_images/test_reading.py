"""Licences read by the engine from real pixels: as drawn and damaged, turned, in long pictures, or none at all."""

from __future__ import annotations

import io
import os
import random
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image, ImageFilter

from matching.licence_images.asking import licence_query, printed_date
from matching.licence_images.engine import RapidEngine
from matching.licence_images.reading import read_licence
from records.errors import AwayError
from records.licences_read import LicenceField, LicenceOutcome, LicenceReading
from wangjian.sample.models import SampleShop, SellerCase
from wangjian.sample.pictures import licence_png, product_png
from wangjian.sample.small import small_market


@pytest.fixture(scope="module")
def shop() -> SampleShop:
    return next(one for one in small_market(shops=4, listings_per_shop=1).shops if one.seller.case is SellerCase.PLAIN)


@pytest.fixture(scope="module")
def drawn(shop: SampleShop) -> Image.Image:
    return Image.open(io.BytesIO(licence_png(shop))).convert("RGB")


def test_loading_the_engine_leaves_no_loader_path_to_later_children(engine: RapidEngine) -> None:
    """OpenCV's loader amends LD_LIBRARY_PATH; a capture made by a child then found its environment unclean."""
    started_with = Path("/proc/self/environ").read_bytes().split(b"\0")
    had = any(one.startswith(b"LD_LIBRARY_PATH=") for one in started_with)
    assert ("LD_LIBRARY_PATH" in os.environ) is had


@pytest.fixture
def read(engine: RapidEngine, frozen_clock: Callable[[], datetime]) -> Callable[..., LicenceReading]:
    def reading(image: Image.Image, kind: str = "PNG", **more: object) -> LicenceReading:
        out = io.BytesIO()
        image.save(out, kind, **more)
        return read_licence(out.getvalue(), engine=engine, clock=frozen_clock)

    return reading


def assert_is(reading: LicenceReading, shop: SampleShop) -> None:
    assert reading.outcome is LicenceOutcome.READ, reading.note
    assert reading.text_of(LicenceField.CODE) == shop.seller.shown_code
    assert reading.text_of(LicenceField.NAME) == shop.seller.shown_name
    assert reading.code_problem == ""


def test_every_field_is_read_with_its_place(read, drawn: Image.Image, shop: SampleShop) -> None:
    reading = read(drawn)
    assert_is(reading, shop)
    entity = shop.seller.entity
    assert entity is not None
    assert reading.text_of(LicenceField.KIND) == entity.kind.value
    assert reading.text_of(LicenceField.PERSON) == shop.legal_representative
    assert printed_date(reading.text_of(LicenceField.ESTABLISHED)) == entity.established_on
    assert reading.text_of(LicenceField.ADDRESS) == entity.address
    name = next(one for one in reading.fields if one.field is LicenceField.NAME)
    assert 235 <= name.box.left <= 245
    assert 205 <= name.box.top < name.box.bottom <= 255
    assert name.confidence > 0.9
    assert {model.name.split("_")[0] for model in reading.models} == {"PP-OCRv6", "ch"}
    assert reading.image.sm3 != reading.image.sha256
    query = licence_query(reading, as_of=reading.read_at)
    assert (query.code, query.name, query.registered_on) == (entity.code, entity.name, entity.established_on)


def test_blurred_tilted_and_poorly_stored(read, drawn: Image.Image, shop: SampleShop) -> None:
    worse = drawn.filter(ImageFilter.GaussianBlur(0.8)).rotate(4, expand=True, fillcolor=(214, 210, 204))
    reading = read(worse.resize((840, round(840 * worse.height / worse.width))), "JPEG", quality=50)
    assert_is(reading, shop)
    assert 3 < abs(reading.tilt_degrees) < 5


@pytest.mark.parametrize("degrees", [90, 180])
def test_picture_turned_is_turned_back(read, drawn: Image.Image, shop: SampleShop, degrees: int) -> None:
    reading = read(drawn.rotate(degrees, expand=True))
    assert_is(reading, shop)
    assert reading.turned_degrees == 360 - degrees


def test_licence_in_a_long_picture(read, drawn: Image.Image, shop: SampleShop) -> None:
    long = Image.new("RGB", (900, 2_900), (255, 255, 255))
    long.paste(drawn, (0, 1_150))
    reading = read(long)
    assert_is(reading, shop)
    name = next(one for one in reading.fields if one.field is LicenceField.NAME)
    assert 1_150 + 205 <= name.box.top <= 1_150 + 240


def test_qr_code_is_recorded_and_its_link_not_followed(read, drawn: Image.Image) -> None:
    cv2 = pytest.importorskip("cv2", reason="the engine that is there brings OpenCV")
    pattern = cv2.QRCodeEncoder.create().encode("http://127.0.0.1:9/licence?id=1")
    seal = Image.fromarray(pattern).convert("RGB").resize((170, 170), Image.Resampling.NEAREST)
    shown = drawn.copy()
    shown.paste(seal, (700, 40))
    (found,) = read(shown).qr_codes
    assert (found.text, found.is_link) == ("http://127.0.0.1:9/licence?id=1", True)
    assert 690 <= found.box.left < found.box.right <= 880


def test_picture_that_is_no_licence_is_unreadable_and_says_so(read) -> None:
    listing = small_market(shops=1, listings_per_shop=1).listings[0]
    goods = read(Image.open(io.BytesIO(product_png(listing))))
    assert goods.outcome is LicenceOutcome.UNREADABLE
    assert "可能不是营业执照" in goods.note
    assert goods.fields == ()
    noise = Image.frombytes("L", (400, 300), random.Random(1).randbytes(120_000))
    assert read(noise).outcome is LicenceOutcome.UNREADABLE
    blank = read(Image.new("RGB", (600, 400), (255, 255, 255)))
    assert "没有可辨认的文字" in blank.note


def test_code_the_licence_carries_wrongly_is_not_made_good(read, shop: SampleShop) -> None:
    sound = shop.seller.shown_code
    wrong = sound[:-1] + ("8" if sound[-1] != "8" else "3")
    bad = replace(shop, seller=replace(shop.seller, shown_code=wrong))
    reading = read(Image.open(io.BytesIO(licence_png(bad))))
    assert reading.text_of(LicenceField.CODE) == wrong
    assert "校验" in reading.code_problem
    assert len(reading.passes) > 1


def test_engine_that_is_not_installed_is_said_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    with pytest.raises(AwayError, match="没有文字识别部件") as said:
        RapidEngine()
    assert "pip install" in said.value.cure
