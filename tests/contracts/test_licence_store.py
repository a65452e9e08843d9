"""Promises of LicenceStore."""

from datetime import timedelta
from threading import Thread

import pytest

from records.digests import digests_of
from records.licences_read import LicenceOutcome, LicencePicture, LicenceReading

IMAGE = digests_of(b"a picture")


@pytest.fixture
def picture(clock):
    def make(number=1, shop="shop_a", target="target_a", **more):
        known = dict(picture_id=f"picture_{number}", shop_id=shop, target_id=target, url=f"http://a.cn/{number}.png")
        return LicencePicture(**{**known, "seen_at": clock.now, **more})

    return make


@pytest.fixture
def reading(clock):
    def make(number=1, image=IMAGE, **more):
        known = dict(
            reading_id=f"licence_{number}", image=image, media_type="image/png", width=9, height=9,
            outcome=LicenceOutcome.READ, engine="e", engine_version="1", reader_version="1", read_at=clock.now,
        )  # fmt: skip
        return LicenceReading(**{**known, **more})

    return make


def test_pictures_are_found_by_shop_and_target_after_a_restart(records, picture, open_again):
    records.licences.save_pictures([picture(3, "shop_b"), picture(1), picture(2, target="target_b", image=IMAGE)])
    again = open_again().licences
    assert [one.picture_id for one in again.pictures()] == ["picture_1", "picture_2", "picture_3"]
    assert list(again.pictures(shop_id="shop_a", target_id="target_b")) == [picture(2, target="target_b", image=IMAGE)]
    assert [one.picture_id for one in again.pictures(target_id="target_a")] == ["picture_1", "picture_3"]
    assert list(again.pictures(shop_id="nobody")) == []


def test_picture_seen_again_is_the_same_picture(records, picture):
    records.licences.save_pictures([picture(missing="超时")])
    records.licences.save_pictures([picture(image=IMAGE), picture(image=IMAGE)])
    assert list(records.licences.pictures()) == [picture(image=IMAGE)]


def test_newest_reading_of_a_picture_answers_and_the_same_again_changes_nothing(records, reading, clock, open_again):
    assert records.licences.reading_of(IMAGE.sha256) is None
    first = reading()
    records.licences.save_reading(first)
    clock.advance(60)
    records.licences.save_reading(reading())
    assert records.licences.reading_of(IMAGE.sha256) == first
    second = reading(2)
    records.licences.save_reading(second)
    records.licences.save_reading(reading(3, digests_of(b"another"), read_at=clock.now + timedelta(days=1)))
    assert open_again().licences.reading_of(IMAGE.sha256) == second


def test_many_may_write_at_once(records, picture, reading):
    def write(number):
        records.licences.save_pictures([picture(number), picture(100 + number)])
        records.licences.save_reading(reading(number))

    threads = [Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list(records.licences.pictures())) == 12
    assert records.licences.reading_of(IMAGE.sha256) is not None
