"""Licence pictures on the shop page and in the API: what was read, what differs, what waits; names masked by role."""

from __future__ import annotations

import pytest

from offices.masking import mask_picture
from records.base import stable_id
from records.digests import digests_of
from records.licences_read import (
    Box,
    LicenceContradiction,
    LicenceField,
    LicenceOutcome,
    LicencePicture,
    LicenceReading,
    QrCode,
    ReadField,
    ShownPicture,
)
from records.market import Reading
from records.survey import PageKind

HOSTILE = "<script>alert(1)</script>"
BOX = Box(left=12, top=34, right=560, bottom=78)
READ, WAITING, AWAY = (f"http://market.example/img/{name}.png" for name in ("read", "waiting", "away"))


def field(name: LicenceField, text: str, **more: object) -> ReadField:
    return ReadField(field=name, text=text, confidence=0.97, box=BOX, passes_agreeing=2, **more)


@pytest.fixture
def shop_id(office) -> str:
    """A shop that shows three pictures: one read, one that waits, one that could not be had."""
    services, clock = office.services, office.clock
    found = services.survey.shop(office.ids["hangzhou"])
    shown = found.model_copy(
        update={"disclosure": found.disclosure.model_copy(update={"licence_image_urls": (READ, WAITING, AWAY)})}
    )
    page = next(page for page in services.survey.pages("run_jishi") if page.url == found.url)
    services.survey.save_reading(page, Reading(kind=PageKind.SHOP, shop=shown))
    known = {"shop_id": found.shop_id, "target_id": found.target_id, "seen_at": clock()}
    differs = LicenceContradiction(
        field=LicenceField.PERSON, on_page="张三丰", on_picture="欧阳小明",
        sentence="法定代表人（经营者）：页面文字为“张三丰”，执照图片上为“欧阳小明”，两者不同",
    )  # fmt: skip
    services.licences.save_pictures(
        [
            LicencePicture(picture_id="p1", url=READ, image=digests_of(b"1"), contradictions=(differs,), **known),
            LicencePicture(picture_id="p2", url=WAITING, image=digests_of(b"2"), **known),
            LicencePicture(picture_id="p3", url=AWAY, missing="执照图片未能取得（HTTP 403）", **known),
        ]
    )
    services.licences.save_reading(
        LicenceReading(
            reading_id=stable_id("licence", "1"), image=digests_of(b"1"), media_type="image/png", width=900, height=640,
            outcome=LicenceOutcome.READ, code_problem="校验码不符", code_repairs=("91330106MA2CCEX21A",),
            fields=(
                field(LicenceField.CODE, "91330106MA2CCEX218"),
                field(LicenceField.NAME, HOSTILE, others=("杭州百草园商贸有限公司",)),
                field(LicenceField.PERSON, "欧阳小明", others=("欧阳小朋",)),
            ),
            qr_codes=(QrCode(text="https://evil.example/x", is_link=True, box=BOX),),
            passes=("削浅六成", "原图"), engine="rapidocr", engine_version="3", reader_version="licence-1",
            read_at=clock(),
        )
    )  # fmt: skip
    match = services.survey.match_of(found.shop_id)
    asked = match.query.model_copy(update={"read_by_ocr": ("code", "name")})
    services.survey.save_match(
        match.model_copy(update={"query": asked, "match_id": "match_ocr", "matched_at": clock()})
    )
    return found.shop_id


def test_page_shows_what_was_read_and_what_was_not(office, client_of, shop_id) -> None:
    said = client_of(office, "banan").get(f"/shops/{shop_id}").text
    for words in (
        "欧阳小明", "91330106MA2CCEX218", "可能是误读", "91330106MA2CCEX21A", "另读作：杭州百草园商贸有限公司",
        "左 12 上 34 右 560 下 78", "2/2", "链接已记录，未访问", "与页面文字不一致", "HTTP 403", "尚未识别",
        "wangjian match licences", "由执照图片机器识别：代码、名称；",
    ):  # fmt: skip
        assert words in said, words
    assert HOSTILE not in said
    assert 'href="https://evil.example' not in said


def test_names_are_masked_by_role_on_page_and_in_the_api(office, client_of, shop_id) -> None:
    office.with_api = True
    client = client_of(office, "jiancha")
    for said in (client.get(f"/shops/{shop_id}").text, client.get(f"/api/v1/shops/{shop_id}").text):
        assert "欧阳**" in said
        assert "欧阳小明" not in said
        assert "欧阳小朋" not in said
        assert "张三丰" not in said
    whole = client_of(office, "banan").get(f"/api/v1/shops/{shop_id}").json()["licence_pictures"]
    assert [bool(one["reading"]) for one in whole] == [True, False, False]
    assert whole[0]["reading"]["fields"][2]["text"] == "欧阳小明"


def test_run_page_says_how_many_wait(office, client_of, shop_id) -> None:
    said = client_of(office).get("/runs/run_jishi").text
    assert "执照图片 3 张：已读 1，未读 1，未取得 1，与页面文字不一致 1" in said
    assert "wangjian doctor" in said


def test_picture_that_was_not_read_needs_no_mask() -> None:
    shown = ShownPicture(
        picture=LicencePicture(
            picture_id="p", shop_id="s", target_id="t", url=READ, seen_at="2026-11-20T00:00:00Z", missing="超时"
        )
    )
    assert mask_picture(shown) == shown
