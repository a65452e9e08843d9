"""Which shops show one licence and have nothing else in common: what a lent or stolen licence looks like from afar."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from matching.identifiers.cleaning import clean_code
from matching.identifiers.reading import read_identifier
from matching.names.nicknames import strip_nickname
from matching.names.parts import parse_name
from records.market import ContactKind, Shop

__all__ = ["LicenceSharing"]

_PLACES = (ContactKind.ADDRESS, ContactKind.RETURN_ADDRESS)
_MOST_NAMED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class _Traits:
    shop_id: str
    name: str
    brand: str
    reached_at: frozenset[str]


class LicenceSharing:
    """The licences of a set of shops, read once. A licence that one shop shows costs nothing to ask about."""

    def __init__(self, shops: Iterable[Shop]) -> None:
        self._by_code: dict[str, list[_Traits]] = defaultdict(list)
        for shop in shops:
            code = _code(shop)
            if code:
                self._by_code[code].append(_traits(shop))

    def unlike(self, shop: Shop) -> tuple[str, ...]:
        """Names of the other shops that show this shop's licence and share neither trade name nor contact with it."""
        among = self._by_code.get(_code(shop), [])
        if len(among) < 2:
            return ()
        mine = _traits(shop)
        found = (other.name for other in among if other.shop_id != mine.shop_id and _unlike(mine, other))
        return tuple(sorted(set(found)))[:_MOST_NAMED]


def _code(shop: Shop) -> str:
    shown = shop.disclosure.licence_no
    return clean_code(shown) if shown and read_identifier(shown).code else ""


def _traits(shop: Shop) -> _Traits:
    name, _suffix = strip_nickname(shop.name)
    reached = (contact.value.strip().casefold() for contact in shop.contacts if contact.kind not in _PLACES)
    return _Traits(
        shop_id=shop.shop_id, name=shop.name or shop.url, brand=parse_name(name).brand, reached_at=frozenset(reached)
    )


def _unlike(one: _Traits, other: _Traits) -> bool:
    same_name = bool(one.brand) and one.brand == other.brand
    return not same_name and not one.reached_at & other.reached_at
