"""What names are compared with: the parts of an entity's name, written once at import, read without parsing it.

An outline is one line of text, stamped with the version of the normaliser that made it. One of another version, or none
(a register imported before there were outlines), is made again from the name each time it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable

from matching.identifiers.uscc import division_of
from matching.names.normalise import NORMALISER_VERSION, key_of, normalise_name
from matching.names.parts import NameParts, parse_name
from matching.names.regions import NOWHERE, Region, region_of
from records.register import Entity
from records.register_ports import RegisterHit

__all__ = ["Held", "Outline", "held_of", "numbered_region", "outline_of", "outlined", "write_outline"]

_SEPARATOR = "\x1f"
_VERSION = f"{NORMALISER_VERSION}{_SEPARATOR}"
_KEY, _NAMED, _NUMBERED = 1, 6, 10


class Outline:
    """A name as it is compared: its key (`key_of`), its parts, and every division that speaks for the entity."""

    __slots__ = ("key", "parts", "regions", "rest", "text")

    def __init__(self, key: str, parts: NameParts, regions: tuple[Region, ...]) -> None:
        self.key = key
        self.parts = parts
        self.regions = regions
        self.text = parts.brand + parts.industry
        """字号 and 行业 as one text."""
        self.rest = self.text + parts.form + parts.branch
        """The name without division."""


class Held:
    """An entity of the register as a candidate. Its whole record is read when it is asked for."""

    __slots__ = ("_entity", "_outline", "_whole", "code", "key", "name", "written")

    def __init__(self, hit: RegisterHit, whole: Callable[[str], Entity]) -> None:
        self.code, self.name, outline = hit
        self._whole = whole
        self._outline: Outline | None = None
        self._entity: Entity | None = None
        if not outline.startswith(_VERSION):
            outline = write_outline(self.outline_of_name(self.name))
        self.written = written = outline.split(_SEPARATOR)
        self.key = written[_KEY]
        """The name's key (`matching.names.normalise.key_of`)."""

    @property
    def divisions(self) -> tuple[str, str]:
        """Codes of the divisions its name and its number speak of; empty where they speak of none."""
        return self.written[_NAMED], self.written[_NUMBERED]

    @property
    def outline(self) -> Outline:
        """The name ready for comparison."""
        if self._outline is None:
            self._outline = _outline(self.written)
        return self._outline

    @property
    def entity(self) -> Entity:
        """The whole record."""
        if self._entity is None:
            self._entity = self._whole(self.code)
        return self._entity

    def outline_of_name(self, name: str) -> Outline:
        """The outline of another name of the entity."""
        return outline_of(name, self.code, self.entity.region_code)


def outlined(hit: RegisterHit) -> bool:
    """Whether this version wrote the outline of a candidate, so that its whole record is not needed."""
    return hit.outline.startswith(_VERSION)


def outline_of(name: str, code: str, region_code: str) -> Outline:
    """The outline of a name, present or former, of an entity with that code and 区划代码."""
    normalised = normalise_name(name)
    parts = parse_name(normalised)
    return Outline(key_of(normalised), parts, (parts.region, numbered_region(code, region_code)))


def write_outline(outline: Outline) -> str:
    """One line that `Held` takes apart again.

    >>> entity = Entity(code="", name="杭州华翰印务有限公司", kind="企业", region_code="330100")
    >>> Held(RegisterHit("", entity.name, write_outline(held_of(entity).outline)), None).outline.parts.brand
    '华翰'
    """
    parts, (named, numbered) = outline.parts, outline.regions
    fields = (
        outline.key,
        parts.brand,
        parts.industry,
        parts.form,
        parts.branch,
        named.code,
        named.text,
        named.township,
        str(named.length),
        numbered.code,
        numbered.text,
    )
    return _VERSION + _SEPARATOR.join(fields)


def _outline(written: list[str]) -> Outline:
    _version, key, brand, industry, form, branch, code, place, township, length, number, numbered = written
    region = Region(code, place, township, int(length)) if length != "0" else NOWHERE
    parts = NameParts(region, brand, industry, form, branch)
    return Outline(key, parts, (region, Region(number, numbered) if number or numbered else NOWHERE))


def numbered_region(code: str, region_code: str) -> Region:
    """The division an entity's 区划代码 or its code names."""
    number = region_code or division_of(code) or (code[:6] if len(code) in (13, 15) else "")
    return region_of(number) if number else NOWHERE


def held_of(entity: Entity) -> Held:
    """A candidate made of a whole record."""
    return Held(RegisterHit(entity.code, entity.name, ""), lambda _code: entity)
