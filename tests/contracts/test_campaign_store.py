"""Promises of CampaignStore."""

from datetime import date

import pytest

from records.errors import ConflictError, NotFoundError
from records.sampling import Assignment, Draw, KeptDraw
from records.schedules import CalendarEntry, Campaign


def _campaign(number=1, **changes):
    fields = {
        "campaign_id": f"c{number}",
        "name": "双11 专项",
        "starts_on": date(2026, 10, 19 + number),
        "ends_on": date(2026, 11, 13),
        "target_ids": ("t1", "t2"),
        "cron": "0 */4 * * *",
    }
    return Campaign(**{**fields, **changes})


def _drawn(make, draw_id="d1", *, minutes=0, subject="shop1"):
    return KeptDraw(
        draw_id=draw_id,
        population="全部网店",
        subject_ids=("shop1", "shop2"),
        officer_ids=("o1", "o2"),
        draw=Draw(
            seed="5 11 23",
            subjects_count=2,
            subjects_sha256="0" * 64,
            officers_sha256="1" * 64,
            drawn_at=make.at(minutes),
            assignments=(Assignment(subject_id=subject, officer_ids=("o1", "o2")),),
        ),
    )


def test_campaign_is_kept_and_brought_forward(records, open_again, make):
    records.campaigns.save_campaign(_campaign())
    records.campaigns.save_campaign(_campaign())
    ended = _campaign(ended_at=make.at(5))
    records.campaigns.save_campaign(ended)
    assert open_again().campaigns.campaign("c1") == ended
    records.campaigns.save_campaign(_campaign(2))
    assert [campaign.campaign_id for campaign in records.campaigns.campaigns()] == ["c2", "c1"]
    with pytest.raises(NotFoundError, match="c9"):
        records.campaigns.campaign("c9")


def test_calendar_entry_of_the_same_name_and_day_is_replaced(records, open_again):
    later = CalendarEntry(name="年货节", starts_on=date(2027, 1, 20), ends_on=date(2027, 2, 5))
    first = CalendarEntry(name="校园开学", starts_on=date(2026, 8, 25), ends_on=date(2026, 9, 5))
    for entry in (later, first, first.model_copy(update={"note": "文具与校服"})):
        records.campaigns.save_entry(entry)
    assert [(entry.name, entry.note) for entry in open_again().campaigns.entries()] == [
        ("校园开学", "文具与校服"),
        ("年货节", ""),
    ]


def test_draw_is_never_replaced(records, open_again, make):
    kept = _drawn(make)
    records.campaigns.keep_draw(kept)
    records.campaigns.keep_draw(kept)
    with pytest.raises(ConflictError, match="d1"):
        records.campaigns.keep_draw(_drawn(make, subject="shop2"))
    assert open_again().campaigns.drawn("d1") == kept
    records.campaigns.keep_draw(_drawn(make, "d2", minutes=3))
    assert [drawn.draw_id for drawn in records.campaigns.draws()] == ["d2", "d1"]
    with pytest.raises(NotFoundError):
        records.campaigns.drawn("d9")
