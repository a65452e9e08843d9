"""Codes damaged by OCR or typing: what they may have been.

One wrong character is always detected by MOD 31; trying the look-alikes of each place and keeping what passes both
checks leaves few candidates, and the register tells which is real. Nothing here decides: a repaired code counts only
when the register holds it and the name agrees (`matching.resolver`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from matching.identifiers.checks import MOD31_ALPHABET
from matching.identifiers.cleaning import clean_code
from matching.identifiers.registration import is_registration
from matching.identifiers.uscc import is_uscc

__all__ = ["CodeRepair", "RepairKind", "repair_code"]

_LOOKALIKES = {
    "0": "DQCU6", "1": "7LTJ4", "2": "7ZR", "3": "8BEJ9", "4": "A1H9", "5": "6S3G", "6": "8GB5C0", "7": "1T2Y",
    "8": "B36R09", "9": "483GQP", "A": "4RH", "B": "83RE6P", "C": "G60QE", "D": "0QPB", "E": "FBL3", "F": "EPT",
    "G": "6C9Q", "H": "MNKA4", "J": "1U3L", "K": "XHRY", "L": "1EJ", "M": "NHW", "N": "MHW", "P": "FRBD9", "Q": "0DGC9",
    "R": "BAKP8", "T": "71YF", "U": "0JW", "W": "MNU", "X": "KY", "Y": "XT7K",
    "I": "1L7TJ", "O": "0DQCU", "Z": "27", "S": "58", "V": "UYW",
}  # fmt: skip
_NEVER_IN_A_CODE = {"O": "0", "I": "1", "Z": "2", "S": "5"}


class RepairKind(StrEnum):
    """How the shown text was changed, in words."""

    LETTER = "字母O、I、Z、S按数字读"
    CHARACTER = "一个易混字符"
    SWAP = "相邻两位互换"
    MISSING = "漏一位"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRepair:
    """A code the shown text may stand for; `place` counts from 1 (0: several places)."""

    code: str
    kind: RepairKind
    place: int


def repair_code(text: str) -> tuple[CodeRepair, ...]:
    """Codes one damage away that pass every check, likelier kinds first; empty when the text is sound or hopeless.

    >>> repair_code("91110000600037341L")
    ()
    >>> [r.code for r in repair_code("911100006OOO37341L")]
    ['91110000600037341L']
    >>> "91110000600037341L" in [r.code for r in repair_code("91110000600031341L")]
    True
    """
    code = clean_code(text)
    if not code.isascii() or not code.isalnum():
        return ()
    if len(code) in (17, 18):
        return _repaired_uscc(code)
    if len(code) == 15 and not is_registration(code):
        tried = _substituted(code)
        return tuple(CodeRepair(code=c, kind=RepairKind.CHARACTER, place=p) for c, p in tried if is_registration(c))
    return ()


def _repaired_uscc(code: str) -> tuple[CodeRepair, ...]:
    if is_uscc(code):
        return ()
    read = "".join(_NEVER_IN_A_CODE.get(character, character) for character in code)
    if read != code and is_uscc(read):
        return (CodeRepair(code=read, kind=RepairKind.LETTER, place=0),)
    found: dict[str, CodeRepair] = {}
    for kind, tried in _damages(read, code):
        for candidate, place in tried:
            if candidate not in found and is_uscc(candidate):
                found[candidate] = CodeRepair(code=candidate, kind=kind, place=place)
    return tuple(found.values())


def _damages(read: str, code: str) -> Iterator[tuple[RepairKind, Iterator[tuple[str, int]]]]:
    if len(read) == 17:
        yield RepairKind.MISSING, _inserted(read)
        return
    yield RepairKind.CHARACTER, _substituted(read, original=code)
    yield RepairKind.SWAP, _swapped(read)


def _substituted(read: str, *, original: str = "") -> Iterator[tuple[str, int]]:
    for place, character in enumerate(read):
        shown = original[place] if original else character
        for other in _LOOKALIKES.get(shown, ""):
            yield read[:place] + other + read[place + 1 :], place + 1


def _swapped(read: str) -> Iterator[tuple[str, int]]:
    for place in range(len(read) - 1):
        if read[place] != read[place + 1]:
            yield read[:place] + read[place + 1] + read[place] + read[place + 2 :], place + 1


def _inserted(read: str) -> Iterator[tuple[str, int]]:
    for place in range(len(read) + 1):
        for character in MOD31_ALPHABET:
            yield read[:place] + character + read[place:], place + 1
