"""行政区划 in text: which province and prefecture a name, an address or a code speaks of."""

from __future__ import annotations

import re
from typing import NamedTuple

from matching.data.counties import COUNTIES
from matching.data.divisions import (
    AREAS,
    BANNERS,
    CITIES,
    ETHNIC_GROUPS,
    NOT_DIVISIONS,
    PREFECTURES,
    PROVINCE_SUFFIXES,
    PROVINCES,
)

__all__ = ["NOWHERE", "Region", "bare_division", "is_prefecture", "places_in", "read_leading_region", "region_of"]


class Region(NamedTuple):
    """A division as far as it is known. `code` has 0, 2 (province) or 4 digits (prefecture); `text` is the bare name of
    the smallest division read (昆山, 浦东), empty when there was none; `township` a 镇 or 乡 below it; `length` the
    characters it took."""

    code: str = ""
    text: str = ""
    township: str = ""
    length: int = 0


NOWHERE = Region()
"""No division known."""

_SUFFIXES = ("地区", "自治州", "自治县", "自治旗", "林区", "新区", "市", "区", "县", "州", "盟", "旗")
_ETHNIC = re.compile(rf"(?:(?:{ETHNIC_GROUPS})族)+(?=自治)")
_TOWNSHIP = re.compile(r"[^()市县区省]{2,3}?(?:街道|自治乡|镇|乡)(?=.{2,})")
_COUNTY = re.compile(
    r"[^()市县区省旗厂社业店场校工商矿港开]{1,6}?"
    r"(?:自治县|自治旗|县|(?<=.{2})[市区](?![政场民容块域间级委]))"
)
_BANNER = re.compile(rf"(?:{BANNERS})(?:左翼|右翼|[左右前后中])?[前后中]?(?:达斡尔族|自治|联合)*旗")
_NOT_COUNTY = re.compile(rf"(?:{NOT_DIVISIONS})$")
_AREAS = re.compile(rf"(?:{AREAS})区")
_CONTINUED = frozenset("政场民容块域间级委")
"""市政, 市场, 区块 …: the 市 or 区 before these belongs to the next word."""


_CITIES_OF_TOWNS = frozenset(("东莞", "中山", "儋州", "嘉峪关"))
"""Prefecture-level cities without districts, their towns stand directly below."""


def _places() -> dict[str, tuple[str, ...]]:
    places: dict[str, list[str]] = {}
    for code, name in PROVINCES.items():
        places.setdefault(name, []).append(code)
    for province, line in PREFECTURES.items():
        for entry in line.split():
            places.setdefault(entry[2:], []).append(province + entry[:2])
    for code, line in CITIES.items():
        for name in line.split():
            places.setdefault(name, []).append(code)
    return {name: tuple(codes) for name, codes in places.items()}


_PLACES = _places()
_PREFECTURE_NAMES = frozenset(entry[2:] for line in PREFECTURES.values() for entry in line.split()) | frozenset(
    PROVINCES.values()
)


_COUNTY_CODES = {name: code for code, line in COUNTIES.items() for name in line.split()}
"""The prefecture of each county whose name is no other's."""


def _by_head() -> dict[str, tuple[str, ...]]:
    heads: dict[str, list[str]] = {}
    for name in sorted(_PLACES, key=len, reverse=True):
        heads.setdefault(name[:2], []).append(name)
    return {head: tuple(names) for head, names in heads.items()}


_HEADS = _by_head()
"""Places by their first two characters, the longest first."""


def read_leading_region(name: str, *, keep: int = 2) -> Region:
    """The division a normalised name begins with, its length included; at least `keep` characters are left over.

    >>> read_leading_region("浙江省杭州市余杭区华翰印务有限公司")
    Region(code='3301', text='余杭', township='', length=9)
    >>> read_leading_region("重庆永康节能科技有限公司")
    Region(code='50', text='重庆', township='', length=2)
    """
    at, code, text = 0, "", ""
    if name.startswith("中国") and len(name) - 2 >= keep:
        at = 2
    for _ in range(3):
        step = _known_place(name, at, code, keep)
        if step is None:
            break
        at, code, text = step
    known = at
    at, text, township = _smaller_division(name, at, text, keep=keep)
    if at > known and len(code) < 4:
        county = _COUNTY_CODES.get(text, "")
        code = county if county.startswith(code) else code
    return Region(code=code, text=text, township=township, length=at) if at else NOWHERE


def region_of(text: str) -> Region:
    """The division of an address, a free text or a number of 2 to 6 digits.

    >>> region_of("330100").code, region_of("江苏省昆山市前进路1号").code, region_of("浦东").code, region_of("??").code
    ('3301', '3205', '3101', '')
    """
    bare = text.strip()
    if bare.isascii() and bare.isdigit():
        return _numbered(bare)
    return read_leading_region(bare[:40], keep=0)


def _smaller_division(name: str, at: int, text: str, *, keep: int) -> tuple[int, str, str]:
    for pattern in (_BANNER, _COUNTY) if "旗" in name else (_COUNTY,):
        end = _pattern_end(name, at, pattern, keep)
        if end > at:
            text, at = bare_division(name[at:end]), end
            break
    at = _pattern_end(name, at, _AREAS, keep)
    if at > 2 and name[at - 1] in "县市区旗" and (text in _CITIES_OF_TOWNS or not is_prefecture(text)):
        end = _pattern_end(name, at, _TOWNSHIP, keep)
        return end, text, name[at:end]
    return at, text, ""


def places_in(text: str) -> frozenset[str]:
    """Provinces, prefectures and county-level cities named anywhere in a text, the longest name at each place.

    >>> sorted(places_in("中国检验认证集团山西有限公司太原分公司"))
    ['太原', '山西']
    """
    found = []
    for at in range(len(text) - 1):
        names = _HEADS.get(text[at : at + 2])
        if names is not None:
            found.extend([name for name in names if text.startswith(name, at)][:1])
    return frozenset(found)


def is_prefecture(name: str) -> bool:
    """Whether a bare name is that of a prefecture or province (and so may contain a county)."""
    return name in _PREFECTURE_NAMES


def _numbered(digits: str) -> Region:
    if len(digits) < 2 or digits[:2] not in PROVINCES:
        return NOWHERE
    province = PROVINCES[digits[:2]]
    if len(digits) < 4 or digits[2:4] == "00":
        return Region(code=digits[:2], text=province)
    return Region(code=digits[:4])


def _known_place(name: str, at: int, code: str, keep: int) -> tuple[int, str, str] | None:
    for place in _HEADS.get(name[at : at + 2], ()):
        found = _inside(_PLACES[place], code) if name.startswith(place, at) else ""
        if not found:
            continue
        after = at + len(place)
        end = _after_suffix(name, after, is_province=len(found) == 2)
        if len(name) - end < keep:
            end = after
        if len(name) - end >= keep:
            return end, found, place
    return None


def _inside(codes: tuple[str, ...], code: str) -> str:
    """The first of the codes that lies within `code` and is smaller (or as small as it gets)."""
    for found in codes:
        if found.startswith(code) and (len(found) > len(code) or len(code) == 4):
            return found
    return ""


def _after_suffix(name: str, at: int, *, is_province: bool) -> int:
    if is_province:
        for suffix in PROVINCE_SUFFIXES:
            if name.startswith(suffix, at) and name[at + 1 : at + 2] not in _CONTINUED:
                return at + len(suffix)
        return at
    ethnic = _ETHNIC.match(name, at)
    if ethnic is not None:
        at = ethnic.end()
    for suffix in _SUFFIXES:
        if name.startswith(suffix, at):
            follows = name[at + len(suffix) : at + len(suffix) + 1]
            return at if suffix in "市区" and follows in _CONTINUED else at + len(suffix)
    return at


def _pattern_end(name: str, at: int, pattern: re.Pattern[str], keep: int) -> int:
    found = pattern.match(name, at)
    if found is None or len(name) - found.end() < keep or _NOT_COUNTY.search(found.group()):
        return at
    return found.end()


def bare_division(division: str) -> str:
    """The name without its suffix, where two characters are left.

    >>> bare_division("昆山市"), bare_division("乳源瑶族自治县"), bare_division("郊区")
    ('昆山', '乳源瑶族', '郊区')
    """
    for suffix in _SUFFIXES:
        if division.endswith(suffix) and len(division) - len(suffix) >= 2:
            return division[: -len(suffix)]
    return division
