"""Promises of ImageTextStore."""

from datetime import timedelta

import pytest

from records.digests import digests_of
from records.image_texts import ImageLine, ImageText, ImageTextOutcome
from records.licences_read import Box

IMAGE = digests_of(b"a picture")


@pytest.fixture
def text(clock):
    def make(number=1, image=IMAGE, **more):
        line = ImageLine(text="全国第一", confidence=0.98, box=Box(left=1, top=2, right=30, bottom=40))
        known = dict(
            text_id=f"image_text_{number}", image=image, media_type="image/png", width=750, height=4000, lines=(line,),
            outcome=ImageTextOutcome.READ, engine="e", engine_version="1", reader_version="1", read_at=clock.now,
        )  # fmt: skip
        return ImageText(**{**known, **more})

    return make


def test_newest_reading_of_a_picture_answers_and_the_same_again_changes_nothing(records, text, clock, open_again):
    assert records.image_texts.text_of(IMAGE.sha256) is None
    assert not records.image_texts.has_any()
    first = text()
    records.image_texts.save_text(first)
    clock.advance(60)
    records.image_texts.save_text(text())
    assert records.image_texts.text_of(IMAGE.sha256) == first
    second = text(2)
    records.image_texts.save_text(second)
    records.image_texts.save_text(text(3, digests_of(b"another"), read_at=clock.now + timedelta(days=1)))
    again = open_again().image_texts
    assert again.text_of(IMAGE.sha256) == second
    assert again.has_any()
