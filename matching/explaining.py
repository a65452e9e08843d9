"""Each piece of evidence as one Chinese sentence with its weight: what a supervisor reads beside the probability."""

from __future__ import annotations

from matching.candidates import CandidateSet
from matching.comparing import Comparison, Feature
from matching.query_facts import Channel, QueryFacts
from matching.scoring import Scored
from records.register import Reason

__all__ = ["margin_reason", "note", "reasons_of"]

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
            Feature.CORE_RATIO,
            Feature.CORE_RARITY,
            Feature.CORE_LENGTH,
            Feature.BRAND_EQUAL,
            Feature.BRAND_ALIKE,
            Feature.BRAND_APART,
            Feature.BRAND_RARITY,
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
        ),
    ),
    ("ordinal", (Feature.ORDINAL_APART,)),
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
        ),
    ),
    ("former_name", (Feature.FORMER_NAME,)),
    ("phone", (Feature.PHONE_EQUAL,)),
    ("shop_url", (Feature.URL_DECLARED,)),
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
    Feature.ORDINAL_APART: "名称中的序数不同",
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
    Feature.PERSON_EQUAL: "法定代表人或经营者一致",
    Feature.PERSON_DIFFERS: "法定代表人或经营者不一致",
    Feature.ADDRESS_EQUAL: "地址与住所一致",
    Feature.ADDRESS_NEAR: "地址与住所相近",
    Feature.ADDRESS_APART: "地址与住所不同",
}


_CORE_SENTENCES = (
    (Feature.NAME_EQUAL, "名称“{name}”全文一致；字号“{brand}”{holders}"),
    (Feature.PARTS_EQUAL, "名称各部分与“{name}”一致，仅写法不同；字号“{brand}”{holders}"),
    (Feature.CORE_EQUAL, "字号“{brand}”与行业完全一致{holders}"),
    (Feature.CORE_ALIKE, "字号与行业仅有形近或音近字之差（{edits}）"),
    (Feature.BRAND_EQUAL, "字号“{brand}”完全一致{holders}"),
    (Feature.CORE_ONE_EDIT, "字号与行业差一字（{pair}）"),
    (Feature.CORE_TWO_EDITS, "字号与行业差两字（{pair}）"),
    (Feature.CORE_CONTAINED, "一方名称是另一方的简写（{pair}）"),
    (Feature.BRAND_APART, "字号不同（“{mine}”与“{brand}”）"),
)
"""The first level reached is said."""


def reasons_of(scored: Scored, facts: QueryFacts, found: CandidateSet) -> tuple[Reason, ...]:
    """Sentences for one candidate, in the order code, name, division, other evidence."""
    reasons = []
    for name, features in _GROUPS:
        present = [feature for feature in features if feature in scored.shares]
        sentence = _sentence(name, present, scored.comparison, facts=facts, found=found) if present else ""
        if sentence:
            weight = sum(scored.shares[feature] for feature in present)
            reasons.append(Reason(feature=name, weight=round(weight, 2), sentence=sentence))
    return tuple(reasons)


def margin_reason(first: Scored, second: Scored | None) -> Reason:
    """How far the runner-up is behind."""
    if second is None:
        return note("margin", "没有第二名候选")
    gap = first.score - second.score
    name = second.comparison.held.name
    words = "与首位不相上下" if gap < 0.7 else "略逊于首位" if gap < 2 else "差距大"
    return Reason(feature="margin", weight=round(gap, 2), sentence=f"第二名候选“{name}”{words}")


def note(feature: str, sentence: str) -> Reason:
    """A remark that changed the decision or its reading, not the score."""
    return Reason(feature=feature, weight=0.0, sentence=sentence)


def _sentence(
    name: str, present: list[Feature], comparison: Comparison, *, facts: QueryFacts, found: CandidateSet
) -> str:
    if name == "code":
        return _code_sentence(present[0], comparison, facts, found=found)
    if name == "core":
        return _core_sentence(comparison, facts, found)
    if name == "former_name":
        return f"名称为该主体的曾用名“{comparison.name_used}”，现名“{comparison.held.name}”"
    return "；".join(_FIXED[feature] for feature in present)


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
    words = {
        "brand": comparison.parts.brand,
        "mine": facts.parts.brand,
        "name": comparison.name_used,
        "holders": _holders(facts, found),
        "pair": f"“{facts.parts.brand}{facts.parts.industry}”与“{comparison.parts.brand}{comparison.parts.industry}”",
        "edits": "、".join(comparison.difference.shown) if comparison.difference is not None else "",
    }
    for feature, sentence in _CORE_SENTENCES:
        if comparison.has(feature):
            return sentence.format(**words)
    return "字号相近（“{mine}”与“{brand}”）".format(**words)


def _holders(facts: QueryFacts, found: CandidateSet) -> str:
    count = found.counts.get(f"brand:{facts.parts.brand}", 0)
    return f"（全库仅{count}户）" if 0 < count <= 5 else f"（全库{count}户）" if count else ""
