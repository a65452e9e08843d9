"""Questions whose answer depends on the whole source: required fields, and the day of a status.

A field that most entities of a source lack is a column the source does not carry: one problem of the source, not one of
each entity. A 状态日期 that most of the source's living entities have is no 注销日期.

Law: 《市场主体登记管理条例》第八条.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from matching.quality.dates import FIELD_TITLES
from records.quality import QualityCheck
from records.register import Entity, EntityStatus

__all__ = ["Column", "ColumnCounts", "asked_of", "sentence_of", "sentence_of_source"]

_EVERYONE = ("established_on", "address", "legal_representative", "scope")
_ENDED = (EntityStatus.CANCELLED, EntityStatus.REVOKED, EntityStatus.ANNULLED, EntityStatus.ORDERED_CLOSED)
_LISTED = 20_000
_MOST = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A question put to a source: a field that must be there, or (`unwanted`) must not."""

    check: QualityCheck
    field: str
    unwanted: bool = False


@dataclass(slots=True)
class ColumnCounts:
    """How many entities a question was put to, how many failed, and the first of those that did."""

    asked: int = 0
    failed: int = 0
    subjects: list[Entity] = field(default_factory=list)

    def add(self, entity: Entity, *, failed: bool) -> None:
        """Count an entity."""
        self.asked += 1
        if failed:
            self.failed += 1
            if len(self.subjects) < _LISTED:
                self.subjects.append(entity)

    @property
    def whole_column(self) -> bool:
        """Whether most entities failed, so that the source is meant and not they."""
        return self.failed > self.asked * _MOST


_REQUIRED = tuple(Column(check=QualityCheck.REQUIRED, field=name) for name in _EVERYONE)
_ENDED_ON = Column(check=QualityCheck.STATUS_DATE, field="status_on")
_NOT_ENDED = Column(check=QualityCheck.STATUS_DATE, field="status_on", unwanted=True)
_REGION_OF_OLD = Column(check=QualityCheck.REQUIRED, field="region_code")


def asked_of(entity: Entity) -> Iterator[tuple[Column, bool]]:
    """The questions for an entity, and whether it fails them."""
    for column in _REQUIRED:
        yield column, not getattr(entity, column.field)
    if len(entity.code) != 18:
        yield _REGION_OF_OLD, not entity.region_code
    if entity.status in _ENDED:
        yield _ENDED_ON, entity.status_on is None
    elif entity.status is EntityStatus.ACTIVE:
        yield _NOT_ENDED, entity.status_on is not None


def sentence_of(column: Column, entity: Entity) -> str:
    """What is wrong with this entity."""
    title = FIELD_TITLES[column.field]
    if column.unwanted:
        return f"登记状态为{entity.status.value}，却有状态日期（注销、吊销日期）{entity.status_on}"
    if column.check is QualityCheck.STATUS_DATE:
        return f"登记状态为{entity.status.value}，没有{entity.status.value}日期"
    return f"没有{title}（{entity.kind.value}必填）"


def sentence_of_source(column: Column, counts: ColumnCounts) -> str:
    """What is wrong with the source."""
    title = FIELD_TITLES[column.field]
    return f"{counts.asked}户中{counts.failed}户没有{title}，疑为该来源未提供这一列"
