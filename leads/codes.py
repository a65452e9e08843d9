"""Licence numbers as shown on a page: right, wrong, or perhaps misread.

Standard: GB 32100-2015 (统一社会信用代码, MOD 31) and GS 15-2006 (15-digit registration number, MOD 11,10).
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

__all__ = ["CodeState", "licence_state", "mod_11_10_holds", "province_known"]

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_FORM = re.compile(r"[1-9A-GNY][1-59AE]\d{6}[0-9A-HJ-NPQRTUWXY]{9}[0-9A-HJ-NPQRTUWXY]")
_PROVINCES = re.compile(r"1[0-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|81|82")
_PLACEHOLDER = re.compile(r"X{3}|\*|12345678|0{12}")
_WHOLE = re.compile(r"(?<![0-9A-Z])(?:[0-9A-Z]{18}|\d{15})(?![0-9A-Z])")
_COPY_MARK = re.compile(r"\(\s*(?:副本)?\s*\d{1,2}\s*[-/]\s*\d{1,2}\s*\)")
_LONGEST = 200
_CONFUSABLE = dict(
    zip("O0I1LS5Z2B8VDQG6UT", "0O1I15S2Z8BY006GV7", strict=True),
)
"""What a reader of pictures takes one character for."""
_NOT_IN_CODES = str.maketrans("OISZ", "0152")
"""Letters no code has, so that each of them was misread, however many there are."""


class CodeState(StrEnum):
    """right: form and check digits agree; doubtful: one misread character or a cut would explain it; wrong."""

    RIGHT = "right"
    DOUBTFUL = "doubtful"
    WRONG = "wrong"


def licence_state(shown: str) -> CodeState:
    """Judge a licence number as shown; width, case, separators, labels and the copy mark (1-1) are no fault.

    >>> licence_state("91110000600037341L"), licence_state("４４０３０１１０３０９７４１３")
    (<CodeState.RIGHT: 'right'>, <CodeState.RIGHT: 'right'>)
    >>> licence_state("000000000000000000")
    <CodeState.WRONG: 'wrong'>
    """
    code = _bare(shown)
    if len(set(code)) <= 3 or _PLACEHOLDER.search(code):
        return CodeState.WRONG
    if _is_right(code):
        return CodeState.RIGHT
    swapped = (code[:at] + _CONFUSABLE[sign] + code[at + 1 :] for at, sign in enumerate(code) if sign in _CONFUSABLE)
    if len(code) in (15, 18) and any(_is_right(candidate) for candidate in swapped):
        return CodeState.DOUBTFUL
    if len(code) in (15, 18) and _is_right(code.translate(_NOT_IN_CODES)):
        return CodeState.DOUBTFUL
    if len(code) not in (15, 18) and re.fullmatch(r"[0-9A-Z]{10,20}", code):
        return CodeState.DOUBTFUL
    return CodeState.WRONG


def province_known(division: str) -> bool:
    """Whether a division code begins with a province that exists."""
    return _PROVINCES.fullmatch(division[:2]) is not None


def mod_11_10_holds(digits: str) -> bool:
    """Whether the last digit is the ISO 7064 MOD 11,10 check of those before it.

    >>> mod_11_10_holds("11108071215650"), mod_11_10_holds("11108071215651")
    (True, False)
    """
    check = 10
    for sign in digits[:-1]:
        check = (check + int(sign)) % 10 or 10
        check = check * 2 % 11
    return (check + int(digits[-1])) % 10 == 1


def _bare(shown: str) -> str:
    """The characters of the code: as the matching room cleans them, so that both rooms judge the same number."""
    folded = _COPY_MARK.sub(" ", unicodedata.normalize("NFKC", shown[:_LONGEST]).upper())
    whole = _WHOLE.search(folded)
    return whole[0] if whole is not None else re.sub(r"[^0-9A-Z*\u3400-\u9fff]", "", folded)


def _is_right(code: str) -> bool:
    if len(code) == 18:
        return bool(_FORM.fullmatch(code)) and _PROVINCES.fullmatch(code[2:4]) is not None and _mod_31(code)
    return len(code) == 15 and code.isascii() and code.isdigit() and province_known(code) and mod_11_10_holds(code)


def _mod_31(code: str) -> bool:
    total = sum(_ALPHABET.index(sign) * pow(3, at, 31) for at, sign in enumerate(code[:17]))
    return _ALPHABET[-total % 31] == code[17]
