"""Licence numbers as shown on a page: right, wrong, or perhaps misread.

Standard: GB 32100-2015 (统一社会信用代码, MOD 31) and GS 15-2006 (15-digit registration number, MOD 11,10).
"""

from __future__ import annotations

import re
from enum import StrEnum

__all__ = ["CodeState", "licence_state"]

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_FORM = re.compile(r"[1-9A-GNY][1-59AE]\d{6}[0-9A-HJ-NPQRTUWXY]{9}[0-9A-HJ-NPQRTUWXY]")
_PROVINCES = frozenset("10 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82".split())  # fmt: skip
_PLACEHOLDER = re.compile(r"X{3}|\*|12345678|0{12}")
_CONFUSABLE = {"O": "0", "0": "O", "I": "1", "1": "I", "L": "1", "S": "5", "5": "S", "Z": "2", "2": "Z", "B": "8", "8": "B", "V": "Y", "D": "0", "Q": "0", "G": "6", "6": "G", "U": "V", "T": "7"}  # fmt: skip


class CodeState(StrEnum):
    """right: form and check digits agree; doubtful: one misread character or a cut-off number would explain it; wrong."""

    RIGHT = "right"
    DOUBTFUL = "doubtful"
    WRONG = "wrong"


def licence_state(shown: str) -> CodeState:
    """Judge a licence number as shown; spaces and hyphens are ignored.

    >>> licence_state("91110000600037341L"), licence_state("440301103097413")
    (<CodeState.RIGHT: 'right'>, <CodeState.RIGHT: 'right'>)
    >>> licence_state("000000000000000000")
    <CodeState.WRONG: 'wrong'>
    """
    code = re.sub(r"[\s\-—_.·]", "", shown).upper()
    if len(set(code)) <= 3 or _PLACEHOLDER.search(code):
        return CodeState.WRONG
    if _is_right(code):
        return CodeState.RIGHT
    swapped = (code[:at] + _CONFUSABLE[sign] + code[at + 1 :] for at, sign in enumerate(code) if sign in _CONFUSABLE)
    if len(code) in (15, 18) and any(_is_right(candidate) for candidate in swapped):
        return CodeState.DOUBTFUL
    if len(code) not in (15, 18) and re.fullmatch(r"[0-9A-Z]{10,20}", code):
        return CodeState.DOUBTFUL
    return CodeState.WRONG


def _is_right(code: str) -> bool:
    if len(code) == 18:
        return bool(_FORM.fullmatch(code)) and code[2:4] in _PROVINCES and _mod_31(code)
    return len(code) == 15 and code.isascii() and code.isdigit() and code[:2] in _PROVINCES and _mod_11_10(code)


def _mod_31(code: str) -> bool:
    total = sum(_ALPHABET.index(sign) * pow(3, at, 31) for at, sign in enumerate(code[:17]))
    return _ALPHABET[-total % 31] == code[17]


def _mod_11_10(code: str) -> bool:
    check = 10
    for sign in code[:14]:
        check = (check + int(sign)) % 10 or 10
        check = check * 2 % 11
    return (check + int(code[14])) % 10 == 1
