"""A row applied to what the register has: a file says only what its columns say, and a change only what it changes.

| 变更类型 | what becomes of the entity |
|---|---|
| 新增, 变更, 迁入, or none | as the row has it; what the file has no column for stays |
| 注销, 吊销, 撤销, 责令关闭, 迁出, 歇业 | that state, on the 状态日期 (else 核准日期) of the row; all else stays |
| 删除 | kept, and marked 来源删除; nothing is ever deleted |

A name the register sees change becomes a former name; a listing it no longer sees becomes one that ended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

from matching.entity_periods import REMOVED
from matching.snapshots import snapshot_date
from records.register import Entity, EntityStatus
from records.register_history import Gone, ListedPeriod, NamePeriod

__all__ = ["ChangeKind", "applied", "change_of", "kept_fields", "prepared"]


class ChangeKind(StrEnum):
    """变更类型 of a row of a daily increment."""

    ADDED = "新增"
    CHANGED = "变更"
    CANCELLED = "注销"
    REVOKED = "吊销"
    MOVED_OUT = "迁出"
    SUSPENDED = "歇业"
    ANNULLED = "撤销"
    ORDERED_CLOSED = "责令关闭"
    DELETED = "删除"


_WORDS = {
    ChangeKind.ADDED: "新增 增加 新设 设立 开业 登记 设立登记 i insert add added new",
    ChangeKind.CHANGED: "变更 修改 更新 迁入 变更登记 换照 u update change changed modify",
    ChangeKind.CANCELLED: "注销 注销登记 cancel cancelled",
    ChangeKind.REVOKED: "吊销 revoke revoked",
    ChangeKind.MOVED_OUT: "迁出",
    ChangeKind.SUSPENDED: "歇业 停业 歇业备案",
    ChangeKind.ANNULLED: "撤销 撤销登记 撤销设立登记 annul annulled",
    ChangeKind.ORDERED_CLOSED: "责令关闭 关闭",
    ChangeKind.DELETED: "删除 d delete deleted",
}
_KINDS = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_STATES = {
    ChangeKind.CANCELLED: EntityStatus.CANCELLED,
    ChangeKind.REVOKED: EntityStatus.REVOKED,
    ChangeKind.MOVED_OUT: EntityStatus.MOVED_OUT,
    ChangeKind.SUSPENDED: EntityStatus.SUSPENDED,
    ChangeKind.ANNULLED: EntityStatus.ANNULLED,
    ChangeKind.ORDERED_CLOSED: EntityStatus.ORDERED_CLOSED,
}
_PERIODS = {"abnormal_since": "abnormal_periods", "seriously_illegal_since": "seriously_illegal_periods"}
_COLUMNS = {
    "name_periods": ("former_names",),
    **{field: (since, REMOVED[since]) for since, periods in _PERIODS.items() for field in (since, periods)},
    "sites": ("site_names", "icp_no"),
    "region_code": ("region_code", "province", "city"),
}
_NEVER_KEPT = {"code", "name", "gone", "source", "snapshot_id"}
_STATE_FIELDS = {"status", "status_on", "approved_on"}


def change_of(text: str) -> ChangeKind | None:
    """What a cell of the 变更类型 column means; None for a word nobody knows.

    >>> change_of("注销登记"), change_of(""), change_of("飞升")
    (<ChangeKind.CANCELLED: '注销'>, <ChangeKind.CHANGED: '变更'>, None)
    """
    word = text.strip().casefold()
    return _KINDS.get(word) if word else ChangeKind.CHANGED


def kept_fields(columns: Mapping[str, str]) -> frozenset[str]:
    """Fields of an Entity a file with these columns says nothing of."""
    said = {name for name in Entity.model_fields if any(one in columns for one in _COLUMNS.get(name, (name,)))}
    return frozenset(Entity.model_fields) - said - _NEVER_KEPT


def prepared(values: dict[str, str], change: ChangeKind, known: Entity | None) -> dict[str, str]:
    """The row with what its 变更类型 means, and what it may leave to the register to know."""
    state = _STATES.get(change)
    if state is not None:
        on = values.get("status_on", "").strip() or values.get("approved_on", "")
        values = {**values, "status": state.value, "status_on": on}
    if known is None:
        return values
    if change not in (ChangeKind.ADDED, ChangeKind.CHANGED) and not values.get("name", "").strip():
        values = {**values, "name": known.name}
    for since, removed in REMOVED.items():
        standing: date | None = getattr(known, since)
        left = values.get(removed, "").strip()
        said = since in values or removed not in values
        if standing is not None and not values.get(since, "").strip() and (left or not said):
            values = {**values, since: standing.isoformat()}
    return values


def applied(entity: Entity, known: Entity | None, change: ChangeKind, *, kept: frozenset[str]) -> Entity:
    """The entity as it is after this row. `kept`: fields the row says nothing of, or nothing readable."""
    if known is None:
        return entity
    if change in _STATES or change is ChangeKind.DELETED:
        changing = _STATE_FIELDS if change in _STATES else set[str]()
        update = {name: getattr(entity, name) for name in changing if getattr(entity, name) is not None}
        gone = Gone.DELETED if change is ChangeKind.DELETED else known.gone
        return known.model_copy(update={**update, "gone": gone, **_origin(entity)})
    update = {name: getattr(known, name) for name in kept}
    merged = entity.model_copy(update=update) if update else entity
    learned = {**_names(merged, known), **_listings(merged, known)}
    return merged.model_copy(update=learned) if learned else merged


def _origin(entity: Entity) -> dict[str, str]:
    return {"source": entity.source, "snapshot_id": entity.snapshot_id}


def _names(entity: Entity, known: Entity) -> dict[str, object]:
    """Former names no file tells of: those learned before, and the name that just changed."""
    dated = {period.name for period in entity.name_periods}
    learned = [period for period in known.name_periods if period.learned and period.name not in dated]
    if entity.name != known.name and known.name not in dated:
        until = entity.approved_on if entity.approved_on != known.approved_on else None
        learned.append(NamePeriod(name=known.name, since=_name_since(known), until=until, learned=True))
    if not learned:
        return {}
    names = dict.fromkeys((*entity.former_names, *(period.name for period in learned)))
    names.pop(entity.name, None)
    return {"former_names": tuple(names), "name_periods": (*entity.name_periods, *learned)}


def _name_since(known: Entity) -> date | None:
    """When a name began: when the one before it ended, or with the entity where there was none before."""
    if known.name_periods:
        return known.name_periods[-1].until
    return None if known.former_names else known.established_on


def _listings(entity: Entity, known: Entity) -> dict[str, object]:
    """Stays on the lists that ended: those known before, and the one that is no longer seen."""
    found: dict[str, object] = {}
    for field, periods in _PERIODS.items():
        told: tuple[ListedPeriod, ...] = getattr(entity, periods)
        begun = {getattr(entity, field), *(period.listed_on for period in told)}
        before: Sequence[ListedPeriod] = getattr(known, periods)
        since: date | None = getattr(known, field)
        if since is not None:
            last_seen = snapshot_date(known.snapshot_id) or since
            before = (*before, ListedPeriod(listed_on=since, seen_until=max(since, last_seen)))
        kept = [period for period in before if period.listed_on not in begun]
        if kept:
            found[periods] = tuple(sorted((*told, *kept), key=lambda period: period.listed_on))
    return found
