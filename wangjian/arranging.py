"""Implements `records.arranging.Arranging`: targets, schedules, campaigns and draws, as the command line keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from records.arranging import (
    CampaignFacts,
    DrawFacts,
    RowProblem,
    ScheduleFacts,
    Settle,
    TargetFacts,
    TargetKept,
    TargetsRead,
)
from records.base import stable_id
from records.clicks import check_clicks
from records.errors import ConflictError, InvalidInputError
from records.ports import Services
from records.sampling import KeptDraw
from records.schedules import CalendarEntry, Campaign, Schedule
from records.survey import Target, TargetState
from wangjian.scheduling.campaigning import begin_campaign, calendar_of, end_campaign, schedules_of
from wangjian.scheduling.drawing import draw_and_keep, officers_on_duty, population_of_shops, repeat_draw
from wangjian.scheduling.targeting import Terms, schedule_id_for, schedule_target
from wangjian.targets.cadence import (
    cadence_in_words,
    cadence_of,
    keep_cadence,
    own_schedule,
    read_cadence,
    resumed_cadence,
)
from wangjian.targets.importing import export_rows, import_targets
from wangjian.targets.keeping import Removal, remove
from wangjian.targets.registering import Change, TargetBook, register
from wangjian.targets.wishes import TargetWish, authorisation_of, plain_text, read_family, read_hours, read_region
from wangjian.targets.writing import write_rows, write_template

__all__ = ["ConsoleArranging"]


class ConsoleArranging:
    """See the module."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def cadence_of(self, target: Target) -> str:
        """See records.arranging.Arranging."""
        return cadence_in_words(cadence_of(target, own_schedule(self._services.schedules, target.target_id)))

    def put_target(self, facts: TargetFacts, *, settle: Settle, before: Target | None = None) -> TargetKept:
        """See records.arranging.Arranging."""
        services = self._services
        wish = _wish(facts)
        book = TargetBook(services.survey.targets())
        found = register(book, wish, now=services.clock(), target_id=before.target_id if before else "")
        if before is None and found.change is not Change.ADDED:
            raise ConflictError(
                f"该网址已是监测对象：{found.target.name}（{found.target.target_id}）", cure="读取该对象，核对后变更"
            )
        target = settle(before, found.target)
        if before is None:
            services.survey.save_target(target)
        elif target != before:
            services.survey.replace_target(target, before=before)
        visited = self.cadence_of(before) if before else ""
        keep_cadence(services, target, wish.cadence)
        now_visited = self.cadence_of(target)
        same = (target, now_visited) == (before, visited)
        change = Change.ADDED if before is None else Change.UNCHANGED if same else Change.CHANGED
        return TargetKept(target=target, cadence=now_visited, change=change.value, alike=found.alike)

    def import_targets(self, path: Path, *, settle: Settle, try_only: bool) -> tuple[TargetsRead, tuple[Target, ...]]:
        """See records.arranging.Arranging."""
        services = self._services
        before = {target.target_id: target for target in services.survey.targets()}
        report, _, _ = import_targets(services, path, settle=settle, try_only=try_only)
        told = report.model_dump(exclude={"errors"})
        problems = tuple(RowProblem(line=line, column=column, reason=said) for line, column, said in report.errors)
        touched = tuple(one for one in services.survey.targets() if before.get(one.target_id) != one)
        return TargetsRead(**told, problems=problems, tried=try_only), touched

    def write_targets(self, targets: Sequence[Target], path: Path) -> None:
        """See records.arranging.Arranging."""
        write_rows(path, export_rows(self._services, targets))

    def write_template(self, path: Path) -> None:
        """See records.arranging.Arranging."""
        write_template(path)

    def put_state(self, target: Target, state: TargetState, *, reason: str) -> Target:
        """See records.arranging.Arranging."""
        services = self._services
        changed = target.model_copy(update={"state": state, "state_reason": plain_text(reason)})
        cadence = resumed_cadence(services.schedules, target) if state is TargetState.ACTIVE else None
        services.survey.replace_target(changed, before=target)
        keep_cadence(services, changed, cadence)
        return changed

    def remove(self, target: Target, *, reason: str) -> bool:
        """See records.arranging.Arranging."""
        self._services.survey.replace_target(target, before=target)
        return remove(self._services, target, reason=reason) is Removal.DELETED

    def put_schedule(
        self, target_id: str, facts: ScheduleFacts, *, name: str = "", expected_version: int | None = None
    ) -> Schedule:
        """See records.arranging.Arranging."""
        cadence = read_cadence(facts.cadence)
        if facts.starts_on and facts.ends_on and facts.ends_on < facts.starts_on:
            raise InvalidInputError("末日早于首日", cure="检查首日与末日")
        terms = Terms(
            name=name,
            misfire=facts.misfire,
            allowed_hours=None if facts.hours is None else read_hours(facts.hours) if facts.hours.strip() else (),
            days=facts.days,
            starts_on=facts.starts_on,
            ends_on=facts.ends_on,
            priority=facts.priority,
            jitter_seconds=facts.jitter_seconds,
        )
        return schedule_target(
            self._services,
            target_id,
            cron=cadence.cron,
            revisit=cadence.revisit,
            terms=terms,
            expected_version=expected_version or 0,
        )

    def term_name(self, schedule: Schedule) -> str | None:
        """See records.arranging.Arranging."""
        if schedule.campaign_id:
            return None
        names = ("", schedule.name)
        return next((one for one in names if schedule_id_for(schedule.target_id, one) == schedule.schedule_id), None)

    def begin_campaign(self, facts: CampaignFacts) -> Campaign:
        """See records.arranging.Arranging."""
        cadence = read_cadence(facts.cadence)
        if not cadence.cron:
            raise InvalidInputError("专项的周期须为固定时刻", cure="例如 每天 03:30，或 0 */4 * * *")
        if facts.ends_on < facts.starts_on:
            raise InvalidInputError("末日早于首日", cure="检查首日与末日")
        campaign = Campaign(
            campaign_id=stable_id("campaign", facts.name, facts.starts_on.isoformat()),
            cron=cadence.cron,
            target_ids=tuple(dict.fromkeys(facts.target_ids)),
            **facts.model_dump(exclude={"cadence", "target_ids"}),
        )
        begin_campaign(self._services, campaign)
        return campaign

    def end_campaign(self, campaign_id: str) -> Campaign:
        """See records.arranging.Arranging."""
        return end_campaign(self._services, campaign_id)

    def campaign_schedules(self, campaign_id: str) -> tuple[Schedule, ...]:
        """See records.arranging.Arranging."""
        return schedules_of(self._services, campaign_id)

    def calendar(self, year: int) -> tuple[CalendarEntry, ...]:
        """See records.arranging.Arranging."""
        return calendar_of(self._services, year)

    def draw(self, facts: DrawFacts) -> KeptDraw:
        """See records.arranging.Arranging."""
        officers = None if facts.shops_only else officers_on_duty(self._services)
        if facts.officers_only:
            population, officers = officers_on_duty(self._services), None
        else:
            population = population_of_shops(self._services, target_id=facts.target_id, region=facts.region)
        if not population.ids:
            raise InvalidInputError(f"没有可抽的：{population.told}", cure="先采集或设办案账号，或放宽条件")
        return draw_and_keep(self._services, population, officers, seed=facts.seed, count=facts.count)

    def repeats(self, draw_id: str) -> bool:
        """See records.arranging.Arranging."""
        return repeat_draw(self._services, draw_id).same


def _wish(facts: TargetFacts) -> TargetWish:
    paper = facts.authorisation
    return TargetWish(
        seeds=facts.urls,
        replace_seeds=facts.replace_urls,
        name=None if facts.name is None else plain_text(facts.name),
        kind=facts.kind,
        carrier=facts.carrier,
        scope=facts.scope,
        family=None if facts.family is None else read_family(facts.family),
        browser=facts.browser,
        max_pages=facts.max_pages,
        max_bytes=facts.max_bytes,
        delay_seconds=facts.delay_seconds,
        concurrency=facts.concurrency,
        daily_pages=facts.daily_pages,
        allowed_hours=None if facts.hours is None else read_hours(facts.hours) if facts.hours.strip() else (),
        authorisation=None if paper is None else authorisation_of(paper.case_no, paper.officer, paper.reason),
        region_code=None if facts.region_code is None else read_region(facts.region_code),
        clicks=None if facts.clicks is None else check_clicks(facts.clicks),
        note=None if facts.note is None else plain_text(facts.note),
        cadence=None if facts.cadence is None else read_cadence(facts.cadence),
    )
