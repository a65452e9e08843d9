"""代码无效, 代码查无: the number shown, by its own checks and by look-up. Looked up before it is judged: 0.009 % of the
codes real registers hold fail a check."""

from __future__ import annotations

from collections.abc import Iterator

from matching.data.divisions import PROVINCES
from matching.findings.grounds import Answer, Grounds, withheld
from matching.identifiers.reading import IdentifierKind
from matching.identifiers.repair import sole_repair
from matching.identifiers.uscc import DEPARTMENTS, KINDS
from records.licence_findings import LicenceProblem

__all__ = ["number_answers"]

_FIELD = "代码"
_OFFICE = 4
"""Department, kind and province: the part of a code that tells whether a register takes such entities in."""

_INVALID, _UNKNOWN = LicenceProblem.CODE_INVALID, LicenceProblem.CODE_UNKNOWN


def number_answers(grounds: Grounds) -> Iterator[Answer]:
    """What the number shown is worth; nothing when none is shown."""
    identifier = grounds.facts.identifier
    if identifier.kind is IdentifierKind.NONE:
        return
    if grounds.licence.holder is not None:
        if identifier.problem:
            yield withheld(_INVALID, f"号码虽{identifier.problem}，但登记库中就是这个号码，以登记为准")
        return
    if identifier.problem:
        yield _invalid(grounds)
    else:
        yield from _unknown(grounds)


def _invalid(grounds: Grounds) -> Answer:
    identifier, repair = grounds.facts.identifier, grounds.licence.confirmed_repair
    if repair is not None:
        found, holder = repair
        return withheld(
            _INVALID,
            f"所示号码按{found.kind.value}改正为{found.code}后即“{holder.entity.name}”的代码，名称相符，应是笔误",
        )
    if grounds.by_ocr("code"):
        return withheld(_INVALID, f"号码是从执照图片上读出的（{identifier.problem}），可能是识别有误，须核对原图")
    shown = grounds.facts.query.code.strip()[:60]
    looked_up = "，登记库中也没有该号码" if grounds.snapshot_id else "（登记库尚未导入，未能查对）"
    guess = sole_repair(grounds.facts.query.code)
    return grounds.say(
        _INVALID,
        f"所示号码“{shown}”无效：{identifier.problem}{looked_up}",
        field=_FIELD,
        values=(shown, ""),
        to_check=guess is not None and not grounds.facts.query.name,
        remarks=(f"从号码本身看，最可能是{guess.code}（{guess.kind.value}）之误，须核对原件",)
        if guess is not None
        else (),
    )


def _unknown(grounds: Grounds) -> Iterator[Answer]:
    identifier, newest = grounds.facts.identifier, grounds.newest
    if identifier.kind in (IdentifierKind.REGISTRATION, IdentifierKind.OLD_REGISTRATION):
        yield withheld(_UNKNOWN, "所示为换照前的旧注册号，登记库多已改用统一社会信用代码，查无不说明问题")
        return
    if identifier.kind is not IdentifierKind.USCC:
        return
    if identifier.code[0] != "9":
        department = DEPARTMENTS[identifier.code[0]]
        yield withheld(_UNKNOWN, f"该代码由{department}部门赋予，不在市场主体登记库中，须向该部门核实")
        return
    if not grounds.snapshot_id:
        yield withheld(_UNKNOWN, "登记库尚未导入，查无不说明问题")
        return
    if not grounds.covers(identifier.code[:_OFFICE]):
        yield withheld(_UNKNOWN, f"登记库未收{_whose(identifier.code)}，查无不说明问题，须向登记机关核实")
        return
    issued = grounds.facts.query.registered_on
    if issued is not None and newest is not None and issued > newest:
        yield withheld(_UNKNOWN, f"所示执照{issued.isoformat()}登记，登记库只到{newest.isoformat()}，尚查不到")
        return
    until = f"（登记库最新至{newest.isoformat()}）" if newest is not None else ""
    yield grounds.say(
        _UNKNOWN,
        f"所示代码{identifier.code}校验无误，但登记库中查无此代码{until}",
        field=_FIELD,
        values=(identifier.code, ""),
        to_check=grounds.by_ocr("code"),
        remarks=_reservations(grounds),
    )


def _whose(code: str) -> str:
    """What sort of entities have such a code: 浙江的个体工商户."""
    kind = KINDS[code[0]][code[1]]
    province = PROVINCES.get(code[2:4], "")
    return f"{province}的{kind}" if province else f"总局登记的{kind}"


def _reservations(grounds: Grounds) -> tuple[str, ...]:
    division = grounds.facts.identifier.division
    province = PROVINCES.get(division[:2], "")
    remarks = []
    if province:
        remarks.append(f"代码的登记机关在{province}；登记库对该地收录不全的，查无不说明问题")
    if grounds.facts.query.registered_on is None:
        remarks.append("未见成立日期；登记库日期之后新设的主体也查不到")
    if grounds.by_ocr("code"):
        remarks.append("代码是从执照图片上读出的，须核对原图")
    return tuple(remarks)
