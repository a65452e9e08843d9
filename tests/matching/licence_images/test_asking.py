"""What is taken off a licence picture beside the words of the page, and where the two differ for certain."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from matching.licence_images.asking import licence_query, with_readings
from matching.licence_images.contradicting import contradictions_of
from records.digests import digests_of
from records.licences_read import Box, LicenceField, LicenceOutcome, LicenceReading, ReadField
from records.register import MatchQuery

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
CODE, OTHER = "91330106MA2CCEX21A", "91510104MA6CP5QW6D"
NAME = "杭州西子湖茶叶有限公司"


def reading(outcome: LicenceOutcome = LicenceOutcome.READ, confidence: float = 0.99, **texts: str) -> LicenceReading:
    fields = tuple(
        ReadField(
            field=LicenceField[name.upper()],
            text=text,
            confidence=confidence,
            box=Box(left=0, top=0, right=9, bottom=9),
        )
        for name, text in texts.items()
    )
    return LicenceReading(
        reading_id=f"licence_{len(texts)}", image=digests_of(repr(texts).encode()), media_type="image/png", width=900,
        height=640, outcome=outcome, fields=fields, engine="hand", engine_version="1", reader_version="1", read_at=NOW,
    )  # fmt: skip


def said(**fields: object) -> MatchQuery:
    return MatchQuery(query_id="shop", as_of=NOW, **fields)


WHOLE = reading(
    code=CODE, name=NAME, person="王小明", address="浙江省杭州市西湖区文三路1号", established="2019年03月12日"
)


def test_page_without_words_takes_all_off_the_picture_and_says_so() -> None:
    query = with_readings(said(shop_name="西子茶铺"), (WHOLE,))
    assert (query.code, query.name, query.legal_representative) == (CODE, NAME, "王小明")
    assert query.registered_on == date(2019, 3, 12)
    assert query.region.startswith("33")
    assert set(query.read_by_ocr) == {"code", "name", "legal_representative", "address", "registered_on"}


def test_words_of_the_page_stay() -> None:
    query = with_readings(said(name=NAME, address="杭州市滨江区", region="3301"), (WHOLE,))
    assert (query.name, query.address, query.region) == (NAME, "杭州市滨江区", "3301")
    assert (query.code, "name" in query.read_by_ocr) == (CODE, False)


@pytest.mark.parametrize(
    "pictures",
    [(), (reading(LicenceOutcome.UNREADABLE),), (reading(code=OTHER, name="成都锦里食品有限公司"),)],
    ids=["none", "unreadable", "of another licence"],
)
def test_picture_that_gives_nothing_or_shows_another_licence_changes_nothing(pictures: tuple) -> None:
    asked = said(name=NAME)
    assert with_readings(asked, pictures) == asked


def test_filler_of_a_template_is_nothing() -> None:
    asked = said(shop_name="小店")
    assert with_readings(asked, (reading(code="9111XXXXXXXXXXXXXX", name="XXXX有限公司"),)) == asked


def test_all_is_taken_off_one_picture() -> None:
    query = with_readings(said(), (reading(name="成都锦里食品有限公司", person="李四海"), WHOLE))
    assert (query.code, query.name, query.legal_representative) == (CODE, NAME, "王小明")
    assert licence_query(WHOLE, as_of=NOW).code == CODE


def fields_that_differ(query: MatchQuery, picture: LicenceReading) -> list[LicenceField]:
    return [one.field for one in contradictions_of(query, picture)]


def test_other_code_name_person_and_date_are_told() -> None:
    query = said(code=OTHER, name="成都锦里食品有限公司", legal_representative="李四海", registered_on=date(2012, 5, 6))
    found = contradictions_of(query, WHOLE)
    assert [one.field for one in found] == [
        LicenceField.CODE, LicenceField.NAME, LicenceField.PERSON, LicenceField.ESTABLISHED,
    ]  # fmt: skip
    assert OTHER in found[0].sentence
    assert CODE in found[0].sentence


@pytest.mark.parametrize(
    ("query", "picture"),
    [
        (said(code=CODE), reading(code="91330106MA2CCEX218")),
        (said(code=CODE.lower() + " "), reading(code=CODE)),
        (said(name=NAME), reading(name="杭州西子湖荼叶有限公司")),
        (said(name="杭州西子湖茶葉有限公司"), reading(name=NAME)),
        (said(name="成都锦里食品有限公司"), reading(confidence=0.6, name=NAME)),
        (said(legal_representative="王*"), reading(person="王小明")),
        (said(legal_representative="王晓明"), reading(person="王小明")),
        (said(registered_on=date(2019, 3, 12)), reading(established="2019年03月17日")),
        (said(), WHOLE),
    ],
    ids=["misread code", "same code", "misread name", "traditional", "unsure", "masked", "misread person", "misread day", "silent"],
)  # fmt: skip
def test_what_may_be_a_misreading_is_no_contradiction(query: MatchQuery, picture: LicenceReading) -> None:
    assert fields_that_differ(query, picture) == []
