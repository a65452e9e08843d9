"""Personal values as a group may show them: enough to recognise one that is known, too little to learn it."""

from __future__ import annotations

import re

__all__ = ["mask_address", "mask_handle", "mask_person", "mask_phone"]

_DOOR = re.compile(r"[0-9]+(?=[^0-9]{0,6}$)")


def mask_phone(digits: str) -> str:
    """A line that may be a person's; a rented service number is public and stays.

    >>> mask_phone("13800138001"), mask_phone("4006001234"), mask_phone("057188001234")
    ('138****8001', '4006001234', '0571****1234')
    """
    if digits.startswith(("400", "800", "95", "96")) and len(digits) <= 10:
        return digits
    head = 4 if digits.startswith("0") else 3
    return f"{digits[:head]}****{digits[-4:]}"


def mask_handle(value: str) -> str:
    """A WeChat name, QQ number or mailbox; the domain of a mailbox stays.

    >>> mask_handle("shanhuo2020"), mask_handle("wang@a.cn"), mask_handle("10001")
    ('sh****20', 'w****g@a.cn', '1****1')
    """
    name, at, domain = value.partition("@")
    kept = 2 if len(name) >= 8 else 1
    return f"{name[:kept]}****{name[-kept:]}{at}{domain}"


def mask_person(name: str) -> str:
    """The family name stays.

    >>> mask_person("王小明")
    '王**'
    """
    return name[:1] + "*" * (len(name) - 1)


def mask_address(address: str) -> str:
    """The last number, which is the room or the door, goes: the licence address of a sole trader may be a home.

    >>> mask_address("杭州市西湖区文三路18号2幢301室"), mask_address("某村口")
    ('杭州市西湖区文三路18号2幢***室', '某村口')
    """
    return _DOOR.sub("***", address)
