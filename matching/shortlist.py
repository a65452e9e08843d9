"""Which candidates are worth comparing part by part: a comparison costs fifty times what this look does.

Two looks, both at whole normalised names: how much of the query's 字号+行业 stands in the candidate's name in order,
with what else speaks for it (division, person, address); and how alike the whole names are. The best of either are
compared; those found by a code, a telephone or a declared address always are.
"""

from __future__ import annotations

import heapq

from rapidfuzz.distance import Indel, LCSseq

from matching.candidates import CandidateSet
from matching.identifiers.uscc import division_of
from matching.names.normalise import key_of
from matching.query_facts import QueryFacts
from records.register import Entity

__all__ = ["shortlist"]

_BY_CORE = 18
_BY_WHOLE = 12
_SAME_DIVISION = 1.2  # in characters of the core
_SAME_PERSON = 3.0
_SAME_ADDRESS = 3.0
_ADDRESS_NEAR = 0.7
_LENGTH = 0.06


def shortlist(facts: QueryFacts, found: CandidateSet) -> list[Entity]:
    """The candidates to compare, in the order they were found."""
    entities = list(found.entities.values())
    if not facts.name or len(entities) <= _BY_CORE:
        return entities
    core = facts.parts.brand + facts.parts.industry + facts.parts.branch
    codes = tuple(region.code for region in facts.regions if region.code)
    by_core: list[tuple[float, int]] = []
    by_whole: list[tuple[float, int]] = []
    for place, entity in enumerate(entities):
        keys = [key_of(found.normalised(name)) for name in (entity.name, *entity.former_names)]
        beside = _beside_the_name(facts, entity, codes)
        by_core.append((max(LCSseq.similarity(core, key) - _LENGTH * len(key) for key in keys) + beside, -place))
        by_whole.append((max(Indel.normalized_similarity(facts.name_key, key) for key in keys), -place))
    kept = {-place for _worth, place in heapq.nlargest(_BY_CORE, by_core)}
    kept.update(-place for _worth, place in heapq.nlargest(_BY_WHOLE, by_whole))
    return [entity for place, entity in enumerate(entities) if place in kept or entity.code in found.sure]


def _beside_the_name(facts: QueryFacts, entity: Entity, codes: tuple[str, ...]) -> float:
    worth = 0.0
    if codes:
        numbered = entity.region_code or division_of(entity.code) or entity.code[:6]
        worth += _SAME_DIVISION if numbered.startswith(codes) else 0.0
    if facts.person and entity.legal_representative == facts.query.legal_representative:
        worth += _SAME_PERSON
    if facts.address and entity.address:
        near = Indel.normalized_similarity(facts.query.address, entity.address)
        worth += _SAME_ADDRESS if near >= _ADDRESS_NEAR else 0.0
    return worth
