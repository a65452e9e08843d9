"""What is shown of personal data to those who need not know it.

Law: 《中华人民共和国个人信息保护法》第三十四条 (国家机关处理个人信息不得超出履行法定职责所必需的范围和限度).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from records.licences_read import LicenceContradiction, LicenceField, ReadField, ShownPicture
from records.market import Contact, ContactKind, Disclosure, Shop
from records.register import Entity, Match, Reason

__all__ = [
    "has_personal_data",
    "mask_entity",
    "mask_match",
    "mask_name",
    "mask_phone",
    "mask_phones_in",
    "mask_picture",
    "mask_shop",
]

_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)(\d{4})(\d{4})(?!\d)")
_PERSONAL_CONTACTS = frozenset({ContactKind.PHONE, ContactKind.WECHAT, ContactKind.QQ, ContactKind.EMAIL})


def mask_phone(value: str) -> str:
    """Keep the first three and last four of a mobile number, the area code of a fixed one, the ends of the rest.

    >>> mask_phone("13812345678"), mask_phone("0571-87654321"), mask_phone("wx_hao123")
    ('138****5678', '0571-****4321', 'w*******3')
    """
    digits = re.sub(r"\D", "", value)
    if re.fullmatch(r"1[3-9]\d{9}", digits):
        return f"{digits[:3]}****{digits[-4:]}"
    fixed = re.fullmatch(r"(0\d{2,3})-?\d{3,4}(\d{4})", value.strip())
    if fixed:
        return f"{fixed[1]}-****{fixed[2]}"
    if len(value) <= 2:
        return "*" * len(value)
    return value[0] + "*" * (len(value) - 2) + value[-1]


def mask_name(value: str) -> str:
    """Keep the family name.

    >>> mask_name("张三"), mask_name("欧阳小明"), mask_name("")
    ('张*', '欧阳**', '')
    """
    family = 2 if len(value) >= 4 else 1
    return value[:family] + "*" * max(0, len(value) - family)


def mask_phones_in(text: str) -> str:
    """Mobile numbers inside a sentence, masked at the same length so that places in the text stay right."""
    return _MOBILE.sub(r"\1****\3", text)


def mask_shop(shop: Shop) -> Shop:
    """The shop with contacts and the name of its legal representative masked."""
    contacts = tuple(_mask_contact(contact) for contact in shop.contacts)
    return shop.model_copy(update={"contacts": contacts, "disclosure": _mask_disclosure(shop.disclosure)})


def mask_picture(shown: ShownPicture) -> ShownPicture:
    """The licence picture with the name of the legal representative masked, as read and where it differs."""
    reading = shown.reading
    if reading is not None:
        codes = tuple(code.model_copy(update={"text": mask_phones_in(code.text)}) for code in reading.qr_codes)
        fields = tuple(_mask_field(field) for field in reading.fields)
        reading = reading.model_copy(update={"fields": fields, "qr_codes": codes})
    differing = tuple(_mask_contradiction(one) for one in shown.picture.contradictions)
    return ShownPicture(picture=shown.picture.model_copy(update={"contradictions": differing}), reading=reading)


def mask_entity(entity: Entity) -> Entity:
    """The register entry with telephone and legal representative masked."""
    return entity.model_copy(
        update={
            "phone": mask_phone(entity.phone),
            "legal_representative": mask_name(entity.legal_representative),
        }
    )


def mask_match(match: Match) -> Match:
    """The match with what the query and its reasons say of persons masked."""
    person = match.query.legal_representative

    def without_person(sentence: str) -> str:
        hidden = sentence.replace(person, mask_name(person)) if len(person) >= 2 else sentence
        return mask_phones_in(hidden)

    def masked(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
        return tuple(reason.model_copy(update={"sentence": without_person(reason.sentence)}) for reason in reasons)

    query = match.query.model_copy(
        update={"phone": mask_phone(match.query.phone), "legal_representative": mask_name(person)}
    )
    candidates = tuple(
        candidate.model_copy(update={"reasons": masked(candidate.reasons)}) for candidate in match.candidates
    )
    return match.model_copy(update={"query": query, "candidates": candidates, "reasons": masked(match.reasons)})


def has_personal_data(shop: Shop, pictures: Sequence[ShownPicture] = ()) -> bool:
    """Whether reading this shop whole, its licence pictures included, is a read of personal data."""
    read = (one.reading for one in pictures if one.reading is not None)
    return (
        bool(shop.disclosure.legal_representative)
        or any(contact.kind in _PERSONAL_CONTACTS for contact in shop.contacts)
        or any(reading.text_of(LicenceField.PERSON) for reading in read)
    )


def _mask_field(field: ReadField) -> ReadField:
    if field.field is not LicenceField.PERSON:
        return field
    others = tuple(mask_name(other) for other in field.others)
    return field.model_copy(update={"text": mask_name(field.text), "others": others})


def _mask_contradiction(one: LicenceContradiction) -> LicenceContradiction:
    if one.field is not LicenceField.PERSON:
        return one
    page, picture = mask_name(one.on_page), mask_name(one.on_picture)
    sentence = one.sentence.replace(one.on_page, page).replace(one.on_picture, picture)
    return one.model_copy(update={"on_page": page, "on_picture": picture, "sentence": sentence})


def _mask_contact(contact: Contact) -> Contact:
    if contact.kind not in _PERSONAL_CONTACTS:
        return contact
    return contact.model_copy(update={"value": mask_phone(contact.value)})


def _mask_disclosure(disclosure: Disclosure) -> Disclosure:
    return disclosure.model_copy(update={"legal_representative": mask_name(disclosure.legal_representative)})
