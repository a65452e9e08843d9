"""What is left of personal data for those who need not know it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offices.masking import has_personal_data, mask_match, mask_name, mask_phone, mask_phones_in, mask_shop
from records.market import Contact, ContactKind, Disclosure, Shop
from records.register import Match, MatchDecision, MatchQuery, Reason

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("13812345678", "138****5678"),
        ("138 1234 5678", "138****5678"),
        ("0571-87654321", "0571-****4321"),
        ("weixin88", "w******8"),
        ("ab", "**"),
        ("", ""),
    ],
)
def test_phone_keeps_only_its_ends(value, shown):
    assert mask_phone(value) == shown


@pytest.mark.parametrize(("value", "shown"), [("张三", "张*"), ("张三丰", "张**"), ("欧阳小明", "欧阳**"), ("", "")])
def test_name_keeps_only_the_family(value, shown):
    assert mask_name(value) == shown


@given(st.text())
def test_phones_in_text_are_masked_in_place(text):
    assert len(mask_phones_in(text)) == len(text)
    assert "13812345678" not in mask_phones_in(f"{text}，13812345678。")


def test_shop_is_masked_and_its_business_address_stays():
    shop = Shop(
        shop_id="s",
        target_id="t",
        url="http://a/",
        disclosure=Disclosure(legal_representative="张三丰"),
        contacts=(
            Contact(kind=ContactKind.PHONE, value="13812345678"),
            Contact(kind=ContactKind.ADDRESS, value="文三路 88 号"),
        ),
        first_seen_at=NOW,
        last_seen_at=NOW,
    )
    masked = mask_shop(shop)
    assert [contact.value for contact in masked.contacts] == ["138****5678", "文三路 88 号"]
    assert masked.disclosure.legal_representative == "张**"
    assert has_personal_data(shop)
    assert not has_personal_data(shop.model_copy(update={"contacts": (), "disclosure": Disclosure()}))


def test_reasons_of_a_match_tell_neither_phone_nor_person():
    match = Match(
        match_id="m",
        query=MatchQuery(query_id="q", phone="13812345678", legal_representative="张三丰", as_of=NOW),
        decision=MatchDecision.NONE,
        not_in_register_probability=1.0,
        reasons=(Reason(feature="x", weight=1.0, sentence="电话 13812345678 与张三丰一致"),),
        model_version="1",
        snapshot_id="1",
        matched_at=NOW,
    )
    said = mask_match(match).model_dump_json()
    assert "13812345678" not in said
    assert "张三丰" not in said
