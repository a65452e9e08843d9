"""A shop as a question to the register: what it shows of its licence, and how it may be reached."""

from __future__ import annotations

from datetime import date

from matching.entity_rows import read_date
from matching.names.normalise import normalise_name
from matching.names.parts import parse_name
from matching.names.regions import region_of
from records.market import Contact, ContactKind, Shop
from records.register import MatchQuery

__all__ = ["query_of"]


def query_of(shop: Shop) -> MatchQuery:
    """The query of a shop, as of the time it was last seen. Its id is the shop's.

    The division is that of the licence address, else of the name shown, else of a published address.
    """
    disclosure = shop.disclosure
    address = disclosure.address or _contact(shop.contacts, ContactKind.ADDRESS)
    return MatchQuery(
        query_id=shop.shop_id,
        name=disclosure.holder_name,
        code=disclosure.licence_no,
        region=_region(address, disclosure.holder_name),
        phone=_contact(shop.contacts, ContactKind.PHONE),
        address=address,
        legal_representative=disclosure.legal_representative,
        shop_url=shop.url,
        shop_name=shop.name,
        registered_on=_date(disclosure.registered_on),
        as_of=shop.last_seen_at,
    )


def _contact(contacts: tuple[Contact, ...], kind: ContactKind) -> str:
    return next((contact.value for contact in contacts if contact.kind is kind), "")


def _region(address: str, name: str) -> str:
    """The 4-digit prefecture (2-digit province) the address or name speaks of; empty when neither does."""
    return region_of(normalise_name(address)).code or parse_name(normalise_name(name)).region.code


def _date(text: str) -> date | None:
    try:
        return read_date(text)
    except ValueError:
        return None
