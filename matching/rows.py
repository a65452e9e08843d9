"""A register entity with everything it can be found by."""

from __future__ import annotations

from matching.identifiers.uscc import division_of
from matching.keys import grams_of, name_keys, phone_key, region_marks, url_key
from matching.names.normalise import key_of, normalise_name
from matching.names.parts import NameParts, parse_name
from matching.names.regions import NOWHERE, Region, region_of
from records.ports import RegisterRow
from records.register import Entity

__all__ = ["entity_regions", "register_row"]


def register_row(entity: Entity) -> RegisterRow:
    """The row a RegisterStore keeps for an entity (`matching.keys` lists the keys)."""
    normalised = normalise_name(entity.name)
    parts = parse_name(normalised)
    keys = list(name_keys(normalised, parts, region_marks(*entity_regions(entity, parts))))
    keys.extend(f"former:{key_of(normalise_name(name))}" for name in entity.former_names if name)
    keys.extend(phone_key(number) for number in entity.phone.replace("；", ";").split(";"))
    keys.extend(url_key(url) for url in entity.shop_urls)
    return RegisterRow(entity=entity, keys=tuple(dict.fromkeys(filter(None, keys))), grams=grams_of(parts))


def entity_regions(entity: Entity, parts: NameParts) -> tuple[Region, ...]:
    """Every division that speaks for the entity: in its name, its 区划代码 and its code."""
    code = entity.code
    numbered = entity.region_code or division_of(code) or (code[:6] if len(code) in (13, 15) else "")
    return parts.region, region_of(numbered) if numbered else NOWHERE
