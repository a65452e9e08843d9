"""专项行动: several targets visited by one cadence between two days; begun, widened and ended as one."""

from __future__ import annotations

from records.errors import ConflictError, NotFoundError
from records.ports import Services
from records.schedules import CalendarEntry, Campaign, Schedule
from wangjian.scheduling.acts import add_schedule, pause
from wangjian.scheduling.cron import check_cron
from wangjian.scheduling.monitoring import campaign_schedules, monitoring_calendar

__all__ = ["begin_campaign", "calendar_of", "end_campaign", "schedules_of"]


def begin_campaign(services: Services, campaign: Campaign) -> tuple[Schedule, ...]:
    """Keep a campaign and give each of its targets its schedule; the same again changes nothing.

    Raises:
        InvalidInputError: The cadence cannot be read.
        NotFoundError: A target is not in the library; nothing is kept.
        ConflictError: Another campaign has its id.
    """
    check_cron(campaign.cron)
    for target_id in campaign.target_ids:
        services.survey.target(target_id)
    try:
        known = services.campaigns.campaign(campaign.campaign_id)
    except NotFoundError:
        services.campaigns.save_campaign(campaign)
    else:
        if known != campaign:
            raise ConflictError(f"已有编号为 {campaign.campaign_id} 的另一个专项", cure="换一个名称，或先结束原专项")
    now = services.clock()
    known_ids = {schedule.schedule_id for schedule in schedules_of(services, campaign.campaign_id)}
    made = campaign_schedules(campaign, created_at=now)
    for schedule in made:
        if schedule.schedule_id not in known_ids:
            add_schedule(services.schedules, schedule)
    return made


def end_campaign(services: Services, campaign_id: str) -> Campaign:
    """End a campaign before its last day: nothing of it runs any more, what waits is skipped, what runs goes on.

    Raises:
        NotFoundError: No such campaign.
        ConflictError: Somebody changed one of its schedules at the same time; once more ends the rest.
    """
    campaign = services.campaigns.campaign(campaign_id)
    now = services.clock()
    for schedule in schedules_of(services, campaign_id):
        pause(services.schedules, schedule.schedule_id, now=now)
    if campaign.ended_at is not None:
        return campaign
    ended = campaign.model_copy(update={"ended_at": now})
    services.campaigns.save_campaign(ended)
    return ended


def schedules_of(services: Services, campaign_id: str) -> tuple[Schedule, ...]:
    """The schedules of a campaign, by id."""
    return tuple(item for item in services.schedules.schedules() if item.campaign_id == campaign_id)


def calendar_of(services: Services, year: int) -> tuple[CalendarEntry, ...]:
    """监测日历 of a year: sales, festivals, and what was added by hand, by first day."""
    added = [entry for entry in services.campaigns.entries() if entry.starts_on.year <= year <= entry.ends_on.year]
    return tuple(sorted((*monitoring_calendar(year), *added), key=lambda entry: (entry.starts_on, entry.name)))
