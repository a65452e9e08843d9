"""A shop becomes a question with everything it shows of itself."""

from __future__ import annotations

from datetime import UTC, date, datetime

from matching.queries import query_of
from records.market import Contact, ContactKind, Disclosure, Shop

SEEN = datetime(2026, 11, 20, tzinfo=UTC)


def shop(disclosure: Disclosure, *contacts: Contact) -> Shop:
    return Shop(
        shop_id="shop_1",
        target_id="t",
        url="http://127.0.0.1/shop/1",
        name="华翰旗舰店",
        disclosure=disclosure,
        contacts=contacts,
        first_seen_at=SEEN,
        last_seen_at=SEEN,
    )


def test_everything_shown_is_asked() -> None:
    disclosure = Disclosure(
        licence_no="91110000600037341L",
        holder_name="上海华翰印务有限公司",
        address="江苏省昆山市前进路1号",
        legal_representative="赵敏",
        registered_on="2020年1月2日",
    )
    query = query_of(shop(disclosure, Contact(kind=ContactKind.PHONE, value="021-5566")))
    assert (query.query_id, query.name, query.code) == ("shop_1", "上海华翰印务有限公司", "91110000600037341L")
    assert (query.region, query.phone, query.legal_representative) == ("3205", "021-5566", "赵敏")
    assert (query.shop_name, query.shop_url) == ("华翰旗舰店", "http://127.0.0.1/shop/1")
    assert (query.registered_on, query.as_of) == (date(2020, 1, 2), SEEN)


def test_division_comes_from_the_name_when_no_address_is_shown() -> None:
    assert query_of(shop(Disclosure(holder_name="浙江省杭州市华翰印务有限公司"))).region == "3301"


def test_shop_that_shows_nothing_is_asked_by_its_name_alone() -> None:
    query = query_of(shop(Disclosure(registered_on="看执照")))
    assert (query.name, query.code, query.region, query.registered_on) == ("", "", "", None)
    assert query.shop_name == "华翰旗舰店"
