"""Regions of figures: the parts a region is told in, one level of GB/T 2260 deeper, and their names."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["part_name", "region_key"]

_MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
_DIRECT = "90"


def region_key(code: str, within: str) -> str:
    """The part of `within` a code lies in: provinces of the country, prefectures of a province, counties of a
    prefecture. Districts of municipalities and counties a province holds itself have no prefecture between.

    >>> region_key("330106", ""), region_key("330106", "33"), region_key("330106", "3301"), region_key("310115", "31")
    ('33', '3301', '330106', '310115')
    >>> region_key("469029", "46"), region_key("", "")
    ('469029', '')
    """
    if not within:
        return code[:2]
    if len(within) == 2 and within not in _MUNICIPALITIES and code[2:4] != _DIRECT:
        return code[:4]
    return code[:6]


def part_name(key: str, names: Mapping[str, str]) -> str:
    """The own name of a part; one of which only the region around is known says so.

    >>> part_name("33", {"330000": "浙江省"}), part_name("3300", {"330000": "浙江省"}), part_name("", {})
    ('浙江省', '浙江省（未细分）', '属地未定')
    """
    if not key:
        return "属地未定"
    whole = key.ljust(6, "0")
    known = names.get(whole)
    if known is None:
        return key
    return f"{known}（未细分）" if key.endswith("00") else known
