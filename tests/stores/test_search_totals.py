"""Counts kept between searches of the embedded index follow every change, whoever made it."""

from collections import Counter

import pytest

from records.search import Facet, SearchDocument, SearchInterval, SearchKind, SearchQuery, SearchSort
from records.search_fields import RangeField
from stores.search.counting import Members, within
from stores.search.driver_rows import matching_set
from stores.search.fts5 import Fts5Index
from stores.search.fts5_query import Kept, Sets
from stores.search.fts5_tables import live_tables
from stores.search.kept import WORDS, KeptUntilChange, state_of
from stores.search.number_columns import NUMBERS
from stores.search.query import Asked
from stores.sql.sqlite import open_sqlite

FACETS = (Facet.STATE, Facet.OFFICE)


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
        asked = Asked.read(SearchQuery(kind=SearchKind.LEAD))
        measures = Sets.of(connection, live_tables(connection), asked, Kept()).measures(field)
    for among in (0, 1 << 12, 0b1010 << 20, (1 << 60) - 1):
        for least, most in ((None, None), (10, 20), (None, 15), (35, None), (20, 10)):
            found = within(
                measures,
                least=None if least is None else least / scale,
                most=None if most is None else most / scale,
            )
            meant = [
                number
                for number in range(1, 41)  # the first document is number 1
                if among >> number & 1
                and (least is None or number - 1 >= least)
                and (most is None or number - 1 <= most)
            ]
            assert Members(found & among & (1 << 41) - 2).numbers.tolist() == meant


@pytest.mark.parametrize("sort", SearchSort)
@pytest.mark.parametrize("walked", [0, 1_000_000])
def test_pages_are_the_same_by_the_index_of_the_order_and_by_sorting(path, monkeypatch, walked, sort):
    """Many have the same number: pages break in the midst of them."""
    monkeypatch.setattr("stores.search.fts5._MOST_WALKED", walked)
    index = Fts5Index(path)
    leads = [
        _lead(number).model_copy(update={"priority_score": number % 3 / 10, "at_epoch": number % 3})
        for number in range(40)
    ]
    index.index([*leads, _lead(41, kind=SearchKind.PAGE)])
    asked = SearchQuery(kind=SearchKind.LEAD, text="玛咖", sort=sort, limit=7)
    found, after = [], ""
    while True:
        page = index.search(asked.model_copy(update={"after": after}))
        by_place = index.search(asked.model_copy(update={"offset": len(found)}))
        assert by_place.hits == page.hits
        found += [hit.doc_id for hit in page.hits]
        after = page.next_cursor
        if not after:
            break
    having = [lead for lead in leads if "玛咖" in lead.text]
    assert found == [lead.doc_id for lead in sorted(having, key=lambda lead: (-lead.priority_score, lead.doc_id))]
    assert [hit.doc_id for hit in index.walk(asked)] == found


def test_decision_changes_what_is_kept_of_states_alone(path):
    index, kept = Fts5Index(path), []
    index.index([_lead(number) for number in range(3)])

    def standing():
        with index._database.read() as connection:
            state = state_of(connection)
        return [state.of(name) for name in (WORDS, NUMBERS, "office", "state")]

    kept.append(standing())
    index.index([_lead(1, state="核查中", version=2)])
    kept.append(standing())
    index.index([_lead(1, state="核查中", version=3).model_copy(update={"text": "改了一句话"})])
    kept.append(standing())
    changed = [[one != other for one, other in zip(*two, strict=True)] for two in zip(kept, kept[1:], strict=False)]
    assert changed == [[False, False, False, True], [True, False, False, False]]
    assert [index.search(SearchQuery(kind=SearchKind.LEAD, text=text)).total for text in ("改了", "玛咖")] == [1, 1]


def test_pages_and_columns_that_are_kept_follow_whatever_they_show(path):
    index = Fts5Index(path)
    index.index([_lead(number) for number in range(3)])
    asked = SearchQuery(
        kind=SearchKind.LEAD, text="玛咖", count_facets=(Facet.STATE,), most_values=24, histogram=SearchInterval.DAY
    )
    before = index.search(asked)
    moved = before.hits[-1].doc_id
    lead = next(one for one in map(_lead, range(3)) if one.doc_id == moved)
    changes = (
        {"url": "http://other.example/"},
        {"title": "另一个题目"},
        {"text": f"前面又有一句话，{lead.text}"},
        {"priority_score": 0.99},
        {"at_epoch": lead.at_epoch + 86_400},
        {"facets": {**lead.facets, Facet.STATE: ("已归档",)}},
    )
    for version, change in enumerate(changes, start=2):
        lead = lead.model_copy(update={**change, "version": version})
        index.index([lead])
        found = index.search(asked)
        assert found == Fts5Index(path).search(asked)  # which has kept nothing
        assert found != before
        before = found


def test_of_much_that_is_kept_the_oldest_goes_first():
    kept, made = KeptUntilChange(most=2), []

    def ask(key, state=(1,)):
        return kept.of(state, key, lambda: made.append(key) or len(made))

    assert [ask("a"), ask("b"), ask("a"), ask("c"), ask("a")] == [1, 2, 1, 3, 1]
    assert ask("b") == 4
    assert ask("b", (2,)) == 5
