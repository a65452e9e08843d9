"""How a candidate's name is written beside the one shown: whole, 字号 with 行业, 字号 alone, branch.

Edits are counted by what explains them: a character replaced by one that looks or sounds like it is an accident of
reading or typing, one replaced by another is usually another business, one lacking lies between.
"""

from __future__ import annotations

from typing import NamedTuple

from matching.features import Feature
from matching.names.parts import NameParts
from matching.names.regions import places_in
from matching.names.resemblance import Difference, difference, ratio
from matching.outlines import Outline
from matching.query_facts import QueryFacts, numbers_in

__all__ = ["Written", "branch_level", "core_level", "written_edits", "written_level"]

LONGEST_CORE = 10
"""A longer core says no more."""

_SURE_RATIO = 0.6
_CORE_LEVELS = frozenset((Feature.CORE_EQUAL, Feature.CORE_ALIKE, Feature.CORE_ONE_EDIT, Feature.CORE_TWO_EDITS))

_Counts = tuple[Feature, Feature, Feature, Feature]
_WRITTEN: _Counts = (
    Feature.WRITTEN_ALIKE,
    Feature.WRITTEN_REPLACED,
    Feature.WRITTEN_LACKING,
    Feature.WRITTEN_ADDED,
)
_CORE: _Counts = (Feature.CORE_CHANGED, Feature.CORE_REPLACED, Feature.CORE_LACKING, Feature.CORE_ADDED)
_BRAND: _Counts = (Feature.BRAND_CHANGED, Feature.BRAND_REPLACED, Feature.BRAND_LACKING, Feature.BRAND_ADDED)
_BRANCH: _Counts = (Feature.BRANCH_CHANGED, Feature.BRANCH_REPLACED, Feature.BRANCH_LACKING, Feature.BRANCH_ADDED)


class Written(NamedTuple):
    """The edits between two names as written: whole, or without division where that fits better; None when there are
    too many."""

    by_whole: bool
    edits: Difference | None


def written_edits(facts: QueryFacts, outline: Outline) -> Written:
    """How the name shown and a candidate's differ as written."""
    whole, rest = difference(facts.name_key, outline.key), difference(facts.rest, outline.rest)
    by_whole = whole is not None and (rest is None or whole.cost <= rest.cost)
    return Written(by_whole, whole if by_whole else rest)


def written_level(facts: QueryFacts, outline: Outline, written: Written, features: dict[Feature, float]) -> None:
    """The names as they are written, whichever parts they were taken for: a misread character may have spoilt those."""
    by_whole, edits = written
    features[Feature.WHOLE_RATIO] = ratio(facts.name_key, outline.key)
    features[Feature.REST_RATIO] = ratio(facts.rest, outline.rest)
    if by_whole:
        features[Feature.WRITTEN_WHOLE] = 1.0
    if edits is None:
        features[Feature.WRITTEN_FAR] = 1.0
    elif not edits.cost:
        features[Feature.WRITTEN_EQUAL] = 1.0
    else:
        _count(edits, _WRITTEN, features)
        features[Feature.WRITTEN_SHARE] = edits.cost / max(len(facts.name_key), 1)
    if edits is None or edits.cost:
        _telling_words(facts, outline, edits, features=features)


def core_level(facts: QueryFacts, outline: Outline, features: dict[Feature, float]) -> Difference | None:
    """字号 and 行业 as one text, then 字号 alone; the edits of the former."""
    mine, theirs = facts.core_text, outline.text
    edits = difference(mine, theirs)
    if facts.parts.bare:  # only a 字号: whether the other has an 行业 beside it says nothing
        _brand_level(facts.parts.brand, outline.parts.brand, features)
        features[Feature.CORE_RATIO] = ratio(facts.parts.brand, outline.parts.brand)
        return edits
    likeness = features[Feature.CORE_RATIO] = ratio(mine, theirs)
    if edits is None:
        features[Feature.CORE_FAR] = 1.0
    else:
        _count(edits, _CORE, features)
        _core_edits(edits, mine, features, brand_length=len(facts.parts.brand))
        likeness = max(0.0, 1 - edits.cost / max(len(mine), len(theirs), 1))
    features[Feature.CORE_LIKENESS], features[Feature.CORE_LIKENESS_SQUARED] = likeness, likeness * likeness
    if len(mine) >= 2 and _CORE_LEVELS.isdisjoint(features) and (mine in theirs or theirs in mine):
        features[Feature.CORE_CONTAINED] = 1.0
    if mine != theirs and facts.core_numbers != numbers_in(theirs):
        features[Feature.ORDINAL_APART] = 1.0
    _brand_level(facts.parts.brand, outline.parts.brand, features)
    return edits


def branch_level(shown: NameParts, theirs: str, features: dict[Feature, float]) -> None:
    """The branch, where one of the two has any."""
    mine = shown.branch
    if not mine and not theirs:
        return
    if mine == theirs:
        features[Feature.BRANCH_EQUAL] = 1.0
    elif not theirs:
        features[Feature.BRANCH_MISSING] = 1.0
    elif not mine:  # a short name may leave the branch out, a whole one does not
        features[Feature.BRANCH_EXTRA if shown.form else Feature.BRANCH_OPEN] = 1.0
    else:
        _two_branches(mine, theirs, features)


def _telling_words(
    facts: QueryFacts, outline: Outline, edits: Difference | None, *, features: dict[Feature, float]
) -> None:
    """Numerals and places within the names: they tell apart what is otherwise written alike."""
    theirs = numbers_in(outline.rest)
    if facts.rest_numbers != theirs and (edits is None or edits.other or _numerals_exchanged(edits)):
        features[Feature.NUMBERS_APART] = 1.0
    if edits is not None and facts.rest_places:
        others = places_in(outline.rest)
        if facts.rest_places - others and others - facts.rest_places:
            features[Feature.PLACES_APART] = 1.0


def _numerals_exchanged(edits: Difference) -> bool:
    """Whether one numeral stands for another; one that stands for another character was misread (十 for 卡)."""
    return any(numbers_in(pair[0]) and numbers_in(pair[-1]) for pair in edits.shown)


def _two_branches(mine: str, theirs: str, features: dict[Feature, float]) -> None:
    edits = difference(mine, theirs)
    if edits is None:
        features[Feature.BRANCH_FAR] = 1.0
    else:
        _count(edits, _BRANCH, features)
    near = edits is not None and edits.other <= (1 if len(mine) >= 6 else 0)
    alike = near and numbers_in(mine) == numbers_in(theirs)
    features[Feature.BRANCH_ALIKE if alike else Feature.BRANCH_APART] = 1.0
    features[Feature.BRANCH_NEARNESS] = ratio(mine, theirs) ** 2


def _core_edits(edits: Difference, mine: str, features: dict[Feature, float], *, brand_length: int) -> None:
    other = edits.other
    if not other:
        changed = edits.alike >= max(2, brand_length)  # as many as the 字号 has: hardly an accident
        same = Feature.CORE_TWO_EDITS if changed else Feature.CORE_ALIKE
        features[same if edits.alike else Feature.CORE_EQUAL] = 1.0
    elif other == 1 and len(mine) > 2:
        features[Feature.CORE_ONE_EDIT] = 1.0
    elif other == 2 and len(mine) > 4:
        features[Feature.CORE_TWO_EDITS] = 1.0
    if other <= 1 and Feature.CORE_TWO_EDITS not in features:
        features[Feature.CORE_LENGTH] = float(min(len(mine), LONGEST_CORE))


def _brand_level(mine: str, theirs: str, features: dict[Feature, float]) -> None:
    if mine == theirs:
        features[Feature.BRAND_EQUAL] = 1.0
        return
    edits = difference(mine, theirs)
    if edits is not None:
        _count(edits, _BRAND, features)
    if edits is not None and (not edits.other or (edits.other == 1 and not edits.alike and len(mine) > 2)):
        features[Feature.BRAND_ALIKE] = 1.0
    elif not (mine in theirs or theirs in mine) and ratio(mine, theirs) < _SURE_RATIO:
        features[Feature.BRAND_APART] = 1.0


def _count(edits: Difference, counts: _Counts, features: dict[Feature, float]) -> None:
    if edits.alike:
        features[counts[0]] = 2.0 if edits.alike > 1 else 1.0
    if edits.replaced:
        features[counts[1]] = 2.0 if edits.replaced > 1 else 1.0
    if edits.missing:
        features[counts[2]] = 2.0 if edits.missing > 1 else 1.0
    if edits.added:
        features[counts[3]] = 2.0 if edits.added > 1 else 1.0
