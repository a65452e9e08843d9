"""What a comparison may find, by name: the rows of the weight table (`matching.scoring.WEIGHTS`).

A level counts 1.0 when it was reached. Counts (`*_ALIKE`, `*_REPLACED`, `*_LACKING`, `*_ADDED`) are of characters, two
at most: replaced by a look- or sound-alike, by another, lacking in the name shown, added in it. Ratios are 0.0 to 1.0,
rarities natural logarithms.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

__all__ = ["AGREEMENTS", "CONFLICTS", "Feature", "in_conflict"]


class Feature(StrEnum):
    """A level, count, ratio or rarity."""

    NAME_EQUAL = "name_equal"
    PARTS_EQUAL = "parts_equal"
    # The name as written: whole, or both sides without division where that fits better.
    WRITTEN_EQUAL = "written_equal"
    WRITTEN_ALIKE = "written_alike"
    WRITTEN_REPLACED = "written_replaced"
    WRITTEN_LACKING = "written_lacking"
    WRITTEN_ADDED = "written_added"
    WRITTEN_SHARE = "written_share"
    WRITTEN_FAR = "written_far"
    WRITTEN_WHOLE = "written_whole"
    WHOLE_RATIO = "whole_ratio"
    REST_RATIO = "rest_ratio"
    NUMBERS_APART = "numbers_apart"
    # Where they differ: how much more usual the registered side is (`matching.edits`).
    ALIKE_USUAL = "alike_usual"
    ALIKE_COMMON = "alike_common"
    REPLACED_USUAL = "replaced_usual"
    REPLACED_COMMON = "replaced_common"
    LACKING_USUAL = "lacking_usual"
    ADDED_USUAL = "added_usual"
    ODD = "odd"
    EXPLAINED = "explained"
    WORD_APART = "word_apart"
    # 字号 and 行业 together.
    CORE_EQUAL = "core_equal"
    CORE_ALIKE = "core_alike"
    CORE_ONE_EDIT = "core_one_edit"
    CORE_TWO_EDITS = "core_two_edits"
    CORE_CONTAINED = "core_contained"
    CORE_CHANGED = "core_changed"
    CORE_REPLACED = "core_replaced"
    CORE_LACKING = "core_lacking"
    CORE_ADDED = "core_added"
    CORE_FAR = "core_far"
    CORE_RATIO = "core_ratio"
    CORE_LIKENESS = "core_likeness"
    CORE_LIKENESS_SQUARED = "core_likeness_squared"
    CORE_RARITY = "core_rarity"
    CORE_LENGTH = "core_length"
    ORDINAL_APART = "ordinal_apart"
    # 字号 alone.
    BRAND_EQUAL = "brand_equal"
    BRAND_ALIKE = "brand_alike"
    BRAND_APART = "brand_apart"
    BRAND_CHANGED = "brand_changed"
    BRAND_REPLACED = "brand_replaced"
    BRAND_LACKING = "brand_lacking"
    BRAND_ADDED = "brand_added"
    BRAND_RARITY = "brand_rarity"
    INDUSTRY_EQUAL = "industry_equal"
    INDUSTRY_AKIN = "industry_akin"
    INDUSTRY_MISSING = "industry_missing"
    INDUSTRY_APART = "industry_apart"
    REGION_SAME = "region_same"
    REGION_PROVINCE = "region_province"
    REGION_MISSING = "region_missing"
    REGION_APART = "region_apart"
    PLACE_SAME = "place_same"
    PLACE_APART = "place_apart"
    PLACES_APART = "places_apart"
    FORM_EQUAL = "form_equal"
    FORM_AKIN = "form_akin"
    FORM_APART = "form_apart"
    BRANCH_EQUAL = "branch_equal"
    BRANCH_ALIKE = "branch_alike"
    BRANCH_MISSING = "branch_missing"
    BRANCH_EXTRA = "branch_extra"
    BRANCH_OPEN = "branch_open"
    BRANCH_APART = "branch_apart"
    BRANCH_NEARNESS = "branch_nearness"
    BRANCH_CHANGED = "branch_changed"
    BRANCH_REPLACED = "branch_replaced"
    BRANCH_LACKING = "branch_lacking"
    BRANCH_ADDED = "branch_added"
    BRANCH_FAR = "branch_far"
    FORMER_NAME = "former_name"
    CODE_EQUAL = "code_equal"
    CODE_REPAIRED = "code_repaired"
    CODE_OTHER = "code_other"
    PHONE_EQUAL = "phone_equal"
    URL_DECLARED = "url_declared"
    ICP_DECLARED = "icp_declared"
    PERSON_EQUAL = "person_equal"
    PERSON_DIFFERS = "person_differs"
    ADDRESS_EQUAL = "address_equal"
    ADDRESS_NEAR = "address_near"
    ADDRESS_APART = "address_apart"


AGREEMENTS = (
    Feature.NAME_EQUAL,
    Feature.PARTS_EQUAL,
    Feature.CORE_EQUAL,
    Feature.CORE_ALIKE,
    Feature.CORE_ONE_EDIT,
    Feature.CORE_TWO_EDITS,
)
"""Without one of these the name agrees in a part only (a 字号 in another trade) and settles nothing by itself, unless
it is written alike as a whole."""

CONFLICTS = (
    Feature.BRANCH_REPLACED,
    Feature.BRANCH_FAR,
    Feature.NUMBERS_APART,
    Feature.PLACES_APART,
    Feature.REGION_APART,
    Feature.WORD_APART,
)
"""Levels at which two registered subjects usually differ by nothing else (parent and branch, first and second works,
the same name in two cities): never settled by the name alone."""

_BRANCHES = (Feature.BRANCH_MISSING, Feature.BRANCH_EXTRA, Feature.BRANCH_OPEN)
_NEAR_BRANCH = 0.6


def in_conflict(features: Mapping[Feature, float]) -> bool:
    """Whether the name shown and a candidate's differ in what tells one subject from its like, so that the name alone
    settles nothing. A branch on one side only counts where the names differ by its length: a misread legal form hides
    where a branch begins."""
    if Feature.EXPLAINED in features:
        return Feature.REGION_APART in features or Feature.PLACES_APART in features
    if any(feature in features for feature in CONFLICTS):
        return True
    far = (
        Feature.WRITTEN_FAR in features
        or max(features.get(Feature.WRITTEN_LACKING, 0.0), features.get(Feature.WRITTEN_ADDED, 0.0)) >= 2
    )
    if Feature.BRANCH_APART in features and features.get(Feature.BRANCH_NEARNESS, 0.0) < _NEAR_BRANCH:
        return far or Feature.WRITTEN_REPLACED in features
    return far and any(feature in features for feature in _BRANCHES)
