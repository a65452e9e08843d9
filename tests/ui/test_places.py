"""Places of findings in an officer's words."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from records.digests import digests_of
from records.image_texts import ImageLine, ImageText, ImageTextOutcome
from records.leads import Finding, Severity, Verdict
from records.licences_read import Box
from records.market import Speaker
from ui.places import is_technical, place_in_words

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def _finding(place: str, speaker: Speaker = Speaker.MERCHANT, listing_id: str = "l") -> Finding:
    return Finding(
        finding_id="f", rule_id="A01", rule_version="1", verdict=Verdict.SUSPECTED, severity=Severity.LOW, shop_id="s",
        listing_id=listing_id, url="http://shop.test/", page_id="p", place=place, speaker=speaker,
        conduct_on=date(2026, 11, 20), found_at=NOW,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("title", "商品标题"),
        ("html>body>div:nth-of-type(2)>h1", "标题"),
        ("html>body>div>table>tr:nth-of-type(3)>td", "规格"),
        ("html>body>div:nth-of-type(4)>p", "详情"),
        (".item-comment > p", "评价"),
        ("#foot", "页脚、证照"),
        ("history", "各次采集对比"),
        ("", ""),
    ],
)
def test_place_is_said_in_words(place: str, words: str) -> None:
    assert place_in_words(_finding(place)) == words


def test_speaker_and_kind_of_page_tell_what_a_selector_does_not() -> None:
    plain = "html>body>div>p"
    assert place_in_words(_finding(plain, Speaker.REVIEW)) == "评价"
    assert place_in_words(_finding(plain, Speaker.LABEL)) == "规格、标签"
    assert place_in_words(_finding(plain, listing_id="")) == "店铺页面"
    assert is_technical(plain)
    assert not is_technical("title")


def test_line_of_a_picture_is_counted() -> None:
    boxes = (Box(left=30, top=0, right=430, bottom=40), Box(left=30, top=60, right=430, bottom=100))
    text = ImageText(
        text_id="t", image=digests_of(b"x"), media_type="image/png", width=500, height=500,
        outcome=ImageTextOutcome.READ, engine="e", engine_version="1", reader_version="1", read_at=NOW,
        lines=tuple(ImageLine(text="字", confidence=0.9, box=box) for box in boxes),
    )  # fmt: skip
    found = _finding("image:abc#30,60,400,40")
    assert place_in_words(found, text) == "图片第 2 行"
    assert place_in_words(found) == "图片，距顶 60 像素处"
