"""How Elasticsearch is asked to count: which requests go out for a question, and what is made of its answers."""

from records.search import Facet, SearchInterval, SearchKind, SearchQuery
from stores.search.elastic_facets import Totals, count_results
from stores.search.elastic_query import Clauses
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


def _counts(counting):
    return {facet: {one.value: one.count for one in counts} for facet, counts in counting.facets.items()}


def test_what_few_have_is_counted_among_them_alone():
    nature = {"high\x1f食品\x1e烟草": 2, "low\x1f": 1}
    engine = Engine(_answer(nature=nature, course={"A01\x1f待研判": 3}, decision={"match": 3}))
    counting = count_results(_clauses(), engine, Totals(found=3, universe=100))
    assert _counts(counting) == {
        Facet.SEVERITY: {"high": 2, "low": 1},
        Facet.CATEGORY: {"食品": 2, "烟草": 2},
        Facet.RULE: {"A01": 3},
        Facet.STATE: {"待研判": 3},
        Facet.DECISION: {"match": 3},
    }
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
    engine = Engine(*_everything(), _answer(40, **LACKING))
    counting = count_results(_clauses(), engine, Totals(found=60, universe=100))
    assert _counts(counting)[Facet.STATE] == {"待研判": 55, "已立案": 5}
    assert _counts(counting)[Facet.RULE] == {"A01": 55, "A02": 5}
    ((*everything, others),) = engine.asked
    assert [len(request["query"]["bool"]["filter"]) for request in everything] == [1, 1, 1]
    assert "must_not" in others["query"]["bool"]


def test_what_all_have_is_the_counts_over_all():
    engine = Engine(*_everything())
    counting = count_results(_clauses(), engine, Totals(found=100, universe=100))
    assert _counts(counting)[Facet.RULE] == {"A01": 70, "A02": 30}
    assert [list(request["aggs"]) for request in engine.asked[0]] == [["nature"], ["course"], ["decision"]]


def test_answers_of_two_states_of_the_index_are_not_put_together():
    """One lead came between the requests."""
    direct = _answer(nature={"high\x1f": 61}, course={"A01\x1f待研判": 61}, decision={"match": 61})
    engine = Engine(*_everything()[:2], _answer(101, decision={"match": 101}), _answer(40, **LACKING), direct)
    counting = count_results(_clauses(), engine, Totals(found=60, universe=100))
    assert _counts(counting)[Facet.RULE] == {"A01": 61}
    assert [len(requests) for requests in engine.asked] == [4, 1]


def test_more_values_than_the_engine_tells_are_not_taken_from_each_other():
    cut_off = _answer(40, others=1, **LACKING)
    direct = _answer(nature={"high\x1f": 60}, course={"A01\x1f待研判": 60}, decision={"match": 60})
    engine = Engine(*_everything(), cut_off, direct)
    counting = count_results(_clauses(), engine, Totals(found=60, universe=100))
    assert _counts(counting)[Facet.DECISION] == {"match": 60}


def test_more_combinations_than_the_engine_tells_are_counted_facet_by_facet():
    cut_off = _answer(others=7, nature={"high\x1f": 5}, course={"A01\x1f待研判": 5}, decision={"match": 5})
    alone = _answer(severity={"high": 12}, category={"食品": 9}, rule={"A01": 11}, state={"待研判": 12})
    engine = Engine(cut_off, alone)
    counting = count_results(_clauses(), engine, Totals(found=12, universe=100))
    assert _counts(counting)[Facet.RULE] == {"A01": 11}
    assert _counts(counting)[Facet.CATEGORY] == {"食品": 9}
    assert _counts(counting)[Facet.DECISION] == {"match": 5}
    assert set(engine.asked[1][0]["aggs"]) == {"severity", "category", "rule", "state"}


def test_filter_is_left_aside_for_its_own_facet_alone():
    """Within a group by us, beside it by the engine."""
    filters = {Facet.STATE: ("待研判",), Facet.SEVERITY: ("high",)}
    nature = {"high\x1f食品": 4, "low\x1f食品": 3, "high\x1f": 2}
    course = {"A01\x1f待研判": 5, "A01\x1f已立案": 3, "A02\x1f待研判": 1}
    engine = Engine(_answer(nature=nature), _answer(course=course), _answer(decision={"match": 6}))
    counts = _counts(count_results(_clauses(filters=filters), engine, None))
    assert counts[Facet.SEVERITY] == {"high": 6, "low": 3}
    assert counts[Facet.CATEGORY] == {"食品": 4}
    assert counts[Facet.RULE] == {"A01": 5, "A02": 1}
    assert counts[Facet.STATE] == {"待研判": 6, "已立案": 3}
    held = [str(request["query"]["bool"]["filter"]) for request in engine.asked[0]]
    assert ["待研判" in one for one in held] == [True, False, True]
    assert ["high" in one for one in held] == [False, True, True]


def test_columns_of_time_hold_every_filter():
    clauses = _clauses(filters={Facet.DECISION: ("match",)}, histogram=SearchInterval.MONTH)
    found = _answer(nature={"high\x1f": 4}, course={"A01\x1f待研判": 4})
    found["aggregations"]["#histogram"] = {"buckets": [{"key_as_string": "2026-03-01", "doc_count": 4}]}
    counting = count_results(clauses, Engine(found, _answer(decision={"match": 4, "none": 1})), None)
    assert [(one.value, one.count) for one in counting.columns] == [("2026-03-01", 4)]
    assert _counts(counting)[Facet.DECISION] == {"match": 4, "none": 1}
