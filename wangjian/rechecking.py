"""复查 joined: when an order's last day has passed its shop is visited again, and what that shows is written down."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import structlog

from crawlers.health.blindness import Blindness
from leads.clocks import day_in_china
from leads.correcting import CHECKED_STATES, check_event, check_listing, check_shop, ordered_at, overall
from leads.judging import Judge
from records.corrections import CorrectionCheck, PageCheck, PageState
from records.errors import ConflictError, NotFoundError, WangJianError
from records.leads import Lead
from records.ports import Services
from records.schedules import Occurrence, Schedule
from wangjian.detail_images import DetailImages, checked_with_images
from wangjian.ruling import AtWork, rules_at_work
from wangjian.scheduling.targeting import Terms, schedule_target

__all__ = ["correction_of", "note_rechecks", "plan_rechecks", "recheck_judge", "recheck_now"]

_AT = "30 8 * * *"
_NEVER = "0 0 * * *"
_PRIORITY = 20

_log = structlog.get_logger(__name__)


def recheck_judge(services: Services, leads: Iterable[Lead], at_work: AtWork | None = None) -> Judge:
    """The judge of today by the rules of these leads: one suspended since is still asked whether its words are there.
    A judge of all rules takes long to make ready."""
    wanted = {lead.rule_id for lead in leads}
    rules = [rule for rule in (at_work or rules_at_work(services)).known if rule.rule_id in wanted]
    return Judge(rules, on=day_in_china(services.clock()))


def correction_of(services: Services, lead: Lead, judge: Judge) -> CorrectionCheck | None:
    """What the last visits show of a lead's pages since correction was ordered; None when none was ordered."""
    since = ordered_at(services.leads.lead_events(lead.lead_id))
    if since is None:
        return None
    found = [services.leads.finding(finding_id) for finding_id in lead.finding_ids]
    shop = Blindness(services=services).shop(services.survey.shop(lead.shop_id))
    images, pages = DetailImages(services), list[PageCheck]()
    for listing_id, url in dict.fromkeys((one.listing_id, one.url if one.listing_id else "") for one in found):
        if not listing_id:
            match = services.survey.match_of(shop.shop_id)
            pages.append(check_shop(judge, shop, match, rule_id=lead.rule_id, since=since))
            continue
        try:
            listing = Blindness(services=services).listing(services.survey.listing(listing_id))
        except NotFoundError:
            pages.append(PageCheck(url=url, listing_id=listing_id, state=PageState.NOT_VISITED))
            continue
        check = check_listing(judge, listing, shop, rule_id=lead.rule_id, since=since)
        shown = images.findings(judge, listing, shop, since=since)
        own = [one for one in found if one.listing_id == listing_id]
        pages.append(checked_with_images(check, own, shown))
    once = {(page.listing_id, page.url): page for page in pages}
    return CorrectionCheck(
        lead_id=lead.lead_id, ordered_at=since, state=overall(once.values()), pages=tuple(once.values())
    )


def note_rechecks(services: Services, leads: Iterable[Lead], judge: Judge | None = None) -> int:
    """Write into the history of each lead under order what a visit since then showed, once a visit."""
    under_order = [lead for lead in leads if lead.state in CHECKED_STATES]
    if not under_order:
        return 0
    judge, noted = judge or recheck_judge(services, under_order), 0
    for lead in under_order:
        check = correction_of(services, lead, judge)
        if check is None or all(page.state is PageState.NOT_VISITED for page in check.pages):
            continue
        event = check_event(lead, check, now=services.clock())
        if any(known.event_id == event.event_id for known in services.leads.lead_events(lead.lead_id)):
            continue
        try:
            services.leads.save_lead(lead, event, expected_version=lead.version)
        except ConflictError:  # an officer is just acting on it; the next visit says it again
            continue
        noted += 1
    return noted


def plan_rechecks(services: Services) -> int:
    """A visit on the day after the last day of every order; how many there are. The same again changes nothing."""
    planned = 0
    for lead in services.leads.leads_in(CHECKED_STATES):
        if lead.due_on is None:
            continue
        try:
            _schedule(services, lead, cron=_AT, on=lead.due_on + timedelta(days=1))
        except WangJianError as exc:  # one that cannot be planned must not hold up the others
            _log.warning("recheck_not_planned", lead_id=lead.lead_id, problem=exc.problem)
            continue
        planned += 1
    return planned


def recheck_now(services: Services, lead: Lead) -> Occurrence:
    """Ask for a visit of the lead's shop at once, by its target's own limits.

    Raises:
        NotFoundError: The shop or its target is no longer there.
    """
    if lead.due_on is not None and lead.state in CHECKED_STATES:
        schedule = _schedule(services, lead, cron=_AT, on=lead.due_on + timedelta(days=1))
    else:
        schedule = _schedule(services, lead, cron=_NEVER, on=day_in_china(services.clock()))
    return services.timetable.run_now(schedule.schedule_id, reason=f"复查线索 {lead.lead_id}")


def _schedule(services: Services, lead: Lead, *, cron: str, on: date) -> Schedule:
    target_id = services.survey.shop(lead.shop_id).target_id
    terms = Terms(name=f"复查 {lead.lead_id}", starts_on=on, ends_on=on, priority=_PRIORITY)
    return schedule_target(services, target_id, cron=cron, terms=terms)
