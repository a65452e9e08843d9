"""Names of 行政区划 codes as people read them: province and prefecture, with the number for what lies below.

Standard: GB/T 2260.
"""

from __future__ import annotations

from functools import lru_cache

from matching.data.divisions import PREFECTURES, PROVINCES

__all__ = ["region_name"]

_MOST_NAMES = 16_384


@lru_cache(_MOST_NAMES)
def region_name(code: str) -> str:
    """The name of a code, or of the smallest division known around it; an unknown code names itself.

    >>> region_name("33"), region_name("330100"), region_name("330106"), region_name("")
    ('浙江', '浙江杭州', '浙江杭州 330106', '属地未定')
    """
    if not code:
        return "属地未定"
    province = PROVINCES.get(code[:2])
    if province is None:
        return code
    if code[2:].strip("0") == "":
        return province
    prefecture = next((entry[2:] for entry in PREFECTURES.get(code[:2], "").split() if entry[:2] == code[2:4]), "")
    below = code[4:].strip("0") != "" or not prefecture
    return f"{province}{prefecture}{' ' + code if below else ''}"
