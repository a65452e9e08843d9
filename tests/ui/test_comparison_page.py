"""比对 as it is shown: only what differs, never who is right, and nothing of a page becomes part of ours.

What differs is found in `tests/evidence/test_comparing.py`; here the bench says what it was given.
"""

from __future__ import annotations

import pytest

from records.capture_comparing import CaptureComparison, ComparedCapture, PictureDifference, TextDifference
from records.errors import InvalidInputError
from records.evidence import CaptureState
from wangjian.settings import Settings
from wangjian.workbench import ConsoleWorkbench

HOSTILE = "<script>alert(1)</script>\u202e"


class TellingBench(ConsoleWorkbench):
    report: CaptureComparison

    def compare(self, first, second):
        return self.report, (f"金额：只见于前次 {HOSTILE}",)

    def compared_picture(self, first, second):
        if self.report.picture is None:
            raise InvalidInputError("两次固证不都有整页截图，不能并列", cure="只看文字与金额的比对")
        return b"\x89PNG picture"


def _side(capture_id, at, **told):
    return ComparedCapture(
        package_sha256="0" * 64, capture_id=capture_id, url="http://market.example/", final_url=HOSTILE, title=HOSTILE,
        state=CaptureState.COMPLETE, operator="banan", started_at=at, **told,
    )  # fmt: skip


@pytest.fixture
def told(office, seeding):
    """The office with a bench that tells a report; and the report to be changed."""

    def tell(**changes):
        at = office.services.clock()
        values = {
            "first": _side("capture_hz", at, addresses=("a 1.1.1.1",)), "second": _side("capture_cd", at),
            "same_address": True, "seconds_between": 60, "text_score": 0.5,
            "text": (TextDifference(added=True, line=7, text=HOSTILE), TextDifference(added=False, line=2, text="原价 9 元")),
            "text_more": 3, "prices_gone": ("9 元",), "prices_new": (),
            "picture": PictureDifference(first_size=(1, 2), second_size=(1, 3), changed_score=0.25, boxes=((0, 0, 1, 1),)),
            "answers_gone": (f"http://x/{HOSTILE}",),
        }  # fmt: skip
        bench = TellingBench(office.services, Settings(data_dir=office.services.data_dir))
        bench.report = CaptureComparison(**{**values, **changes})
        office.made = (office.services, seeding.make_app(office.services, bench))
        return office

    return tell


def test_differences_are_shown_as_text(told, client_of):
    client = client_of(told())
    page = client.get("/evidence/compare?first=capture_hz&second=capture_cd").text
    assert "<script>alert" not in page and "⟨U+202E⟩" in page
    assert "后次新增" in page and "后次消失" in page and "原价 9 元" in page and "另有 3 行未列" in page
    assert "5 行不同" in page and "25.00%" in page and "服务器地址不同" in page and "不说明哪一次为准" in page
    picture = client.get("/evidence/compare.png?first=capture_hz&second=capture_cd")
    assert picture.headers["content-type"] == "image/png" and "sandbox" in picture.headers["content-security-policy"]


def test_what_could_not_be_compared_is_said(told, client_of):
    client = client_of(told(text_score=None, text=(), text_more=0, prices_gone=(), picture=None))
    page = client.get("/evidence/compare?first=capture_hz&second=capture_cd").text
    assert "金额未能比对" in page and "没有整页截图，未能比对" in page and "两次所示金额相同" not in page
    assert client.get("/evidence/compare.png?first=capture_hz&second=capture_cd").status_code == 422


def test_same_captures_say_that_they_are_the_same(told, client_of):
    same = PictureDifference(first_size=(1, 2), second_size=(1, 2), changed_score=0.0)
    client = client_of(told(text_score=1.0, text=(), text_more=0, prices_gone=(), picture=same, answers_gone=()))
    page = client.get("/evidence/compare?first=capture_hz&second=capture_cd").text
    assert "逐行一致" in page and "两次所示金额相同" in page and "<summary>" not in page.split("服务器应答")[1]
    assert client.get("/evidence/compare?first=capture_hz&second=capture_hz").status_code == 422
