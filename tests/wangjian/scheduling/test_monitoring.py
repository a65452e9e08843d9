"""The monitoring calendar and campaigns."""

from datetime import UTC, date, datetime

from records.schedules import Campaign
from wangjian.scheduling.monitoring import campaign_schedules, monitoring_calendar


def test_sales_and_festivals_of_an_announced_year():
    entries = {entry.name: entry for entry in monitoring_calendar(2026)}
    assert {"元旦", "春节", "3·15", "618", "端午节", "中秋节", "国庆节", "双11", "双12"} <= set(entries)
    assert (entries["国庆节"].starts_on, entries["国庆节"].ends_on) == (date(2026, 10, 1), date(2026, 10, 7))
    assert entries["双11"].starts_on <= date(2026, 11, 11) <= entries["双11"].ends_on
    assert all(entry.announced for entry in entries.values())


def test_festivals_not_announced_are_marked_or_left_out():
    entries = {entry.name: entry.announced for entry in monitoring_calendar(2046)}
    assert entries["618"] and entries["双11"]
    assert entries["元旦"] is entries["国庆节"] is False
    assert "春节" not in entries


def test_campaign_gives_each_target_one_schedule_within_its_days():
    campaign = Campaign(
        campaign_id="c1",
        name="双11 专项",
        starts_on=date(2026, 10, 20),
        ends_on=date(2026, 11, 13),
        target_ids=("a", "b", "a"),
        cron="0 */4 * * *",
    )
    made = datetime(2026, 10, 1, tzinfo=UTC)
    schedules = campaign_schedules(campaign, created_at=made)
    assert [schedule.target_id for schedule in schedules] == ["a", "b"]
    assert campaign_schedules(campaign, created_at=made) == schedules
    assert {(s.starts_on, s.ends_on, s.priority, s.campaign_id) for s in schedules} == {
        (campaign.starts_on, campaign.ends_on, 10, "c1")
    }
