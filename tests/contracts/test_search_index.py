"""Promises of SearchIndex, on every engine, and that the engines agree with each other and with a plain scan."""

import random
import threading
import uuid
from functools import cache
from types import SimpleNamespace

import pytest

from crawlers.archive.files import FolderFiles
from records.errors import InvalidInputError, StoreAwayError
from records.saved_searches import SavedSearch
from records.search import Facet, FacetCount, SearchDocument, SearchKind, SearchQuery, SearchSort
from stores.backends import open_index
from stores.search.elastic_layout import LAYOUT
from wangjian.indexing import catch_up, index_state, rebuild

# fmt: off
WORDS = (
    "网店", "亮照", "祖传秘方", "根治", "国家级", "第一", "刷单", "象牙", "穿山甲", "电子烟", "玛咖", "𠮷野家", "㐂寿", "龘", "😀👍🏽",
    "Viagra", "VIAGRA", "ＶＩＡＧＲＡ", "100％", "最终解释权", "七天无理由", "¥99.00", "《广告法》", "“最佳”", "a-b_c", "3.5折",
    "国\n家级", "最　好", "é", "Ⅷ", "ﾅ", "<b>&amp;", "';", "||",
)
# fmt: on
FILLING = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种"
FACETS = (Facet.RULE, Facet.SEVERITY, Facet.STATE, Facet.CATEGORY, Facet.OFFICE)


def _document(number, text="祖传秘方", *, kind=SearchKind.LEAD, title="线索", **more):
    return SearchDocument(doc_id=f"d{number:04}", kind=kind, title=title, text=text, **more)


def _corpus(seed, count):
    draw = random.Random(seed)

    def text(length):
        return "".join(
            draw.choice(WORDS) if draw.random() < 0.4 else draw.choice(FILLING + "  ,。A1") for _ in range(length)
        )

    def values(names, most):
        return tuple(draw.sample(names, draw.randint(0, most)))

    for number in range(count):
        yield _document(
            number,
            text(draw.randint(0, 60)),
            title=text(draw.randint(0, 6)),
            kind=draw.choice(list(SearchKind)),
            facets={
                Facet.RULE: values(["A01", "A02", "N01", "C15"], 1),
                Facet.SEVERITY: values(["high", "medium", "low"], 1),
                Facet.STATE: values(["待研判", "已立案", "核查中"], 1),
                Facet.CATEGORY: values(["食品", "保健食品", "烟草", "其他", "A", "a"], 3),
                Facet.OFFICE: values([f"{name}局" for name in "甲乙丙丁戊𠮷"], 2),
            },
            region_code=draw.choice(["", "33", "3301", "330102", "330203", "440100"]),
            priority_score=draw.choice([0.0, 0.25, 0.5, 0.75, 1.0, 1 / 3]),
            at_epoch=draw.randint(0, 20),
        )


@cache
def _plain(text):
    """The fold as promised, told another way than the code does it."""
    folded = []
    for character in text:
        if 0xFF01 <= ord(character) <= 0xFF5E:
            character = chr(ord(character) - 0xFEE0)
        folded.append(" " if character.isspace() else character.lower() if character.isascii() else character)
    return "".join(folded)


def _scan(documents, query, words):
    """What the query must give, found by reading everything."""

    def fits(document, leaving_out=None):
        texts = (_plain(document.title), _plain(document.text))
        return (
            document.kind == query.kind
            and document.region_code.startswith(query.region_scope)
            and all(any(_plain(word) in text for text in texts) for word in words)
            and all(
                set(values) & set(document.facets.get(facet, ()))
                for facet, values in query.filters.items()
                if facet != leaving_out
            )
        )

    found = [document for document in documents if fits(document)]
    key = "priority_score" if query.sort == SearchSort.PRIORITY else "at_epoch"
    found.sort(key=lambda document: (-getattr(document, key), document.doc_id))
    counted = {}
    for facet in query.count_facets:
        counts = {}
        for document in documents:
            for value in set(document.facets.get(facet, ())) if fits(document, leaving_out=facet) else ():
                counts[value] = counts.get(value, 0) + 1
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        counted[facet] = tuple(FacetCount(value=value, count=count) for value, count in ranked)
    page = found[query.offset : query.offset + query.limit]
    return len(found), [document.doc_id for document in page], counted


def _queries(seed, documents, count):
    """Queries of one to three words cut from the texts or made up, with every kind of filter."""
    draw = random.Random(seed)
    for number in range(count):
        words = [_cut(draw, documents) for _ in range(draw.choice([1, 1, 1, 1, 2, 3]))]
        if number % 10 == 0:
            words = [draw.choice(FILLING) + draw.choice(FILLING)]
        query = SearchQuery(
            kind=draw.choice(list(SearchKind)),
            text=" ".join(f'"{word}"' for word in words),
            filters={
                facet: tuple(draw.sample(_VALUES[facet], 2))
                for facet in draw.sample(FACETS, draw.choice([0, 0, 0, 1, 2]))
            },
            region_scope=draw.choice(["", "", "", "33", "3301"]),
            count_facets=tuple(draw.sample(FACETS, draw.randint(0, 5))),
            sort=draw.choice(list(SearchSort)),
            limit=draw.choice([1, 7, 200]),
            offset=draw.choice([0, 0, 3]),
        )
        yield query, words


_VALUES = {
    Facet.RULE: ["A01", "A02", "N01"],
    Facet.SEVERITY: ["high", "low", "none"],
    Facet.STATE: ["待研判", "已立案"],
    Facet.CATEGORY: ["食品", "烟草", "A", "a"],
    Facet.OFFICE: ["甲局", "乙局", "𠮷局"],
}


def _cut(draw, documents):
    while True:
        text = draw.choice(documents).text
        start = draw.randint(0, max(len(text) - 1, 0))
        word = text[start : start + draw.choice([1, 2, 2, 2, 3, 4, 6])]
        if word.strip() and '"' not in word and "“" not in word and "”" not in word:
            return word


def _ids(result):
    return [hit.doc_id for hit in result.hits]


def test_every_query_equals_a_scan(index):
    documents = list(_corpus(7, 500))
    index.index(documents)
    wrong, hitting = [], 0
    for query, words in _queries(11, documents, 260):
        found = index.search(query)
        hitting += found.total > 0
        if (found.total, _ids(found), found.facets) != _scan(documents, query, words):
            wrong.append((query, words))
    assert wrong == []
    assert hitting >= 90  # the comparison is not of nothing with nothing


def test_two_character_queries_equal_a_scan(index):
    """Every pair of characters of the corpus, the ones that trigram indexes lose."""
    documents = [document.model_copy(update={"kind": SearchKind.LEAD}) for document in _corpus(3, 120)]
    index.index(documents)
    pairs = sorted({document.text[at : at + 2] for document in documents for at in range(len(document.text) - 1)})
    pairs = [pair for pair in pairs if pair.strip() and not set(pair) & set('"“”')][::9]
    assert len(pairs) >= 200
    for pair in pairs:
        query = SearchQuery(kind=SearchKind.LEAD, text=f'"{pair}"', limit=200)
        assert index.search(query).total == _scan(documents, query, [pair])[0], pair


@pytest.mark.elasticsearch
@pytest.mark.xdist_group("elasticsearch")
def test_engines_give_the_same_whole_answers(both_indexes):
    embedded, elastic = both_indexes
    documents = list(_corpus(5, 400))
    for index in both_indexes:
        index.index(documents)
        index.index(documents[:50])
    for query, _words in _queries(23, documents, 220):
        assert embedded.search(query) == elastic.search(query), query


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
    index.index([_document(1, text, title="甲")])
    assert index.search(SearchQuery(kind=SearchKind.LEAD, text=asked)).total == int(found)


def test_word_is_found_in_the_title_and_not_across_into_the_text(index):
    index.index([_document(1, "牙膏", title="大象")])
    totals = [index.search(SearchQuery(kind=SearchKind.LEAD, text=word)).total for word in ("大象", "牙膏", "象牙")]
    assert totals == [1, 1, 0]


def test_indexed_document_is_found_by_the_next_search(index):
    for number in range(3):
        index.index([_document(number)])
        assert index.search(SearchQuery(kind=SearchKind.LEAD, text="秘方")).total == number + 1
    assert index.count(SearchKind.LEAD) == 3
    assert index.count(SearchKind.SHOP) == 0


def test_older_version_never_replaces_a_newer(index):
    newer = _document(1, "新文", version=5, facets={Facet.STATE: ("已立案",)})
    index.index([newer])
    index.index([_document(1, "旧文", version=4, facets={Facet.STATE: ("待研判",)})])
    result = index.search(SearchQuery(kind=SearchKind.LEAD, text="新文", count_facets=(Facet.STATE,)))
    assert result.total == 1
    assert result.facets == {Facet.STATE: (FacetCount(value="已立案", count=1),)}
    assert index.search(SearchQuery(kind=SearchKind.LEAD, text="旧文")).total == 0


def test_removed_document_is_found_by_nothing_and_counted_nowhere(index):
    facets = {Facet.RULE: ("A01",)}
    index.index([_document(number, f"祖传秘方{number}", facets=facets, at_epoch=number) for number in range(3)])
    index.index([_document(1, "祖传秘方", kind=SearchKind.SHOP)])
    index.remove(SearchKind.LEAD, ["d0001", "d0002", "unknown"])
    found = index.search(SearchQuery(kind=SearchKind.LEAD, text="祖传", count_facets=(Facet.RULE,)))
    assert (found.total, _ids(found)) == (1, ["d0000"])
    assert [(one.value, one.count) for one in found.facets[Facet.RULE]] == [("A01", 1)]
    assert (index.count(SearchKind.LEAD), index.count(SearchKind.SHOP)) == (1, 1)
    index.index([_document(2, "根治", at_epoch=9)])
    assert _ids(index.search(SearchQuery(kind=SearchKind.LEAD, text="祖传"))) == ["d0000"]
    assert _ids(index.search(SearchQuery(kind=SearchKind.LEAD, text="根治"))) == ["d0002"]


def test_same_or_newer_version_replaces_whole(index):
    index.index([_document(1, "旧文", version=5, region_code="3301", facets={Facet.STATE: ("待研判",)})])
    index.index([_document(1, "中文", version=5), _document(1, "新文", version=6), _document(1, "晚到", version=5)])
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
            _document(1, facets={Facet.RULE: ("A01",), Facet.STATE: ("待研判",)}),
            _document(2, facets={Facet.RULE: ("A02",), Facet.STATE: ("待研判",)}),
            _document(3, facets={Facet.RULE: ("A02",), Facet.STATE: ("已立案",)}),
        ]
    )
    result = index.search(
        SearchQuery(
            kind=SearchKind.LEAD,
            filters={Facet.RULE: ("A01",), Facet.STATE: ("待研判",)},
            count_facets=(Facet.RULE, Facet.STATE),
        )
    )
    assert _ids(result) == ["d0001"]
    assert [(found.value, found.count) for found in result.facets[Facet.RULE]] == [("A01", 1), ("A02", 1)]
    assert [(found.value, found.count) for found in result.facets[Facet.STATE]] == [("待研判", 1)]


def test_highlights_are_places_in_code_points(index):
    text = "前" * 100 + "😀𠮷出售ＶＩＡ象牙" + "后" * 300 + "象牙"
    index.index([_document(1, text)])
    (hit,) = index.search(SearchQuery(kind=SearchKind.LEAD, text="via 象牙")).hits
    assert len(hit.highlights) == 2
    for piece in hit.highlights:
        assert piece.text in text
        assert {piece.text[start:end] for start, end in piece.hits} <= {"ＶＩＡ象牙", "象牙"}
    assert index.search(SearchQuery(kind=SearchKind.LEAD)).hits[0].highlights == ()


def test_pages_follow_each_other_without_gap(index):
    index.index([_document(number, priority_score=(number % 5) / 4) for number in range(2_600)])
    seen = []
    for offset in range(0, 2_600, 200):
        result = index.search(SearchQuery(kind=SearchKind.LEAD, limit=200, offset=offset))
        assert result.total == 2_600
        seen += _ids(result)
    assert len(set(seen)) == 2_600
    assert seen == sorted(seen, key=lambda doc_id: (-(int(doc_id[1:]) % 5), doc_id))


@pytest.mark.parametrize("limit", [1, 50, 200])
def test_deepest_page_that_can_be_asked_for_is_answered(index, limit):
    index.index([_document(number) for number in range(3)])
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
        index.index([_document(1, "玛\ud800咖")])
    assert index.search(SearchQuery(kind=SearchKind.LEAD, text="\ud800")).total == 0


def test_empty_index_answers_with_nothing(index):
    index.index([])
    result = index.search(SearchQuery(kind=SearchKind.SHOP, text="秘方", count_facets=(Facet.RULE,)))
    assert (result.total, result.hits, result.facets) == (0, (), {Facet.RULE: ()})
    assert index.count(SearchKind.SHOP) == 0


def test_cleared_index_is_empty_and_takes_older_versions_again(index):
    index.index([_document(1, version=9)])
    index.clear()
    assert index.count(SearchKind.LEAD) == 0
    index.index([_document(1, "重建", version=1)])
    assert index.search(SearchQuery(kind=SearchKind.LEAD, text="重建")).total == 1
    index.clear()
    index.clear()
    assert index.search(SearchQuery(kind=SearchKind.LEAD)).total == 0


def test_reopened_index_gives_the_same(index, index_url):
    documents = list(_corpus(9, 60))
    index.index(documents)
    query = SearchQuery(kind=SearchKind.LEAD, count_facets=FACETS, limit=200)
    before = index.search(query)
    assert before.total > 0
    assert open_index(index_url).search(query) == before


def test_threads_write_and_read_at_once(index):
    failures = []

    def write(part):
        for number in range(part * 20, part * 20 + 20):
            index.index([_document(number, f"秘方{number}")])

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


@pytest.mark.elasticsearch
@pytest.mark.xdist_group("elasticsearch")
def test_vanished_index_is_a_named_error_and_not_an_empty_answer(elasticsearch_node, request):
    from urllib.request import Request, urlopen

    prefix = f"gone-{id(request)}"
    url = f"elasticsearch://{elasticsearch_node.url.removeprefix('http://')}/{prefix}"
    index = open_index(url)
    index.index([_document(1)])
    with urlopen(Request(f"{elasticsearch_node.url}/{prefix}-{LAYOUT}-000001", method="DELETE")):
        pass
    for call in (lambda: index.search(SearchQuery(kind=SearchKind.LEAD)), lambda: index.index([_document(2)])):
        with pytest.raises(StoreAwayError, match="wangjian index rebuild"):
            call()
    index.clear()
    index.index([_document(1)])
    assert index.count(SearchKind.LEAD) == 1


@pytest.fixture
def keeping(records, blobs, make, clock, tmp_path):
    """What of the services the indexing of leads asks for, over real stores and an index of its own at an address."""
    records.survey.open_run(make.run(), [make.row(0)])
    (row,) = records.survey.lease("r1", limit=1, until=make.at(5))
    records.survey.complete(row, make.page(row), make.reading(shop=make.shop()), [])
    records.survey.save_target(make.target())
    records.leads.save_findings([make.finding()])
    kept = SavedSearch(
        search_id="s1",
        name="A01",
        owner="zhang",
        query=SearchQuery(kind=SearchKind.LEAD, text="规则:A01"),
        saved_at=make.at(-1),
    )
    records.searches.save_search(kept)
    return lambda url: SimpleNamespace(
        clock=clock,
        data_dir=tmp_path,
        archive=FolderFiles(tmp_path / "archive"),
        blobs=blobs,
        survey=records.survey,
        register=records.register,
        leads=records.leads,
        outbox=records.outbox,
        searches=records.searches,
        bulk=records.bulk,
        figures=records.figures,
        index=open_index(url),
    )


def _found(services):
    """Every lead the index gives, with the counts; each must stand there once."""
    query = SearchQuery(kind=SearchKind.LEAD, text="绝对化", count_facets=(Facet.STATE, Facet.RULE), limit=200)
    result = services.index.search(query)
    ids = _ids(result)
    assert len(set(ids)) == len(ids) == result.total
    return ids, result.facets


def test_of_many_values_the_most_frequent_and_the_chosen_are_counted(index):
    regions = ["330106"] * 3 + ["510104"] * 2 + ["440106", "110101"]
    index.index([_document(place, facets={Facet.REGION: (region,)}) for place, region in enumerate(regions)])
    asked = SearchQuery(kind=SearchKind.LEAD, count_facets=(Facet.REGION,), most_values=1)
    found = index.search(asked)
    assert [(one.value, one.count) for one in found.facets[Facet.REGION]] == [("330106", 3)]
    assert found.facet_sizes == {Facet.REGION: 4}
    chosen = index.search(asked.model_copy(update={"filters": {Facet.REGION: ("440106",)}}))
    assert [(one.value, one.count) for one in chosen.facets[Facet.REGION]] == [("330106", 3), ("440106", 1)]
    assert index.search(asked.model_copy(update={"most_values": 0})).facet_sizes == {}


@pytest.mark.elasticsearch
@pytest.mark.xdist_group("elasticsearch")
@pytest.mark.parametrize("s3", ["file"], indirect=True)  # one engine, one life: where captures lie is no matter
def test_dead_engine_is_a_named_error_and_comes_back(mortal_node, make, records, keeping):
    """A node of its own is stopped while leads are made and started again on its data and port: no lead is lost, none
    is doubled, the lag is shown meanwhile, alerts come all the same; a deleted index is rebuilt to the same answers."""
    from urllib.request import Request, urlopen

    own = uuid.uuid4().hex[:8]  # the node lives on from test to test
    index = open_index(f"elasticsearch://{mortal_node.place}/wangjian-{own}")
    services = keeping(f"elasticsearch://{mortal_node.place}/leads-{own}")

    def make_leads(*numbers):
        for number in numbers:
            records.leads.save_lead(make.lead(f"lead_{number:02}"), None, expected_version=0)

    index.index([_document(1)])
    make_leads(*range(10))
    catch_up(services)
    assert index_state(services).waiting == {SearchKind.PAGE: 1}
    make_leads(*range(10, 15))
    mortal_node.stop()
    for call in (
        lambda: index.index([_document(2)]),
        lambda: index.search(SearchQuery(kind=SearchKind.LEAD)),
        lambda: index.count(SearchKind.LEAD),
        index.clear,
        lambda: catch_up(services),
    ):
        with pytest.raises(StoreAwayError, match="检索引擎不可用"):
            call()
    make_leads(*range(15, 25))
    with pytest.raises(StoreAwayError, match="检索引擎不可用"):
        catch_up(services)
    away = index_state(services)
    assert (away.waiting[SearchKind.LEAD], away.held) == (15, {})
    assert "检索引擎不可用" in away.problem
    assert away.cure
    assert len(records.searches.alerts("s1")) == 25
    mortal_node.start()
    assert index.search(SearchQuery(kind=SearchKind.LEAD)).total == 1
    index.index([_document(2)])
    assert index.count(SearchKind.LEAD) == 2
    assert catch_up(services) == 15
    assert catch_up(services) == 0
    before = _found(services)
    assert before[0] == [f"lead_{number:02}" for number in range(25)]
    assert index_state(services).held[SearchKind.LEAD] == 25
    with urlopen(Request(f"{mortal_node.url}/leads-{own}-{LAYOUT}-000001", method="DELETE")):
        pass
    with pytest.raises(StoreAwayError, match="wangjian index rebuild"):
        _found(services)
    assert rebuild(services) == 28  # and the finding, the shop and the page
    assert _found(services) == before
    assert len(records.searches.alerts("s1")) == 25
