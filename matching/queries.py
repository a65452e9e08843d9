"""A shop as a question to the register: what it shows of its licence, and how it may be reached."""

from __future__ import annotations

import re
from datetime import date

from matching.entity_rows import read_date
from matching.names.normalise import normalise_name
from matching.names.parts import parse_name
from matching.names.regions import region_of
from records.market import Contact, ContactKind, Shop, Speaker
from records.register import MatchQuery, ShownLicence

__all__ = ["query_of"]

_AGENT = re.compile(
    r"[^。！；\n]{0,30}(?:代运营|代为运营|托管运营|(?:委托|授权)[^。！；\n]{0,24}(?:运营|经营|销售|开设)|"
    r"(?:品牌|公司|厂家)授权(?:店|经销|专卖)|授权经销商|加盟店)[^。！；\n]{0,30}"
)
_MAY_BE_AGENT = re.compile(r"代运营|代为运营|托管|委托|授权|加盟")


def query_of(shop: Shop, *, unlike_shops: tuple[str, ...] = ()) -> MatchQuery:
    """The query of a shop, as of the time it was last seen. Its id is the shop's.

    The division is that of the licence address, else of the name shown, else of a published address.

    Args:
        unlike_shops: Other shops that show the same licence and nothing else in common (`matching.licence_sharing`).
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
        shown=_shown(shop, unlike_shops),
        as_of=shop.last_seen_at,
    )


def _shown(shop: Shop, unlike_shops: tuple[str, ...]) -> ShownLicence:
    disclosure = shop.disclosure
    linked_and_unread = disclosure.has_licence_link and not shop.licence_page_read
    unread = (*(() if shop.front_page_read else ("首页",)), *shop.unread, *(("亮照页",) if linked_and_unread else ()))
    return ShownLicence(
        subject_kind=disclosure.subject_kind,
        address=disclosure.address,
        valid_until=disclosure.valid_until,
        scope=disclosure.scope,
        icp_no=disclosure.icp_no,
        police_no=disclosure.police_no,
        permit_nos=disclosure.approval_nos,
        exemption_text=disclosure.exemption_text,
        agent_text=_agent_text(shop),
        has_link=disclosure.has_licence_link,
        has_image=bool(disclosure.licence_image_urls),
        whole=shop.front_page_read and not unread,
        unread=tuple(dict.fromkeys(unread)),
        unlike_shops=unlike_shops,
    )


def _agent_text(shop: Shop) -> str:
    """The merchant's statement that somebody else runs the shop or that it sells under an authorisation."""
    for block in shop.texts:
        if block.speaker is Speaker.MERCHANT and _MAY_BE_AGENT.search(block.text):
            found = _AGENT.search(block.text)
            if found is not None:
                return found[0].strip()
    return ""


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
