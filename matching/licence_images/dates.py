"""Dates as licences print them."""

from __future__ import annotations

import re
from datetime import date

__all__ = ["printed_date"]

_DATE = re.compile(r"([12]\d{3})\D{0,3}(\d{1,2})\D{0,3}(\d{1,2})")


def printed_date(text: str) -> date | None:
    """The date a licence prints, None when it is none.

    >>> printed_date("2019年03月12日"), printed_date("长期")
    (datetime.date(2019, 3, 12), None)
    """
    found = _DATE.search(text)
    if found is None:
        return None
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None
