"""What kind of number a text is, and whether it can be one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from matching.data.divisions import PROVINCES
from matching.identifiers.cleaning import clean_code
from matching.identifiers.food_permit import is_food_permit
from matching.identifiers.registration import is_old_registration, is_registration
from matching.identifiers.uscc import division_of, uscc_problem

__all__ = ["Identifier", "IdentifierKind", "read_identifier"]

_NATIONAL = "10"
"""The national office registers some itself."""


class IdentifierKind(StrEnum):
    """Formats told apart by length and letters, in the words shown to an officer."""

    NONE = "未填写"
    USCC = "统一社会信用代码"
    REGISTRATION = "15位注册号"
    OLD_REGISTRATION = "13位旧注册号"
    FOOD_PERMIT = "食品许可证编号"
    UNKNOWN = "不能识别的号码"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A cleaned number. `problem` is empty when every check of its format holds, else one Chinese clause."""

    kind: IdentifierKind
    code: str
    division: str = ""
    problem: str = ""

    @property
    def sound(self) -> bool:
        """Shown and without problem."""
        return self.kind is not IdentifierKind.NONE and not self.problem


_NOTHING_SHOWN = Identifier(kind=IdentifierKind.NONE, code="")


def read_identifier(text: str) -> Identifier:
    """Clean a text and read it as the format its length and letters suggest.

    >>> read_identifier("９１１１００００６０００３７３４１ｌ").kind.value
    '统一社会信用代码'
    >>> read_identifier("12346").problem
    '位数为5，统一社会信用代码应为18位，旧注册号应为15位或13位'
    >>> read_identifier("123456789").kind.value
    '未填写'
    """
    code = clean_code(text) if text else ""
    if not code or _is_filler(code):
        return _NOTHING_SHOWN
    if len(code) == 18:
        problem, division = uscc_problem(code), division_of(code)
        wrong = problem.value if problem else _nowhere(division)
        return Identifier(kind=IdentifierKind.USCC, code=code, division=division, problem=wrong)
    if code.startswith(("JY", "SC")) and len(code) == 16:
        wrong = "" if is_food_permit(code) else "食品许可证编号校验位不符"
        return Identifier(kind=IdentifierKind.FOOD_PERMIT, code=code, problem=wrong)
    return _registration(code)


def _is_filler(code: str) -> bool:
    """What a page template holds before somebody fills it in: 123456789, 0000, 1111. It is no number shown."""
    return len(code) not in (15, 18) and (len(set(code)) == 1 or code in "12345678901234567890")


def _nowhere(division: str) -> str:
    """Numbers the standard never listed are many (development zones); those of no province are none."""
    known = division[:2] in PROVINCES or division.startswith(_NATIONAL)
    return "" if known else f"行政区划{division}不属于任何省份"


def _registration(code: str) -> Identifier:
    if len(code) == 15:
        wrong = _nowhere(code[:6]) if is_registration(code) else "15位注册号校验位不符"
        return Identifier(kind=IdentifierKind.REGISTRATION, code=code, division=code[:6], problem=wrong)
    if len(code) == 13 and is_old_registration(code):
        return Identifier(kind=IdentifierKind.OLD_REGISTRATION, code=code, division=code[:6])
    problem = f"位数为{len(code)}，统一社会信用代码应为18位，旧注册号应为15位或13位"
    return Identifier(kind=IdentifierKind.UNKNOWN, code=code[:40], problem=problem)
