"""Exact keys an entity is found by. Register rows and queries build them here and nowhere else.

| key | made of |
|---|---|
| `name:` | whole normalised name, brackets gone |
| `former:` | the same of a former name |
| `core:` | 字号 + 行业 (+ `/分支`) |
| `core-region:` | core, then the prefecture number, or the bare name of a county |
| `brand:`, `brand-region:` | 字号 alone, and with the prefecture |
| `sound:` | 字号 + 行业 as they sound, where they are short |
| `gap-region:` | 字号 without one of its characters + 行业, with the prefecture |
| `phone:` | digits without +86 and separators |
| `url:` | host and path, lower case, without scheme and `www.` |
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

from matching.names.parts import NameParts
from matching.names.regions import Region
from matching.names.resemblance import sound_of

__all__ = [
    "LONGEST_MISREAD",
    "gapped_cores",
    "grams_of",
    "name_keys",
    "phone_key",
    "region_marks",
    "sound_key",
    "url_key",
]

LONGEST_MISREAD = 7
"""A longer 字号+行业 keeps enough character pairs when one of its characters is misread."""

_NOT_DIGITS = re.compile(r"[^0-9]+")
_MUNICIPALITIES = frozenset(("11", "12", "31", "50", "71", "81", "82"))


def name_keys(name_key: str, parts: NameParts, marks: Iterable[str]) -> tuple[str, ...]:
    """Name, core and brand keys, with one regional key for each mark (`region_marks`)."""
    keys = [f"name:{name_key}", f"core:{parts.core}", f"brand:{parts.brand}", sound_key(parts)]
    for mark in marks:
        keys.append(f"core-region:{parts.core}|{mark}")
        if not mark[0].isdigit():
            continue
        keys.append(f"brand-region:{parts.brand}|{mark}")
        keys.extend(f"gap-region:{core}|{mark}" for core in gapped_cores(parts))
    return tuple(keys)


def gapped_cores(parts: NameParts) -> tuple[str, ...]:
    """字号 + 行业 with each character of the 字号 left out in turn: names that differ by that one have it in common.

    >>> gapped_cores(NameParts(brand="万宇", industry="实业")), gapped_cores(NameParts(brand="万宇"))
    (('宇实业', '万实业'), ())
    """
    brand, industry = parts.brand, parts.industry
    if parts.branch or not 3 <= len(brand) + len(industry) <= LONGEST_MISREAD:
        return ()
    return tuple(dict.fromkeys([brand[:at] + brand[at + 1 :] + industry for at in range(len(brand))]))


def sound_key(parts: NameParts) -> str:
    """The key of all names that sound alike; empty where the name is long enough to be found by its grams, or has a
    branch.

    >>> sound_key(NameParts(brand="华翰", industry="印务")), sound_key(NameParts(brand="华翰", branch="分公司"))
    ("sound:hua'han'yin'wu", '')
    """
    core = parts.brand + parts.industry
    return "" if parts.branch or not 2 <= len(core) <= LONGEST_MISREAD else f"sound:{sound_of(core)}"


def region_marks(*regions: Region) -> tuple[str, ...]:
    """What stands for these regions in a key: the number of a prefecture (2 digits for a municipality), and the bare
    name of the smallest division.

    >>> region_marks(Region(code="3205", text="昆山"), Region(code="3101"), Region(code="33"))
    ('3205', '昆山', '31')
    """
    marks: dict[str, None] = {}
    for region in regions:
        if region.code[:2] in _MUNICIPALITIES:
            marks[region.code[:2]] = None
        elif len(region.code) == 4:
            marks[region.code] = None
        if len(region.code) != 2 and region.text:
            marks[region.text] = None
    return tuple(marks)


def grams_of(parts: NameParts) -> tuple[str, ...]:
    """Characters and character pairs of the name without region and legal form.

    >>> grams_of(NameParts(brand="华翰", industry="印务", form="公司"))
    ('华翰', '翰印', '印务', '华', '翰', '印', '务')
    """
    text = parts.brand + parts.industry + parts.branch
    pairs = (text[at : at + 2] for at in range(len(text) - 1))
    return tuple(dict.fromkeys((*pairs, *text)))


def phone_key(text: str) -> str:
    """The key of a telephone number; empty when it has fewer than 7 digits or too many.

    >>> phone_key("+86 138-0013 8000"), phone_key("110")
    ('phone:13800138000', '')
    """
    digits = _NOT_DIGITS.sub("", unicodedata.normalize("NFKC", text[:60]))
    if len(digits) > 11 and digits.startswith(("86", "0086")):
        digits = digits.removeprefix("00").removeprefix("86")
    return f"phone:{digits}" if 7 <= len(digits) <= 16 else ""


def url_key(text: str) -> str:
    """The key of a shop address; empty when it has no host.

    >>> url_key("HTTPS://www.Shop.example/a/?id=1"), url_key("shop.example"), url_key("没有")
    ('url:shop.example/a?id=1', 'url:shop.example', '')
    """
    bare = text.strip()[:500]
    if not bare:
        return ""
    try:
        parts = urlsplit(bare if "://" in bare else f"//{bare}")
        host = (parts.hostname or "").removeprefix("www.")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    if not host or ("." not in host and host != "localhost"):
        return ""
    query = f"?{parts.query}" if parts.query else ""
    return f"url:{host}{port}{parts.path.rstrip('/')}{query}"
