"""Licence and permit numbers that check: 统一社会信用代码 with both check digits, 食品经营许可 JY.

Written for the sample market alone, so that matching's own arithmetic is tested against another hand's.
Standard: GB 32100-2015 (MOD 31), GB 11714-1997 (inner organisation code), ISO 7064 MOD 11,10 (JY numbers).
"""

from __future__ import annotations

import random

__all__ = ["break_check", "credit_code", "food_permit"]

_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS_18 = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_WEIGHTS_9 = (3, 7, 9, 10, 5, 8, 4, 2)


def credit_code(rng: random.Random, *, kind: str, region_code: str) -> str:
    """A valid code of that kind (two signs: 91 企业, 92 个体工商户, 93 农民专业合作社) and region.

    >>> credit_code(random.Random(1), kind="91", region_code="330106")[:8]
    '91330106'
    """
    if rng.random() < 0.35:
        body = "".join(rng.choice("0123456789") for _ in range(8))
    else:
        body = "MA" + "".join(rng.choice(_LETTERS) for _ in range(6))
    head = kind + region_code + body + _organisation_check(body)
    return head + _check_18(head)


def break_check(rng: random.Random, code: str) -> str:
    """The same code with its last sign wrong and two of its body exchanged: no single slip of a reader explains it.

    A code one look-alike away from a registered one with the same name is not called 代码无效 (it is repaired), so the
    damage planted must be more than that.
    """
    body = code[8:16]
    place = next(number for number in range(len(body) - 2) if body[number] != body[number + 2])
    signs = list(body)
    signs[place], signs[place + 2] = signs[place + 2], signs[place]
    last = rng.choice([sign for sign in "0123456789" if sign != code[-1]])
    damaged = f"{code[:8]}{''.join(signs)}{code[16]}{last}"
    return damaged if _check_18(damaged[:-1]) != last else damaged[:-1] + _LETTERS[(_LETTERS.index(last) + 1) % 31]


def food_permit(rng: random.Random, *, region_code: str) -> str:
    """食品经营许可证编号 of a seller: JY1 + region + running number + check.

    >>> food_permit(random.Random(1), region_code="330106")[:9]
    'JY1330106'
    """
    digits = "1" + region_code + f"{rng.randrange(1, 999999):06d}"
    return "JY" + digits + _mod_11_10(digits)


def _organisation_check(body: str) -> str:
    total = sum(weight * int(sign, 36) for weight, sign in zip(_WEIGHTS_9, body, strict=True))
    return "0123456789X0"[11 - total % 11]


def _check_18(head: str) -> str:
    total = sum(weight * _LETTERS.index(sign) for weight, sign in zip(_WEIGHTS_18, head, strict=True))
    return _LETTERS[(31 - total % 31) % 31]


def _mod_11_10(digits: str) -> str:
    product = 10
    for digit in digits:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)
