"""Check characters the registration numbers share.

Standard: ISO 7064 (GB/T 17710) MOD 11,10; GB 32100-2015 (MOD 31); GB 11714-1997 (modulus 11).
"""

from __future__ import annotations

__all__ = ["MOD31_ALPHABET", "mod11_10_digit", "mod31_character", "organisation_character"]

MOD31_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of GB 32100: digits and capital letters without I, O, S, V, Z."""

_MOD31_VALUES = {character: value for value, character in enumerate(MOD31_ALPHABET)}
_MOD31_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_BASE36 = {character: value for value, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}


def mod31_character(body: str) -> str:
    """The 18th character for the first 17 of a 统一社会信用代码; empty when a character is outside the alphabet.

    >>> mod31_character("91110000600037341")
    'L'
    """
    total = 0
    for character, weight in zip(body, _MOD31_WEIGHTS, strict=True):
        value = _MOD31_VALUES.get(character)
        if value is None:
            return ""
        total += value * weight
    return MOD31_ALPHABET[(31 - total % 31) % 31]


def organisation_character(body: str) -> str:
    """The 9th character for the first 8 of an 组织机构代码 (0-9 or X); empty for a character outside 0-9, A-Z.

    >>> organisation_character("60003734")
    '1'
    """
    total = 0
    for character, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True):
        value = _BASE36.get(character)
        if value is None:
            return ""
        total += value * weight
    return "0123456789X0"[11 - total % 11]


def mod11_10_digit(body: str) -> str:
    """The check digit over decimal digits, as the 15-digit registration number and JY/SC permits carry it.

    >>> mod11_10_digit("44030110309741")
    '3'
    """
    product = 10
    for digit in body:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)
