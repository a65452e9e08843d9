"""Alarms, and runs as they go, as one person may see and move them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from offices.alarms import assign, settle
from offices.audit import AuditAction
from offices.desk import Desk, not_found
from offices.permissions import in_scope
from records.errors import NotFoundError, TransitionRefusedError
from records.health import Alarm, RunProgress, RunStatistics
from records.people import Permission
from records.survey import Outcome, Page, Run, RunState, Target

__all__ = ["AlarmFile", "HealthDesk", "RunHealth"]

_PAGES_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmFile:
    """An alarm, what it is about, and the sample pages that show it."""

    alarm: Alarm
    target: Target | None
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHealth:
    """A run as it stands: its board while it goes, its statistics and alarms once it ended."""

    run: Run
    target: Target | None
    progress: RunProgress | None
    statistics: RunStatistics | None
    alarms: tuple[Alarm, ...]


class HealthDesk(Desk):
    """Alarms and running surveys at a desk. Reading needs 查看监测采集结果, changing 安排监测采集."""

    def alarms(self, *, open_only: bool = False) -> tuple[tuple[Alarm, Target | None], ...]:
        """Alarms of targets this person sees, newest first."""
        self.need(Permission.SURVEY_READ)
        targets = {target.target_id: target for target in self._services.survey.targets()}
        found = ((alarm, targets.get(alarm.target_id)) for alarm in self._services.health.alarms(open_only=open_only))
        return tuple((alarm, target) for alarm, target in found if self._sees(target))

    def alarm_file(self, alarm_id: str) -> AlarmFile:
        """One alarm whole.

        Raises:
            NotFoundError: No such alarm in this region.
            PermissionRefusedError: May not read the survey.
        """
        self.need(Permission.SURVEY_READ)
        alarm, target = self._scoped(alarm_id)
        return AlarmFile(alarm=alarm, target=target, pages=tuple(self._pages(alarm.page_ids)))

    def settle(self, alarm_id: str, *, note: str, accepted: bool) -> Alarm:
        """Close an alarm with a note; written into the audit chain. Raises as `offices.alarms.settle`."""
        by = self.account.login
        change = settle(by=by, note=note, at=self._services.clock(), accepted=accepted)
        return self._change(alarm_id, change, AuditAction.ALARM_SETTLED, note)

    def assign(self, alarm_id: str, *, login: str) -> Alarm:
        """Hand an alarm to an officer. Raises NotFoundError for a login nobody has."""
        self.need(Permission.SURVEY_ACT)
        account = self._services.accounts.account_by_login(login.strip())
        if account is None or not account.active:
            raise NotFoundError(f"没有登录名为 {login[:60]} 的在用账号", cure="核对登录名")
        return self._change(alarm_id, assign(to=account.login), AuditAction.ALARM_ASSIGNED, account.login)

    def run_health(self, run_id: str) -> RunHealth:
        """How a run stands, or how it went; raises as `alarm_file`."""
        self.need(Permission.SURVEY_READ)
        run, target = self._scoped_run(run_id)
        alarms = (alarm for alarm in self._services.health.alarms(run.target_id) if alarm.run_id == run_id)
        return RunHealth(
            run=run,
            target=target,
            progress=self._services.boards.progress(run_id),
            statistics=self._services.health.statistics(run_id),
            alarms=tuple(alarms),
        )

    def running(self) -> tuple[RunHealth, ...]:
        """Every run that goes on now."""
        self.need(Permission.SURVEY_READ)
        going = (run for run in self._services.survey.runs() if run.state is RunState.RUNNING)
        found: list[RunHealth] = []
        for run in going:
            try:
                found.append(self.run_health(run.run_id))
            except NotFoundError:
                continue
        return tuple(found)

    def pages(self, run_id: str, outcome: Outcome) -> tuple[Page, ...]:
        """The pages of a run behind one number of it, the first 200; raises as `alarm_file`."""
        self.need(Permission.SURVEY_READ)
        self._scoped_run(run_id)
        found: list[Page] = []
        for page in self._services.survey.pages(run_id):
            if page.outcome is outcome:
                found.append(page)
            if len(found) >= _PAGES_SHOWN:
                break
        return tuple(found)

    def stop(self, run_id: str, *, reason: str) -> None:
        """Ask a run to end in order; written into the audit chain.

        Raises:
            TransitionRefusedError: It has ended.
        """
        self.need(Permission.SURVEY_ACT)
        run, _ = self._scoped_run(run_id)
        if run.state is not RunState.RUNNING:
            raise TransitionRefusedError("这次采集已经结束，无需停止", cure="未读部分可以续采")
        said = f"{self.account.login}：{reason.strip()[:200] or '未写理由'}"
        self._services.boards.ask_stop(run_id, said)
        self.note(AuditAction.RUN_STOPPED, run_id, said)

    def _change(self, alarm_id: str, change: Callable[[Alarm], Alarm], action: AuditAction, detail: str) -> Alarm:
        self.need(Permission.SURVEY_ACT)
        self._scoped(alarm_id)
        changed = self._services.health.change_alarm(alarm_id, change)
        self.note(action, alarm_id, detail)
        return changed

    def _scoped(self, alarm_id: str) -> tuple[Alarm, Target | None]:
        alarm = self._services.health.alarm(alarm_id)
        target = self._target(alarm.target_id)
        if not self._sees(target):
            raise not_found("告警", alarm_id)
        return alarm, target

    def _scoped_run(self, run_id: str) -> tuple[Run, Target | None]:
        run = self._services.survey.run(run_id)
        target = self._target(run.target_id)
        if not self._sees(target):
            raise not_found("采集运行", run_id)
        return run, target

    def _target(self, target_id: str) -> Target | None:
        try:
            return self._services.survey.target(target_id)
        except NotFoundError:
            return None

    def _pages(self, page_ids: tuple[str, ...]) -> list[Page]:
        found: list[Page] = []
        for page_id in page_ids:
            try:
                found.append(self._services.survey.page(page_id))
            except NotFoundError:
                continue
        return found

    def _sees(self, target: Target | None) -> bool:
        # As for runs: what concerns the whole country holds no region's data, only how the survey went.
        region = target.region_code if target else ""
        return not region or in_scope(self._account, region) or self.scope.startswith(region)
