"""Targets in the store: kept with their cadence, paused, resumed, and removed without losing what was ever seen."""

from __future__ import annotations

from enum import StrEnum

from records.candidates import CandidateState
from records.ports import Services
from records.survey import Target, TargetState
from wangjian.targets.cadence import Cadence, keep_cadence, own_schedule, resumed_cadence

__all__ = ["Removal", "keep", "put_state", "remove"]


class Removal(StrEnum):
    """What removing came to."""

    DELETED = "deleted"
    RETIRED = "retired"


def keep(services: Services, target: Target, cadence: Cadence | None = None) -> None:
    """Save a target and its cadence. Raises as `keep_cadence`."""
    services.survey.save_target(target)
    keep_cadence(services, target, cadence)


def put_state(services: Services, target: Target, state: TargetState, *, reason: str) -> Target:
    """The target in another state, its own schedule paused or resumed with it."""
    changed = target.model_copy(update={"state": state, "state_reason": reason.strip()})
    cadence = resumed_cadence(services.schedules, target) if state is TargetState.ACTIVE else None
    keep(services, changed, cadence)
    return changed


def remove(services: Services, target: Target, *, reason: str) -> Removal:
    """Delete what was only ever written down; a target that was surveyed, has a schedule or was a candidate is retired,
    so that its pages, leads, evidence and that decision keep what they name."""
    if not _is_named(services, target.target_id) and services.survey.delete_target(target.target_id):
        return Removal.DELETED
    put_state(services, target, TargetState.RETIRED, reason=reason)
    return Removal.RETIRED


def _is_named(services: Services, target_id: str) -> bool:
    accepted = services.candidates.candidates(CandidateState.ACCEPTED)
    return own_schedule(services.schedules, target_id) is not None or any(
        candidate.target_id == target_id for candidate in accepted
    )
