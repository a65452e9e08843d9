"""Where a licence picture says something else than the words of the page, and surely so.

A misread character is no contradiction: a code counts only when the one on the picture passes its checks, names and
persons only when the engine was sure and hardly anything of them agrees. Page and picture of one honest shop never
differ so; what the difference means (an old picture, another's licence) is for an officer to find out.
"""

from __future__ import annotations

from rapidfuzz.distance import Levenshtein

from matching.identifiers.reading import read_identifier
from matching.licence_images.dates import printed_date
from matching.names.normalise import key_of, normalise_name
from records.licences_read import LicenceContradiction, LicenceField, LicenceReading, ReadField
from records.register import MatchQuery

__all__ = ["contradictions_of", "is_of_another"]

_SURE = 0.95
_ALIKE = 0.7


def contradictions_of(said: MatchQuery, reading: LicenceReading) -> tuple[LicenceContradiction, ...]:
    """What the page says (`said`, without anything read by OCR) against what the picture says."""
    found = (_code(said, reading), _name(said, reading), _person(said, reading), _date(said, reading))
    return tuple(one for one in found if one is not None)


def is_of_another(said: MatchQuery, reading: LicenceReading) -> bool:
    """Whether the picture shows another licence than the page speaks of, so that nothing may be taken from it."""
    return _code(said, reading) is not None or _name(said, reading) is not None


def _code(said: MatchQuery, reading: LicenceReading) -> LicenceContradiction | None:
    shown, read = read_identifier(said.code), read_identifier(reading.text_of(LicenceField.CODE))
    if not shown.code or not read.sound or shown.code == read.code:
        return None
    says = "" if shown.sound else f"（页面代码{shown.problem}）"
    return LicenceContradiction(
        field=LicenceField.CODE,
        on_page=shown.code[:60],
        on_picture=read.code,
        sentence=f"页面文字所示代码为{shown.code[:60]}{says}，执照图片上为{read.code}（通过校验），两者不同",
    )


def _name(said: MatchQuery, reading: LicenceReading) -> LicenceContradiction | None:
    read = _field(reading, LicenceField.NAME)
    if read is None or not said.name:
        return None
    one, two = key_of(normalise_name(said.name)), key_of(normalise_name(read.text))
    if not one or not two or one in two or two in one or Levenshtein.normalized_similarity(one, two) >= _ALIKE:
        return None
    return _contradiction(LicenceField.NAME, said.name[:100], read.text[:100], "名称")


def _person(said: MatchQuery, reading: LicenceReading) -> LicenceContradiction | None:
    read = _field(reading, LicenceField.PERSON)
    one = normalise_name(said.legal_representative)
    if read is None or len(one) < 2 or "*" in one:
        return None
    two = normalise_name(read.text)
    if len(two) < 2 or len(two) > 20 or set(one) & set(two):
        return None
    return _contradiction(LicenceField.PERSON, said.legal_representative[:30], read.text[:30], "法定代表人（经营者）")


def _date(said: MatchQuery, reading: LicenceReading) -> LicenceContradiction | None:
    read = _field(reading, LicenceField.ESTABLISHED)
    printed = printed_date(read.text) if read is not None else None
    if said.registered_on is None or printed is None or printed == said.registered_on:
        return None
    apart = Levenshtein.distance(said.registered_on.isoformat(), printed.isoformat())
    if apart <= 1:
        return None  # one digit may be misread
    return _contradiction(LicenceField.ESTABLISHED, said.registered_on.isoformat(), printed.isoformat(), "成立日期")


def _field(reading: LicenceReading, field: LicenceField) -> ReadField | None:
    """The field, when the engine was sure of it."""
    found = next((one for one in reading.fields if one.field is field), None)
    return found if found is not None and found.confidence >= _SURE else None


def _contradiction(field: LicenceField, page: str, picture: str, word: str) -> LicenceContradiction:
    sentence = f"{word}：页面文字为“{page}”，执照图片上为“{picture}”，两者不同"
    return LicenceContradiction(field=field, on_page=page, on_picture=picture, sentence=sentence)
