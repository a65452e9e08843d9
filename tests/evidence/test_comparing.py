"""比对: what a reader sees, what it costs, what the picture shows, what the server sent; nothing about who is right."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PIL import Image, ImageDraw

from evidence.comparing import Side, compare, marked_picture
from records.capture_comparing import ComparedCapture
from records.evidence import CaptureState

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def _side(lines=("甲",), picture=b"", answers=None, *, minutes: int = 0) -> Side:
    capture = ComparedCapture(
        package_sha256="0" * 64, capture_id=f"capture_{minutes}", url="http://a.cn/", final_url="http://a.cn/",
        title="t", state=CaptureState.COMPLETE, operator="张三", started_at=NOW + timedelta(minutes=minutes),
    )  # fmt: skip
    return Side(capture=capture, lines=lines, picture=picture or _png(), answers=answers or {})


def _png(*boxes: tuple[int, int, int, int], size: tuple[int, int] = (320, 640), shade: int = 0) -> bytes:
    picture = Image.new("RGB", size, "white")
    for box in boxes:
        ImageDraw.Draw(picture).rectangle(box, fill=(shade, shade, shade))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def test_same_page_twice_differs_in_nothing():
    report = compare(_side(answers={"http://a.cn/": "1"}), _side(answers={"http://a.cn/": "1"}, minutes=5))
    assert (report.text_score, report.same_text, report.text) == (1.0, True, ())
    assert report.picture is not None and (report.picture.changed_score, report.picture.boxes) == (0.0, ())
    assert (report.seconds_between, report.uncompared, report.answers_changed) == (300, (), ())


def test_price_changed_and_claim_withdrawn_are_told_with_their_lines():
    before = ("某某口服液", "标价 ￥1,299.00", "根治糖尿病", "包邮")
    after = ("某某口服液", "标价 ¥ 899", "包邮")
    report = compare(_side(before), _side(after))
    assert (report.prices_gone, report.prices_new) == (("¥1299.00",), ("¥899",))
    assert [(one.added, one.line, one.text) for one in report.text] == [
        (False, 2, "标价 ￥1,299.00"),
        (False, 3, "根治糖尿病"),
        (True, 2, "标价 ¥ 899"),
    ]
    assert report.text_score is not None and 0 < report.text_score < 1


def test_what_moved_in_the_picture_is_boxed_and_a_shade_of_rendering_is_not():
    before, after = _png((32, 32, 60, 60)), _png((32, 32, 60, 60), (160, 400, 161, 401))
    report = compare(_side(picture=before), _side(picture=after))
    assert report.picture is not None and report.picture.boxes == ((160, 400, 176, 416),)
    assert 0 < report.picture.changed_score < 0.01
    faint = compare(_side(picture=_png()), _side(picture=_png((0, 0, 320, 640), shade=240)))
    assert faint.picture is not None and faint.picture.changed_score == 0.0
    sides = _side(picture=before), _side(picture=after)
    framed = Image.open(io.BytesIO(marked_picture(*sides, report.picture)))
    assert framed.size == (656, 640) and framed.getpixel((160, 400)) == (255, 0, 0)


def test_longer_page_differs_where_there_was_no_page():
    report = compare(_side(picture=_png()), _side(picture=_png(size=(320, 800))))
    assert report.picture is not None and report.picture.boxes == ((0, 640, 320, 800),)
    assert (report.picture.first_size, report.picture.second_size) == ((320, 640), (320, 800))


def test_answers_are_sorted_into_gone_new_and_changed():
    before = {"http://a.cn/": "1", "http://a.cn/old": "2", "http://a.cn/same": "3"}
    after = {"http://a.cn/": "9", "http://a.cn/new": "2", "http://a.cn/same": "3"}
    report = compare(_side(answers=before), _side(answers=after))
    assert report.answers_gone == ("http://a.cn/old",)
    assert report.answers_new == ("http://a.cn/new",)
    assert report.answers_changed == ("http://a.cn/",)


def test_what_a_package_lacks_is_said_to_be_uncompared():
    report = compare(replace(_side(), lines=None, picture=None), _side())
    assert (report.text_score, report.picture, report.uncompared) == (None, None, ("可见文字", "整页截图"))
    assert not report.same_text
