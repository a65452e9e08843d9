"""Counts kept between searches of the embedded index follow every change, whoever made it."""

from collections import Counter

import pytest

from records.search import Facet, SearchDocument, SearchKind, SearchQuery
from records.search_fields import Between, RangeField
from stores.search.bits import numbers_in
from stores.search.driver_rows import matching_set
from stores.search.fts5 import Fts5Index
from stores.search.kept import counts_but_for
from stores.search.number_columns import within
from stores.sql.sqlite import open_sqlite

FACETS = (Facet.STATE, Facet.OFFICE)  # few values: counted by sets; many: document by document


def _lead(number, *, state="待研判", kind=SearchKind.LEAD, version=1):
    return SearchDocument(
        doc_id=f"d{number}",
        kind=kind,
        title="山货铺",
        text="每条都有这句话" + ("，玛咖" if number % 10 else ""),
        facets={Facet.STATE: (state,), Facet.OFFICE: (f"第{number % 40}局",)},
        version=version,
    )


def _counts(index, text=""):
    found = index.search(SearchQuery(kind=SearchKind.LEAD, text=text, count_facets=FACETS, limit=1)).facets
    return {facet: {one.value: one.count for one in found[facet]} for facet in FACETS}


def _expected(leads):
    return {facet: dict(Counter(lead.facets[facet][0] for lead in leads)) for facet in FACETS}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "search.db"


def test_counts_of_everything_and_of_nearly_everything_follow_each_change(path):
    one, other = Fts5Index(path), Fts5Index(path)
    leads = [_lead(number) for number in range(120)]
    one.index([*leads, *(_lead(number, kind=SearchKind.PAGE) for number in range(30))])
    for text, meant in (("", leads), ("这句话", leads), ("玛咖", [lead for lead in leads if "玛咖" in lead.text])):
        assert _counts(one, text) == _counts(other, text) == _expected(meant)

    leads[5] = _lead(5, state="核查中", version=2)
    other.index([leads[5], _lead(120)])
    leads.append(_lead(120))
    nearly = [lead for lead in leads if "玛咖" in lead.text]
    assert _counts(one) == _counts(other) == _expected(leads)
    assert _counts(one, "玛咖") == _counts(other, "玛咖") == _expected(nearly)

    assert one.rebuild(leads[:50]) == 50
    assert _counts(one) == _counts(other) == _expected(leads[:50])


def test_counts_of_before_a_clear_are_forgotten(path):
    one, other = Fts5Index(path), Fts5Index(path)
    one.index([_lead(number) for number in range(3)])
    assert _counts(other)[Facet.STATE] == {"待研判": 3}
    one.clear()
    assert _counts(other)[Facet.STATE] == {}
    one.index([_lead(number, state="核查中") for number in range(2)])  # as many writes as before
    assert _counts(other)[Facet.STATE] == {"核查中": 2}


def test_values_of_which_nothing_is_left_are_left_out():
    assert counts_but_for({"高": 3, "中": 2, "低": 1}, {"低": 1, "中": 1}) == {"高": 3, "中": 1}


@pytest.mark.parametrize("numbers", [[], [1], [7], [3, 4, 5], [1, 3], [2, 9_000, 70_000]])
def test_numbers_fts5_finds_become_bits(path, numbers):
    database = open_sqlite(path, cure_corrupt="", cure_missing="")
    with database.write() as connection:
        connection.exec_driver_sql("CREATE VIRTUAL TABLE pairs USING fts5(text)")
        for number in [*numbers, 80_000]:
            text = "there" if number in numbers else "not here"
            connection.exec_driver_sql("INSERT INTO pairs (rowid, text) VALUES (?, ?)", (number, text))
        assert matching_set(connection, "pairs", '"there"') == sum(1 << number for number in numbers)


@pytest.mark.parametrize("field", RangeField)
def test_ranges_take_in_their_bounds_among_few_and_among_many(path, field):
    index = Fts5Index(path)
    leads = [
        _lead(number).model_copy(update={"priority_score": number / 1_000, "at_epoch": number}) for number in range(40)
    ]
    index.index(leads[:30])
    index.index([*leads[30:], _lead(41, kind=SearchKind.PAGE)])
    scale = 1_000 if field is RangeField.PRIORITY else 1
    with index._database.read() as connection:
        for among in (0, 1 << 12, 0b1010 << 20, (1 << 60) - 1):
            for least, most in ((None, None), (10, 20), (None, 15), (35, None), (20, 10)):
                asked = Between(
                    field=field,
                    least=None if least is None else least / scale,
                    most=None if most is None else most / scale,
                )
                found = within(connection, "facet_columns_1", asked, among=among & (1 << 41) - 2)
                meant = [
                    number
                    for number in range(1, 41)  # the first document is number 1
                    if among >> number & 1
                    and (least is None or number - 1 >= least)
                    and (most is None or number - 1 <= most)
                ]
                assert numbers_in(found) == meant
