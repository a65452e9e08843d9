"""专项、监测日历 and 双随机 as one person may see and begin them.

Who is bound to a region begins campaigns over targets of it alone and draws among its shops; of what reaches further
the part that is theirs is shown.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from offices.audit import AuditAction, Caller
from offices.desk import Desk, not_found
from offices.permissions import in_scope
from records.arranging import Arranging, CampaignFacts, DrawFacts
from records.errors import InvalidInputError, NotFoundError, PermissionRefusedError
from records.people import Permission
from records.ports import Services
from records.sampling import KeptDraw
from records.schedules import CalendarEntry, Campaign, OccurrenceState, Schedule
from records.survey import Target

__all__ = ["CampaignDesk", "CampaignFile", "CampaignVisits"]

_LEDGER_ROWS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignVisits:
    """One target of a campaign: its schedule, and its due times so far by what became of them."""

    schedule: Schedule
    target: Target | None
    counts: dict[OccurrenceState, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignFile:
    """A campaign with what became of the visits to those of its targets one sees."""

    campaign: Campaign
    visits: tuple[CampaignVisits, ...]


class CampaignDesk(Desk):
    """Reading needs 查看监测采集结果, beginning and ending 安排监测采集."""

    def __init__(self, services: Services, caller: Caller, arranging: Arranging) -> None:
        super().__init__(services, caller)
        self._arranging = arranging

    def campaigns(self) -> tuple[Campaign, ...]:
        """Campaigns with a target one sees, newest first."""
        self.need(Permission.SURVEY_READ)
        targets = self._targets()
        shown = (self._shown(one, targets) for one in self._services.campaigns.campaigns())
        return tuple(one for one in shown if one.target_ids)

    def file(self, campaign_id: str) -> CampaignFile:
        """One campaign. Raises NotFoundError for what is not there or not one's, PermissionRefusedError."""
        self.need(Permission.SURVEY_READ)
        targets = self._targets()
        campaign = self._shown(self._services.campaigns.campaign(campaign_id), targets)
        if not campaign.target_ids:
            raise not_found("专项", campaign_id)
        seen = set(campaign.target_ids)
        visits = tuple(
            CampaignVisits(schedule=one, target=targets.get(one.target_id), counts=dict(self._counted(one.schedule_id)))
            for one in self._arranging.campaign_schedules(campaign_id)
            if one.target_id in seen
        )
        return CampaignFile(campaign=campaign, visits=visits)

    def begin(self, facts: CampaignFacts) -> Campaign:
        """Begin a campaign; the same again changes nothing.

        Raises:
            PermissionRefusedError: May not arrange surveys, or a target is not of one's region.
            NotFoundError, InvalidInputError, ConflictError: As `Arranging.begin_campaign`.
        """
        self.need(Permission.SURVEY_ACT)
        for target_id in facts.target_ids:
            self._need_own(self._services.survey.target(target_id))
        campaign = self._arranging.begin_campaign(facts)
        self.note(AuditAction.SCHEDULE_MOVED, campaign.campaign_id, f"开始专项 {campaign.name}；{campaign.basis}"[:500])
        return campaign

    def end(self, campaign_id: str) -> Campaign:
        """End it before its last day, for all its targets.

        Raises:
            PermissionRefusedError: As `begin`.
            NotFoundError, ConflictError: As `Arranging.end_campaign`.
        """
        self.need(Permission.SURVEY_ACT)
        campaign = self._services.campaigns.campaign(campaign_id)
        for target_id in campaign.target_ids:
            self._need_own(self._targets().get(target_id))
        ended = self._arranging.end_campaign(campaign_id)
        self.note(AuditAction.SCHEDULE_MOVED, campaign_id, f"结束专项 {ended.name}")
        return ended

    def calendar(self, year: int = 0) -> tuple[CalendarEntry, ...]:
        """监测日历 of a year (0: this one), by first day."""
        self.need(Permission.SURVEY_READ)
        return self._arranging.calendar(year or self._services.clock().year)

    def add_day(self, entry: CalendarEntry) -> CalendarEntry:
        """Add days to watch, for the whole bureau. Raises PermissionRefusedError."""
        self.need(Permission.SURVEY_ACT)
        if self.scope:
            raise PermissionRefusedError("限定辖区的账号不能改动监测日历", cure="由不限辖区的账号办理")
        self._services.campaigns.save_entry(entry)
        self.note(AuditAction.SCHEDULE_MOVED, "", f"监测日历添入 {entry.name} {entry.starts_on} 至 {entry.ends_on}")
        return entry

    def draws(self) -> tuple[KeptDraw, ...]:
        """Draws whose subjects are all one's, newest first."""
        self.need(Permission.SURVEY_READ)
        return tuple(one for one in self._services.campaigns.draws() if self._sees_draw(one))

    def drawn(self, draw_id: str) -> tuple[KeptDraw, bool]:
        """One draw, and whether its lists and seed give the same again. Raises NotFoundError."""
        self.need(Permission.SURVEY_READ)
        kept = self._services.campaigns.drawn(draw_id)
        if not self._sees_draw(kept):
            raise not_found("抽查", draw_id)
        return kept, self._arranging.repeats(draw_id)

    def draw(self, facts: DrawFacts) -> KeptDraw:
        """Draw by a seed made public before; the same again gives the first result.

        Raises:
            PermissionRefusedError: May not arrange surveys, or beyond one's region.
            InvalidInputError, NotFoundError: As `Arranging.draw`.
        """
        self.need(Permission.SURVEY_ACT)
        if self.scope and (facts.officers_only or not (facts.region or self.scope).startswith(self.scope)):
            raise PermissionRefusedError("限定辖区的账号只能在本辖区的网店中抽取", cure=f"区划以 {self.scope} 开头")
        if facts.officers_only and facts.shops_only:
            raise InvalidInputError("网店与人员至少抽一样", cure="只选其一，或都不选")
        kept = self._arranging.draw(facts.model_copy(update={"region": facts.region or self.scope}))
        self.note(AuditAction.SCHEDULE_MOVED, kept.draw_id, f"双随机抽取：{kept.population}，种子 {facts.seed}"[:500])
        return kept

    def _sees_draw(self, kept: KeptDraw) -> bool:
        return not self.scope or all(self._sees_shop(one) for one in kept.subject_ids)

    def _sees_shop(self, shop_id: str) -> bool:
        try:
            self.scoped_shop(shop_id)
        except NotFoundError:
            return False
        return True

    def _counted(self, schedule_id: str) -> Counter[OccurrenceState]:
        found = self._services.schedules.occurrences(schedule_id=schedule_id, limit=_LEDGER_ROWS)
        return Counter(one.state for one in found)

    def _targets(self) -> dict[str, Target]:
        return {one.target_id: one for one in self._services.survey.targets()}

    def _shown(self, campaign: Campaign, targets: dict[str, Target]) -> Campaign:
        seen = tuple(one for one in campaign.target_ids if self._sees(targets.get(one)))
        return campaign.model_copy(update={"target_ids": seen})

    def _sees(self, target: Target | None) -> bool:
        region = target.region_code if target else ""
        return not region or in_scope(self.account, region) or self.scope.startswith(region)

    def _need_own(self, target: Target | None) -> None:
        if self.scope and not in_scope(self.account, target.region_code if target else ""):
            raise PermissionRefusedError("专项含有不在本辖区的监测对象", cure="由不限辖区的账号办理")
