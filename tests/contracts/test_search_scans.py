"""Every engine gives what a plain scan gives, and the engines agree to the last field."""

import pytest

from records.search import SearchKind, SearchQuery
from tests.contracts.made_up import corpus, ids, queries, scan


def test_every_query_equals_a_scan(index):
    documents = list(corpus(7, 500))
    index.index(documents)
    wrong, hitting = [], 0
    for query, words in queries(11, documents, 260):
        found = index.search(query)
        hitting += found.total > 0
        if (found.total, ids(found), found.facets) != scan(documents, query, words):
            wrong.append((query, words))
    assert wrong == []
    assert hitting >= 90  # the comparison is not of nothing with nothing


def test_two_character_queries_equal_a_scan(index):
    """Every pair of characters of the corpus, the ones that trigram indexes lose."""
    documents = [document.model_copy(update={"kind": SearchKind.LEAD}) for document in corpus(3, 120)]
    index.index(documents)
    pairs = sorted({document.text[at : at + 2] for document in documents for at in range(len(document.text) - 1)})
    pairs = [pair for pair in pairs if pair.strip() and not set(pair) & set('"“”')][::9]
    assert len(pairs) >= 200
    for pair in pairs:
        query = SearchQuery(kind=SearchKind.LEAD, text=f'"{pair}"', limit=200)
        assert index.search(query).total == scan(documents, query, [pair])[0], pair


@pytest.mark.elasticsearch
@pytest.mark.xdist_group("elasticsearch")
def test_engines_give_the_same_whole_answers(both_indexes):
    embedded, elastic = both_indexes
    documents = list(corpus(5, 400))
    for index in both_indexes:
        index.index(documents)
        index.index(documents[:50])
    for query, _words in queries(23, documents, 220):
        assert embedded.search(query) == elastic.search(query), query
