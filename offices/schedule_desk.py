"""Schedules and what became of their due times, as one person may see and move them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from offices.audit import AuditAction, Caller
from offices.desk import Desk, not_found
from offices.permissions import in_scope
from records.arranging import Arranging, ScheduleFacts
from records.errors import AwayError, ConflictError, NotFoundError, PermissionRefusedError, TransitionRefusedError
from records.people import Permission
from records.ports import Services
from records.schedules import Occurrence, OccurrenceState, Schedule
from records.survey import Target

__all__ = ["ScheduleAct", "ScheduleDesk", "ScheduleFile", "ScheduleRow"]

_DUE_SHOWN = 10
_LAST_SHOWN = 50
_LEDGER_ROWS = 20_000
_TROUBLE = frozenset({OccurrenceState.MISSED, OccurrenceState.FAILED, OccurrenceState.PARTIAL})


class ScheduleAct(StrEnum):
    """What a person may do to a schedule."""

    PAUSE = "pause"
    RESUME = "resume"
    RUN_NOW = "run_now"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRow:
    """A schedule with its target, its next due time and its last occurrence."""

    schedule: Schedule
    target: Target | None
    next_due_at: datetime | None
    last: Occurrence | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleFile:
    """One schedule: its next ten due times, and the last fifty that came."""

    schedule: Schedule
    target: Target | None
    next_due: tuple[datetime, ...]
    occurrences: tuple[Occurrence, ...]


class ScheduleDesk(Desk):
    """The part of a desk that deals with schedules. Reading needs 查看监测采集结果, moving them 安排监测采集."""

    def __init__(self, services: Services, caller: Caller, arranging: Arranging | None = None) -> None:
        super().__init__(services, caller)
        self._arranging = arranging

    def schedules(
        self, *, limit: int, offset: int = 0, after: tuple[str, str] = ("", "")
    ) -> tuple[int, tuple[ScheduleRow, ...]]:
        """How many schedules there are for this person, and some of them, by the name of what they visit; `after`: only
        those behind this name and id."""
        self.need(Permission.SURVEY_READ)
        targets = self._targets()
        seen = [item for item in self._services.schedules.schedules() if self._sees(targets.get(item.target_id))]
        seen.sort(key=lambda item: (item.name, item.schedule_id))
        behind = [item for item in seen if (item.name, item.schedule_id) > after]
        return len(seen), tuple(self._row(item, targets) for item in behind[offset : offset + limit])

    def file(self, schedule_id: str) -> ScheduleFile:
        """One schedule whole.

        Raises:
            NotFoundError: No such schedule in this region.
            PermissionRefusedError: May not read the survey.
        """
        schedule, target = self._scoped(schedule_id)
        return ScheduleFile(
            schedule=schedule,
            target=target,
            next_due=() if schedule.paused else self._services.timetable.next_due(schedule_id, count=_DUE_SHOWN),
            occurrences=self._shown(self._services.schedules.occurrences(schedule_id=schedule_id, limit=_LAST_SHOWN)),
        )

    def occurrences(
        self,
        *,
        states: Iterable[OccurrenceState] = (),
        since: datetime | None = None,
        schedule_id: str = "",
        limit: int = 200,
    ) -> tuple[tuple[Occurrence, Target | None], ...]:
        """What became of due times, newest first; raises as `file`."""
        self.need(Permission.SURVEY_READ)
        targets = self._targets()
        found = self._services.schedules.occurrences(
            schedule_id=schedule_id, states=frozenset(states), since=since, limit=_LEDGER_ROWS
        )
        seen = (item for item in found if self._sees(targets.get(item.target_id)))
        return tuple((item, targets.get(item.target_id)) for item in self._shown(seen))[:limit]

    def troubles(self, *, days: int = 7) -> tuple[tuple[Occurrence, Target | None], ...]:
        """Visits of the last days that were not made, or not wholly, and that no later one stands for."""
        since = self._services.clock() - timedelta(days=days)
        found = self.occurrences(states=_TROUBLE, since=since, limit=_LEDGER_ROWS)
        return tuple((item, target) for item, target in found if not item.covered_by)

    def add(self, target_id: str, facts: ScheduleFacts, *, name: str = "") -> Schedule:
        """Visit a target from now on; `name` tells several schedules of one target apart.

        Raises:
            NotFoundError: No such target in this region.
            PermissionRefusedError: May not arrange surveys, or the target is the whole country's and one is not.
            InvalidInputError, ConflictError: As `Arranging.put_schedule`.
        """
        self.need(Permission.SURVEY_ACT)
        target = self._services.survey.target(target_id)
        if not self._sees(target):
            raise not_found("监测对象", target_id)
        self._need_own(target)
        made = self._bench.put_schedule(target_id, facts, name=name.strip())
        self.note(AuditAction.SCHEDULE_MOVED, made.schedule_id, f"设定 {target.name}：{facts.cadence}")
        return made

    def change(self, schedule_id: str, facts: ScheduleFacts, *, expected_version: int) -> Schedule:
        """Other terms from now on.

        Raises:
            NotFoundError, PermissionRefusedError: As `act`.
            TransitionRefusedError: It is part of a campaign.
            InvalidInputError, ConflictError: As `Arranging.put_schedule`.
        """
        self.need(Permission.SURVEY_ACT)
        schedule, target = self._scoped(schedule_id)
        self._need_own(target)
        name = self._bench.term_name(schedule)
        if name is None:
            raise TransitionRefusedError("专项的采集计划不能单独变更", cure="结束专项后另行设定")
        changed = self._bench.put_schedule(schedule.target_id, facts, name=name, expected_version=expected_version)
        if changed.version != schedule.version:
            self.note(AuditAction.SCHEDULE_MOVED, schedule_id, f"变更 {schedule.name}：{facts.cadence}")
        return changed

    def act(self, schedule_id: str, act: ScheduleAct, *, expected_version: int | None = None) -> Schedule:
        """Pause, resume, or ask for a visit now; written into the audit chain.

        Raises:
            NotFoundError, PermissionRefusedError: As `file`.
            ConflictError: Somebody changed it at the same time, or it is not of the version that is expected.
        """
        self.need(Permission.SURVEY_ACT)
        schedule, target = self._scoped(schedule_id)
        if expected_version is not None and schedule.version != expected_version:
            raise ConflictError(
                f"采集计划“{schedule.name}”现为第 {schedule.version} 版，本次未作更改", cure="看过最新内容后再决定"
            )
        timetable = self._services.timetable
        if act is ScheduleAct.PAUSE:
            schedule = timetable.pause(schedule_id)
        elif act is ScheduleAct.RESUME:
            schedule = timetable.resume(schedule_id)
        else:
            timetable.run_now(schedule_id, reason=f"立即采集（{self.account.login}）")
        self.note(AuditAction.SCHEDULE_MOVED, schedule_id, f"{act.value} {target.name if target else ''}".strip())
        return schedule

    def catch_up(self, occurrence_id: str) -> Occurrence:
        """补采: run what was missed or skipped after all.

        Raises:
            NotFoundError, PermissionRefusedError: As `file`.
            TransitionRefusedError: It was run, or waits already.
        """
        self.need(Permission.SURVEY_ACT)
        self._scoped(self._services.schedules.occurrence(occurrence_id).schedule_id)
        due = self._services.timetable.catch_up(occurrence_id, reason=f"人工补采（{self.account.login}）")
        self.note(AuditAction.SCHEDULE_MOVED, occurrence_id, "补采")
        return _without_token(due)

    @property
    def _bench(self) -> Arranging:
        if self._arranging is None:
            raise AwayError("本服务没有接入这项功能", cure="用 wangjian serve 启动")
        return self._arranging

    def _need_own(self, target: Target | None) -> None:
        if self.scope and not in_scope(self.account, target.region_code if target else ""):
            raise PermissionRefusedError(
                "限定辖区的账号不能安排全国性对象的采集", cure="由不限辖区的账号办理，或另登记本辖区的对象"
            )

    def _row(self, schedule: Schedule, targets: dict[str, Target]) -> ScheduleRow:
        coming = () if schedule.paused else self._services.timetable.next_due(schedule.schedule_id, count=1)
        last = self._shown(self._services.schedules.occurrences(schedule_id=schedule.schedule_id, limit=1))
        return ScheduleRow(
            schedule=schedule,
            target=targets.get(schedule.target_id),
            next_due_at=coming[0] if coming else None,
            last=last[0] if last else None,
        )

    def _scoped(self, schedule_id: str) -> tuple[Schedule, Target | None]:
        self.need(Permission.SURVEY_READ)
        schedule = self._services.schedules.schedule(schedule_id)
        try:
            target: Target | None = self._services.survey.target(schedule.target_id)
        except NotFoundError:
            target = None
        if not self._sees(target):
            raise not_found("采集计划", schedule_id)
        return schedule, target

    def _targets(self) -> dict[str, Target]:
        return {target.target_id: target for target in self._services.survey.targets()}

    def _sees(self, target: Target | None) -> bool:
        """As for runs: what belongs to no region is everybody's."""
        region = target.region_code if target else ""
        return not region or in_scope(self._account, region) or self.scope.startswith(region)

    def _shown(self, items: Iterable[Occurrence]) -> tuple[Occurrence, ...]:
        return tuple(_without_token(item) for item in items)


def _without_token(item: Occurrence) -> Occurrence:
    """The token of a lease is the worker's alone."""
    return item.model_copy(update={"token": ""})
