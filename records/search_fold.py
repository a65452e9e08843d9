"""How a text is folded before it is searched: the same for every engine, for alerts, and place for place.

Width and ASCII case only (docs/decisions/0002); traditional characters and disguised words are the business of rules.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["FOLDS", "fold", "narrow"]

_WIDE = {0xFF01 + offset: 0x21 + offset for offset in range(94)}
_BLANKS = (
    *range(9, 14),
    *range(0x1C, 0x21),
    0x85,
    0xA0,
    0x1680,
    *range(0x2000, 0x200B),
    0x2028,
    0x2029,
    0x202F,
    0x205F,
    0x3000,
)
FOLDS: Mapping[int, int] = (
    {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
    | {wide: ord(chr(code).lower()) for wide, code in _WIDE.items()}
    | dict.fromkeys(_BLANKS, 32)
)


def fold(text: str) -> str:
    """ASCII letters small, full-width forms narrow, every kind of blank a space; as many code points as before.

    >>> fold("ＡBC　玛咖！")
    'abc 玛咖!'
    """
    return text.translate(FOLDS)


def narrow(text: str) -> str:
    """Full-width forms narrow, nothing else: what an exact value is compared as.

    >>> narrow("Ａ０１")
    'A01'
    """
    return text.translate(_WIDE)
