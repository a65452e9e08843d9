"""Long work at a desk: asked for, followed, and its file fetched, by who asked for it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from network.guard import AddressGuard
from offices.audit import AuditAction, Caller
from offices.desk import Desk, not_found
from offices.permissions import in_scope
from records.base import stable_id
from records.errors import AwayError, NotFoundError, PermissionRefusedError, TransitionRefusedError
from records.evidence import Capture, CaptureState
from records.jobs import ENDED, Job, JobKind, JobRunner, JobState, with_event
from records.people import Permission
from records.ports import Services
from records.survey import RunState

__all__ = ["JOBS_FOLDER", "JobDesk"]

JOBS_FOLDER = "jobs"
"""Under the data directory: a folder for the files of each job."""

_NEEDS: Mapping[JobKind, Permission] = MappingProxyType(
    {
        JobKind.CAPTURE: Permission.EVIDENCE_CAPTURE,
        JobKind.SURVEY: Permission.SURVEY_ACT,
        JobKind.REGISTER_IMPORT: Permission.SURVEY_ACT,
        JobKind.REGISTER_CHECK: Permission.SURVEY_ACT,
        JobKind.INDEX_REBUILD: Permission.USERS_MANAGE,
        JobKind.EVIDENCE_AUDIT: Permission.EVIDENCE_READ,
        JobKind.EVIDENCE_VERIFY: Permission.EVIDENCE_READ,
        JobKind.EXPORT: Permission.SURVEY_READ,
        JobKind.CASE_EXPORT: Permission.EVIDENCE_EXPORT,
        JobKind.MATCH_BATCH: Permission.SURVEY_READ,
        JobKind.RULES_SCAN: Permission.LEADS_READ,
        JobKind.WATCH_RUN: Permission.RULES_DRAFT,
        JobKind.BACKUP: Permission.USERS_MANAGE,
    }
)
_WHOLE = frozenset({JobKind.REGISTER_IMPORT, JobKind.INDEX_REBUILD, JobKind.WATCH_RUN, JobKind.BACKUP})
_OF_CAPTURES = {
    CaptureState.COMPLETE: JobState.DONE,
    CaptureState.PARTIAL: JobState.PARTIAL,
    CaptureState.FAILED: JobState.FAILED,
    CaptureState.INTERRUPTED: JobState.INTERRUPTED,
}


class JobDesk(Desk):
    """Jobs of one person; who manages accounts sees those of their region too."""

    def __init__(self, services: Services, caller: Caller, runner: JobRunner | None) -> None:
        super().__init__(services, caller)
        self._runner = runner

    def check(self, kind: JobKind) -> None:
        """Raises PermissionRefusedError when this person may not ask for such work, AwayError when nobody does it."""
        self.need(_NEEDS[kind])
        if kind in _WHOLE and self.scope:
            raise PermissionRefusedError("限定辖区的账号不能办理全局事项", cure="由不限辖区的账号办理")
        if self._runner is None:
            raise AwayError("本服务没有接入后台任务", cure="用 wangjian serve 启动")

    def begin(self, kind: JobKind, asks: Mapping[str, str], *, job_id: str = "") -> Job:
        """Ask for work; it is kept before it begins, so that it is never silently lost.

        Raises:
            PermissionRefusedError, AwayError: As `check`.
            InvalidInputError, AddressRefusedError: An address that may not be visited.
            NotFoundError: What is to be worked on is not there for this person.
        """
        self.check(kind)
        if kind is JobKind.SURVEY and not asks.get("run_id"):
            AddressGuard(allow_private=self._services.allow_private).check_url(asks["url"])
        if kind is JobKind.EXPORT and asks["subject"] == "leads":
            self.need(Permission.LEADS_READ)
        if kind is JobKind.CASE_EXPORT:
            self.need(Permission.PERSONAL_READ)  # a file of a case is whole
            if not self.sees_case(asks["case_id"]):
                raise not_found("案件", asks["case_id"])
        now = self._services.clock()
        runner = self._runner
        assert runner is not None
        job = Job(
            job_id=job_id or self.free_id(),
            kind=kind,
            account_id=self.account.account_id,
            login=self.account.login,
            region_code=self.scope,
            asks=dict(asks),
            process=runner.process,
            asked_at=now,
        )
        job = with_event(job, "已受理", at=now)
        self._services.jobs.add_job(job)
        self.note(AuditAction.JOB_BEGUN, job.job_id, f"{kind.value}：{_told(asks)}")
        runner.begin(job)
        return job

    def resume(self, run_id: str) -> Job:
        """续采 of a run that was cut off.

        Raises:
            NotFoundError: No such run of a target of this person.
            TransitionRefusedError: It goes on, or read all there was.
            PermissionRefusedError, AwayError: As `check`.
        """
        self.check(JobKind.SURVEY)
        run = self._services.survey.run(run_id)
        target = self._services.survey.target(run.target_id)
        if self.scope and not in_scope(self.account, target.region_code):
            raise not_found("采集运行", run_id)
        if run.state in (RunState.RUNNING, RunState.COMPLETE):
            raise TransitionRefusedError("这次采集正在进行或已全部读完，无需续采", cure="需要时另行采集")
        return self.begin(JobKind.SURVEY, {"run_id": run_id, "url": target.seeds[0] if target.seeds else ""})

    def follow(self, capture: Capture) -> Job:
        """The job that stands for a capture just begun; `EvidenceDesk.begin` has asked and written down who may."""
        now = self._services.clock()
        job = Job(
            job_id=stable_id("job", capture.capture_id),
            kind=JobKind.CAPTURE,
            state=JobState.RUNNING,
            account_id=self.account.account_id,
            login=self.account.login,
            region_code=self.scope,
            asks={"url": capture.url, "lead_id": capture.lead_id},
            asked_at=now,
            started_at=now,
            result={"capture_id": capture.capture_id, "capture": f"/api/v1/captures/{capture.capture_id}"},
        )
        self._services.jobs.add_job(with_event(job, "已受理，正在固证", at=now))
        return job

    def jobs(self) -> tuple[Job, ...]:
        """Newest first, as they stood when last looked at."""
        mine = "" if self.may(Permission.USERS_MANAGE) else self.account.account_id
        return tuple(self._now(one) for one in self._services.jobs.jobs(mine) if self._sees(one))

    def job(self, job_id: str) -> Job:
        """One as it stands now. Raises NotFoundError for what is not there and for what is not this person's."""
        try:
            job = self._services.jobs.job(job_id)
        except NotFoundError as exc:
            raise not_found("任务", job_id) from exc
        if not self._sees(job):
            raise not_found("任务", job_id)
        return self._now(job)

    def file(self, job_id: str) -> Path:
        """The file a job of one's own made; fetching it is written into the audit chain.

        Raises:
            NotFoundError: No such job, it is another's, or it made none.
        """
        job = self.job(job_id)
        name = job.result.get("file", "")
        path = self._services.data_dir / JOBS_FOLDER / job_id / name
        if not name or job.account_id != self.account.account_id:
            raise not_found("任务文件", job_id)
        if not path.is_file():
            raise NotFoundError(
                f"任务文件不在这台控制台上：{job_id[:80]}", cure="有几台控制台时到办理它的那台取；已清除的重新办理"
            )
        self.check_still(job)
        self.note(AuditAction.JOB_FETCHED, job_id, f"{name} SHA-256 {job.result.get('sha256', '')}")
        return path

    def check_still(self, job: Job) -> None:
        """Raises PermissionRefusedError when the person may no longer see what the job found."""
        self.need(_NEEDS[job.kind])
        if not job.region_code.startswith(self.scope):
            raise PermissionRefusedError("辖区已变更，不能再取此前的文件", cure="重新办理")

    def free_id(self) -> str:
        """An identifier nobody can guess."""
        return stable_id("job", secrets.token_hex(16))

    def _sees(self, job: Job) -> bool:
        if job.account_id == self.account.account_id:
            return True
        return self.may(Permission.USERS_MANAGE) and self.sees_region(job.region_code)

    def _now(self, job: Job) -> Job:
        """A capture is worked on elsewhere: how it stands is read from it."""
        if job.kind is not JobKind.CAPTURE or job.state in ENDED:
            return job
        capture = self._services.evidence.capture(job.result["capture_id"])
        if capture.state not in _OF_CAPTURES:
            return job
        return self._services.jobs.change_job(job.job_id, lambda known: _ended(known, capture))


def _ended(job: Job, capture: Capture) -> Job:
    if job.state in ENDED:
        return job
    at = capture.finished_at or capture.started_at
    state = _OF_CAPTURES[capture.state]
    ended = job.model_copy(
        update={
            "state": state,
            "ended_at": at,
            "missing": capture.missing,
            "problem": "；".join(capture.missing)[:500] if state in (JobState.FAILED, JobState.INTERRUPTED) else "",
        }
    )
    words = {JobState.DONE: "固证完成", JobState.PARTIAL: "固证部分完成", JobState.INTERRUPTED: "固证中断"}
    return with_event(ended, words.get(state, "固证失败"), at=at)


def _told(asks: Mapping[str, str]) -> str:
    return "，".join(f"{name}={value}" for name, value in sorted(asks.items()) if value)[:400]
