"""Words in pictures: judged like text, by line and box, and never suspected where they were not surely read."""

from __future__ import annotations

import pytest

from leads.assessing import assess_listing
from leads.picture_numbers import doubted_by_pictures
from leads.picturing import SeenImage, assess_images
from records.digests import digests_of
from records.image_texts import ImageLine, ImageText, ImageTextOutcome
from records.leads import Verdict
from records.licences_read import Box
from records.market import Category

IMAGE = digests_of(b"picture")


@pytest.fixture
def image(make, now):
    """A picture with lines of 40 pixels one below the other, 60 apart, or at a given top."""

    def seen(*lines: tuple[str, float] | tuple[str, float, int]) -> SeenImage:
        read = tuple(
            ImageLine(
                text=one[0], confidence=one[1],
                box=Box(left=30, top=one[2] if len(one) > 2 else 60 * at, right=430, bottom=(one[2] if len(one) > 2 else 60 * at) + 40),
            )
            for at, one in enumerate(lines)
        )  # fmt: skip
        text = ImageText(
            text_id="t", image=IMAGE, media_type="image/jpeg", width=750, height=4000, lines=read,
            outcome=ImageTextOutcome.READ, engine="e", engine_version="1", reader_version="1", read_at=now,
        )  # fmt: skip
        source = make.source("http://img.test/d.jpg", "c").model_copy(update={"page_sha256": IMAGE.sha256})
        return SeenImage(source=source, text=text)

    return seen


def by_rule(judge, make, now, *images, title="蜂蜜 500g"):
    found = assess_images(judge, make.listing(title), make.shop(), images, now=now)
    return {one.rule_id: one for one in found}


def test_claim_in_a_picture_is_suspected_with_the_visit_digest_and_box_of_its_line(judge, make, now, image) -> None:
    found = by_rule(judge, make, now, image(("手工采摘", 0.99), ("全国第一品牌", 0.99), ("产地杭州", 0.99)))["A01"]
    assert found.verdict is Verdict.SUSPECTED
    assert (found.page_id, found.page_sha256) == ("page_c", IMAGE.sha256)
    assert (found.url, found.listing_id) == ("http://shop.test/s/1/1.html", "listing_1")
    assert found.place == f"image:{IMAGE.sha256[:16]}#30,60,400,40"
    assert all(found.text[span.start : span.end] == span.text for span in found.spans)


def test_line_that_was_not_surely_read_gives_undetermined(judge, make, now, image) -> None:
    found = by_rule(judge, make, now, image(("手工采摘", 0.99), ("全国第一品牌", 0.71)))
    assert found["A01"].verdict is Verdict.UNDETERMINED
    assert "置信度 0.71，须看图核实" in found["A01"].explanation
    assert Verdict.SUSPECTED not in {one.verdict for one in found.values()}
    sure = by_rule(judge, make, now, image(("手工采摘", 0.4), ("全国第一品牌", 0.99)))
    assert sure["A01"].verdict is Verdict.SUSPECTED, "another line's doubt is not this one's"


def test_clean_picture_gives_nothing_and_far_lines_are_blocks_of_their_own(judge, make, now, image) -> None:
    assert by_rule(judge, make, now, image(("手工采摘", 0.99), ("密封罐装", 0.99))) == {}
    assert by_rule(judge, make, now) == {}
    found = by_rule(judge, make, now, image(("产地杭州", 0.99), ("全国第一品牌", 0.99, 900)))["A01"]
    assert found.text == "全国第一品牌"
    assert found.place.endswith("#30,900,400,40")


def _text_findings(judge, make, now, *images, title="充电宝 20000毫安 超薄便携"):
    listing = make.listing(title, category=Category.DIGITAL, complete=True)
    text = assess_listing(judge, listing, make.shop(), now=now)
    found = doubted_by_pictures(judge, listing, make.shop(), lambda: images, findings=text, now=now)
    return {one.rule_id: one for one in found}


def test_number_in_a_picture_leaves_what_the_text_owes_undetermined(judge, make, now, image) -> None:
    assert _text_findings(judge, make, now)["G18"].verdict is Verdict.SUSPECTED
    found = _text_findings(judge, make, now, image(("安全放心", 0.99), ("3C证书编号2023010914546789", 0.98)))["G18"]
    assert found.verdict is Verdict.UNDETERMINED
    assert "图片 http://img.test/d.jpg" in found.explanation
    assert "第 2 行“3C证书编号2023010914546789”" in found.explanation
    other = _text_findings(judge, make, now, image(("食品经营许可证JY11108071215650", 0.99)))["G18"]
    assert other.verdict is Verdict.SUSPECTED, "a number of another kind answers nothing"


def test_number_in_a_picture_does_not_answer_what_the_text_admits(judge, make, now, image) -> None:
    title = "充电宝 没有3C认证 低价清仓"
    found = _text_findings(judge, make, now, image(("3C证书编号2023010914546789", 0.98)), title=title)["G18"]
    assert found.verdict is Verdict.SUSPECTED
