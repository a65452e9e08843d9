"""Who it might be: from the surest tier to the widest, stopping when a surer one answered.

| tier | asked | when |
|---|---|---|
| code | the code shown; its repairs when it fails its checks | a code is shown |
| key | whole name, former name, telephone, declared shop address | always |
| core | 字号+行业 with the division, then without | name known; groups up to `MOST_OF_A_KEY` |
| variant | 字号+行业 with one character put right (`matching.variants`) | neither name nor regional core is found |
| brand | 字号 with the division, then alone | short names and shop names, or nothing surer |
| grams | 1-2-grams of the name without division and form | no entity of that whole name |
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from matching.identifiers.repair import CodeRepair
from matching.keys import grams_of
from matching.names.normalise import key_of, normalise_name
from matching.query_facts import Channel, QueryFacts
from matching.variants import core_variants
from records.ports import RegisterStore
from records.register import Entity

__all__ = ["MOST_BY_GRAMS", "MOST_OF_A_KEY", "MOST_OF_A_VARIANT", "CandidateSet", "find_candidates"]

MOST_OF_A_KEY = 100
"""A key that more entities share chooses nobody; it is counted, not fetched."""

MOST_OF_A_VARIANT = 12
"""A variant is a guess: one that many entities share is no lead."""

MOST_BY_GRAMS = 80


@dataclass(slots=True, kw_only=True)
class CandidateSet:
    """Entities by code, how many share each key asked for, and what the codes gave. `sure` are the codes of those that
    something beside the name led to."""

    entities: dict[str, Entity] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    by_code: Entity | None = None
    repaired: tuple[tuple[CodeRepair, Entity], ...] = ()
    sure: set[str] = field(default_factory=set)
    _normalised: dict[str, str] = field(default_factory=dict)

    def add(self, found: Iterable[Entity], *, sure: bool = False) -> None:
        for entity in found:
            self.entities.setdefault(entity.code, entity)
            if sure:
                self.sure.add(entity.code)

    def count(self, keys: Sequence[str], register: RegisterStore) -> None:
        """Ask how many entities share each of the keys."""
        asked = [key for key in keys if key not in self.counts]
        if asked:
            self.counts.update(dict.fromkeys(asked, 0) | dict(register.key_counts(asked)))

    def few(self, keys: Iterable[str], *, most: int = MOST_OF_A_KEY) -> list[str]:
        """Those of the counted keys that somebody has, but not too many."""
        return [key for key in keys if 0 < self.counts[key] <= most]

    def normalised(self, name: str) -> str:
        """The normal form of a candidate's name; made once."""
        known = self._normalised.get(name)
        if known is None:
            known = self._normalised[name] = normalise_name(name)
        return known


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
        found.add((found.by_code,), sure=True)
        return
    hits = ((repair, register.by_code(repair.code)) for repair in facts.repairs)
    found.repaired = tuple((repair, entity) for repair, entity in hits if entity is not None)
    found.add((entity for _repair, entity in found.repaired), sure=True)


def _by_keys(facts: QueryFacts, register: RegisterStore, found: CandidateSet) -> None:
    contacts = [key for key in (facts.phone, facts.url) if key]
    whole = [f"name:{facts.name_key}", f"former:{facts.name_key}"] if facts.name else []
    tiers = _name_tiers(facts) if facts.name else ()
    brand = [f"brand:{facts.parts.brand}"] if facts.name else []
    found.count((*contacts, *whole, *tiers, *brand), register)
    if reached := found.few(contacts):
        found.add(register.by_keys(reached), sure=True)
    asked = [key for key in whole if found.counts[key]] + found.few(tiers)
    if facts.name and not any(found.counts[key] for key in whole):
        asked.extend(_variants(facts, register, found))
    if asked:
        found.add(register.by_keys(asked))


def _variants(facts: QueryFacts, register: RegisterStore, found: CandidateSet) -> list[str]:
    marks = [mark for mark in facts.marks if mark[0].isdigit()][:1]
    if marks and found.counts[f"core-region:{facts.parts.core}|{marks[0]}"]:
        return []
    varied = core_variants(facts.parts)
    keys = [f"core-region:{core}|{mark}" for core in varied for mark in marks] or [f"core:{core}" for core in varied]
    found.count(keys, register)
    return found.few(keys, most=MOST_OF_A_VARIANT)


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
    return any(key_of(found.normalised(entity.name)) == facts.name_key for entity in found.entities.values())
