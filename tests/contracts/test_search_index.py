"""Promises of SearchIndex, on every engine."""

import threading

import pytest

from records.errors import InvalidInputError
from records.search import Facet, FacetCount, SearchKind, SearchQuery
from stores.backends import open_index
from tests.contracts.made_up import FACETS, corpus, document, ids


@pytest.mark.parametrize(
    ("asked", "text", "found"),
    [
        ("象牙", "出售象牙制品", True),
        ("牙", "出售象牙制品", True),
        ("牙象", "出售象牙制品", False),
        ("象制", "出售象牙制品", False),
        ("viagra", "正品 ＶＩＡＧＲＡ", True),
        ("ＡＧＲ", "viagra", True),
        ("gr", "viagra", True),
        ("𠮷野", "𠮷野家", True),
        ("吉野", "𠮷野家", False),
        ("👍🏽", "好评👍🏽!", True),
        ("😀😀", "😀", False),
        ("100%", "100％纯天然", True),
        ("最 好", "最 好", True),
        ('"最 好"', "最好 很好", False),
        ('"最 好"', "最　好", True),
        ("“最 好”", "最\n好", True),
        ("秘方 根治", "根治百病的祖传秘方", True),
        ("秘方 根除", "根治百病的祖传秘方", False),
        ('"OR" "AND" "NOT" *', "or and not *", True),
        ('"OR" and not *', "or and not *", True),
        ('"OR" AND NOT *', "or and not *", False),
        ("'; DROP TABLE pairs;--", "x'; drop table pairs;--", True),
        ("*", "无", False),
        ("", "无", True),
        ('""', "无", True),
    ],
)
def test_word_is_found_where_it_stands(index, asked, text, found):
    index.index([document(1, text, title="甲")])
    assert index.search(SearchQuery(kind=SearchKind.LEAD, text=asked)).total == int(found)


def test_word_is_found_in_the_title_and_not_across_into_the_text(index):
    index.index([document(1, "牙膏", title="大象")])
    totals = [index.search(SearchQuery(kind=SearchKind.LEAD, text=word)).total for word in ("大象", "牙膏", "象牙")]
    assert totals == [1, 1, 0]


def test_indexed_document_is_found_by_the_next_search(index):
    for number in range(3):
        index.index([document(number)])
        assert index.search(SearchQuery(kind=SearchKind.LEAD, text="秘方")).total == number + 1
    assert index.count(SearchKind.LEAD) == 3
    assert index.count(SearchKind.SHOP) == 0


def test_older_version_never_replaces_a_newer(index):
    newer = document(1, "新文", version=5, facets={Facet.STATE: ("已立案",)})
    index.index([newer])
    index.index([document(1, "旧文", version=4, facets={Facet.STATE: ("待研判",)})])
    result = index.search(SearchQuery(kind=SearchKind.LEAD, text="新文", count_facets=(Facet.STATE,)))
    assert result.total == 1
    assert result.facets == {Facet.STATE: (FacetCount(value="已立案", count=1),)}
    assert index.search(SearchQuery(kind=SearchKind.LEAD, text="旧文")).total == 0


def test_removed_document_is_found_by_nothing_and_counted_nowhere(index):
    facets = {Facet.RULE: ("A01",)}
    index.index([document(number, f"祖传秘方{number}", facets=facets, at_epoch=number) for number in range(3)])
    index.index([document(1, "祖传秘方", kind=SearchKind.SHOP)])
    index.remove(SearchKind.LEAD, ["d0001", "d0002", "unknown"])
    found = index.search(SearchQuery(kind=SearchKind.LEAD, text="祖传", count_facets=(Facet.RULE,)))
    assert (found.total, ids(found)) == (1, ["d0000"])
    assert [(one.value, one.count) for one in found.facets[Facet.RULE]] == [("A01", 1)]
    assert (index.count(SearchKind.LEAD), index.count(SearchKind.SHOP)) == (1, 1)
    index.index([document(2, "根治", at_epoch=9)])
    assert ids(index.search(SearchQuery(kind=SearchKind.LEAD, text="祖传"))) == ["d0000"]
    assert ids(index.search(SearchQuery(kind=SearchKind.LEAD, text="根治"))) == ["d0002"]


def test_same_or_newer_version_replaces_whole(index):
    index.index([document(1, "旧文", version=5, region_code="3301", facets={Facet.STATE: ("待研判",)})])
    index.index([document(1, "中文", version=5), document(1, "新文", version=6), document(1, "晚到", version=5)])
    totals = [
        index.search(SearchQuery(kind=SearchKind.LEAD, text=text)).total for text in ("旧文", "中文", "新文", "晚到")
    ]
    assert totals == [0, 0, 1, 0]
    assert index.search(SearchQuery(kind=SearchKind.LEAD, region_scope="33")).total == 0
    assert index.search(SearchQuery(kind=SearchKind.LEAD, count_facets=(Facet.STATE,))).facets == {Facet.STATE: ()}
    assert index.count(SearchKind.LEAD) == 1


def test_facet_counts_keep_the_other_values(index):
    index.index(
        [
            document(1, facets={Facet.RULE: ("A01",), Facet.STATE: ("待研判",)}),
            document(2, facets={Facet.RULE: ("A02",), Facet.STATE: ("待研判",)}),
            document(3, facets={Facet.RULE: ("A02",), Facet.STATE: ("已立案",)}),
        ]
    )
    result = index.search(
        SearchQuery(
            kind=SearchKind.LEAD,
            filters={Facet.RULE: ("A01",), Facet.STATE: ("待研判",)},
            count_facets=(Facet.RULE, Facet.STATE),
        )
    )
    assert ids(result) == ["d0001"]
    assert [(found.value, found.count) for found in result.facets[Facet.RULE]] == [("A01", 1), ("A02", 1)]
    assert [(found.value, found.count) for found in result.facets[Facet.STATE]] == [("待研判", 1)]


def test_of_many_values_the_most_frequent_and_the_chosen_are_counted(index):
    regions = ["330106"] * 3 + ["510104"] * 2 + ["440106", "110101"]
    index.index([document(place, facets={Facet.REGION: (region,)}) for place, region in enumerate(regions)])
    asked = SearchQuery(kind=SearchKind.LEAD, count_facets=(Facet.REGION,), most_values=1)
    found = index.search(asked)
    assert [(one.value, one.count) for one in found.facets[Facet.REGION]] == [("330106", 3)]
    assert found.facet_sizes == {Facet.REGION: 4}
    chosen = index.search(asked.model_copy(update={"filters": {Facet.REGION: ("440106",)}}))
    assert [(one.value, one.count) for one in chosen.facets[Facet.REGION]] == [("330106", 3), ("440106", 1)]
    assert index.search(asked.model_copy(update={"most_values": 0})).facet_sizes == {}


def test_highlights_are_places_in_code_points(index):
    text = "前" * 100 + "😀𠮷出售ＶＩＡ象牙" + "后" * 300 + "象牙"
    index.index([document(1, text)])
    (hit,) = index.search(SearchQuery(kind=SearchKind.LEAD, text="via 象牙")).hits
    assert len(hit.highlights) == 2
    for piece in hit.highlights:
        assert piece.text in text
        assert {piece.text[start:end] for start, end in piece.hits} <= {"ＶＩＡ象牙", "象牙"}
    assert index.search(SearchQuery(kind=SearchKind.LEAD)).hits[0].highlights == ()


def test_pages_follow_each_other_without_gap(index):
    index.index([document(number, priority_score=(number % 5) / 4) for number in range(2_600)])
    seen = []
    for offset in range(0, 2_600, 200):
        result = index.search(SearchQuery(kind=SearchKind.LEAD, limit=200, offset=offset))
        assert result.total == 2_600
        seen += ids(result)
    assert len(set(seen)) == 2_600
    assert seen == sorted(seen, key=lambda doc_id: (-(int(doc_id[1:]) % 5), doc_id))


@pytest.mark.parametrize("limit", [1, 50, 200])
def test_deepest_page_that_can_be_asked_for_is_answered(index, limit):
    index.index([document(number) for number in range(3)])
    result = index.search(SearchQuery(kind=SearchKind.LEAD, limit=limit, offset=10_000 - limit))
    assert (result.total, result.hits, result.next_cursor) == (3, (), "")


@pytest.mark.parametrize("page", [{"limit": 0}, {"limit": 201}, {"offset": -1}, {"limit": 100, "offset": 9_901}])
def test_page_out_of_bounds_is_a_named_error(index, page):
    with pytest.raises(InvalidInputError):
        index.search(SearchQuery(kind=SearchKind.LEAD, **page))


def test_overlong_query_is_a_named_error(index):
    for text in ("长" * 1_001, "字 " * 33 + " ".join(map(str, range(40)))):
        with pytest.raises(InvalidInputError):
            index.search(SearchQuery(kind=SearchKind.LEAD, text=text))


def test_half_a_surrogate_pair_is_a_named_error(index):
    with pytest.raises(InvalidInputError, match="代理对"):
        index.index([document(1, "玛\ud800咖")])
    assert index.search(SearchQuery(kind=SearchKind.LEAD, text="\ud800")).total == 0


def test_empty_index_answers_with_nothing(index):
    index.index([])
    result = index.search(SearchQuery(kind=SearchKind.SHOP, text="秘方", count_facets=(Facet.RULE,)))
    assert (result.total, result.hits, result.facets) == (0, (), {Facet.RULE: ()})
    assert index.count(SearchKind.SHOP) == 0


def test_cleared_index_is_empty_and_takes_older_versions_again(index):
    index.index([document(1, version=9)])
    index.clear()
    assert index.count(SearchKind.LEAD) == 0
    index.index([document(1, "重建", version=1)])
    assert index.search(SearchQuery(kind=SearchKind.LEAD, text="重建")).total == 1
    index.clear()
    index.clear()
    assert index.search(SearchQuery(kind=SearchKind.LEAD)).total == 0


def test_reopened_index_gives_the_same(index, index_url):
    documents = list(corpus(9, 60))
    index.index(documents)
    query = SearchQuery(kind=SearchKind.LEAD, count_facets=FACETS, limit=200)
    before = index.search(query)
    assert before.total > 0
    assert open_index(index_url).search(query) == before


def test_threads_write_and_read_at_once(index):
    failures = []

    def write(part):
        for number in range(part * 20, part * 20 + 20):
            index.index([document(number, f"秘方{number}")])

    def read():
        for _ in range(20):
            result = index.search(SearchQuery(kind=SearchKind.LEAD, text="秘方", limit=200))
            if result.total != len(result.hits):
                failures.append(result.total)

    threads = [threading.Thread(target=write, args=(part,)) for part in range(4)]
    threads += [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert index.count(SearchKind.LEAD) == 80
