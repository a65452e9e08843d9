"""A rebuild stands beside the live index until it is whole: searches meanwhile answer as if nothing happened."""

import threading

import pytest

from records.errors import StoreAwayError
from records.search import Facet, SearchDocument, SearchKind, SearchQuery
from stores.backends import open_index

QUERY = SearchQuery(kind=SearchKind.LEAD, text="象牙", count_facets=(Facet.STATE,), limit=200)


def _documents(count, text="出售象牙"):
    return [
        SearchDocument(
            doc_id=f"lead_{number:04}",
            kind=SearchKind.LEAD,
            title="线索",
            text=text,
            facets={Facet.STATE: ("待研判",)},
            version=2,
        )
        for number in range(count)
    ]


def test_searches_during_a_rebuild_are_neither_empty_nor_doubled(index, index_url):
    """Asked by another opening of the index, as another process would, all the time and in the middle."""
    index.index(_documents(150))
    before, other = index.search(QUERY), open_index(index_url)
    seen, ended = [before], threading.Event()

    def ask():
        while not ended.is_set():
            seen.append(other.search(QUERY))

    def slowly():
        for number, document in enumerate(_documents(150)):
            if number == 120:
                assert index.search(QUERY) == before
                assert other.count(SearchKind.LEAD) == 150
            yield document

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        for _ in range(3):
            assert index.rebuild(slowly()) == 150
    finally:
        ended.set()
        asking.join()
    assert len(seen) > 3
    assert {result.total for result in seen} == {150}
    assert other.search(QUERY) == before


def test_what_is_written_during_a_rebuild_is_in_the_new_index(index, index_url):
    index.index(_documents(40))
    newer = _documents(1, "不售")[0].model_copy(update={"version": 3})
    added = _documents(41)[-1]

    def meanwhile():
        for number, document in enumerate(_documents(40)):
            if number == 20:
                open_index(index_url).index([newer, added])
            yield document

    index.rebuild(meanwhile())
    assert index.count(SearchKind.LEAD) == 41
    assert {hit.doc_id for hit in index.search(QUERY).hits} == {f"lead_{number:04}" for number in range(1, 41)}
    assert index.search(QUERY.model_copy(update={"text": "不售"})).total == 1


def test_failed_rebuild_changes_nothing_and_the_next_one_succeeds(index):
    index.index(_documents(30))
    before = index.search(QUERY)

    def broken():
        yield from _documents(10, "别的")
        raise StoreAwayError("记录库不可用")

    with pytest.raises(StoreAwayError, match="记录库"):
        index.rebuild(broken())
    assert index.search(QUERY) == before
    index.index(_documents(31)[-1:])
    assert index.search(QUERY).total == 31
    assert index.rebuild(_documents(5)) == 5
    assert (index.search(QUERY).total, index.count(SearchKind.LEAD)) == (5, 5)


def test_rebuild_of_nothing_and_of_an_index_never_used(index):
    assert index.rebuild([]) == 0
    assert index.search(QUERY).total == 0
    index.index(_documents(2))
    assert index.rebuild(_documents(3)) == 3
    assert index.search(QUERY).total == 3
