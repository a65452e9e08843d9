"""Codes damaged by OCR or typing: what they may have been.

One wrong character is always detected by MOD 31, and so is an exchange of neighbours. MOD 31 leaves one character for
each place that would set the sum right, so that a code has at most 18 single repairs; the inner check leaves fewer.
They are put in the order of their likelihood: how alike the characters are, how usual such a code is (`plausibility`).
Nothing here decides: a repaired code counts only when the register holds it and the name agrees (`matching.resolver`).

Standard: GB 32100-2015 (weights 3^i mod 31); GB 11714-1997.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from matching.data.divisions import PROVINCES
from matching.identifiers.checks import MOD31_ALPHABET
from matching.identifiers.cleaning import clean_code
from matching.identifiers.plausibility import plausibility
from matching.identifiers.registration import is_registration
from matching.identifiers.uscc import is_uscc

__all__ = ["CodeRepair", "RepairKind", "repair_code", "sole_repair"]

_LOOKALIKES = {
    "0": "DQCU6", "1": "7LTJ4", "2": "7ZR", "3": "8BEJ9", "4": "A1H9", "5": "6S3G", "6": "8GB5C0", "7": "1T2Y",
    "8": "B36R09", "9": "483GQP", "A": "4RH", "B": "83RE6P", "C": "G60QE", "D": "0QPB", "E": "FBL3", "F": "EPT",
    "G": "6C9Q", "H": "MNKA4", "J": "1U3L", "K": "XHRY", "L": "1EJ", "M": "NHW", "N": "MHW", "P": "FRBD9", "Q": "0DGC9",
    "R": "BAKP8", "T": "71YF", "U": "0JW", "W": "MNU", "X": "KY", "Y": "XT7K",
    "I": "1L7TJ", "O": "0DQCU", "Z": "27", "S": "58", "V": "UYW",
}  # fmt: skip
_CLEAR_LEAD = 1.0
"""On 3,000 real codes with one sign misread 96 % then have a sole repair, of which 0.1 % is wrong (benchmarks)."""
_LESS_ALIKE = 0.25
"""What each further place in the table of look-alikes costs."""

_NEVER_IN_A_CODE = {"O": "0", "I": "1", "Z": "2", "S": "5"}
_VALUES = {character: value for value, character in enumerate(MOD31_ALPHABET)}
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17)) + (1,)
_INVERSES = tuple(pow(weight, -1, 31) for weight in _WEIGHTS)


class RepairKind(StrEnum):
    """How the shown text was changed, in words."""

    LETTER = "字母O、I、Z、S按数字读"
    CHARACTER = "一个易混字符"
    SWAP = "相邻两位互换"
    MISSING = "漏一位"
    EXTRA = "多一位"
    ANY = "一个字符"


_KIND_LIKELIHOODS = {
    RepairKind.LETTER: 2.0,
    RepairKind.CHARACTER: 0.0,
    RepairKind.SWAP: -2.0,
    RepairKind.MISSING: 0.0,
    RepairKind.EXTRA: 0.0,
    RepairKind.ANY: -3.0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRepair:
    """A code the shown text may stand for; `place` counts from 1 (0: several places). `likelihood` is a natural
    logarithm that only compares repairs of one text."""

    code: str
    kind: RepairKind
    place: int
    likelihood: float = 0.0


def repair_code(text: str) -> tuple[CodeRepair, ...]:
    """Codes one damage away that pass every check, the likeliest first; empty when the text is sound or hopeless.

    >>> repair_code("91110000600037341L")
    ()
    >>> [r.code for r in repair_code("911100006OOO37341L")]
    ['91110000600037341L']
    >>> repair_code("91110000600031341L")[0].code
    '91110000600037341L'
    """
    code = clean_code(text)
    if not code.isascii() or not code.isalnum():
        return ()
    if len(code) in (17, 18, 19):
        return _repaired_uscc(code)
    if len(code) == 15 and not is_registration(code):
        return _repaired_registration(code)
    return ()


def sole_repair(text: str) -> CodeRepair | None:
    """The likeliest repair, when no other comes near it; None otherwise, for then only a register can tell them apart.

    >>> sole_repair("91110000600037341L") is None, sole_repair("9111OOOO600O37341L").code
    (True, '91110000600037341L')
    """
    found = repair_code(text)
    if not found:
        return None
    clear = len(found) == 1 or found[0].likelihood - found[1].likelihood >= _CLEAR_LEAD
    return found[0] if clear else None


def _repaired_uscc(code: str) -> tuple[CodeRepair, ...]:
    if is_uscc(code):
        return ()
    read = "".join(_NEVER_IN_A_CODE.get(character, character) for character in code)
    if read != code and is_uscc(read):
        return (CodeRepair(code=read, kind=RepairKind.LETTER, place=0),)
    found: dict[str, CodeRepair] = {}
    for kind, candidate, place in _damages(read, code):
        if candidate not in found and is_uscc(candidate):
            likelihood = _KIND_LIKELIHOODS[kind] + plausibility(candidate)
            if kind is RepairKind.CHARACTER:
                likelihood -= _LESS_ALIKE * _LOOKALIKES[code[place - 1]].index(candidate[place - 1])
            found[candidate] = CodeRepair(code=candidate, kind=kind, place=place, likelihood=likelihood)
    return tuple(sorted(found.values(), key=lambda one: (-one.likelihood, one.code)))


def _damages(read: str, code: str) -> Iterator[tuple[RepairKind, str, int]]:
    if len(read) == 17:
        yield from _inserted(read)
        return
    if len(read) == 19:
        yield from ((RepairKind.EXTRA, read[:at] + read[at + 1 :], at + 1) for at in range(19))
        return
    changed = tuple(_changed(read))
    for candidate, place in changed:
        if candidate[place - 1] in _LOOKALIKES.get(code[place - 1], ""):
            yield RepairKind.CHARACTER, candidate, place
    for place in range(17):
        if read[place] != read[place + 1]:
            yield RepairKind.SWAP, read[:place] + read[place + 1] + read[place] + read[place + 2 :], place + 1
    for candidate, place in changed:
        yield RepairKind.ANY, candidate, place


def _changed(read: str) -> Iterator[tuple[str, int]]:
    """For each place the one character that sets MOD 31 right. A character outside the alphabet must be the place."""
    outside = [place for place, character in enumerate(read) if character not in _VALUES]
    if len(outside) > 1:
        return
    total = sum(_VALUES.get(character, 0) * weight for character, weight in zip(read, _WEIGHTS, strict=True)) % 31
    for place in outside or range(18):
        value = (_VALUES.get(read[place], 0) - total * _INVERSES[place]) % 31
        yield read[:place] + MOD31_ALPHABET[value] + read[place + 1 :], place + 1


def _inserted(read: str) -> Iterator[tuple[RepairKind, str, int]]:
    for place in range(len(read) + 1):
        for candidate, _ in _changed_at(read[:place] + "0" + read[place:], place):
            yield RepairKind.MISSING, candidate, place + 1


def _changed_at(read: str, place: int) -> Iterator[tuple[str, int]]:
    return (found for found in _changed(read) if found[1] == place + 1)


def _repaired_registration(code: str) -> tuple[CodeRepair, ...]:
    """15 digits: any one digit, look-alikes first. A letter can only be a misread digit."""
    found: dict[str, CodeRepair] = {}
    for kind, alike in ((RepairKind.CHARACTER, True), (RepairKind.ANY, False)):
        for place, shown in enumerate(code):
            for digit in _LOOKALIKES.get(shown, "") if alike else "0123456789":
                candidate = code[:place] + digit + code[place + 1 :]
                if candidate not in found and is_registration(candidate) and candidate[:2] in (*PROVINCES, "10"):
                    found[candidate] = CodeRepair(code=candidate, kind=kind, place=place + 1)
    return tuple(found.values())
