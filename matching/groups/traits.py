"""What a shop can be recognised by: licence, contacts, addresses, filings, brought to one form each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from matching.groups.masking import mask_address, mask_handle, mask_person, mask_phone
from matching.identifiers.reading import IdentifierKind, read_identifier
from matching.keys import phone_key
from matching.names.normalise import normalise_name
from records.group_marks import ShopTraits, Trait
from records.groups import LinkKind, LinkPage
from records.market import Contact, ContactKind, Disclosure, Shop
from records.register import Match, MatchDecision

__all__ = ["SERVICE_NUMBER_WEIGHT", "traits_of"]

SERVICE_NUMBER_WEIGHT = 0.5
"""400, 800, 95… numbers are rented and shared by whole malls."""

_LANDLINE_WEIGHT = 0.7
_WEIGHTS = {
    LinkKind.LICENCE: 1.0,
    LinkKind.ENTITY: 1.0,
    LinkKind.WECHAT: 1.0,
    LinkKind.QQ: 1.0,
    LinkKind.EMAIL: 1.0,
    LinkKind.ICP: 1.0,
    LinkKind.PICTURE: 0.9,
    LinkKind.IMAGE: 0.8,
    LinkKind.ADDRESS: 0.6,
    LinkKind.PERSON: 0.3,
}
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_SERVICE = re.compile(r"(?:400|800)[0-9]{7}|(?:95|96|12)[0-9]{3,6}")
_ICP = re.compile(r"([\u4e00-\u9fff])ICP[备证][A-Z]?([0-9]{5,12})")
_EMAIL = re.compile(r"[a-z0-9._+-]{2,64}@[a-z0-9.-]+\.[a-z]{2,}")
_WECHAT = re.compile(r"[a-z0-9_-]{5,30}")
_QQ = re.compile(r"[1-9][0-9]{4,10}")
_FILLERS = frozenset(
    ("13800138000", "13812345678", "13912345678", "13888888888", "13999999999", "12345678", "1234567", "4001234567")
)
_PAGES_PER_SHOP = 3
_MAX_TEXT = 300


def traits_of(shop: Shop, match: Match | None = None, *, pictures: Sequence[str] = ()) -> ShopTraits:
    """All a shop shows that another shop of the same hand may show too. What a template holds before it is filled in
    (123456789, 沪ICP备xxxxxxxx号) is nothing shown. `pictures` are the SHA-256 of its licence pictures' bytes."""
    entity = match.entity_code if match is not None and match.decision is MatchDecision.MATCH else ""
    code = _sound_code(shop.disclosure.licence_no)
    found = [*_of_licence(code, entity), *_of_disclosure(shop.disclosure)]
    found += [_trait(LinkKind.PICTURE, sha256, f"{sha256[:12]}…") for sha256 in pictures]
    for contact in shop.contacts:
        found.extend(_of_contact(contact))
    pages = sorted(shop.sources, key=lambda source: source.seen_at, reverse=True)[:_PAGES_PER_SHOP]
    return ShopTraits(
        shop_id=shop.shop_id,
        target_id=shop.target_id,
        host=_host(shop.url),
        subject=code or entity,
        traits=tuple({(trait.kind, trait.value): trait for trait in found}.values()),
        pages=tuple(
            LinkPage(shop_id=shop.shop_id, page_id=page.page_id, page_sha256=page.page_sha256, url=page.url)
            for page in pages
        ),
    )


def _sound_code(text: str) -> str:
    identifier = read_identifier(text)
    food = identifier.kind is IdentifierKind.FOOD_PERMIT
    return identifier.code if identifier.sound and not food else ""


def _of_licence(code: str, entity: str) -> Iterator[Trait]:
    if code:
        yield _trait(LinkKind.LICENCE, code, code)
    if entity:
        yield _trait(LinkKind.ENTITY, entity, entity)


def _of_disclosure(disclosure: Disclosure) -> Iterator[Trait]:
    yield from _address(disclosure.address)
    person = normalise_name(disclosure.legal_representative)
    if 2 <= len(person) <= 20:
        yield _trait(LinkKind.PERSON, person, mask_person(person))
    filing = _ICP.search(unicodedata.normalize("NFKC", disclosure.icp_no[:_MAX_TEXT]).upper().replace(" ", ""))
    if filing is not None and not _is_filler(filing[2]):
        number = f"{filing[1]}ICP备{filing[2]}号"  # without -1, -2: those are sites of one filer
        yield _trait(LinkKind.ICP, number, number)
    for url in disclosure.licence_image_urls[:10]:
        parts = _bare_url(url)
        if parts:
            yield _trait(LinkKind.IMAGE, parts, parts)


def _of_contact(contact: Contact) -> Iterator[Trait]:
    text = unicodedata.normalize("NFKC", contact.value[:_MAX_TEXT]).strip()
    if contact.kind is ContactKind.PHONE:
        yield from _phone(text)
    elif contact.kind in (ContactKind.ADDRESS, ContactKind.RETURN_ADDRESS):
        yield from _address(text)
    elif contact.kind is ContactKind.WECHAT and _WECHAT.fullmatch(text.lower()):
        # A mobile number used as WeChat name is the same line to the same person.
        yield from _phone(text) if _MOBILE.fullmatch(text) else (_handle(LinkKind.WECHAT, text.lower()),)
    elif contact.kind is ContactKind.QQ and _QQ.fullmatch(text) and not _is_filler(text):
        yield _handle(LinkKind.QQ, text)
    elif contact.kind is ContactKind.EMAIL and _EMAIL.fullmatch(text.lower()):
        yield _handle(LinkKind.EMAIL, text.lower())


def _phone(text: str) -> Iterator[Trait]:
    digits = phone_key(text).removeprefix("phone:")
    if not digits or _is_filler(digits):
        return
    weight = 1.0 if _MOBILE.fullmatch(digits) else _LANDLINE_WEIGHT
    if _SERVICE.fullmatch(digits):
        weight = SERVICE_NUMBER_WEIGHT
    yield Trait(kind=LinkKind.PHONE, value=digits, shown=mask_phone(digits), weight=weight)


def _address(text: str) -> Iterator[Trait]:
    """Only what names a house: a district says nothing."""
    value = normalise_name(text[:_MAX_TEXT])
    if len(value) >= 8 and re.search(r"[0-9一二三四五六七八九十]", value[4:]):
        yield _trait(LinkKind.ADDRESS, value, mask_address(value))


def _handle(kind: LinkKind, value: str) -> Trait:
    return _trait(kind, value, mask_handle(value))


def _trait(kind: LinkKind, value: str, shown: str) -> Trait:
    return Trait(kind=kind, value=value, shown=shown, weight=_WEIGHTS[kind])


def _is_filler(digits: str) -> bool:
    return digits in _FILLERS or len(set(digits)) <= 2 or digits in "012345678901234567890"


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


def _bare_url(url: str) -> str:
    """Without scheme; the query stays, for many sites tell images apart by it. Empty for `data:` and other addresses
    without a host."""
    try:
        parts = urlsplit(url[:500])
    except ValueError:
        return ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.netloc.lower()}{parts.path}{query}" if parts.netloc else ""
