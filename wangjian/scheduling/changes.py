"""Whether a target had changed since the visit before, for schedules that learn from it."""

from __future__ import annotations

from records.ports import Services
from records.survey import Run, RunState

__all__ = ["target_changed"]


def target_changed(services: Services, run: Run) -> bool | None:
    """Whether the run found anything new, changed or gone; None when it could not tell.

    The first visit cannot: to it everything is new. Nor can one that was cut short or went blind and found nothing:
    what it did not see may have changed.
    """
    before = [one for one in services.survey.runs(run.target_id) if one.started_at < run.started_at]
    if all(one.state is RunState.FAILED for one in before):
        return None
    if services.history.run_changed(run.run_id):
        return True
    return False if run.state is RunState.COMPLETE and not run.blind else None
