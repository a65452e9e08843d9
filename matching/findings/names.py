"""名称与代码不符: the code is one entity's, the name shown another's; and what only looks like it."""

from __future__ import annotations

from collections.abc import Iterator

from matching.comparing import Comparison, Feature
from matching.findings.grounds import Answer, Grounds, withheld
from matching.identifiers.reading import IdentifierKind
from matching.names.normalise import key_of, normalise_name
from matching.query_facts import Channel, QueryFacts
from records.licence_findings import LicenceProblem
from records.register import EntityKind

__all__ = ["name_answers", "names_conflict"]

_MISMATCH = LicenceProblem.NAME_CODE_MISMATCH
_FIELD = "名称"
_LEAST_CONTAINED = 4
"""Fewer characters lie in many a stranger's name."""


def names_conflict(facts: QueryFacts, holder: Comparison, named: Comparison | None) -> bool:
    """Whether the name shown is another's than the holder's of the code.

    Where the register has somebody else of just that name (`named`), likeness to the holder does not excuse it.
    """
    return _is_other(facts, holder) and not _excuse(facts, holder, named)


def name_answers(grounds: Grounds) -> Iterator[Answer]:
    """Whether code and name shown belong together."""
    facts, holder, named = grounds.facts, grounds.licence.holder, grounds.licence.named
    if holder is None:
        yield from _by_name_only(grounds)
        return
    if not _is_other(facts, holder):
        if holder.has(Feature.FORMER_NAME):
            yield withheld(_MISMATCH, f"所示名称是“{holder.entity.name}”的曾用名")
        return
    excuse = _excuse(facts, holder, named)
    if excuse:
        yield withheld(_MISMATCH, f"所示名称与代码登记的名称“{holder.entity.name}”写法不同，但{excuse}")
        return
    also = f"；该名称对应的代码为{named.entity.code}" if named is not None else ""
    shown = facts.query.name or facts.query.shop_name
    yield grounds.say(
        _MISMATCH,
        f"所示代码登记在“{holder.entity.name}”名下，与所示名称“{shown[:60]}”不符{also}",
        field=_FIELD,
        values=(shown, holder.entity.name),
        to_check=grounds.by_ocr("name"),
        remarks=("名称是从执照图片上读出的，须核对原图",) if grounds.by_ocr("name") else (),
    )


def _by_name_only(grounds: Grounds) -> Iterator[Answer]:
    """The code is nobody's, but somebody has just the name shown, under another code."""
    identifier, named = grounds.facts.identifier, grounds.licence.named
    if identifier.kind is not IdentifierKind.USCC or not identifier.sound:
        return
    if named is None or len(named.entity.code) != len(identifier.code):
        return
    yield grounds.say(
        _MISMATCH,
        f"所示名称在登记库中的代码为{named.entity.code}，与所示代码{identifier.code}不符",
        field="代码",
        values=(identifier.code, named.entity.code),
        to_check=grounds.by_ocr("code"),
    )


def _is_other(facts: QueryFacts, holder: Comparison) -> bool:
    """Whether a licence name is shown that is not, and never was, the holder's."""
    same = holder.has(Feature.NAME_EQUAL, Feature.PARTS_EQUAL, Feature.FORMER_NAME)
    return facts.channel in (Channel.TEXT, Channel.OCR) and not same


def _excuse(facts: QueryFacts, holder: Comparison, named: Comparison | None) -> str:
    """Why another name beside the code is no conflict, in Chinese; empty when it is one."""
    entity = holder.entity
    shown, registered = facts.name_key, key_of(normalise_name(entity.name))
    shorter, longer = sorted((shown, registered), key=len)
    if len(shorter) >= _LEAST_CONTAINED and shorter in longer:
        return "一方是另一方的简写、分支机构或加了后缀"
    if named is not None and entity.code in (named.entity.parent_code, named.entity.code):
        return f"所示名称是其分支机构“{named.entity.name}”"
    if named is not None and entity.parent_code and entity.parent_code == named.entity.code:
        return f"该主体是“{named.entity.name}”的分支机构"
    operator = normalise_name(entity.legal_representative)
    if entity.kind is EntityKind.INDIVIDUAL and operator and operator in shown:
        return "所示是该个体工商户经营者的姓名"
    if named is None and (holder.name_agrees or holder.has(Feature.BRAND_ALIKE)):
        return "字号相同或只差个别字，应是写法或笔误"
    short = facts.parts.brand
    return "所示是其字号" if len(short) >= 2 and facts.short and short in registered else ""
