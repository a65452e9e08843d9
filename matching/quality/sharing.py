"""Entities that are one and the same under two numbers, found over the whole register."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from matching.names.normalise import key_of, normalise_name
from matching.quality.codes import USCC_LENGTH
from matching.quality.duplicates import Groups
from matching.quality.fields import is_placeholder
from records.quality import QualityCheck
from records.register import Entity, EntityKind, EntityStatus

__all__ = ["Sharers", "Sharing"]

Lookup = Callable[[str], Entity | None]
"""An entity by its code."""

_LEAST_ADDRESS = 6
_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """An entity and the others it shares something with."""

    check: QualityCheck
    field: str
    entity: Entity
    others: tuple[Entity, ...]

    @property
    def sentence(self) -> str:
        """In words, the first few others by code."""
        shown = "、".join(f"{other.name}（{other.code}）" for other in self.others[:_SHOWN])
        more = f"等{len(self.others)}户" if len(self.others) > _SHOWN else ""
        what = {
            QualityCheck.SAME_SUBJECT: "主体标识码（第9至17位）与另一代码相同",
            QualityCheck.SAME_PLACE: "名称、住所都与另一存续主体相同，疑为重复登记",
            QualityCheck.TWO_NUMBERS: "同名同址的主体以旧注册号和统一社会信用代码各登记一次",
        }[self.check]
        return f"{what}：{shown}{more}"


@dataclass(slots=True)
class Sharers:
    """Add every entity of the register, then ask. A cancelled entity may be registered anew: only living ones count."""

    subjects: Groups = field(default_factory=Groups)
    places: Groups = field(default_factory=Groups)

    def add(self, entity: Entity) -> tuple[QualityCheck, ...]:
        """Remember an entity; the checks it takes part in."""
        code = entity.code
        taken: list[QualityCheck] = []
        if len(code) == USCC_LENGTH:
            self.subjects.add(code[8:17], code)
            taken.append(QualityCheck.SAME_SUBJECT)
        place = _place(entity)
        if place:
            self.places.add(place, code)
            taken.append(QualityCheck.SAME_PLACE)
        return tuple(taken)

    def found(self, lookup: Lookup) -> Iterator[Sharing]:
        """Every entity that shares, each with its others."""
        for codes in self.subjects.shared():
            entities = _entities(codes, lookup)
            if len({entity.code for entity in entities}) > 1:
                yield from _each(QualityCheck.SAME_SUBJECT, "code", entities)
        for codes in self.places.shared():
            entities = [entity for entity in _entities(codes, lookup) if _place(entity)]
            if len({_place(entity) for entity in entities}) != 1 or len(entities) < 2:
                continue
            mixed = len({len(entity.code) == USCC_LENGTH for entity in entities}) > 1
            yield from _each(QualityCheck.TWO_NUMBERS if mixed else QualityCheck.SAME_PLACE, "name", entities)


def _place(entity: Entity) -> str:
    if entity.status is not EntityStatus.ACTIVE or entity.kind is EntityKind.BRANCH:
        return ""
    address = normalise_name(entity.address)
    if len(address) < _LEAST_ADDRESS or is_placeholder(entity.address):
        return ""
    return f"{key_of(normalise_name(entity.name))}\x1f{key_of(address)}"


def _entities(codes: tuple[str, ...], lookup: Lookup) -> list[Entity]:
    return [found for code in dict.fromkeys(codes) if (found := lookup(code)) is not None]


def _each(check: QualityCheck, field_name: str, entities: list[Entity]) -> Iterator[Sharing]:
    for entity in entities:
        others = tuple(other for other in entities if other.code != entity.code)
        yield Sharing(check=check, field=field_name, entity=entity, others=others)
