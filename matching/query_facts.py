"""A query made ready: names parsed, codes read, keys made, once for all candidates."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from matching.identifiers.reading import Identifier, read_identifier
from matching.identifiers.repair import CodeRepair, repair_code
from matching.keys import phone_key, region_marks, url_key
from matching.names.nicknames import strip_nickname
from matching.names.normalise import MAX_NAME_CHARACTERS, key_of, normalise_name
from matching.names.parts import NameParts, parse_name
from matching.names.regions import NOWHERE, Region, read_leading_region, region_of
from records.register import MatchQuery

__all__ = ["Channel", "QueryFacts", "query_facts", "within_division"]


class Channel(StrEnum):
    """Where the name compared was read; each has its own calibration (`QueryFacts.calibrated_as`)."""

    TEXT = "text"
    NICKNAME = "nickname"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryFacts:
    """What a query says. `name` is normalised; `short` when it has neither division nor legal form. `person` is
    normalised too, and `address`, of which only what lies below the division is kept."""

    query: MatchQuery
    channel: Channel
    name: str
    name_key: str
    name_cut: bool
    nickname_suffix: str
    parts: NameParts
    regions: tuple[Region, ...]
    identifier: Identifier
    repairs: tuple[CodeRepair, ...]
    phone: str
    url: str
    person: str
    address: str

    @property
    def marks(self) -> tuple[str, ...]:
        """Region marks for keys, those of the name first."""
        return region_marks(*self.regions)

    @property
    def short(self) -> bool:
        """A name that leaves open where the business is and what it is."""
        no_division = not self.parts.region.length
        return bool(self.name) and not self.parts.form and not self.parts.branch and no_division

    @property
    def calibrated_as(self) -> Channel:
        """The channel whose constants apply: a short licence name says no more than a shop name."""
        return Channel.NICKNAME if self.short else self.channel

    @property
    def empty(self) -> bool:
        """Nothing to look for."""
        return not (self.name or self.identifier.code or self.phone or self.url)


def query_facts(query: MatchQuery, *, keep_suffix: bool = False) -> QueryFacts:
    """Parse a query. The shop's own name stands in where no licence name is shown; `keep_suffix` takes a name ending in
    旗舰店 or 网店 as the registered name it may be."""
    channel = Channel.TEXT
    name, suffix = (normalise_name(query.name), "") if keep_suffix else strip_nickname(query.name)
    if not name and query.shop_name:
        name, suffix = strip_nickname(query.shop_name)
        channel = Channel.NICKNAME
    if not name:
        channel = Channel.NONE
    elif suffix and not parse_name(name).form:
        channel = Channel.NICKNAME
    parts = parse_name(name)
    identifier = read_identifier(query.code)
    return QueryFacts(
        query=query,
        channel=channel,
        name=name,
        name_key=key_of(name),
        name_cut=len(query.name) > MAX_NAME_CHARACTERS and len(name) >= MAX_NAME_CHARACTERS,
        nickname_suffix=suffix,
        parts=parts,
        regions=_regions(query, parts),
        identifier=identifier,
        repairs=repair_code(query.code) if identifier.problem else (),
        phone=phone_key(query.phone),
        url=url_key(query.shop_url),
        person=normalise_name(query.legal_representative),
        address=within_division(query.address),
    )


def within_division(address: str) -> str:
    """Township, street and door of an address, normalised.

    >>> within_division("浙江省杭州市余杭区文一西路 969 号")
    '文一西路969号'
    """
    normalised = key_of(normalise_name(address))
    division = read_leading_region(normalised, keep=0)
    return normalised[division.length - len(division.township) :]


def _regions(query: MatchQuery, parts: NameParts) -> tuple[Region, ...]:
    said = (parts.region, region_of(normalise_name(query.region)), region_of(normalise_name(query.address)))
    return tuple(region for region in said if region != NOWHERE)
