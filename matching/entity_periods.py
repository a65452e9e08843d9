"""Periods and declarations of a register row: stays on the lists, former names with dates, 年报网站网店."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from itertools import zip_longest

from records.register_history import DeclaredSite, ListedPeriod, NamePeriod

__all__ = ["REMOVED", "DateReader", "former_names", "listings", "parts_of", "sites"]

DateReader = Callable[[str], date | None]

REMOVED = {"abnormal_since": "abnormal_removed_on", "seriously_illegal_since": "seriously_illegal_removed_on"}
"""The column of the day of removal, by the column of the day of listing."""

_SEPARATORS = re.compile(r"[；;|\n]+")
_RANGE = re.compile(r"\s*(?:至|到|~|～|—+)\s*")
_DATED_NAME = re.compile(r"(.+?)\s*[（(]\s*(\d{4}[^（）()至~～]*)?(?:至|~|～)\s*(\d{4}[^（）()至~～]*)?\s*[）)]")


def parts_of(text: str) -> tuple[str, ...]:
    """What a cell lists.

    >>> parts_of("甲；乙; 丙")
    ('甲', '乙', '丙')
    """
    return tuple(part.strip() for part in _SEPARATORS.split(text) if part.strip()) if text else ()


def listings(since: str, removed: str, *, read: DateReader) -> tuple[date | None, tuple[ListedPeriod, ...]]:
    """Day of the listing that stands, and the stays that ended, of cells with one or several days each.

    Raises:
        ValueError: A day is none, a removal is without its listing or before it, or two listings stand.
    """
    standing: list[date] = []
    ended: list[ListedPeriod] = []
    for begun, left in _pairs(since, removed):
        listed_on, removed_on = read(begun), read(left)
        if listed_on is None and removed_on is None:
            continue
        if listed_on is None or (removed_on is not None and removed_on < listed_on):
            raise ValueError(left)
        if removed_on is None:
            standing.append(listed_on)
        else:
            ended.append(ListedPeriod(listed_on=listed_on, removed_on=removed_on))
    if len(standing) > 1:
        raise ValueError(since)
    return (standing[0] if standing else None), tuple(sorted(ended, key=lambda period: period.listed_on))


def _pairs(since: str, removed: str) -> list[tuple[str, str]]:
    begun = [_RANGE.split(part.strip(), maxsplit=1) for part in _SEPARATORS.split(since)]
    if any(len(pair) == 2 for pair in begun):
        return [(pair[0], pair[1] if len(pair) == 2 else "") for pair in begun]
    left = [part.strip() for part in _SEPARATORS.split(removed)]
    return list(zip_longest((pair[0] for pair in begun), left, fillvalue=""))


def former_names(text: str, *, read: DateReader) -> tuple[tuple[str, ...], tuple[NamePeriod, ...]]:
    """Names of a cell, and those of them that carry their dates: 旧名（2010-01-01至2015-03-02）.

    Raises:
        ValueError: What stands for a date is none.
    """
    names: dict[str, None] = {}
    periods: list[NamePeriod] = []
    for part in parts_of(text):
        dated = _DATED_NAME.fullmatch(part)
        if dated is None:
            names[part] = None
            continue
        name, since, until = dated.groups()
        names[name] = None
        periods.append(NamePeriod(name=name, since=read(since or ""), until=read(until or "")))
    return tuple(names), tuple(periods)


def sites(values: Mapping[str, str]) -> tuple[DeclaredSite, ...]:
    """Declared sites of a row; empty where it gives no more than addresses, which stand in `shop_urls`."""
    names, numbers = values.get("site_names", ""), values.get("icp_no", "")
    if not names and not numbers:
        return ()
    listed = zip_longest(parts_of(values.get("shop_urls", "")), parts_of(names), parts_of(numbers), fillvalue="")
    return tuple(DeclaredSite(url=url, name=name, icp_no=icp_no) for url, name, icp_no in listed)
