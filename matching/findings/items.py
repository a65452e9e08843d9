"""Items a licence carries, compared between page and register: who, where, what, since when.

Each answer is `Item` with both values when they differ, None when they agree or cannot be compared: a masked name, an
address without its city and a scope of a few words prove nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from matching.identifiers.permits.forms import PROVINCE_LETTERS
from matching.names.normalise import key_of, normalise_name
from matching.names.regions import read_leading_region, region_of
from matching.names.resemblance import ratio
from records.register import Entity

__all__ = [
    "OPEN_ENDED",
    "Item",
    "address_item",
    "differing",
    "established_item",
    "icp_item",
    "person_item",
    "region_item",
    "scope_item",
    "term_item",
]

_MASKED = re.compile(r"[*＊×xX?？○某]")
_ICP_ROOT = re.compile(
    r"([\u4e00-\u9fff])\s*ICP\s*[备证]\s*(?:案\s*)?(?:字\s*)?(?:第\s*)?(\d{5,10})\s*号?", re.IGNORECASE
)
_TERMS = re.compile(r"[；;，,、。（）()\s]+")
_LEAST_SCOPE_TERMS = 4
_SCOPE_IN_COMMON = 0.15
_LEAST_ADDRESS = 6
_ADDRESS_ALIKE = 0.45
_OPEN = re.compile(r"长期|无固定|永续|永久")
_DATES = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
OPEN_ENDED = 2900
"""Years from here on (2999, 9999) are how registers write 长期."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Two values of one item that differ."""

    field: str
    shown: str
    registered: str


def person_item(shown: str, entity: Entity) -> Item | None:
    """法定代表人, 负责人 or 经营者; a masked name conflicts only by what it does not mask.

    >>> stall = Entity(code="1", name="甲店", kind="个体工商户", legal_representative="王大强")
    >>> person_item("王**", stall), person_item("王大强（经营者）", stall), person_item("李大强", stall).shown
    (None, None, '李大强')
    """
    registered = normalise_name(entity.legal_representative)
    bare = re.sub(r"[（(].*?[）)]", "", shown).strip()
    if not registered or not bare or len(bare) > 60:
        return None
    mask = _MASKED.search(bare)
    if mask is not None:
        kept = normalise_name(bare[: mask.start()])
        return (
            Item(field="法定代表人", shown=shown, registered=entity.legal_representative)
            if (kept and not registered.startswith(kept))
            else None
        )
    mine = normalise_name(bare)
    if not mine or mine == registered or mine in registered or registered in mine:
        return None
    return Item(field="法定代表人", shown=shown, registered=entity.legal_representative)


def region_item(shown_address: str, entity: Entity) -> Item | None:
    """The city of the address shown, when it is none of those the register gives the entity."""
    mine = region_of(normalise_name(shown_address)) if shown_address else None
    code = mine.code if mine is not None else ""
    theirs = _divisions_of(entity) if code else set()
    if not theirs or any(_within(code, other) for other in theirs):
        return None
    return Item(field="所在地区", shown=shown_address, registered=entity.address or entity.region_code)


def address_item(shown: str, entity: Entity) -> Item | None:
    """住所 below the division; like enough is the same, for no two people write an address alike."""
    mine, theirs = _below_division(shown), _below_division(entity.address)
    if len(mine) < _LEAST_ADDRESS or len(theirs) < _LEAST_ADDRESS:
        return None
    if mine in theirs or theirs in mine or ratio(mine, theirs) >= _ADDRESS_ALIKE:
        return None
    return Item(field="住所", shown=shown, registered=entity.address)


def icp_item(shown: str, entity: Entity) -> Item | None:
    """The ICP subject: the number the entity declared, else the province it was filed in.

    >>> shop = Entity(code="1", name="甲公司", kind="企业", region_code="330106")
    >>> icp_item("浙ICP备20001234号-1", shop), icp_item("粤ICP备20001234号", shop).registered
    (None, '330106')
    """
    mine = _icp_root(shown)
    if mine is None:
        return None
    declared = {root for site in entity.sites if (root := _icp_root(site.icp_no)) is not None}
    if declared:
        if mine in declared:
            return None
        numbers = "、".join(dict.fromkeys(site.icp_no for site in entity.sites if site.icp_no))
        return Item(field="ICP备案", shown=shown, registered=numbers)
    province = (entity.region_code or _division_of_code(entity.code))[:2]
    if not province or PROVINCE_LETTERS[mine[0]] == province:
        return None
    return Item(field="ICP备案", shown=shown, registered=entity.region_code or entity.code)


def scope_item(shown: str, entity: Entity) -> Item | None:
    """经营范围, when hardly a term of it is in the registered one."""
    mine, theirs = _terms(shown), normalise_name(entity.scope)
    if len(mine) < _LEAST_SCOPE_TERMS or len(_terms(entity.scope)) < _LEAST_SCOPE_TERMS:
        return None
    common = sum(normalise_name(term) in theirs for term in mine) / len(mine)
    if common >= _SCOPE_IN_COMMON or ratio(normalise_name(shown), theirs) >= 0.5:
        return None
    return Item(field="经营范围", shown=shown, registered=entity.scope)


def established_item(shown: date | None, entity: Entity) -> Item | None:
    """成立日期, which never changes. A later date may be that of the licence's issue; an earlier one cannot be."""
    if shown is None or entity.established_on is None or shown >= entity.established_on:
        return None
    return Item(field="成立日期", shown=shown.isoformat(), registered=entity.established_on.isoformat())


def term_item(shown: str, entity: Entity) -> Item | None:
    """营业期限止, where the text surely is the term of the business: 长期, or from its establishment to a day. A lone
    date may be the end of some permit. An open end in the register may be a gap of its file: it contradicts nothing."""
    registered = entity.valid_until
    dates = [_day(*found) for found in _DATES.findall(shown)]
    if registered is None or registered.year >= OPEN_ENDED:
        return None
    if _OPEN.search(shown):
        return Item(field="营业期限", shown=shown, registered=registered.isoformat())
    if len(dates) != 2 or dates[0] is None or dates[0] != entity.established_on:
        return None
    if dates[1] is None or dates[1] == registered:
        return None
    return Item(field="营业期限", shown=shown, registered=registered.isoformat())


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _divisions_of(entity: Entity) -> set[str]:
    """Every division that speaks for the entity: in its name, its address, its 区划代码 and its code."""
    numbered = entity.region_code or _division_of_code(entity.code)
    said = (normalise_name(entity.name), normalise_name(entity.address), numbered)
    return {code for text in said if text and (code := region_of(text).code)}


def _within(one: str, other: str) -> bool:
    """Whether two division numbers may speak of one place: as far as the shorter goes."""
    length = min(len(one), len(other))
    municipality = one[:2] == other[:2] and one[:2] in ("11", "12", "31", "50")
    return one[:length] == other[:length] or municipality


def _below_division(address: str) -> str:
    normalised = key_of(normalise_name(address))
    division = read_leading_region(normalised, keep=0)
    return normalised[division.length - len(division.township) :]


def _icp_root(text: str) -> tuple[str, str] | None:
    found = _ICP_ROOT.search(text)
    return (found[1], found[2]) if found is not None and found[1] in PROVINCE_LETTERS else None


def _division_of_code(code: str) -> str:
    """Six digits of a code of 18, 15 or 13; empty for the national office's own (10…)."""
    digits = code[2:8] if len(code) == 18 else code[:6]
    return "" if digits.startswith("10") or not digits.isdigit() else digits


def _terms(scope: str) -> list[str]:
    return [term for term in _TERMS.split(scope) if len(term) >= 2]


def differing(items: Iterable[Item | None]) -> tuple[Item, ...]:
    """Those that differ."""
    return tuple(item for item in items if item is not None)
