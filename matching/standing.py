"""How an entity stood on a day: what was true then (valid time) by all the register knows, however late it learned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta, timezone

from matching.snapshots import snapshot_date
from records.register import Entity, EntityState, EntityStatus, Standing

__all__ = ["standing_on"]

_CHINA = timezone(timedelta(hours=8))


def standing_on(history: Sequence[EntityState], on: date) -> Standing:
    """How it stood on a day of China's calendar.

    Args:
        history: `RegisterStore.history` of it, not empty.

    Returns:
        What surely held; a field is None where the register cannot tell.
    """
    entity = history[-1].entity
    return Standing(
        on=on,
        name=_name(entity, on),
        status=_status(history, on),
        within_term=_within_term(entity, on),
        abnormal=entity.listed_as_abnormal(on),
        seriously_illegal=entity.listed_as_seriously_illegal(on),
    )


def _name(entity: Entity, on: date) -> str:
    """The former name whose time covers the day, else the present one."""
    for period in entity.name_periods:
        begun = period.since is None or period.since <= on
        if begun and period.until is not None and on < period.until:
            return period.name
    return entity.name


def _status(history: Sequence[EntityState], on: date) -> EntityStatus | None:
    """The newest state that surely had begun by the day. One without a day began at the latest when it was seen."""
    begun = history[-1].entity.established_on
    if begun is not None and on < begun:
        return None
    undated_after = False
    for state in reversed(history):
        entity = state.entity
        if entity.status is EntityStatus.ACTIVE and entity.status_on is None:
            last_seen = snapshot_date(entity.snapshot_id)
            sure = not undated_after or (last_seen is not None and on <= last_seen)
            return EntityStatus.ACTIVE if sure else None
        since = entity.status_on or _seen_on(state)
        if since is not None and since <= on:
            return entity.status
        undated_after = entity.status_on is None
    # What ended on a known day had lasted until then.
    ended = not undated_after and history[0].entity.status is not EntityStatus.ACTIVE
    return EntityStatus.ACTIVE if ended else None


def _seen_on(state: EntityState) -> date | None:
    """The newest day the snapshot that brought a state knew of; without one, the day it was imported."""
    known = state.known_from.astimezone(_CHINA).date() if state.known_from is not None else None
    return snapshot_date(state.brought_by) or known


def _within_term(entity: Entity, on: date) -> bool | None:
    if entity.valid_from is None and entity.valid_until is None:
        return None
    begun = entity.valid_from is None or entity.valid_from <= on
    return begun and (entity.valid_until is None or on <= entity.valid_until)
