"""What is known of a shop only grows: silence of a later page takes nothing away."""

from __future__ import annotations

from datetime import UTC, datetime

from records.market import Contact, ContactKind, Disclosure, Shop, merge_shops

_MORNING = datetime(2026, 1, 2, 8, tzinfo=UTC)
_NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


def _shop(at: datetime, **parts) -> Shop:
    return Shop(shop_id="shop_1", target_id="t", url="http://a/", first_seen_at=at, last_seen_at=at, **parts)


def test_silent_page_takes_nothing_away():
    front = _shop(
        _MORNING, name="华瀚旗舰店", front_page_read=True, disclosure=Disclosure(licence_no="91110000600037341L")
    )
    merged = merge_shops(front, _shop(_NOON))
    assert merged.name == "华瀚旗舰店"
    assert merged.disclosure.licence_no == "91110000600037341L"
    assert merged.front_page_read
    assert (merged.first_seen_at, merged.last_seen_at) == (_MORNING, _NOON)


def test_later_page_replaces_what_it_says():
    merged = merge_shops(
        _shop(_MORNING, disclosure=Disclosure(holder_name="甲")), _shop(_NOON, disclosure=Disclosure(holder_name="乙"))
    )
    assert merged.disclosure.holder_name == "乙"


def test_contacts_are_kept_once():
    phone = Contact(kind=ContactKind.PHONE, value="0571-00000000")
    merged = merge_shops(_shop(_MORNING, contacts=(phone,)), _shop(_NOON, contacts=(phone,)))
    assert merged.contacts == (phone,)


def test_unread_parts_are_remembered():
    merged = merge_shops(_shop(_MORNING, unread=("执照页",)), _shop(_NOON))
    assert merged.unread == ("执照页",)
