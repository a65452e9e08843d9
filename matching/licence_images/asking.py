"""A licence reading as the question the resolver answers, alone or beside what the page says in words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matching.licence_images.contradicting import is_of_another
from matching.licence_images.dates import printed_date
from matching.names.normalise import normalise_name
from matching.names.parts import parse_name
from matching.names.regions import region_of
from records.base import UtcDatetime
from records.licences_read import LicenceField, LicenceOutcome, LicenceReading
from records.register import MatchQuery

__all__ = ["licence_query", "printed_date", "with_readings"]

_FIELDS = {
    "code": LicenceField.CODE,
    "name": LicenceField.NAME,
    "address": LicenceField.ADDRESS,
    "legal_representative": LicenceField.PERSON,
}
_FILLER = re.compile(r"[XxＸ×*＊]{3,}|某某|示例|样例|测试")
_WEIGHTS = {"code": 20, "name": 10}


def licence_query(reading: LicenceReading, *, as_of: UtcDatetime) -> MatchQuery:
    """What the licence says of its holder. The code goes as read: the resolver tries repairs against the register and
    takes none that the name does not confirm."""
    return with_readings(MatchQuery(query_id=reading.reading_id, as_of=as_of), (reading,))


def with_readings(said: MatchQuery, readings: Sequence[LicenceReading]) -> MatchQuery:
    """The query with what the page does not say in words taken off its licence pictures; what it says stays.

    All is taken off one picture, the one that gives most of what is wanted: two pictures may be two licences. From a
    picture that shows another licence than the page speaks of nothing is taken, nor a template's filler
    (XXXX有限公司).
    """
    wanted = [name for name in _FIELDS if not getattr(said, name)]
    wanted += ["registered_on"] * (said.registered_on is None)
    given = [
        _given(reading)
        for reading in readings
        if reading.outcome is not LicenceOutcome.UNREADABLE and not is_of_another(said, reading)
    ]
    best = max(given, key=lambda one: _weight(one, wanted), default={})
    taken = {name: best[name] for name in wanted if best.get(name)}
    if not taken:
        return said
    region = {} if said.region else {"region": _region(best)}
    return said.model_copy(update={**taken, **region, "read_by_ocr": tuple(taken)})


def _given(reading: LicenceReading) -> dict[str, object]:
    texts = {name: reading.text_of(field) for name, field in _FIELDS.items()}
    given: dict[str, object] = {name: text for name, text in texts.items() if text and not _FILLER.search(text)}
    return {**given, "registered_on": printed_date(reading.text_of(LicenceField.ESTABLISHED))}


def _weight(given: dict[str, object], wanted: Sequence[str]) -> int:
    return sum(_WEIGHTS.get(name, 1) for name in wanted if given.get(name))


def _region(given: dict[str, object]) -> str:
    address, name = str(given.get("address", "")), str(given.get("name", ""))
    return region_of(normalise_name(address)).code or parse_name(normalise_name(name)).region.code
