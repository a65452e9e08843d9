"""What ties entities and sites together in the register: branches to their parent, declared sites to their ICP filing.

| key | made of |
|---|---|
| `branch-of:` | 隶属企业 of a branch: its code, its name, or the name before the branch in the branch's own |
| `icp:` | filing number of a declared site (年报网站网店), without the `-1` of a single site |
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from matching.names.normalise import key_of, normalise_name
from records.register import Entity, EntityKind
from records.register_ports import RegisterStore

__all__ = ["branches_of", "icp_key", "parent_of", "tie_keys"]

_ICP = re.compile(r"([\u4e00-\u9fff])ICP([备证])[A-Z]?([0-9]{5,12})")
_BRANCH = re.compile(r"(.{2,}?(?:公司|合作社|信用社|银行))(.+(?:公司|[店部处厂行局站所社]|中心|办事处))")
_MOST_CODES = 10_000


def tie_keys(entity: Entity) -> Iterator[str]:
    """Keys by which an entity is found from its parent, and from an ICP number."""
    if entity.parent_code:
        yield f"branch-of:{entity.parent_code}"
    parent = _parent_name(entity)
    if parent:
        yield f"branch-of:{key_of(normalise_name(parent))}"
    for site in entity.sites:
        key = icp_key(site.icp_no)
        if key:
            yield key


def icp_key(text: str) -> str:
    """The key of an ICP filing; empty when there is no number in it.

    >>> icp_key("沪 icp备 12345678号-2"), icp_key("无")
    ('icp:沪备12345678', '')
    """
    found = _ICP.search(unicodedata.normalize("NFKC", text[:60]).upper().replace(" ", ""))
    return f"icp:{found[1]}{found[2]}{found[3]}" if found else ""


def parent_of(entity: Entity, register: RegisterStore) -> Entity | None:
    """The enterprise a branch belongs to (隶属企业): by the code it gives, else by the one entity of that name."""
    if entity.parent_code:
        found = register.by_code(entity.parent_code)
        if found is not None:
            return found
    name = _parent_name(entity)
    if not name:
        return None
    key = f"name:{key_of(normalise_name(name))}"
    holders = _holders(register, (key,), most=1)
    return holders[0] if holders and holders[0].code != entity.code else None


def branches_of(entity: Entity, register: RegisterStore, *, most: int) -> tuple[int, tuple[Entity, ...]]:
    """How many branches say they belong to the entity, and the first `most` of them by code."""
    keys = (f"branch-of:{entity.code}", f"branch-of:{key_of(normalise_name(entity.name))}")
    holders = [held for held in _holders(register, keys, most=_MOST_CODES) if held.parent_code in ("", entity.code)]
    return len(holders), tuple(holders[:most])


def _holders(register: RegisterStore, keys: tuple[str, ...], *, most: int) -> tuple[Entity, ...]:
    with register.reading() as reader:
        hits = reader.by_keys(keys, most=most).hits
    found = register.by_codes([hit.code for own in hits.values() for hit in own])
    return tuple(found[code] for code in sorted(found))


def _parent_name(entity: Entity) -> str:
    if entity.parent_name:
        return entity.parent_name
    if entity.kind is not EntityKind.BRANCH:
        return ""
    found = _BRANCH.fullmatch(entity.name)
    return found[1] if found else ""
