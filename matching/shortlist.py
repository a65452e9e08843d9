"""Which candidates are worth comparing part by part: a comparison costs fifty times what this look does.

Two looks: how much of the query's 字号+行业 stands in the candidate's whole name in order, with what else speaks for it
(division, person, address); and how alike the whole names are. The best of either are compared; those found by a code,
a telephone or a declared address always are.
"""

from __future__ import annotations

from rapidfuzz.distance import Indel, LCSseq
from rapidfuzz.process import extract

from matching.candidates import CandidateSet
from matching.names.resemblance import ratio
from matching.outlines import Held
from matching.query_facts import QueryFacts, within_division

__all__ = ["shortlist"]

_BY_CORE = 8
_BY_WHOLE = 5
_MORE_OF_A_BRAND = 4  # only a 字号 shown: many carry it, and an officer is shown them
_SAME_DIVISION = 1.2  # in characters of the core
_SAME_PERSON = 3.0
_SAME_ADDRESS = 3.0
_ADDRESS_NEAR = 0.7
_LENGTH = 0.06


def shortlist(facts: QueryFacts, found: CandidateSet) -> list[Held]:
    """The candidates to compare, in the order they were found."""
    candidates = list(found.held.values())
    most = _BY_CORE + (_MORE_OF_A_BRAND if facts.parts.bare else 0)
    if facts.person or facts.address:
        found.read_whole(found.held)
    if not facts.name or len(candidates) <= most:
        return candidates
    core = facts.parts.brand + facts.parts.industry + facts.parts.branch
    codes = tuple(region.code for region in facts.regions if region.code)
    beside = facts.person or facts.address
    renamed = found.led_to(f"former:{facts.name_key}")
    keys = [facts.name_key if held.code in renamed else held.key for held in candidates]
    by_core: list[tuple[float, int]] = []
    for key, in_order, place in extract(core, keys, scorer=LCSseq.similarity, limit=None):
        worth = in_order - _LENGTH * len(key)
        if codes:
            named, numbered = candidates[place].divisions
            if named.startswith(codes) or numbered.startswith(codes):
                worth += _SAME_DIVISION
        if beside:
            worth += _beside_the_name(facts, candidates[place])
        by_core.append((-worth, place))
    by_core.sort()
    kept = {place for _worth, place in by_core[:most]}
    alike = extract(facts.name_key, keys, scorer=Indel.normalized_similarity, limit=most - _BY_CORE + _BY_WHOLE)
    kept.update([place for _key, _similarity, place in alike])
    return [held for place, held in enumerate(candidates) if place in kept or held.code in found.sure]


def _beside_the_name(facts: QueryFacts, held: Held) -> float:
    worth = 0.0
    if facts.person and held.entity.legal_representative == facts.query.legal_representative:
        worth += _SAME_PERSON
    if facts.address and ratio(facts.address, within_division(held.entity.address)) >= _ADDRESS_NEAR:
        worth += _SAME_ADDRESS
    return worth
