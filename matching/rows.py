"""A register entity with everything it can be found by and compared by."""

from __future__ import annotations

from matching.keys import grams_of, name_keys, phone_key, region_marks, url_key
from matching.names.normalise import key_of, normalise_name
from matching.outlines import outline_of, write_outline
from matching.ties import tie_keys
from records.register import Entity
from records.register_ports import RegisterRow

__all__ = ["register_row"]


def register_row(entity: Entity) -> RegisterRow:
    """The row a RegisterStore keeps for an entity (`matching.keys` and `matching.ties` list the keys)."""
    outline = outline_of(entity.name, entity.code, entity.region_code)
    keys = list(name_keys(outline.key, outline.parts, region_marks(*outline.regions)))
    keys.extend(f"former:{key_of(normalise_name(name))}" for name in entity.former_names if name)
    keys.extend(phone_key(number) for number in entity.phone.replace("；", ";").split(";"))
    keys.extend(url_key(url) for url in entity.shop_urls)
    keys.extend(tie_keys(entity))
    return RegisterRow(
        entity=entity,
        keys=tuple(dict.fromkeys(filter(None, keys))),
        grams=grams_of(outline.parts),
        outline=write_outline(outline),
    )
