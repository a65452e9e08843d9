"""A query made ready: names parsed, codes read, keys made, once for all candidates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from matching.identifiers.reading import Identifier, read_identifier
from matching.identifiers.repair import CodeRepair, repair_code
from matching.keys import phone_key, region_marks, url_key
from matching.names.nicknames import strip_nickname
from matching.names.normalise import MAX_NAME_CHARACTERS, key_of, normalise_name
from matching.names.parts import NameParts, parse_name
from matching.names.regions import NOWHERE, Region, places_in, read_leading_region, region_of
from matching.ties import icp_key
from records.register import MatchQuery

__all__ = ["Calibration", "Channel", "QueryFacts", "numbers_in", "query_facts", "within_division"]


_NUMBERS = re.compile("[0-9〇一二三四五六七八九十百]+")


class Channel(StrEnum):
    """Where the name compared was read."""

    TEXT = "text"
    OCR = "ocr"
    NICKNAME = "nickname"
    NONE = "none"


class Calibration(StrEnum):
    """The ways a name may come, each calibrated by itself: in words with and without its prefecture, short or as a
    shop's name, read off a picture, not at all."""

    TEXT = "text"
    OPEN = "open"
    SHORT = "short"
    OCR = "ocr"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryFacts:
    """What a query says. `name` is normalised; `short` when it has neither division nor legal form. `person` is
    normalised too, and `address`, of which only what lies below the division is kept. `core_text` is 字号 with 行业,
    `rest` the name without division; `*_numbers` the numerals in them, `rest_places` the places it names. `marks` are
    the region marks for keys (`matching.keys.region_marks`), those of the name first."""

    query: MatchQuery
    channel: Channel
    name: str
    name_key: str
    name_cut: bool
    nickname_suffix: str
    parts: NameParts
    regions: tuple[Region, ...]
    region_codes: frozenset[str]
    marks: tuple[str, ...]
    identifier: Identifier
    repairs: tuple[CodeRepair, ...]
    phone: str
    url: str
    icp: str
    person: str
    address: str
    core_text: str
    core_numbers: tuple[str, ...]
    rest: str
    rest_numbers: tuple[str, ...]
    rest_places: frozenset[str]

    @property
    def short(self) -> bool:
        """A name that leaves open where the business is and what it is."""
        no_division = not self.parts.region.length
        return bool(self.name) and not self.parts.form and not self.parts.branch and no_division

    @property
    def calibrated_as(self) -> Calibration:
        """Which constants apply: a short licence name says no more than a shop name."""
        if self.channel is Channel.NONE:
            return Calibration.NONE
        if self.short or self.channel is Channel.NICKNAME:
            return Calibration.SHORT
        if self.channel is Channel.OCR:
            return Calibration.OCR
        return Calibration.TEXT if self.region_codes else Calibration.OPEN

    @property
    def empty(self) -> bool:
        """Nothing to look for."""
        return not (self.name or self.identifier.code or self.phone or self.url or self.icp)


def query_facts(query: MatchQuery, *, keep_suffix: bool = False) -> QueryFacts:
    """Parse a query. The shop's own name stands in where no licence name is shown; `keep_suffix` takes a name ending in
    旗舰店 or 网店 as the registered name it may be."""
    channel = Channel.OCR if "name" in query.read_by_ocr else Channel.TEXT
    name, suffix = (normalise_name(query.name), "") if keep_suffix else strip_nickname(query.name)
    if not name and query.shop_name:
        name, suffix = strip_nickname(query.shop_name)
        channel = Channel.NICKNAME
    if not name:
        channel = Channel.NONE
    elif suffix and not parse_name(name).form:
        channel = Channel.NICKNAME
    parts = parse_name(name)
    core_text = parts.brand + parts.industry
    rest = core_text + parts.form + parts.branch
    regions = _regions(query, parts)
    identifier = read_identifier(query.code)
    return QueryFacts(
        query=query,
        channel=channel,
        name=name,
        name_key=key_of(name),
        name_cut=len(query.name) > MAX_NAME_CHARACTERS and len(name) >= MAX_NAME_CHARACTERS,
        nickname_suffix=suffix,
        parts=parts,
        regions=regions,
        region_codes=frozenset([region.code for region in regions if region.code]),
        marks=region_marks(*regions),
        identifier=identifier,
        repairs=repair_code(query.code) if identifier.problem else (),
        phone=phone_key(query.phone),
        url=url_key(query.shop_url),
        icp=icp_key(query.icp_no),
        person=normalise_name(query.legal_representative),
        address=within_division(query.address),
        core_text=core_text,
        core_numbers=numbers_in(core_text),
        rest=rest,
        rest_numbers=numbers_in(rest),
        rest_places=places_in(rest),
    )


def numbers_in(text: str) -> tuple[str, ...]:
    """The numerals of a name: what tells one works, shop or branch of an owner from the next.

    >>> numbers_in("丝花三厂第12车间")
    ('三', '12')
    """
    return tuple(_NUMBERS.findall(text))


def within_division(address: str) -> str:
    """Township, street and door of an address, normalised.

    >>> within_division("浙江省杭州市余杭区文一西路 969 号")
    '文一西路969号'
    """
    if not address:
        return ""
    normalised = key_of(normalise_name(address))
    division = read_leading_region(normalised, keep=0)
    return normalised[division.length - len(division.township) :]


def _regions(query: MatchQuery, parts: NameParts) -> tuple[Region, ...]:
    said = [region_of(normalise_name(text)) for text in (query.region, query.address) if text]
    return tuple([region for region in (parts.region, *said) if region != NOWHERE])
