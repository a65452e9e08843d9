"""A licence reading as the question the resolver answers."""

from __future__ import annotations

import re
from datetime import date

from records.base import UtcDatetime
from records.licences_read import LicenceField, LicenceReading
from records.register import MatchQuery

__all__ = ["licence_query", "printed_date"]

_DATE = re.compile(r"([12]\d{3})\D{0,3}(\d{1,2})\D{0,3}(\d{1,2})")


def licence_query(reading: LicenceReading, *, as_of: UtcDatetime) -> MatchQuery:
    """What the licence says of its holder. The code goes as read: the resolver tries repairs against the register and
    takes none that the name does not confirm."""
    return MatchQuery(
        query_id=reading.reading_id,
        name=reading.text_of(LicenceField.NAME),
        code=reading.text_of(LicenceField.CODE),
        address=reading.text_of(LicenceField.ADDRESS),
        legal_representative=reading.text_of(LicenceField.PERSON),
        registered_on=printed_date(reading.text_of(LicenceField.ESTABLISHED)),
        as_of=as_of,
    )


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
