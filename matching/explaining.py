"""Each piece of evidence as one Chinese sentence with its weight: what a supervisor reads beside the probability."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matching.candidates import CandidateSet
from matching.comparing import Comparison
from matching.features import Feature
from matching.query_facts import Channel, QueryFacts
from matching.scoring import Scored
from records.register import Reason

__all__ = ["Explainer", "Told", "doubt_reason", "margin_reason", "note"]

_GROUPS: tuple[tuple[str, tuple[Feature, ...]], ...] = (
    ("code", (Feature.CODE_EQUAL, Feature.CODE_REPAIRED, Feature.CODE_OTHER)),
    (
        "core",
        (
            Feature.NAME_EQUAL,
            Feature.PARTS_EQUAL,
            Feature.CORE_EQUAL,
            Feature.CORE_ALIKE,
            Feature.CORE_ONE_EDIT,
            Feature.CORE_TWO_EDITS,
            Feature.CORE_CONTAINED,
            Feature.CORE_CHANGED,
            Feature.CORE_REPLACED,
            Feature.CORE_LACKING,
            Feature.CORE_ADDED,
            Feature.CORE_FAR,
            Feature.CORE_RATIO,
            Feature.CORE_LIKENESS,
            Feature.CORE_LIKENESS_SQUARED,
            Feature.CORE_RARITY,
            Feature.CORE_LENGTH,
            Feature.BRAND_EQUAL,
            Feature.BRAND_ALIKE,
            Feature.BRAND_APART,
            Feature.BRAND_CHANGED,
            Feature.BRAND_REPLACED,
            Feature.BRAND_LACKING,
            Feature.BRAND_ADDED,
            Feature.BRAND_RARITY,
            Feature.WRITTEN_EQUAL,
            Feature.WRITTEN_ALIKE,
            Feature.WRITTEN_REPLACED,
            Feature.WRITTEN_LACKING,
            Feature.WRITTEN_ADDED,
            Feature.WRITTEN_SHARE,
            Feature.WRITTEN_FAR,
            Feature.WRITTEN_WHOLE,
            Feature.WHOLE_RATIO,
            Feature.REST_RATIO,
        ),
    ),
    (
        "industry",
        (Feature.INDUSTRY_EQUAL, Feature.INDUSTRY_AKIN, Feature.INDUSTRY_MISSING, Feature.INDUSTRY_APART),
    ),
    (
        "region",
        (
            Feature.REGION_SAME,
            Feature.REGION_PROVINCE,
            Feature.REGION_MISSING,
            Feature.REGION_APART,
            Feature.PLACE_SAME,
            Feature.PLACE_APART,
            Feature.PLACES_APART,
        ),
    ),
    ("ordinal", (Feature.ORDINAL_APART, Feature.NUMBERS_APART)),
    (
        "usage",
        (
            Feature.WORD_APART,
            Feature.EXPLAINED,
            Feature.ALIKE_USUAL,
            Feature.ALIKE_COMMON,
            Feature.REPLACED_USUAL,
            Feature.REPLACED_COMMON,
            Feature.LACKING_USUAL,
            Feature.ADDED_USUAL,
            Feature.ODD,
        ),
    ),
    ("form", (Feature.FORM_EQUAL, Feature.FORM_AKIN, Feature.FORM_APART)),
    (
        "branch",
        (
            Feature.BRANCH_EQUAL,
            Feature.BRANCH_ALIKE,
            Feature.BRANCH_MISSING,
            Feature.BRANCH_EXTRA,
            Feature.BRANCH_OPEN,
            Feature.BRANCH_APART,
            Feature.BRANCH_NEARNESS,
            Feature.BRANCH_CHANGED,
            Feature.BRANCH_REPLACED,
            Feature.BRANCH_LACKING,
            Feature.BRANCH_ADDED,
            Feature.BRANCH_FAR,
        ),
    ),
    ("former_name", (Feature.FORMER_NAME,)),
    ("phone", (Feature.PHONE_EQUAL,)),
    ("shop_url", (Feature.URL_DECLARED,)),
    ("icp", (Feature.ICP_DECLARED,)),
    ("person", (Feature.PERSON_EQUAL, Feature.PERSON_DIFFERS)),
    ("address", (Feature.ADDRESS_EQUAL, Feature.ADDRESS_NEAR, Feature.ADDRESS_APART)),
)
"""Features told in one sentence together; their weights are added."""

_FIXED = {
    Feature.INDUSTRY_EQUAL: "行业表述相同",
    Feature.INDUSTRY_AKIN: "行业表述相近",
    Feature.INDUSTRY_MISSING: "一方未写行业",
    Feature.INDUSTRY_APART: "行业表述不同",
    Feature.REGION_SAME: "行政区划一致",
    Feature.REGION_PROVINCE: "同省，市级区划不能比对",
    Feature.REGION_MISSING: "区划缺失，未参与比对",
    Feature.REGION_APART: "行政区划不一致",
    Feature.PLACE_SAME: "名称中的地名一致",
    Feature.PLACE_APART: "名称中的地名不同",
    Feature.PLACES_APART: "名称内所含地名不同",
    Feature.NUMBERS_APART: "名称中的序数不同",
    Feature.FORM_EQUAL: "组织形式相同",
    Feature.FORM_AKIN: "组织形式相近",
    Feature.FORM_APART: "组织形式不同",
    Feature.BRANCH_EQUAL: "分支机构名称一致",
    Feature.BRANCH_ALIKE: "分支机构名称相近",
    Feature.BRANCH_MISSING: "所示名称为分支机构，该主体不是",
    Feature.BRANCH_OPEN: "该主体为分支机构，所示简称未写明",
    Feature.BRANCH_EXTRA: "该主体为分支机构，所示名称不是",
    Feature.BRANCH_APART: "分支机构名称不同",
    Feature.PHONE_EQUAL: "联系电话与登记一致",
    Feature.URL_DECLARED: "本店网址已由该主体在年报中申报",
    Feature.ICP_DECLARED: "所示ICP备案号与该主体年报申报的网站一致",
    Feature.PERSON_EQUAL: "法定代表人或经营者一致",
    Feature.PERSON_DIFFERS: "法定代表人或经营者不一致",
    Feature.ADDRESS_EQUAL: "地址与住所一致",
    Feature.ADDRESS_NEAR: "地址与住所相近",
    Feature.ADDRESS_APART: "地址与住所不同",
}


_SPEAKS_FOR = frozenset(
    (
        Feature.INDUSTRY_EQUAL,
        Feature.INDUSTRY_AKIN,
        Feature.REGION_SAME,
        Feature.REGION_PROVINCE,
        Feature.PLACE_SAME,
        Feature.FORM_EQUAL,
        Feature.FORM_AKIN,
        Feature.BRANCH_EQUAL,
        Feature.BRANCH_ALIKE,
        Feature.ADDRESS_EQUAL,
        Feature.ADDRESS_NEAR,
        Feature.PHONE_EQUAL,
        Feature.URL_DECLARED,
        Feature.ICP_DECLARED,
        Feature.PERSON_EQUAL,
    )
)
_COMMON = "（候选多如此，不足为据）"
_LENIENT = "（候选多如此，不作不利）"


_CORE_SENTENCES = (
    (Feature.NAME_EQUAL, "名称“{name}”全文一致；字号“{brand}”{holders}"),
    (Feature.PARTS_EQUAL, "名称各部分与“{name}”一致，仅写法不同；字号“{brand}”{holders}"),
    (Feature.CORE_EQUAL, "字号“{brand}”与行业完全一致{holders}"),
    (Feature.CORE_ALIKE, "字号与行业仅有形近或音近字之差（{edits}）"),
    (Feature.BRAND_EQUAL, "字号“{brand}”完全一致{holders}"),
    (Feature.CORE_ONE_EDIT, "字号与行业差一字（{pair}）"),
    (Feature.CORE_TWO_EDITS, "字号与行业差两字（{pair}）"),
    (Feature.CORE_CONTAINED, "一方名称是另一方的简写（{pair}）"),
    (Feature.WRITTEN_LACKING, "所示名称与“{name}”只差一两字"),
    (Feature.WRITTEN_ADDED, "所示名称与“{name}”只差一两字"),
    (Feature.WRITTEN_REPLACED, "所示名称与“{name}”只差一两字"),
    (Feature.WRITTEN_ALIKE, "所示名称与“{name}”仅有形近或音近字之差"),
    (Feature.BRAND_APART, "字号不同（“{mine}”与“{brand}”），只有个别字相同"),
)
"""The first level reached is said."""

_CORE_OTHERWISE = "字号相近（“{mine}”与“{brand}”）"


_PLACES = {feature: (group, place) for group, (_name, own) in enumerate(_GROUPS) for place, feature in enumerate(own)}
_NAMED_ALONE = frozenset(("code", "core", "former_name", "usage"))
"""Groups whose sentence speaks of the candidate; those of the others are the same for all."""


Told = dict[tuple[float | Feature, ...], Reason | None]
"""Reasons that speak of no candidate by name, by their weight and features."""

_MOST_TOLD = 5_000


class Explainer:
    """Sentences for the candidates of one query; one that fits several is made once.

    Args:
        told: Reasons made for earlier queries, taken over and added to.
    """

    def __init__(self, facts: QueryFacts, found: CandidateSet, told: Told | None = None) -> None:
        self._facts = facts
        self._found = found
        self._told = {} if told is None else told
        if len(self._told) > _MOST_TOLD:
            self._told.clear()

    def reasons_of(self, scored: Scored) -> tuple[Reason, ...]:
        """Sentences for one candidate, in the order code, name, division, other evidence."""
        groups: dict[int, list[Feature]] = {}
        for feature in sorted(scored.shares, key=_PLACES.__getitem__):
            groups.setdefault(_PLACES[feature][0], []).append(feature)
        reasons = (self._reason(_GROUPS[group][0], present, scored) for group, present in groups.items())
        return tuple([reason for reason in reasons if reason is not None])

    def _reason(self, group: str, present: list[Feature], scored: Scored) -> Reason | None:
        shares = scored.shares
        weight = round(sum([shares[feature] for feature in present]), 2)
        if group in _NAMED_ALONE:
            return _reason(group, weight, self._sentence(group, present, scored.comparison, weight))
        key: tuple[float | Feature, ...] = (weight, *present)
        told = self._told.get(key)
        if told is None:
            told = self._told[key] = _reason(group, weight, _said(present, weight))
        return told

    def _sentence(self, group: str, present: list[Feature], comparison: Comparison, weight: float) -> str:
        if group == "code":
            return _code_sentence(present[0], comparison, self._facts, found=self._found)
        if group == "core":
            return _core_sentence(comparison, self._facts, self._found)
        if group == "usage":
            return _usage_sentence(comparison, weight)
        return f"名称为该主体的曾用名“{comparison.name_used}”，现名“{comparison.held.name}”"


def _reason(group: str, weight: float, sentence: str) -> Reason | None:
    return Reason(feature=group, weight=weight, sentence=sentence) if sentence else None


def _said(present: Sequence[Feature], weight: float) -> str:
    """What features say that are told in the same words of every candidate."""
    said = [feature for feature in present if feature in _FIXED]
    return "；".join([_FIXED[feature] for feature in said]) + _against_its_words(said, weight)


def _against_its_words(said: Sequence[Feature], weight: float) -> str:
    """Why what agrees weighs against, or what does not agree weighs for: a weight is measured against what candidates
    found by the name usually share, so that "the same trade" alone is less than expected."""
    if not said or weight == 0:
        return ""
    if weight < 0 and all(feature in _SPEAKS_FOR for feature in said):
        return _COMMON
    if weight > 0 and not any(feature in _SPEAKS_FOR for feature in said):
        return _LENIENT
    return ""


def margin_reason(first: Scored, second: Scored | None) -> Reason:
    """How far the runner-up is behind."""
    if second is None:
        return note("margin", "没有第二名候选")
    gap = first.score - second.score
    name = second.comparison.held.name
    words = "与首位不相上下" if gap < 0.7 else "略逊于首位" if gap < 2 else "差距大"
    return Reason(feature="margin", weight=round(gap, 2), sentence=f"第二名候选“{name}”{words}")


def doubt_reason(reasons: Sequence[Reason], probability: float) -> Reason:
    """What is taken off because names also agree by chance; with it the weights add up to the log-odds of the
    probability."""
    kept = min(max(probability, 1e-9), 1 - 1e-9)
    weight = math.log(kept / (1 - kept)) - sum(reason.weight for reason in reasons)
    sentence = "扣除名称偶然相近、另有同名者的可能；各项相加即可能性的对数几率"
    return Reason(feature="doubt", weight=round(weight, 2), sentence=sentence)


def note(feature: str, sentence: str) -> Reason:
    """A remark that changed the decision or its reading, not the score."""
    return Reason(feature=feature, weight=0.0, sentence=sentence)


def _code_sentence(feature: Feature, comparison: Comparison, facts: QueryFacts, *, found: CandidateSet) -> str:
    if feature is Feature.CODE_EQUAL:
        return f"{facts.identifier.kind.value}与登记完全一致"
    if feature is Feature.CODE_OTHER:
        return f"所示代码{facts.identifier.code}不是该主体的代码（{comparison.held.code}）"
    for repair, held in found.repaired:
        if held is comparison.held:
            place = f"第{repair.place}位，" if repair.place else ""
            return f"所示代码校验不符，按{repair.kind.value}改正（{place}改为{repair.code}）后在登记库中查到该主体"
    return ""


def _core_sentence(comparison: Comparison, facts: QueryFacts, found: CandidateSet) -> str:
    if facts.channel is Channel.NONE:
        return ""
    features, shown, parts = comparison.features, facts.parts, comparison.parts
    template = next((said for feature, said in _CORE_SENTENCES if feature in features), _CORE_OTHERWISE)
    return template.format(
        brand=parts.brand,
        mine=shown.brand,
        name=comparison.name_used,
        holders=_holders(facts, found) if "{holders}" in template else "",
        pair=f"“{shown.brand}{shown.industry}”与“{parts.brand}{parts.industry}”",
        edits="、".join(comparison.difference.shown) if comparison.difference is not None else "",
    )


def _usage_sentence(comparison: Comparison, weight: float) -> str:
    """What the characters that differ tell: damage, or another name."""
    shown = comparison.alignment.shown if comparison.alignment is not None else ""
    if comparison.has(Feature.WORD_APART):
        return f"有一处整词不同（{shown}），不像误读"
    if comparison.has(Feature.EXPLAINED):
        return f"不同之处（{shown}）是形近音近字，或所示写法少见而登记写法常见，像是误读误写"
    lenient = _LENIENT if weight > 0 else ""
    return f"不同之处（{shown}）不能以误读解释，可能是另一名称{lenient}"


def _holders(facts: QueryFacts, found: CandidateSet) -> str:
    count = found.counts.get(f"brand:{facts.parts.brand}", 0)
    return f"（全库仅{count}户）" if 0 < count <= 5 else f"（全库{count}户）" if count else ""
