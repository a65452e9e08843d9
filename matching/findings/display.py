"""未亮照, 亮照信息不全, 疑似无照: what is not there. Said only of pages that were read whole.

Law: 《中华人民共和国电子商务法》第十条、第十五条; 《网络交易监督管理办法》第十二条 (应公示的项目，待核).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from matching.calibration import NONE_AT
from matching.data.divisions import PROVINCES
from matching.findings.grounds import Answer, Grounds, withheld
from matching.identifiers.reading import IdentifierKind
from matching.query_facts import Channel
from records.licence_findings import LicenceProblem, ShownLicence
from records.register import EntityKind

__all__ = ["RECALL_BOUND", "display_answers"]

RECALL_BOUND = 0.01
"""Share of registered sellers that `NONE_AT` misses at most, on the calibration set."""

_FILLER = re.compile(r"[XxＸ×*＊]{2,}|某某|示例|样例|测试")
"""What a page template holds where a name should stand: it names nobody."""

_HEADS = ("91", "92", "93")
"""市场监督管理's companies, stalls and cooperatives."""

_ITEMS = {
    "代码": "统一社会信用代码",
    "名称": "名称",
    "人员": "法定代表人（负责人、经营者）",
    "住所": "住所（经营场所）",
    "类型": "主体类型",
}


def display_answers(grounds: Grounds) -> Iterator[Answer]:
    """Nothing shown, too little shown, and a seller who shows a name nobody is registered under."""
    shown = grounds.shown
    if shown is None:
        return
    if _nothing(grounds, shown):
        yield _not_shown(grounds, shown)
        return
    yield from _incomplete(grounds, shown)
    yield from _unlicensed(grounds, shown)


def _nothing(grounds: Grounds, shown: ShownLicence) -> bool:
    numbered = grounds.facts.identifier.kind is not IdentifierKind.NONE
    return not (numbered or grounds.facts.query.name or shown.has_link or shown.has_image)


def _not_shown(grounds: Grounds, shown: ShownLicence) -> Answer:
    problem = LicenceProblem.NOT_SHOWN
    if shown.exemption_text:
        return withheld(problem, f"自我声明依法不需要登记（“{shown.exemption_text[:60]}”），须当事人举证")
    if not shown.whole or shown.unread:
        return withheld(problem, f"未见执照，但{_unread(shown)}未能读取，无法判定")
    return grounds.say(
        problem,
        "页面已完整读取，未见执照号码、名称、图片或亮照链接，也无依法不需要登记的声明",
        field="营业执照",
    )


def _incomplete(grounds: Grounds, shown: ShownLicence) -> Iterator[Answer]:
    missing = _missing(grounds, shown)
    if not missing:
        return
    problem = LicenceProblem.INCOMPLETE
    if shown.has_image:
        yield withheld(problem, f"文字中未见{'、'.join(missing)}，但有执照图片，图片上载有")
    elif not shown.whole or shown.unread:
        yield withheld(problem, f"未见{'、'.join(missing)}，但{_unread(shown)}未能读取，无法判定")
    else:
        yield grounds.say(
            problem,
            f"公示的执照信息缺少{'、'.join(missing)}",
            field="、".join(missing),
            to_check=True,
            remarks=("应公示的项目以现行网络交易监管规定为准（待核）",),
        )


def _missing(grounds: Grounds, shown: ShownLicence) -> list[str]:
    query, entity = grounds.facts.query, grounds.entity
    numbered = grounds.facts.identifier.kind is not IdentifierKind.NONE
    there = {
        "代码": numbered,
        "名称": bool(query.name),
        "人员": bool(query.legal_representative),
        "住所": bool(shown.address),
        "类型": bool(shown.subject_kind),
    }
    if entity is not None and entity.kind is EntityKind.INDIVIDUAL and query.legal_representative:
        there["名称"] = True  # a stall need not have a name
    return [_ITEMS[item] for item, seen in there.items() if not seen]


def _unlicensed(grounds: Grounds, shown: ShownLicence) -> Iterator[Answer]:
    facts, problem = grounds.facts, LicenceProblem.UNLICENSED
    if facts.identifier.kind is not IdentifierKind.NONE or facts.channel is not Channel.TEXT or facts.short:
        return
    if not grounds.snapshot_id or _FILLER.search(facts.query.name):
        return
    if grounds.licence.not_registered < NONE_AT or grounds.licence.named is not None or grounds.entity is not None:
        return
    if shown.exemption_text:
        yield withheld(
            problem, f"登记库中未找到，但自我声明依法不需要登记（“{shown.exemption_text[:60]}”），须当事人举证"
        )
    elif _elsewhere(grounds):
        yield withheld(problem, f"登记库未收{_elsewhere(grounds)}的主体，查无不说明问题，须向当地登记机关核实")
    elif shown.has_image:
        yield withheld(problem, "登记库中未找到所示名称，但另有执照图片，须先看图片")
    elif not shown.whole or shown.unread:
        yield withheld(problem, f"登记库中未找到所示名称，但{_unread(shown)}未能读取，无法判定")
    else:
        until = f"（登记库最新至{grounds.newest.isoformat()}）" if grounds.newest is not None else ""
        yield grounds.say(
            problem,
            f"未见执照号码，所示名称“{facts.query.name[:60]}”在登记库中未找到{until}，须核实有无登记",
            field="营业执照",
            values=(facts.query.name, ""),
            to_check=True,
            remarks=(
                f"检索对在册主体的漏检率不超过{RECALL_BOUND:.0%}（校准集）；查无不等于无照",
                "零星小额、便民劳务、自产农副产品、家庭手工业依法不需要登记",
            ),
        )


def _elsewhere(grounds: Grounds) -> str:
    """The province the name or address speaks of, when the register takes nobody in there; empty otherwise."""
    province = next((region.code[:2] for region in grounds.facts.regions if region.code), "")
    known = not province or any(grounds.covers(head + province) for head in _HEADS)
    return "" if known else PROVINCES[province]


def _unread(shown: ShownLicence) -> str:
    return "、".join(shown.unread) or "首页或亮照页"
