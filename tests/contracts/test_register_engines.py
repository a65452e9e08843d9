"""The embedded register and Elasticsearch give the same answers: one register, one resolver, the same damaged questions.

Both ask the same rare grams with the same weights and break ties alike, so the answers are equal to the last candidate.
Four shards are routed: where somebody near stands in a province the question names, the others are not asked for grams,
so that candidates after the first may be missing (docs/decisions/0008).
"""

import random

import pytest

from matching.resolver import Resolver
from matching.rows import register_row
from records.register import MatchDecision, MatchQuery
from stores.backends import open_records, open_register_index
from wangjian.sample.register import make_register

pytestmark = [pytest.mark.elasticsearch, pytest.mark.xdist_group("elasticsearch")]

ENTITIES = 700
QUERIES = 90


def _damaged(draw, name):
    """One of the ways a name is written wrongly on a page."""
    at = draw.randrange(2, len(name) - 2)
    return draw.choice(
        (
            name,
            name[:at] + name[at + 1 :],
            name[:at] + draw.choice("华瑞丰恒泰宏远鑫") + name[at + 1 :],
            name[2:],
            name[2:6],
            f"{name[2:6]}旗舰店",
            f"{name[2:4]}（{name[:2]}）{name[4:]}",
            name[:at] + name[at + 1] + name[at] + name[at + 2 :],
            name.replace("有限公司", "股份有限公司"),
        )
    )


def _queries(entities, clock):
    draw = random.Random(20)
    strangers = [entity for entity in make_register(4, size=ENTITIES) if entity not in entities]
    for number in range(QUERIES):
        entity = draw.choice(strangers if number % 6 == 0 else entities)
        code = draw.choice(("", "", "", entity.code, entity.code[:9] + draw.choice("0123456789") + entity.code[10:]))
        yield MatchQuery(
            query_id=str(number),
            name=_damaged(draw, entity.name),
            code=code if number % 6 else "",
            region=draw.choice(("", "", entity.region_code)),
            phone=draw.choice(("", "", entity.phone)),
            as_of=clock(),
        )


@pytest.fixture
def engines(tmp_path, clock, new_elastic_url):
    """One register read by the embedded engine, by one shard, and by four that are routed."""
    records = open_records(f"sqlite://{tmp_path}/wangjian.db", clock=clock)
    records.migrate()
    entities = make_register(3, size=ENTITIES)
    whole, routed = (
        open_register_index(f"{new_elastic_url()}?shards={shards}", records, clock=clock) for shards in (1, 4)
    )
    whole.import_entities("样本", "one", [register_row(entity) for entity in entities])
    routed.catch_up_index()
    yield entities, records.register, whole, routed
    records.close()


def test_engines_decide_alike(engines, clock):
    entities, embedded, *elastic = engines
    queries = list(_queries(entities, clock))
    expected = [Resolver(embedded, clock).match(query) for query in queries]
    assert len({match.decision for match in expected}) == len(MatchDecision)
    whole, routed = elastic
    for register, some, least in ((whole, 1, 1.0), (routed, 4, 0.75)):
        resolver = Resolver(register, clock)
        shared = listed = 0
        for query, match in list(zip(queries, expected, strict=True))[::some]:
            found = resolver.match(query)
            said = (match.decision, match.entity_code, [one.code for one in match.candidates[:1]])
            assert (found.decision, found.entity_code, [one.code for one in found.candidates[:1]]) == said, query.name
            assert found.probability == pytest.approx(match.probability, abs=1e-9 if register is whole else 0.02), (
                query.name
            )
            five = {one.code for one in match.candidates[:5]}
            shared += len(five & {one.code for one in found.candidates[:5]})
            listed += len(five)
        assert shared >= least * listed
        assert listed * some > 2 * QUERIES
