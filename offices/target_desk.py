"""监测对象: what is watched, how often, how the last visits went, and what was read of it; put in, changed, taken out.

Who is bound to a region keeps targets of it alone: one without a region gets theirs, one of the whole country is
looked at and left.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from offices.audit import AuditAction, Caller
from offices.desk import Desk, not_found
from offices.permissions import in_scope
from records.arranging import Arranging, TargetFacts, TargetKept, TargetsRead
from records.base import content_tag
from records.errors import AwayError, ConflictError, NotFoundError, PermissionRefusedError
from records.health import Alarm
from records.market import Listing
from records.people import Permission
from records.ports import Services
from records.schedules import Schedule
from records.survey import Run, RunState, Target, TargetState

__all__ = ["TargetDesk", "TargetFile", "TargetList", "TargetRow"]

_RUNS_SHOWN = 10
_SAMPLES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRow:
    """A target with its schedules and next due time, its last run, the last that was whole, and its open alarms."""

    target: Target
    schedules: tuple[Schedule, ...]
    next_due_at: datetime | None
    last: Run | None
    whole: Run | None
    alarms: int

    @property
    def ill(self) -> bool:
        """Whether somebody should look: the last visit did not read all, or alarms are open."""
        ended = self.last is not None and self.last.state in (RunState.PARTIAL, RunState.FAILED)
        return ended or bool(self.alarms) or bool(self.last and self.last.blind)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetList:
    """Some of the targets: `total` fit what is asked, `counts` of all by state."""

    rows: tuple[TargetRow, ...]
    total: int
    counts: tuple[tuple[TargetState, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetFile:
    """One target whole: its last runs, open alarms, and the first listings read of it."""

    row: TargetRow
    runs: tuple[Run, ...]
    alarms: tuple[Alarm, ...]
    shops: int
    samples: tuple[Listing, ...]


class TargetDesk(Desk):
    """Targets at a desk; everything needs 查看监测采集结果. Who is bound to a region sees its targets and those of the
    whole country."""

    def __init__(self, services: Services, caller: Caller, arranging: Arranging | None = None) -> None:
        super().__init__(services, caller)
        self._arranging = arranging

    def targets(
        self, *, words: str = "", state: str = "", offset: int = 0, limit: int = 50, after: tuple[str, str] = ("", "")
    ) -> TargetList:
        """Targets whose name or address has the words, by name; `after`: only rows behind this name and id."""
        self.need(Permission.SURVEY_READ)
        seen = [one for one in self._services.survey.targets() if self._sees(one)]
        counted = Counter(one.state for one in seen)
        wanted = words.strip().casefold()
        fitting = [one for one in seen if (not state or one.state.value == state) and _has(one, wanted)]
        fitting.sort(key=lambda one: (one.name, one.target_id))
        alarms = Counter(alarm.target_id for alarm in self._services.health.alarms(open_only=True))
        behind = [one for one in fitting if (one.name, one.target_id) > after]
        rows = tuple(self._row(one, alarms[one.target_id]) for one in behind[offset : offset + limit])
        counts = tuple((known, counted[known]) for known in TargetState if counted[known])
        return TargetList(rows=rows, total=len(fitting), counts=counts)

    def file(self, target_id: str) -> TargetFile:
        """One target whole; listings only of shops in one's region.

        Raises:
            NotFoundError: No such target in this region.
            PermissionRefusedError: May not read the survey.
        """
        self.need(Permission.SURVEY_READ)
        target = self._services.survey.target(target_id)
        if not self._sees(target):
            raise not_found("监测对象", target_id)
        alarms = tuple(one for one in self._services.health.alarms(target_id) if one.closed_at is None)
        shops = [shop for shop in self._services.survey.shops(target_id) if self._in_region(shop.shop_id)]
        samples = (one for shop in shops[:_SAMPLES] for one in self._services.survey.listings(shop.shop_id))
        return TargetFile(
            row=self._row(target, len(alarms)),
            runs=self._services.survey.runs(target_id)[:_RUNS_SHOWN],
            alarms=alarms,
            shops=len(shops),
            samples=tuple(islice(samples, _SAMPLES)),
        )

    def tag(self, target: Target) -> str:
        """Of a target as it stands, its cadence included: a change names the one it was made from."""
        return content_tag(target, self._bench.cadence_of(target))

    def add(self, facts: TargetFacts) -> TargetKept:
        """Register a target.

        Raises:
            PermissionRefusedError: May not arrange surveys, or the region is not one's.
            InvalidInputError, AddressRefusedError, ConflictError: As `Arranging.put_target`.
        """
        self.need(Permission.SURVEY_ACT)
        kept = self._bench.put_target(facts, settle=self._settle)
        self._noted(kept.target, "登记", authorised=bool(kept.target.authorisation))
        return kept

    def change(self, target_id: str, facts: TargetFacts, *, expected: str) -> TargetKept:
        """Change what is said of it, and leave the rest; `expected` is its tag as it was read.

        Raises:
            NotFoundError, PermissionRefusedError: As `file`, or may not arrange surveys.
            ConflictError: Somebody changed it since.
            InvalidInputError, AddressRefusedError: As `Arranging.put_target`.
        """
        self.need(Permission.SURVEY_ACT)
        before = self._meant(target_id, expected)
        kept = self._bench.put_target(facts, settle=self._settle, before=before)
        if kept.change != "unchanged":
            self._noted(kept.target, "变更", authorised=kept.target.authorisation != before.authorisation)
        return kept

    def put_state(self, target_id: str, state: TargetState, *, reason: str, expected: str) -> Target:
        """Pause or resume it. Raises as `change`."""
        self.need(Permission.SURVEY_ACT)
        before = self._meant(target_id, expected)
        self._settle(before, before)
        changed = self._bench.put_state(before, state, reason=reason)
        self._noted(changed, f"{state.value}：{reason.strip()}")
        return changed

    def remove(self, target_id: str, *, reason: str, expected: str) -> bool:
        """Delete what was only written down (True); retire what was surveyed (False). Raises as `change`."""
        self.need(Permission.SURVEY_ACT)
        before = self._meant(target_id, expected)
        self._settle(before, before)
        deleted = self._bench.remove(before, reason=reason)
        self._noted(before, f"移出：{reason.strip()}")
        return deleted

    def take_file(self, path: Path, *, try_only: bool) -> TargetsRead:
        """Register every row of an xlsx or csv file that can be read; what cannot be is told by line and column.

        Raises:
            PermissionRefusedError: May not arrange surveys.
            InvalidInputError: It is no such file; nothing was imported.
        """
        self.need(Permission.SURVEY_ACT)
        report, touched = self._bench.import_targets(path, settle=self._settle, try_only=try_only)
        if not try_only:
            said = f"导入：新增 {report.added}，变更 {report.changed}，退回 {report.refused}"
            self.note(AuditAction.TARGET_CHANGED, "", said)
            for target in touched:
                if target.authorisation:
                    self._noted(target, "导入", authorised=True)
        return report

    def write_file(self, path: Path) -> int:
        """Targets of one's region as a table (.xlsx, .csv), retired ones too; how many."""
        self.need(Permission.SURVEY_READ)
        seen = [one for one in self._services.survey.targets() if self._sees(one)]
        self._bench.write_targets(seen, path)
        return len(seen)

    def write_template(self, path: Path) -> None:
        """An empty table to fill in."""
        self.need(Permission.SURVEY_READ)
        self._bench.write_template(path)

    @property
    def _bench(self) -> Arranging:
        if self._arranging is None:
            raise AwayError("本服务没有接入这项功能", cure="用 wangjian serve 启动")
        return self._arranging

    def _meant(self, target_id: str, expected: str) -> Target:
        target = self._services.survey.target(target_id)
        if not self._sees(target):
            raise not_found("监测对象", target_id)
        if self.tag(target) != expected:
            raise ConflictError(f"监测对象“{target.name}”已被他人更改，本次未作更改", cure="看过最新内容后再决定")
        return target

    def _settle(self, before: Target | None, wanted: Target) -> Target:
        """`records.arranging.Settle` of this person."""
        if before is None and not wanted.region_code:
            return wanted.model_copy(update={"region_code": self.scope}) if self.scope else wanted
        for one in (before, wanted):
            if one is not None and not in_scope(self.account, one.region_code):
                raise PermissionRefusedError("不在本辖区的监测对象", cure=f"区划代码应以 {self.scope} 开头")
        return wanted

    def _noted(self, target: Target, said: str, *, authorised: bool = False) -> None:
        paper = f"；{target.authorisation or '撤销授权'}" if authorised else ""
        self.note(AuditAction.TARGET_CHANGED, target.target_id, f"{said} {target.name}{paper}"[:500])

    def _row(self, target: Target, alarms: int) -> TargetRow:
        schedules = self._services.schedules.schedules(target.target_id)
        due = [
            moment
            for schedule in schedules
            if not schedule.paused
            for moment in self._services.timetable.next_due(schedule.schedule_id, count=1)
        ]
        runs = self._services.survey.runs(target.target_id)
        return TargetRow(
            target=target,
            schedules=schedules,
            next_due_at=min(due, default=None),
            last=runs[0] if runs else None,
            whole=next((run for run in runs if run.state is RunState.COMPLETE), None),
            alarms=alarms,
        )

    def _in_region(self, shop_id: str) -> bool:
        try:
            self.scoped_shop(shop_id)
        except NotFoundError:
            return False
        return True

    def _sees(self, target: Target) -> bool:
        region = target.region_code
        return not region or in_scope(self.account, region) or self.scope.startswith(region)


def _has(target: Target, wanted: str) -> bool:
    return not wanted or any(wanted in said.casefold() for said in (target.name, target.target_id, *target.seeds))
