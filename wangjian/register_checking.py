"""The register checked, and the problems of before brought to what was found."""

from __future__ import annotations

from matching.quality.checking import Scope, check_register
from matching.quality.tasks import Recheck, rechecked
from records.ports import Services
from records.quality import QualityReport
from records.quality_tasks import QualityTask

__all__ = ["settle_problems"]


def settle_problems(services: Services, scope: Scope) -> tuple[QualityReport, tuple[QualityTask, ...]]:
    """The report, and the tasks that changed by it."""
    register, now = services.register, services.clock()
    report = check_register(
        register.entities(),
        lookup=register.by_code,
        scope=scope,
        now=now,
        snapshot_id=register.stats().snapshot_id,
    )
    check = Recheck(report=report, find=register.by_code, scope=scope, now=now)
    return report, services.quality.renew(lambda known: list(rechecked(known, check)))
