"""Who it might be: from the surest tier to the widest, stopping when a surer one answered.

| tier | asked | when |
|---|---|---|
| code | the code shown; its repairs when it fails its checks | a code is shown |
| key | whole name, former name, telephone, declared shop address | always |
| core | 字号+行业 with the division, then without | name known; groups up to `MOST_OF_A_KEY` |
| brand | 字号 with the division, then alone | short names and shop names, or nothing surer |
| grams | 1-2-grams of the name without division and form | no entity of that whole name |
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from matching.identifiers.repair import CodeRepair
from matching.keys import grams_of
from matching.names.normalise import key_of, normalise_name
from matching.query_facts import Channel, QueryFacts
from records.ports import RegisterStore
from records.register import Entity

__all__ = ["MOST_BY_GRAMS", "MOST_OF_A_KEY", "CandidateSet", "find_candidates"]

MOST_OF_A_KEY = 100
"""A key that more entities share chooses nobody; it is counted, not fetched."""

MOST_BY_GRAMS = 60


@dataclass(slots=True, kw_only=True)
class CandidateSet:
    """Entities by code, how many share each key asked for, and what the codes gave."""

    entities: dict[str, Entity] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    by_code: Entity | None = None
    repaired: tuple[tuple[CodeRepair, Entity], ...] = ()

    def add(self, found: Iterable[Entity]) -> None:
        for entity in found:
            self.entities.setdefault(entity.code, entity)

    def count(self, key: str, register: RegisterStore) -> int:
        """How many entities share a key; asked once."""
        if key not in self.counts:
            self.counts[key] = register.key_count(key)
        return self.counts[key]


def find_candidates(facts: QueryFacts, register: RegisterStore) -> CandidateSet:
    """Everyone worth comparing with the query."""
    found = CandidateSet()
    _by_code(facts, register, found)
    _by_keys(facts, register, found)
    if facts.name and not _whole_name_found(facts, found):
        found.add(register.by_grams(grams_of(facts.parts), limit=MOST_BY_GRAMS))
    return found


def _by_code(facts: QueryFacts, register: RegisterStore, found: CandidateSet) -> None:
    code = facts.identifier.code
    if not code:
        return
    found.by_code = register.by_code(code)
    if found.by_code is not None:
        found.add((found.by_code,))
        return
    hits = ((repair, register.by_code(repair.code)) for repair in facts.repairs)
    found.repaired = tuple((repair, entity) for repair, entity in hits if entity is not None)
    found.add(entity for _repair, entity in found.repaired)


def _by_keys(facts: QueryFacts, register: RegisterStore, found: CandidateSet) -> None:
    asked = [f"name:{facts.name_key}", f"former:{facts.name_key}"] if facts.name else []
    asked.extend(key for key in (facts.phone, facts.url) if key and found.count(key, register) <= MOST_OF_A_KEY)
    if facts.name:
        found.count(f"brand:{facts.parts.brand}", register)
        asked.extend(key for key in _name_tiers(facts) if 0 < found.count(key, register) <= MOST_OF_A_KEY)
    if asked:
        found.add(register.by_keys(asked))


def _name_tiers(facts: QueryFacts) -> tuple[str, ...]:
    core, brand, marks = facts.parts.core, facts.parts.brand, facts.marks
    keys = [f"core-region:{core}|{mark}" for mark in marks]
    keys.append(f"core:{core}")
    keys.extend(f"brand-region:{brand}|{mark}" for mark in marks if mark[0].isdigit())
    if facts.short or facts.channel is Channel.NICKNAME:
        keys.append(f"brand:{brand}")
    return tuple(keys)


def _whole_name_found(facts: QueryFacts, found: CandidateSet) -> bool:
    if facts.short:
        return False
    return any(key_of(normalise_name(entity.name)) == facts.name_key for entity in found.entities.values())
