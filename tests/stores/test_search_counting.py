"""How Elasticsearch is asked to count: which requests go out for a question, and what is made of its answers."""

import pytest

from records.search import Facet, SearchInterval, SearchKind, SearchQuery, SearchSort
from stores.search.elastic_facets import Combinations, count_results, tells_found
from stores.search.elastic_query import Clauses, Counting, is_broad, landmark_requests, request_of, result_of
from stores.search.query import Asked

FACETS = (Facet.SEVERITY, Facet.CATEGORY, Facet.RULE, Facet.STATE, Facet.DECISION)


def _clauses(text="玛咖", **fields):
    return Clauses.of(Asked.read(SearchQuery(kind=SearchKind.LEAD, text=text, count_facets=FACETS, **fields)))


def _answer(total=0, others=0, **tallies):
    return {
        "hits": {"total": {"value": total}},
        "aggregations": {
            name: {
                "sum_other_doc_count": others,
                "buckets": [{"key": key, "doc_count": count} for key, count in tally.items()],
            }
            for name, tally in tallies.items()
        },
    }


class Engine:
    """Gives the answers it was made with, one after the other, and keeps what it was asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    def __call__(self, requests):
        self.asked.append(list(requests))
        return [self.answers.pop(0) for _ in requests]


def _count(clauses, engine, **fields):
    return count_results(clauses, engine, Combinations(), **fields)


def _counts(counting):
    return {facet: {one.value: one.count for one in counts} for facet, counts in counting.facets.items()}


def test_what_few_have_is_counted_among_them_alone():
    nature = {"high\x1f食品\x1e烟草": 2, "low\x1f": 1}
    engine = Engine(_answer(nature=nature, course={"A01\x1f待研判": 3}, decision={"match": 3}))
    counting = _count(_clauses(), engine)
    assert _counts(counting) == {
        Facet.SEVERITY: {"high": 2, "low": 1},
        Facet.CATEGORY: {"食品": 2, "烟草": 2},
        Facet.RULE: {"A01": 3},
        Facet.STATE: {"待研判": 3},
        Facet.DECISION: {"match": 3},
    }
    assert counting.found == 3
    ((request,),) = engine.asked
    assert "must_not" not in request["query"]["bool"]


def _everything(total=100):
    """What is told of all documents, an answer each pass."""
    return [
        _answer(total, nature={"high\x1f": total}),
        _answer(total, course={"A01\x1f待研判": 70, "A02\x1f已立案": total - 70}),
        _answer(total, decision={"match": total}),
    ]


LACKING = {"nature": {"high\x1f": 40}, "course": {"A01\x1f待研判": 15, "A02\x1f已立案": 25}, "decision": {"match": 40}}


def test_what_nearly_all_have_is_counted_by_those_that_lack_it():
    engine = Engine(_answer(40, **LACKING), *_everything())
    counting = _count(_clauses(), engine, of=100)
    assert _counts(counting)[Facet.STATE] == {"待研判": 55, "已立案": 5}
    assert _counts(counting)[Facet.RULE] == {"A01": 55, "A02": 5}
    assert counting.found == 60
    (others,), everything = engine.asked
    assert [len(request["query"]["bool"]["filter"]) for request in everything] == [1, 1, 1]
    assert "must_not" in others["query"]["bool"]


def test_what_all_have_is_the_counts_over_all():
    """Of each pass the engine keeps the answer, so it is a request of its own."""
    engine = Engine(_answer(0, nature={}, course={}, decision={}), *_everything())
    counting = _count(_clauses(), engine, of=100)
    assert _counts(counting)[Facet.RULE] == {"A01": 70, "A02": 30}
    assert counting.found == 100
    assert [list(request["aggs"]) for request in engine.asked[1]] == [["nature"], ["course"], ["decision"]]


def test_everything_is_counted_by_what_is_kept_alone():
    engine = Engine(*_everything())
    counting = _count(_clauses(text=""), engine)
    assert (_counts(counting)[Facet.STATE], counting.found) == ({"待研判": 70, "已立案": 30}, 100)
    assert [list(request["aggs"]) for request in engine.asked[0]] == [["nature"], ["course"], ["decision"]]


def test_answers_of_two_states_of_the_index_are_not_put_together():
    """One lead came between the requests."""
    direct = _answer(nature={"high\x1f": 61}, course={"A01\x1f待研判": 61}, decision={"match": 61})
    engine = Engine(_answer(40, **LACKING), *_everything()[:2], _answer(101, decision={"match": 101}), direct)
    counting = _count(_clauses(), engine, of=100)
    assert _counts(counting)[Facet.RULE] == {"A01": 61}
    assert [len(requests) for requests in engine.asked] == [1, 3, 1]


def test_more_values_than_the_engine_tells_are_not_taken_from_each_other():
    cut_off = _answer(40, others=1, **LACKING)
    direct = _answer(nature={"high\x1f": 60}, course={"A01\x1f待研判": 60}, decision={"match": 60})
    engine = Engine(cut_off, *_everything(), direct)
    counting = _count(_clauses(), engine, of=100)
    assert _counts(counting)[Facet.DECISION] == {"match": 60}


def test_more_combinations_than_the_engine_tells_are_counted_facet_by_facet():
    cut_off = _answer(others=7, nature={"high\x1f": 5}, course={"A01\x1f待研判": 5}, decision={"match": 5})
    alone = _answer(severity={"high": 12}, category={"食品": 9}, rule={"A01": 11}, state={"待研判": 12})
    engine = Engine(cut_off, alone)
    counting = _count(_clauses(), engine)
    assert _counts(counting)[Facet.RULE] == {"A01": 11}
    assert _counts(counting)[Facet.CATEGORY] == {"食品": 9}
    assert _counts(counting)[Facet.DECISION] == {"match": 5}
    assert set(engine.asked[1][0]["aggs"]) == {"severity", "category", "rule", "state"}


NATURE = {"high\x1f食品": 4, "low\x1f食品": 3, "high\x1f": 2}
COURSE = {"A01\x1f待研判": 5, "A01\x1f已立案": 3, "A02\x1f待研判": 1}
FILTERS = {Facet.STATE: ("待研判",), Facet.SEVERITY: ("high",)}


def _filtered(counting):
    counts = _counts(counting)
    assert counts[Facet.SEVERITY] == {"high": 6, "low": 3}
    assert counts[Facet.CATEGORY] == {"食品": 4}
    assert counts[Facet.RULE] == {"A01": 5, "A02": 1}
    assert counts[Facet.STATE] == {"待研判": 6, "已立案": 3}
    assert counting.found == 6


def test_filter_is_left_aside_for_its_own_facet_alone():
    """Within a group by us, beside it by the engine: where it alone narrows, each pass goes over what it leaves."""
    engine = Engine(_answer(nature=NATURE), _answer(course=COURSE), _answer(decision={"match": 6}))
    _filtered(_count(_clauses(text="", filters=FILTERS), engine))
    held = [str(request["query"]["bool"]["filter"]) for request in engine.asked[0]]
    assert ["待研判" in one for one in held] == [True, False, True]
    assert ["high" in one for one in held] == [False, True, True]


def test_what_was_typed_is_looked_for_once_for_the_counts_within_each_other():
    first = _answer(nature=NATURE)
    first["aggregations"]["#within0"] = {
        "doc_count": 6,
        "decision": _answer(decision={"match": 6})["aggregations"]["decision"],
    }
    engine = Engine(first, _answer(course=COURSE))
    _filtered(_count(_clauses(filters=FILTERS), engine))
    around, beside = engine.asked[0]
    held = [str(request["query"]["bool"]["filter"]) for request in (around, beside)]
    assert ["待研判" in one for one in held] == [True, False]
    assert ["high" in one for one in held] == [False, True]
    within = around["aggs"]["#within0"]
    assert within["filter"]["bool"]["filter"] == [{"terms": {"facets.severity": ["high"]}}]
    assert list(within["aggs"]) == ["decision"]


def test_columns_of_time_hold_every_filter():
    clauses = _clauses(text="", filters={Facet.DECISION: ("match",)}, histogram=SearchInterval.MONTH)
    found = _answer(nature={"high\x1f": 4}, course={"A01\x1f待研判": 4})
    found["aggregations"]["#histogram"] = {"buckets": [{"key_as_string": "2026-03-01", "doc_count": 4}]}
    everything = _answer(5, decision={"match": 4, "none": 1})
    counting = _count(clauses, Engine(everything, found))
    assert [(one.value, one.count) for one in counting.columns] == [("2026-03-01", 4)]
    assert _counts(counting)[Facet.DECISION] == {"match": 4, "none": 1}
    assert counting.found == 4


def test_total_is_asked_of_the_engine_where_the_counts_do_not_tell_it():
    """One facet alone leaves out what has no value of it; groups and columns of time take in all."""
    alone = _clauses().query.model_copy(update={"count_facets": (Facet.ASSIGNEE,)})
    assert not tells_found(Clauses.of(Asked.read(alone)))
    assert tells_found(Clauses.of(Asked.read(alone.model_copy(update={"histogram": SearchInterval.DAY}))))
    assert tells_found(_clauses())


def test_combinations_read_are_given_up_when_they_are_too_many(monkeypatch):
    monkeypatch.setattr("stores.search.elastic_facets._MOST_READ", 2)
    combinations = Combinations()
    for number in range(5):
        assert combinations[f"A{number}\x1f食品\x1e烟草"] == ([f"A{number}"], ["食品", "烟草"])
        assert len(combinations) <= 2


def _page(*keys):
    return {"hits": {"hits": [{"sort": [key, doc_id]} for key, doc_id in keys]}}


@pytest.mark.parametrize(
    ("page", "mark", "broad"),
    [
        ([(0.9, "a"), (0.8, "b")], [(0.7, "z")], True),
        ([(0.9, "a"), (0.8, "b")], [(0.8, "a")], False),
        ([(0.9, "a"), (0.8, "b")], [(0.8, "b")], True),
        ([(0.9, "a")], [(0.7, "z")], False),  # not even a page of them
        ([(0.9, "a"), (0.8, "b")], [], False),  # fewer in all than twice the page
    ],
)
def test_much_was_found_when_the_page_ends_before_one_in_two_of_all(page, mark, broad):
    asked = Asked.read(SearchQuery(kind=SearchKind.LEAD, text="玛咖", count_facets=FACETS, limit=1))
    assert is_broad(asked, _page(*page), _page(*mark)) is broad


@pytest.mark.parametrize(
    "fields",
    [
        {"text": ""},
        {"filters": FILTERS},
        {"offset": 4_990, "limit": 50},
        {"count_facets": ()},
    ],
)
def test_landmark_is_asked_for_only_where_it_can_help(fields):
    whole = SearchQuery(kind=SearchKind.LEAD, text="玛咖", count_facets=FACETS, sort=SearchSort.NEWEST)
    asked = Asked.read(whole)
    total, mark = landmark_requests(asked, Clauses.of(asked))
    assert (total["size"], mark["from"], mark["size"]) == (0, 101, 1)
    assert mark["sort"][0] == {"at_epoch": "desc"}
    other = Asked.read(whole.model_copy(update=fields))
    assert landmark_requests(other, Clauses.of(other)) == []


def test_no_kind_begins_another():
    """They are asked for by their beginning, of which the engine keeps the answer."""
    kinds = [kind.value for kind in SearchKind]
    assert [(one, other) for one in kinds for other in kinds if one != other and other.startswith(one)] == []


def test_groups_are_told_by_value_and_single_facets_by_their_largest_counts():
    """Of a group every combination counts; of a facet with more values than the engine tells, the largest do."""
    engine = Engine(_answer(nature=NATURE, course=COURSE, decision={"match": 1}))
    _count(_clauses(), engine)
    orders = {name: one["terms"]["order"] for name, one in engine.asked[0][0]["aggs"].items()}
    assert orders["nature"] == orders["course"] == {"_key": "asc"}
    assert orders["decision"] == [{"_count": "desc"}, {"_key": "asc"}]


def test_one_value_for_several_combinations_is_added_up():
    place = {"110101\x1f东城局": 2, "110102\x1f东城局": 3, "\x1f": 4, "110103\x1f甲局\x1e乙局": 5}
    query = SearchQuery(kind=SearchKind.LEAD, text="玛咖", count_facets=(Facet.REGION, Facet.OFFICE))
    counting = _count(Clauses.of(Asked.read(query)), Engine(_answer(place=place)))
    assert _counts(counting) == {
        Facet.REGION: {"110103": 5, "110102": 3, "110101": 2},
        Facet.OFFICE: {"东城局": 5, "乙局": 5, "甲局": 5},
    }
    assert counting.found == 14


@pytest.mark.parametrize(("found", "follows"), [(10_000, False), (10_001, True)])
def test_deepest_page_knows_of_the_next_by_the_total(found, follows):
    """The engine refuses to look one hit further."""
    asked = Asked.read(SearchQuery(kind=SearchKind.LEAD, limit=2, offset=9_998))
    assert request_of(asked, Clauses.of(asked), total=True)["size"] == 2
    source = {"doc_id": "a", "title": "", "text": "", "url": ""}
    page = {"hits": {"hits": [{"sort": [0.5, "a"], "_source": source}] * 2}}
    assert bool(result_of(asked, page, Counting(facets={}), found=found).next_cursor) is follows
