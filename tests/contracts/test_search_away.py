"""An engine that vanishes or dies is a named error; what waits for it is kept, and it comes back to the same answers."""

import uuid
from types import SimpleNamespace

import pytest

from crawlers.archive.files import FolderFiles
from records.errors import StoreAwayError
from records.saved_searches import SavedSearch
from records.search import Facet, SearchKind, SearchQuery
from stores.backends import open_index
from stores.search.elastic_layout import LAYOUT
from tests.contracts.made_up import document, ids
from wangjian.indexing import catch_up, index_state, rebuild


@pytest.mark.elasticsearch
@pytest.mark.xdist_group("elasticsearch")
def test_vanished_index_is_a_named_error_and_not_an_empty_answer(elasticsearch_node, request):
    from urllib.request import Request, urlopen

    prefix = f"gone-{id(request)}"
    url = f"elasticsearch://{elasticsearch_node.url.removeprefix('http://')}/{prefix}"
    index = open_index(url)
    index.index([document(1)])
    with urlopen(Request(f"{elasticsearch_node.url}/{prefix}-{LAYOUT}-000001", method="DELETE")):
        pass
    for call in (lambda: index.search(SearchQuery(kind=SearchKind.LEAD)), lambda: index.index([document(2)])):
        with pytest.raises(StoreAwayError, match="wangjian index rebuild"):
            call()
    index.clear()
    index.index([document(1)])
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
    found = ids(result)
    assert len(set(found)) == len(found) == result.total
    return found, result.facets


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

    index.index([document(1)])
    make_leads(*range(10))
    catch_up(services)
    assert index_state(services).waiting == {SearchKind.PAGE: 1}
    make_leads(*range(10, 15))
    mortal_node.stop()
    for call in (
        lambda: index.index([document(2)]),
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
    index.index([document(2)])
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
