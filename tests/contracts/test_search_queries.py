"""One set of queries, the same ids, counts and columns on Elasticsearch, embedded, in the alerts, and from a plain scan.

The scan is told what each query means by the test itself and knows nothing of the code's own reading of it.
"""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from leads.percolating import Percolator
from records.errors import InvalidInputError
from records.search import Facet, FacetCount, SearchDocument, SearchInterval, SearchKind, SearchQuery, SearchSort
from stores.backends import open_index
from tests.contracts.made_up import plain

pytestmark = [pytest.mark.elasticsearch, pytest.mark.xdist_group("elasticsearch")]

# fmt: off
GOODS = ("玛咖片", "深海鱼油", "𠮷野家牛丼", "象牙手串", "电子煙", "减肥茶", "祖傳膏藥", "VIAGRA", "ｖｉａｇｒａ", "㐂寿龘酒", "A2奶粉", "3.5折鞋")
CLAIMS = ("国家级", "第一品牌", "百分百100％纯天然", "根治糖尿病", "最高級", "七天 无理由", "包过", "全网最低价", "好评返现👍🏽", "“最佳”", "净含量:500g")
SHOPS = ("杭州某某（集团）有限公司", "山货铺", "É店", "老王的店/分店", "<b>店</b>", "甲-乙_丙", "http://a.test/s?id=1")
FILLING = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种 。,"
# fmt: on
REGIONS = ("", "330106", "330102", "330203", "440100", "110105")
STATES = ("待研判", "核查中", "已立案", "已排除")
FACETS = (Facet.RULE, Facet.SEVERITY, Facet.STATE, Facet.CATEGORY, Facet.OFFICE, Facet.REGION)
OFFICES = tuple(f"{name}市场监督管理局" for name in ("杭州市", "上城区", "宁波市", "广州市", "Ａ区", "a区", "𠮷县"))
START = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())


def _corpus(draw, count):
    for number in range(count):
        words = [draw.choice(GOODS + CLAIMS + SHOPS) for _ in range(draw.randint(1, 4))]
        filling = ["".join(draw.choice(FILLING) for _ in range(draw.randint(0, 12))) for _ in words]
        yield SearchDocument(
            doc_id=f"lead_{number:04}",
            kind=draw.choices([SearchKind.LEAD, SearchKind.PAGE], [9, 1])[0],
            title=f"{draw.choice(SHOPS)} 涉嫌{draw.choice(CLAIMS)}",
            text="".join(a + b for a, b in zip(words, filling, strict=True)),
            url=f"http://a.test/{number}",
            facets={
                Facet.RULE: (draw.choice(["A01", "A02", "N01", "C15"]),),
                Facet.SEVERITY: (draw.choice(["high", "medium", "low"]),),
                Facet.STATE: (draw.choice(STATES),),
                Facet.CATEGORY: tuple(draw.sample(["食品", "保健食品", "烟草", "其他"], draw.randint(0, 2))),
                Facet.OFFICE: tuple(draw.sample(OFFICES, draw.randint(0, 1))),
                Facet.REGION: (draw.choice(["甲", "乙"]),),
            },
            region_code=draw.choice(REGIONS),
            priority_score=draw.choice([0.0, 0.2, 0.5, 0.55, 0.8, 1.0]),
            at_epoch=START + draw.randint(0, 120 * 86_400),
        )


@pytest.fixture(scope="module")
def market(elasticsearch_node, tmp_path_factory):
    """Both engines with the same leads, indexed once."""
    documents = list(_corpus(random.Random(6), 420))
    place = elasticsearch_node.url.removeprefix("http://")
    engines = {
        "embedded": open_index(f"fts5://{tmp_path_factory.mktemp('queries')}/search.db"),
        "elasticsearch": open_index(f"elasticsearch://{place}/queries"),
    }
    for engine in engines.values():
        engine.index(documents)
    return SimpleNamespace(documents=documents, engines=engines)


# What a query means: (its text, whether a document is meant).


def _has(word):
    return lambda one: plain(word) in plain(one.title) or plain(word) in plain(one.text)


def _in_title(word):
    return lambda one: plain(word) in plain(one.title)


def _under(facet, *values):
    return lambda one: bool(set(values) & set(one.facets.get(facet, ())))


def _day(one):
    return (datetime.fromtimestamp(one.at_epoch, UTC) + timedelta(hours=8)).date()


def _both(first, second):
    return lambda one: first(one) and second(one)


def _either(first, second):
    return lambda one: first(one) or second(one)


def _not(fits):
    return lambda one: not fits(one)


def _all(_one):
    return True


# fmt: off
BY_HAND = [
    ("", _all), ("  　 ", _all), ('""', _all),
    # two characters, one, and outside the BMP
    ("象牙", _has("象牙")), ("玛咖", _has("玛咖")), ("牙", _has("牙")), ("最", _has("最")), ("𠮷", _has("𠮷")),
    ("𠮷野", _has("𠮷野")), ("㐂", _has("㐂")), ("㐂寿", _has("㐂寿")), ("龘", _has("龘")), ("👍", _has("👍")),
    ("👍🏽", _has("👍🏽")), ("🏽", _has("🏽")), ("吉野", _has("吉野")), ("É", _has("É")), ("é", _has("é")), ("丼", _has("丼")),
    # mixed scripts, width, case, traditional
    ("viagra", _has("viagra")), ("VIAgra", _has("viagra")), ("ＶＩＡ", _has("via")), ("agr", _has("agr")), ("A2奶", _has("a2奶")),
    ("ａ２", _has("a2")), ("3.5折", _has("3.5折")), ("３．５", _has("3.5")), ("100%", _has("100%")), ("１００％纯", _has("100%纯")),
    ("电子煙", _has("电子煙")), ("电子烟", _has("电子烟")), ("祖傳", _has("祖傳")), ("祖传", _has("祖传")), ("最高級", _has("最高級")),
    # what is syntax elsewhere, and words that keep their brackets
    ("a.test/s?id=1", _has("a.test/s?id=1")), ("http://a.test", _has("http://a.test")), ("<b>", _has("<b>")), ("甲-乙_丙", _has("甲-乙_丙")),
    ("*", _has("*")), ("王的店/分", _has("王的店/分")), ("某某（集团）有限", _has("某某（集团）有限")), ("某某(集团)", _has("某某(集团)")),
    ('"净含量:500g"', _has("净含量:500g")), ('"（集团"', _has("（集团")), ('"且"', _has("且")), ("。", _has("。")), ("||", _has("||")),
    # blanks and quotes
    ('"七天 无理由"', _has("七天 无理由")), ("七天 无理由", _both(_has("七天"), _has("无理由"))), ("“七天　无理由”", _has("七天 无理由")),
    ('"最佳"', _has("最佳")), ('标题:"涉嫌第一"', _in_title("涉嫌第一")),
    # and, or, not, brackets
    ("玛咖 且 根治", _both(_has("玛咖"), _has("根治"))), ("玛咖 AND 根治", _both(_has("玛咖"), _has("根治"))),
    ("玛咖 或 象牙", _either(_has("玛咖"), _has("象牙"))), ("玛咖 OR 象牙", _either(_has("玛咖"), _has("象牙"))),
    ("非 国家级", _not(_has("国家级"))), ("NOT 国家级", _not(_has("国家级"))), ("非 非 国家级", _has("国家级")),
    ("玛咖 非 根治", _both(_has("玛咖"), _not(_has("根治")))), ("玛咖 AND NOT 根治", _both(_has("玛咖"), _not(_has("根治")))),
    ("玛咖 或 象牙 且 最", _either(_has("玛咖"), _both(_has("象牙"), _has("最")))),
    ("(玛咖 或 象牙) 且 最", _both(_either(_has("玛咖"), _has("象牙")), _has("最"))),
    ("（玛咖 或 象牙） 非 （最 且 国）", _both(_either(_has("玛咖"), _has("象牙")), _not(_both(_has("最"), _has("国"))))),
    ("((象牙))", _has("象牙")), ("非 (玛咖 或 非 最)", _not(_either(_has("玛咖"), _not(_has("最"))))),
    ("牙 或 规则:A01", _either(_has("牙"), _under(Facet.RULE, "A01"))), ("or 或 and", _either(_has("or"), _has("and"))),
    ("非 规则:A01 非 规则:A02", _both(_not(_under(Facet.RULE, "A01")), _not(_under(Facet.RULE, "A02")))),
    ("-规则:A01 －规则:A02", _both(_not(_under(Facet.RULE, "A01")), _not(_under(Facet.RULE, "A02")))),
    ("玛咖 (-规则:A01)", _both(_has("玛咖"), _not(_under(Facet.RULE, "A01")))), ("-玛咖", _has("-玛咖")), ("-商品:玛咖", _has("-商品:玛咖")),
    # fields
    ("规则:A01", _under(Facet.RULE, "A01")), ("rule:a01", _under(Facet.RULE, "A01")), ("规则：Ａ０１", _under(Facet.RULE, "A01")),
    ("规则:A01,N01", _under(Facet.RULE, "A01", "N01")), ("规则:A01、N01", _under(Facet.RULE, "A01", "N01")), ("规则:Z99", _under(Facet.RULE, "Z99")),
    ("级别:高", _under(Facet.SEVERITY, "high")), ("severity:low", _under(Facet.SEVERITY, "low")), ("级别:高|低", _under(Facet.SEVERITY, "high", "low")),
    ("状态:待研判", _under(Facet.STATE, "待研判")), ("状态:待研判,已立案 类目:食品", _both(_under(Facet.STATE, "待研判", "已立案"), _under(Facet.CATEGORY, "食品"))),
    ('机关:"杭州市市场监督管理局"', _under(Facet.OFFICE, "杭州市市场监督管理局")), ("机关:a区市场监督管理局", _under(Facet.OFFICE, "a区市场监督管理局")),
    ("标题:山货", _in_title("山货")), ("标题:象牙", _in_title("象牙")), ("title:店", _in_title("店")), ("标题:山货 象牙", _both(_in_title("山货"), _has("象牙"))),
    ("编号:lead_0003", lambda one: one.doc_id == "lead_0003"), ("编号:lead_0003,lead_0004,x", lambda one: one.doc_id in ("lead_0003", "lead_0004")),
    # regions
    ("地区:33", lambda one: one.region_code.startswith("33")), ("地区:3301", lambda one: one.region_code.startswith("3301")),
    ("region:330106", lambda one: one.region_code == "330106"), ("地区:3302,44", lambda one: one.region_code.startswith(("3302", "44"))),
    ("地区:３３", lambda one: one.region_code.startswith("33")), ("非 地区:3", lambda one: not one.region_code.startswith("3")), ("地区:65", lambda one: False),
    # distance from the centre of a county or a point: 西湖区 and 上城区 are neighbours, 江北区 (宁波) is 140 km off, 朝阳区 1,100
    ("距离:330106,5", lambda one: one.region_code == "330106"), ("距离:杭州市西湖区,40", lambda one: one.region_code in ("330106", "330102")),
    ("near:30.27,120.15,40km", lambda one: one.region_code in ("330106", "330102")), ("距离：30.27，120.15，２００公里", lambda one: one.region_code[:2] == "33"),
    ("玛咖 非 距离:330106,200", lambda one: _has("玛咖")(one) and one.region_code[:2] != "33"), ("距离:110105,900", lambda one: one.region_code == "110105"),
    # priority
    ("优先:0.5", lambda one: one.priority_score == 0.5), ("优先:0.5..", lambda one: one.priority_score >= 0.5), ("优先:..0.5", lambda one: one.priority_score <= 0.5),
    ("优先:0.2..0.55", lambda one: 0.2 <= one.priority_score <= 0.55), ("优先:>0.5", lambda one: one.priority_score > 0.5),
    ("优先:＜0.5", lambda one: one.priority_score < 0.5), ("优先:≥0.5", lambda one: one.priority_score >= 0.5), ("priority:<=0", lambda one: one.priority_score <= 0),
    # days of Asia/Shanghai
    ("日期:2026", lambda one: _day(one).year == 2026), ("日期:2026-02", lambda one: _day(one).month == 2), ("日期:2026年2月", lambda one: _day(one).month == 2),
    ("日期:2026-02-03", lambda one: _day(one) == date(2026, 2, 3)), ("日期:2026-2-3..2026/3/5", lambda one: date(2026, 2, 3) <= _day(one) <= date(2026, 3, 5)),
    ("日期:2026-03..", lambda one: _day(one).month >= 3), ("日期:..2026-01", lambda one: _day(one).month <= 1), ("日期:>2026-01", lambda one: _day(one).month > 1),
    ("日期:<2026-02-01", lambda one: _day(one) < date(2026, 2, 1)), ("date:2026-01~2026-02", lambda one: _day(one).month <= 2), ("日期:2026-01-15至2026-01-20", lambda one: date(2026, 1, 15) <= _day(one) <= date(2026, 1, 20)),
    ("日期:2025", lambda one: False),
    # all at once
    ("(玛咖 或 象牙) 地区:33 优先:0.2.. 日期:2026-01..2026-03 非 状态:已排除", lambda one: (_has("玛咖")(one) or _has("象牙")(one)) and one.region_code.startswith("33")
        and one.priority_score >= 0.2 and _day(one).month <= 3 and not _under(Facet.STATE, "已排除")(one)),
]
WRONG = [
    ("非", 1), ("玛咖 或", 4), ("或 玛咖", 1), ("(玛咖", 1), ("玛咖 )", 4), ("()", 2), ("玛咖 ( 或 象牙)", 6), ('玛咖 "象牙', 4), ("且", 1),
    ("statee:待研判", 1), ("玛咖 净含量:500g", 4), ("规则:", 1), ("玛咖 规则:,", 4), ("状态:不明", 4), ("级别:特高", 4), ("地区:浙江", 4), ("地区:", 1),
    ("距离:", 1), ("距离:西湖区,20", 4), ("距离:没有区,20", 4), ("距离:330106", 4), ("距离:120.15,30.27,5", 4), ("距离:330106,1001", 4), ("距离:330106,0", 4),
    ("优先:高", 4), ("优先:0.8..0.2", 4), ("优先:..", 4), ("日期:2026-13", 4), ("日期:2026-02-30", 4), ("日期:昨天", 4), ("日期:2026-03..2026-01", 4),
    ("玛咖 AND OR 象牙", 4), ("(" * 21 + "玛咖" + ")" * 21, 21), ("类目:A", 4),
]
# fmt: on


def _made_up(draw, documents, depth):
    """A query tree as text and as what it means."""
    if depth and draw.random() < 0.55:
        first, second = (_made_up(draw, documents, depth - 1) for _ in range(2))
        kind = draw.choice("且或非 ")
        if kind == "非":
            return f"非 ({first[0]})", _not(first[1])
        if kind == "或":
            return f"({first[0]}) {draw.choice(['或', 'OR'])} ({second[0]})", _either(first[1], second[1])
        return f"({first[0]}){draw.choice([' 且 ', ' AND ', ' '])}({second[0]})", _both(first[1], second[1])
    if draw.random() < 0.3:
        return draw.choice(BY_HAND[-45:-1])
    text = draw.choice(documents).text
    start = draw.randint(0, max(len(text) - 1, 0))
    word = text[start : start + draw.choice([1, 2, 2, 2, 3, 5])].replace("“", "").replace("”", "")
    return (f'"{word}"', _has(word)) if word.strip() else ("象牙", _has("象牙"))


def _asked(draw, number, text):
    """The query with filters, facets, a scope, an order and a histogram drawn for it."""
    filters = {}
    for facet, values in ((Facet.STATE, STATES), (Facet.RULE, ("A01", "A02", "Z")), (Facet.OFFICE, OFFICES)):
        if draw.random() < 0.25:
            filters[facet] = tuple(draw.sample(values, 2))
    return SearchQuery(
        kind=SearchKind.LEAD if number % 9 else SearchKind.PAGE,
        text=text,
        filters=filters,
        region_scope=draw.choice(["", "", "", "33", "3301"]),
        count_facets=tuple(draw.sample(FACETS, draw.randint(0, 6))),
        histogram=draw.choice([None, None, *SearchInterval]),
        sort=draw.choice(list(SearchSort)),
        limit=draw.choice([1, 7, 50, 200]),
        offset=draw.choice([0, 0, 0, 5]),
    )


def _first_day(day, interval):
    return {
        SearchInterval.DAY: day,
        SearchInterval.WEEK: day - timedelta(days=day.weekday()),
        SearchInterval.MONTH: day.replace(day=1),
        SearchInterval.YEAR: day.replace(month=1, day=1),
    }[interval].isoformat()


def _scan(documents, query, meant):
    """What must be answered: total, the ids of the page, the counts, the columns."""

    def fits(one, leaving_out=None):
        return (
            one.kind == query.kind
            and one.region_code.startswith(query.region_scope)
            and meant(one)
            and all(_under(facet, *wanted)(one) for facet, wanted in query.filters.items() if facet != leaving_out)
        )

    found = [one for one in documents if fits(one)]
    order = (lambda one: one.priority_score) if query.sort is SearchSort.PRIORITY else (lambda one: one.at_epoch)
    found.sort(key=lambda one: (-order(one), one.doc_id))
    facets = {}
    for facet in query.count_facets:
        counts = Counter(
            value for one in documents if fits(one, leaving_out=facet) for value in one.facets.get(facet, ())
        )
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        facets[facet] = tuple(FacetCount(value=value, count=count) for value, count in ranked)
    columns = Counter(_first_day(_day(one), query.histogram) for one in found) if query.histogram else {}
    ids = [one.doc_id for one in found]
    return len(found), ids[query.offset : query.offset + query.limit], facets, dict(sorted(columns.items())), ids


def _answer(engine, query):
    result = engine.search(query)
    columns = {column.value: column.count for column in result.histogram}
    return result.total, [hit.doc_id for hit in result.hits], result.facets, columns


def _query_set(documents):
    draw = random.Random(20260301)
    texts = [*BY_HAND, *(_made_up(draw, documents, draw.choice([0, 1, 2, 3])) for _ in range(200))]
    texts = [(text, meant) for text, meant in texts if len(text) <= 1_000]
    return [(_asked(draw, number, text), meant) for number, (text, meant) in enumerate(texts)]


def test_the_same_queries_give_the_same_on_every_engine(market):
    queries = _query_set(market.documents)
    assert len(queries) >= 280
    wrong, hitting = [], 0
    for query, meant in queries:
        total, page, facets, columns, ids = _scan(market.documents, query, meant)
        hitting += total > 0
        percolator = Percolator(query)
        if [one.doc_id for one in market.documents if percolator.fits(one)] != sorted(ids):
            wrong.append(("alerts", query))
        for name, engine in market.engines.items():
            if _answer(engine, query) != (total, page, facets, columns):
                wrong.append((name, query))
    assert wrong == []
    assert hitting >= 150  # the comparison is not of nothing with nothing


def test_whole_answers_are_the_same(market):
    """Titles, addresses, highlights and cursors too."""
    for query, _meant in _query_set(market.documents)[::4]:
        first, second = (engine.search(query) for engine in market.engines.values())
        assert first == second, query


@pytest.mark.parametrize(("text", "place"), WRONG)
def test_wrong_query_names_the_place(market, text, place):
    for engine in market.engines.values():
        with pytest.raises(InvalidInputError, match=f"第 {place} 个字处") as caught:
            engine.search(SearchQuery(kind=SearchKind.LEAD, text=text))
        assert caught.value.cure


@pytest.mark.parametrize("sort", list(SearchSort))
@pytest.mark.parametrize("limit", [1, 3, 20])
def test_cursor_leads_through_all_pages(market, sort, limit):
    query = SearchQuery(kind=SearchKind.LEAD, text="第一 或 象牙", sort=sort, limit=limit)
    *_, ids = _scan(market.documents, query, _either(_has("第一"), _has("象牙")))
    assert len(ids) > 2 * limit
    walks = []
    for engine in market.engines.values():
        seen, cursors, after = [], [], ""
        while True:
            result = engine.search(query.model_copy(update={"after": after}))
            assert result.total == len(ids)
            seen += [hit.doc_id for hit in result.hits]
            after = result.next_cursor
            cursors.append(after)
            if not after:
                break
        assert seen == ids
        assert [hit.doc_id for hit in engine.walk(query)] == ids
        walks.append(cursors)
    assert walks[0] == walks[1]


@pytest.mark.parametrize("cursor", ["x", "bm9uc2Vuc2U=", "WyJuZXdlc3QiLCAxLCAiYSJd", "é", "WzFd"])
def test_foreign_cursor_is_a_named_error(market, cursor):
    for engine in market.engines.values():
        with pytest.raises(InvalidInputError, match="翻页位置"):
            engine.search(SearchQuery(kind=SearchKind.LEAD, after=cursor))
        with pytest.raises(InvalidInputError, match="不能同时"):
            engine.search(SearchQuery(kind=SearchKind.LEAD, after=cursor, offset=1))


def test_walk_shows_the_moment_it_began(market):
    extra = SearchDocument(doc_id="later", kind=SearchKind.SHOP, title="later", text="")
    first = [extra.model_copy(update={"doc_id": f"shop_{number}"}) for number in range(3)]
    for engine in market.engines.values():
        engine.index(first)
        walking = engine.walk(SearchQuery(kind=SearchKind.SHOP))
        seen = [next(walking).doc_id]
        engine.index([extra])
        assert seen + [hit.doc_id for hit in walking] == ["shop_0", "shop_1", "shop_2"]
        assert engine.search(SearchQuery(kind=SearchKind.SHOP)).total == 4


# fmt: off
@pytest.mark.parametrize("typed", ["", "市", "杭", "A区", "ａ区", "𠮷", "监督", "(", ".*", "市 ", "没有", '"', "\\", "["])
# fmt: on
def test_facet_values_are_suggested_alike(market, typed):
    query = SearchQuery(
        kind=SearchKind.LEAD, text="第一", filters={Facet.STATE: ("待研判",), Facet.OFFICE: ("杭州市市场监督管理局",)}
    )
    meant = _both(_has("第一"), _under(Facet.STATE, "待研判"))
    counts = Counter(
        value
        for one in market.documents
        if one.kind is SearchKind.LEAD and meant(one)
        for value in one.facets[Facet.OFFICE]
        if plain(typed.strip()) in plain(value)
    )
    expected = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:5]
    for engine in market.engines.values():
        found = engine.suggest(query, Facet.OFFICE, typed, limit=5)
        assert [(one.value, one.count) for one in found] == expected
    assert expected or typed in ("(", ".*", "没有", '"', "\\", "[", "𠮷")
