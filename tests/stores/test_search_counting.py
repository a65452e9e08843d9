"""How Elasticsearch is asked to count: which requests go out for a question, and what is made of its answers."""

from collections import Counter

from records.search import Facet, SearchInterval, SearchKind, SearchQuery
from stores.search.elastic_facets import Totals, count_results
from stores.search.elastic_query import Clauses
from stores.search.query import Asked

FACETS = (Facet.SEVERITY, Facet.STATE, Facet.CATEGORY, Facet.RULE)


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


def _counts(counting):
    return {facet: {one.value: one.count for one in counts} for facet, counts in counting.facets.items()}


def test_what_few_have_is_counted_among_them_alone():
    engine = Engine(_answer(course={"high\x1f待研判\x1f食品\x1e烟草": 2, "low\x1f待研判\x1f": 1}, rule={"A01": 3}))
    counting = count_results(_clauses(), engine, Totals(found=3, universe=100))
    assert _counts(counting) == {
        Facet.SEVERITY: {"high": 2, "low": 1},
        Facet.STATE: {"待研判": 3},
        Facet.CATEGORY: {"食品": 2, "烟草": 2},
        Facet.RULE: {"A01": 3},
    }
    ((request,),) = engine.asked
    assert "must_not" not in request["query"]["bool"]


def test_what_nearly_all_have_is_counted_by_those_that_lack_it():
    whole = _answer(100, course={"high\x1f待研判\x1f": 60, "low\x1f已立案\x1f": 40}, rule={"A01": 70, "A02": 30})
    lacking = _answer(40, course={"low\x1f已立案\x1f": 40}, rule={"A01": 15, "A02": 25})
    engine = Engine(whole, lacking)
    counting = count_results(_clauses(), engine, Totals(found=60, universe=100))
    assert _counts(counting)[Facet.STATE] == {"待研判": 60}
    assert _counts(counting)[Facet.RULE] == {"A01": 55, "A02": 5}
    ((everything, others),) = engine.asked
    assert len(everything["query"]["bool"]["filter"]) == 1
    assert "must_not" in others["query"]["bool"]


def test_what_all_have_is_the_counts_over_all():
    engine = Engine(_answer(100, course={"high\x1f待研判\x1f": 100}, rule={"A01": 100}))
    counting = count_results(_clauses(), engine, Totals(found=100, universe=100))
    assert _counts(counting)[Facet.RULE] == {"A01": 100}
    assert len(engine.asked[0]) == 1


def test_answers_of_two_states_of_the_index_are_not_put_together():
    whole = _answer(101, course={"high\x1f待研判\x1f": 101}, rule={"A01": 101})  # one came between the requests
    lacking = _answer(40, course={"high\x1f待研判\x1f": 40}, rule={"A01": 40})
    direct = _answer(course={"high\x1f待研判\x1f": 61}, rule={"A01": 61})
    engine = Engine(whole, lacking, direct)
    counting = count_results(_clauses(), engine, Totals(found=60, universe=100))
    assert _counts(counting)[Facet.RULE] == {"A01": 61}
    assert [len(requests) for requests in engine.asked] == [2, 1]


def test_more_combinations_than_the_engine_gives_are_counted_facet_by_facet():
    cut_off = _answer(others=7, course={"high\x1f待研判\x1f": 5}, rule={"A01": 12})
    alone = _answer(severity={"high": 12}, state={"待研判": 11}, category={"食品": 9})
    engine = Engine(cut_off, alone)
    counting = count_results(_clauses(), engine, Totals(found=12, universe=100))
    assert _counts(counting)[Facet.STATE] == {"待研判": 11}
    assert _counts(counting)[Facet.RULE] == {"A01": 12}
    assert set(engine.asked[1][0]["aggs"]) == {"severity", "state", "category"}


def test_filter_is_left_aside_for_its_own_facet_alone():
    """Within a group by us, beside it by the engine."""
    filters = {Facet.STATE: ("待研判",), Facet.RULE: ("A01",)}
    course = {"high\x1f待研判\x1f": 4, "low\x1f已立案\x1f": 3, "low\x1f待研判\x1f": 2}
    engine = Engine(_answer(course=course), _answer(rule={"A01": 6, "A02": 1}))
    counts = _counts(count_results(_clauses(filters=filters), engine, None))
    assert counts[Facet.STATE] == {"待研判": 6, "已立案": 3}
    assert counts[Facet.SEVERITY] == {"high": 4, "low": 2}
    assert counts[Facet.RULE] == {"A01": 6, "A02": 1}
    held = [Counter(str(clause) for clause in request["query"]["bool"]["filter"]) for request in engine.asked[0]]
    assert ["A01" in str(one) for one in held] == [True, False]
    assert ["待研判" in str(one) for one in held] == [False, True]


def test_columns_of_time_hold_every_filter():
    clauses = _clauses(filters={Facet.RULE: ("A01",)}, histogram=SearchInterval.MONTH)
    columns = {"#histogram": {"buckets": [{"key_as_string": "2026-03-01", "doc_count": 4}]}}
    course = _answer(course={"high\x1f待研判\x1f": 4})
    course["aggregations"] |= columns
    engine = Engine(course, _answer(rule={"A01": 4}))
    counting = count_results(clauses, engine, None)
    assert [(one.value, one.count) for one in counting.columns] == [("2026-03-01", 4)]
