"""One candidate against the query, part by part: each comparison ends in a level, each level is a feature of the score.

Name parts: 字号+行业 together (`core`), 字号 alone, 行业, division, form, branch. Other evidence: code, telephone, shop
address, legal representative, street address. A part that one side lacks is `missing`, never a conflict.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from matching.candidates import CandidateSet
from matching.edits import Alignment, edit_levels, written_of
from matching.features import Feature
from matching.keys import phone_key, url_key
from matching.names.normalise import key_of, normalise_name
from matching.names.parts import NameParts, form_family
from matching.names.regions import Region, is_prefecture
from matching.names.resemblance import Difference, ratio
from matching.outlines import Held, Outline
from matching.query_facts import Channel, QueryFacts, within_division
from matching.ties import icp_key
from matching.writing import branch_level, core_level, written_level
from records.register import Entity

__all__ = ["SMALLEST_POPULATION", "Comparison", "Feature", "compare"]

SMALLEST_POPULATION = 20_000
"""A register of a few hundred cannot tell how rare a trade name is; rarity is reckoned over at least this many."""

_MUNICIPALITIES = frozenset(("11", "12", "31", "50", "71", "81", "82"))

LEAST_ADDRESS = 4
"""Fewer characters below the division (a village, 大街) are found all over."""


class Comparison(NamedTuple):
    """A candidate's features (value 1.0 for a level, a number for a rarity or ratio) and what the sentences need."""

    held: Held
    name_used: str
    parts: NameParts
    features: Mapping[Feature, float]
    difference: Difference | None = None
    alignment: Alignment | None = None

    @property
    def entity(self) -> Entity:
        """The whole record of the candidate."""
        return self.held.entity

    def has(self, *features: Feature) -> bool:
        """Whether any of these levels was reached."""
        return not self.features.keys().isdisjoint(features)

    @property
    def name_agrees(self) -> bool:
        """The name speaks for this entity: whole, core or 字号 the same, or but for look-alikes or one character."""
        return self.has(
            Feature.NAME_EQUAL, Feature.CORE_EQUAL, Feature.CORE_ALIKE, Feature.CORE_ONE_EDIT, Feature.BRAND_EQUAL
        )


def compare(facts: QueryFacts, held: Held, *, found: CandidateSet, total: int) -> Comparison:
    """Compare with the entity's name, or the former name that fits better."""
    name_used, outline = held.name, held.outline
    features: dict[Feature, float] = {}
    if facts.name and outline.key != facts.name_key and found.led_by(f"former:{facts.name_key}", held):
        name_used = _former_name(facts, held)
        outline = held.outline_of_name(name_used)
        features[Feature.FORMER_NAME] = 1.0
    edits = _name_levels(facts, outline, features, found=found, total=total)
    alignment = None if facts.channel is Channel.NONE else edit_levels(facts, outline, found, features, total=total)
    _code_level(facts, held, found, features)
    _contact_levels(facts, held, found, features)
    return Comparison(held, name_used, outline.parts, features, edits, alignment)


def _former_name(facts: QueryFacts, held: Held) -> str:
    """The one of just the name shown."""
    fitting = (name for name in held.entity.former_names if key_of(normalise_name(name)) == facts.name_key)
    return next(fitting, held.name)


def _name_levels(
    facts: QueryFacts, outline: Outline, features: dict[Feature, float], *, found: CandidateSet, total: int
) -> Difference | None:
    if facts.channel is Channel.NONE:
        return None
    parts = outline.parts
    if not facts.parts.bare:
        if outline.key == facts.name_key:
            features[Feature.NAME_EQUAL] = 1.0
        elif parts.brand == facts.parts.brand and _texts(parts) == _texts(facts.parts):
            features[Feature.PARTS_EQUAL] = 1.0
    edits = core_level(facts, outline, features)
    written_level(facts, outline, written_of(facts, outline, found), features)
    _rarity(facts, features, found=found, total=total)
    _industry_level(facts.parts.industry, parts.industry, features)
    _region_level(facts, outline.regions, features)
    _place_level(facts, parts.region, features)
    _form_level(facts.parts.form, parts.form, features)
    branch_level(facts.parts, parts.branch, features)
    return edits


def _texts(parts: NameParts) -> tuple[str, ...]:
    """All parts, however long the division is written out."""
    region = parts.region
    return parts.brand, parts.industry, parts.form, parts.branch, region.code, region.text, region.township


def _rarity(facts: QueryFacts, features: dict[Feature, float], *, found: CandidateSet, total: int) -> None:
    """How much an agreement is worth: rare trade names say more (counts come from the tiers asked)."""
    parts, population = facts.parts, max(total, SMALLEST_POPULATION)
    if Feature.CORE_EQUAL in features and not parts.branch:
        features[Feature.CORE_RARITY] = math.log(population / max(found.counts.get(f"core:{parts.core}", 0), 1))
    if Feature.BRAND_EQUAL in features:
        features[Feature.BRAND_RARITY] = math.log(population / max(found.counts.get(f"brand:{parts.brand}", 0), 1))


def _industry_level(mine: str, theirs: str, features: dict[Feature, float]) -> None:
    if not mine or not theirs:
        if mine or theirs:
            features[Feature.INDUSTRY_MISSING] = 1.0
    elif mine == theirs:
        features[Feature.INDUSTRY_EQUAL] = 1.0
    elif mine in theirs or theirs in mine or ratio(mine, theirs) >= 0.5:
        features[Feature.INDUSTRY_AKIN] = 1.0
    else:
        features[Feature.INDUSTRY_APART] = 1.0


def _region_level(facts: QueryFacts, theirs: tuple[Region, ...], features: dict[Feature, float]) -> None:
    their_codes = [region.code for region in theirs if region.code]
    if not facts.region_codes or not their_codes:
        features[Feature.REGION_MISSING] = 1.0
        return
    level = Feature.REGION_APART
    for mine in facts.region_codes:
        for code in their_codes:
            if code[:2] != mine[:2]:
                continue
            if (code == mine and len(code) == 4) or code[:2] in _MUNICIPALITIES:
                features[Feature.REGION_SAME] = 1.0
                return
            if len(code) == 2 or len(mine) == 2:
                level = Feature.REGION_PROVINCE
    features[level] = 1.0


def _place_level(facts: QueryFacts, theirs: Region, features: dict[Feature, float]) -> None:
    """Places below the province as the names say them: the same, or two that cannot lie in one another."""
    if not theirs.text or len(theirs.code) == 2:
        return
    township = facts.parts.region.township
    if township and theirs.township and township != theirs.township:
        features[Feature.PLACE_APART] = 1.0
        return
    mine = [region for region in facts.regions if region.text and len(region.code) != 2]
    if any(region.text == theirs.text for region in mine):
        features[Feature.PLACE_SAME] = 1.0
    elif mine and not any(_may_contain(region, theirs) for region in mine):
        features[Feature.PLACE_APART] = 1.0


def _may_contain(one: Region, other: Region) -> bool:
    if one.text in other.text or other.text in one.text:
        return True
    if is_prefecture(one.text) == is_prefecture(other.text):
        return False
    return not one.code or not other.code or one.code == other.code


def _form_level(mine: str, theirs: str, features: dict[Feature, float]) -> None:
    if not mine or not theirs:
        return
    if mine == theirs:
        features[Feature.FORM_EQUAL] = 1.0
    elif form_family(mine) == form_family(theirs):
        features[Feature.FORM_AKIN] = 1.0
    else:
        features[Feature.FORM_APART] = 1.0


def _code_level(facts: QueryFacts, held: Held, found: CandidateSet, features: dict[Feature, float]) -> None:
    if found.by_code is held:
        features[Feature.CODE_EQUAL] = 1.0
    elif any(hit is held for _repair, hit in found.repaired):
        features[Feature.CODE_REPAIRED] = 1.0
    elif facts.identifier.sound and len(facts.identifier.code) == len(held.code):
        features[Feature.CODE_OTHER] = 1.0


def _contact_levels(facts: QueryFacts, held: Held, found: CandidateSet, features: dict[Feature, float]) -> None:
    if facts.phone and _has_phone(facts.phone, held, found):
        features[Feature.PHONE_EQUAL] = 1.0
    if facts.url and _has_url(facts.url, held, found):
        features[Feature.URL_DECLARED] = 1.0
    if facts.icp and _has_icp(facts.icp, held, found):
        features[Feature.ICP_DECLARED] = 1.0
    if facts.person and held.entity.legal_representative:
        same = facts.person == normalise_name(held.entity.legal_representative)
        features[Feature.PERSON_EQUAL if same else Feature.PERSON_DIFFERS] = 1.0
    if len(facts.address) >= LEAST_ADDRESS:
        _address_level(facts.address, within_division(held.entity.address), features)


def _has_phone(phone: str, held: Held, found: CandidateSet) -> bool:
    known = found.led_by(phone, held)
    if known is not None:
        return known
    return any(phone_key(number) == phone for number in held.entity.phone.replace("；", ";").split(";"))


def _has_url(url: str, held: Held, found: CandidateSet) -> bool:
    known = found.led_by(url, held)
    return any(url_key(one) == url for one in held.entity.shop_urls) if known is None else known


def _has_icp(icp: str, held: Held, found: CandidateSet) -> bool:
    known = found.led_by(icp, held)
    return any(icp_key(site.icp_no) == icp for site in held.entity.sites) if known is None else known


def _address_level(mine: str, theirs: str, features: dict[Feature, float]) -> None:
    """Below the division: that both lie in one county is told by the region, and would make strangers neighbours."""
    if len(theirs) < LEAST_ADDRESS:
        return
    near = ratio(mine, theirs)
    contained = mine in theirs or theirs in mine
    level = Feature.ADDRESS_EQUAL if contained or near >= 0.9 else Feature.ADDRESS_NEAR
    features[level if contained or near >= 0.7 else Feature.ADDRESS_APART] = 1.0
