"""Whether a target had changed since the visit before, for schedules that learn from it."""

from __future__ import annotations

from records.ports import Services
from records.survey import Outcome, Run, RunState

__all__ = ["target_changed"]


def target_changed(services: Services, run: Run) -> bool | None:
    """True when a listing is new or reads differently than before this run; None when the run could not tell.

    A run that read nothing anew because every page answered "unchanged" has told: nothing changed.
    """
    for shop in services.survey.shops(run.target_id):
        if any(listing.first_seen_at >= run.started_at for listing in services.survey.listings(shop.shop_id)):
            return True
    told = run.state is RunState.COMPLETE and not run.blind
    return False if told and run.outcomes.get(Outcome.READ, 0) + run.outcomes.get(Outcome.UNCHANGED, 0) else None
