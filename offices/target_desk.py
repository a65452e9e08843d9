"""监测对象: what is watched, how often, how the last visits went, and what was read of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from offices.desk import Desk, not_found
from offices.permissions import in_scope
from records.errors import NotFoundError
from records.health import Alarm
from records.market import Listing
from records.people import Permission
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

    def targets(  # noqa: PLR0913  # what is asked, and which page of it
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
