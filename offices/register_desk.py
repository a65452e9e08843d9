"""登记库: what it holds, when it was brought up to date, and what its offices are to correct."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from offices.audit import AuditAction, Caller
from offices.desk import Desk
from offices.masking import mask_name, mask_phone, mask_phones_in
from records.audit_search import AuditQuery
from records.errors import ConflictError
from records.people import AuditEvent, Permission
from records.ports import Services
from records.quality_tasks import QualityTask, TaskState
from records.register import RegisterStats
from records.register_history import Snapshot
from records.workbench import Workbench

__all__ = ["OfficeWork", "QualityWork", "RegisterDesk"]

_SNAPSHOTS = 12
_CHECKS = 12
_MONTHS = 12
_TASKS_SHOWN = 100
_CHINA = timedelta(hours=8)
_PERSONS = frozenset({"legal_representative"})
_PHONES = frozenset({"phone"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeWork:
    """An office with its problems by state; most still to be corrected first."""

    code: str
    name: str
    counts: dict[TaskState, int]

    @property
    def left(self) -> int:
        """Not corrected yet."""
        return sum(count for state, count in self.counts.items() if state is not TaskState.CORRECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityWork:
    """Problems of one's region: by state, by office, by month (found, corrected), and the first that fit."""

    counts: dict[TaskState, int]
    offices: tuple[OfficeWork, ...]
    months: tuple[tuple[str, int, int], ...]
    tasks: tuple[QualityTask, ...]
    fitting: int


class RegisterDesk(Desk):
    """The register at a desk; everything needs 查看监测采集结果. Problems are those of offices in one's region."""

    def __init__(self, services: Services, caller: Caller, bench: Workbench) -> None:
        super().__init__(services, caller)
        self._bench = bench

    def stats(self) -> RegisterStats:
        """How many entities, by status."""
        self.need(Permission.SURVEY_READ)
        return self._services.register.stats()

    def imports(self) -> tuple[Snapshot, ...]:
        """The last imports whose time was kept, newest first."""
        self.need(Permission.SURVEY_READ)
        found: list[Snapshot] = []
        at = self._services.clock()
        while len(found) < _SNAPSHOTS:
            snapshot = self._services.register.snapshot_as_known(at)
            if snapshot is None or snapshot in found:
                break
            found.append(snapshot)
            if snapshot.known_at is None:
                break
            at = snapshot.known_at - timedelta(microseconds=1)
        return tuple(found)

    def work(self, *, office: str = "", state: TaskState | None = None) -> QualityWork:
        """What offices are to correct; `office` is the beginning of a code. Names and telephones of persons are masked
        in every list."""
        self.need(Permission.SURVEY_READ)
        counts: Counter[TaskState] = Counter()
        offices: dict[tuple[str, str], Counter[TaskState]] = {}
        found: Counter[str] = Counter()
        corrected: Counter[str] = Counter()
        shown: list[QualityTask] = []
        fitting = 0
        for task in self._services.quality.tasks(office_code=self.scope):
            problem = task.problem
            counts[task.state] += 1
            offices.setdefault((problem.office_code, problem.office), Counter())[task.state] += 1
            for number, event in enumerate(task.events):
                month = (event.at + _CHINA).strftime("%Y-%m")
                found[month] += number == 0
                corrected[month] += event.state is TaskState.CORRECTED
            if problem.office_code.startswith(office) and state in (None, task.state):
                fitting += 1
                if len(shown) < _TASKS_SHOWN:
                    shown.append(_masked(task))
        rows = [OfficeWork(code=code, name=name, counts=dict(told)) for (code, name), told in offices.items()]
        months = sorted(set(found) | set(corrected))[-_MONTHS:]
        return QualityWork(
            counts=dict(counts),
            offices=tuple(sorted(rows, key=lambda one: (-one.left, one.code))),
            months=tuple((month, found[month], corrected[month]) for month in months),
            tasks=tuple(shown),
            fitting=fitting,
        )

    def checks(self) -> tuple[AuditEvent, ...]:
        """The last checks of the whole register, newest first."""
        self.need(Permission.SURVEY_READ)
        return self._services.audit.find_audit(AuditQuery(actions=(AuditAction.QUALITY_CHECKED,)), limit=_CHECKS)

    def checking_since(self) -> datetime | None:
        """When the check under way began."""
        return self._bench.checking_since()

    def check(self) -> None:
        """Check the whole register in the background; what comes of it is in the audit chain.

        Raises:
            PermissionRefusedError: May not move the survey.
            ConflictError: A check is under way.
        """
        self.need(Permission.SURVEY_ACT)
        if not self._bench.begin_check(lambda said: self.note(AuditAction.QUALITY_CHECKED, "", said)):
            raise ConflictError("检查正在进行", cure="稍后刷新本页看结果")


def _masked(task: QualityTask) -> QualityTask:
    problem = task.problem
    value, sentence = problem.value, mask_phones_in(problem.sentence)
    masked = mask_name(value) if problem.field in _PERSONS else mask_phone(value) if problem.field in _PHONES else value
    if value and masked != value:
        sentence = sentence.replace(value, masked)
    hidden = problem.model_copy(update={"value": mask_phones_in(masked), "sentence": sentence})
    return task.model_copy(update={"problem": hidden})
