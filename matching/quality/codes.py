"""Rules for the number an entity is registered under.

Law: 国发〔2015〕33号 (统一社会信用代码 from 2015-10-01), 国办发〔2016〕53号 (个体工商户 by the end of 2016).
Standard: GB 32100-2015, GB 11714-1997, GS15-2006, GB/T 2260.
"""

from __future__ import annotations

from datetime import date

from matching.identifiers.registration import is_old_registration, is_registration
from matching.identifiers.uscc import DEPARTMENTS, KINDS, UsccProblem, division_of, uscc_problem
from matching.quality.divisions import Standing
from matching.quality.outcomes import SOUND, FieldAnswer, FieldQuestion, Subject, problem, undecided
from records.quality import QualityCheck
from records.register import EntityKind

__all__ = ["CODE_QUESTIONS", "USCC_LENGTH", "division_in"]

USCC_LENGTH = 18
_FIRST_CODES = date(2015, 10, 1)
_CODES_FOR_ALL = date(2017, 1, 1)
"""From here on every new entity, stalls too, was given its code the day it was established."""

_KINDS_OF_CODES = {
    "91": (EntityKind.COMPANY, EntityKind.BRANCH),
    "92": (EntityKind.INDIVIDUAL,),
    "93": (EntityKind.COOPERATIVE, EntityKind.BRANCH),
}


def division_in(code: str) -> str:
    """The six digits of the registering office in any of the three numbers; empty when there are none.

    >>> division_in("91110000600037341L"), division_in("440301103097413"), division_in("1234")
    ('110000', '440301', '')
    """
    if len(code) == USCC_LENGTH:
        return division_of(code)
    return code[:6] if len(code) in (13, 15) and code.isascii() and code.isdigit() else ""


def _checks(subject: Subject) -> FieldAnswer | None:
    code = subject.entity.code
    if len(code) == USCC_LENGTH:
        wrong = uscc_problem(code)
        # What the first two places may be is another question.
        known = wrong is None or wrong is UsccProblem.DEPARTMENT
        return SOUND if known else problem(code, f"统一社会信用代码{wrong.value if wrong else ''}，请与登记档案核对")
    if len(code) == 15:
        return SOUND if is_registration(code) else problem(code, "15位注册号校验位不符，请与登记档案核对")
    if len(code) == 13 and is_old_registration(code):
        return SOUND
    return problem(code, f"号码{len(code)}位，不是统一社会信用代码，也不是15位或13位注册号")


def _kind(subject: Subject) -> FieldAnswer | None:
    code, kind = subject.entity.code, subject.entity.kind
    if len(code) != USCC_LENGTH:
        return None
    if code[1] not in KINDS.get(code[0], {}):
        return problem(code[:2], f"代码第1、2位“{code[:2]}”不是规定的登记管理部门和机构类别")
    if code[0] != "9":
        return undecided(code[:2], f"由{DEPARTMENTS[code[0]]}部门登记，主体类型无从比对")
    expected = _KINDS_OF_CODES.get(code[:2])
    if expected is None or kind in expected:
        return SOUND
    words = "或".join(found.value for found in expected)
    return problem(kind.value, f"代码以{code[:2]}开头，应为{words}，登记为{kind.value}")


def _division(subject: Subject) -> FieldAnswer | None:
    entity, history = subject.entity, subject.divisions
    code = division_in(entity.code)
    if not code:
        return None
    begun = entity.established_on
    # An older entity may have been given its code on any day since.
    known = begun is not None and begun >= _CODES_FOR_ALL
    earliest = _FIRST_CODES if len(entity.code) == USCC_LENGTH else date.min
    since = max(begun or date.min, earliest)
    standing = history.standing(code, since=since, until=begun if begun and known else subject.today)
    if standing is Standing.NO_PROVINCE:
        return problem(code, f"代码中的行政区划“{code}”不属于任何省份")
    if standing is Standing.MADE_AFTER:
        return problem(code, f"代码中的行政区划“{code}”（{history.name(code)}）在{begun}成立时尚未设立")
    if standing is Standing.NEVER_LISTED:
        return undecided(code, f"区划“{code}”不在历年国家标准中，可能是开发区等登记机关的自用编号")
    if standing is Standing.ABOLISHED_BEFORE:
        return undecided(code, f"区划“{code}”{history.last_listed(code)}后已不在国家标准中，登记机关可能沿用旧编号")
    return SOUND


def _old_number(subject: Subject) -> FieldAnswer | None:
    entity = subject.entity
    if len(entity.code) not in (13, 15) or entity.established_on is None:
        return None
    if entity.established_on < _CODES_FOR_ALL:
        return SOUND
    return problem(entity.code, f"{entity.established_on}成立，应有18位统一社会信用代码，登记的仍是旧注册号")


CODE_QUESTIONS = (
    FieldQuestion(check=QualityCheck.CODE, field="code", ask=_checks),
    FieldQuestion(check=QualityCheck.CODE_KIND, field="kind", ask=_kind),
    FieldQuestion(check=QualityCheck.DIVISION, field="code", ask=_division),
    FieldQuestion(check=QualityCheck.OLD_NUMBER, field="code", ask=_old_number),
)
