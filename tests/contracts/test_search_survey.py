"""The search engine fails in the middle of a survey and comes back: nothing lost, nothing doubled, the lag told."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from records.errors import StoreAwayError
from records.search import Facet, SearchKind, SearchQuery
from records.stages import StageState
from stores.backends import open_index
from stores.search.elastic_layout import LAYOUT
from wangjian import flow
from wangjian.indexing import catch_up, index_state, rebuild
from wangjian.sample.models import Family
from wangjian.settings import StoreSettings, load_settings
from wangjian.wiring import index_lag, open_services

pytestmark = [pytest.mark.elasticsearch, pytest.mark.xdist_group("elasticsearch")]

FAILS_AT_PAGE = 5
SHOWN_BY_A_SEARCH = (SearchKind.LEAD, SearchKind.SHOP, SearchKind.LISTING)


@pytest.fixture(scope="module")
def market_walk():
    """tests/wangjian/market_walk.py: surveys of a sample site without a network."""
    name = "tests_wangjian_market_walk"
    if name not in sys.modules:
        path = Path(__file__).resolve().parents[1] / "wangjian" / "market_walk.py"
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module  # dataclasses look their module up
        spec.loader.exec_module(module)
    return sys.modules[name]


@pytest.fixture
def settings(mortal_node, tmp_path):
    stores = StoreSettings(index_url=f"elasticsearch://{mortal_node.place}/survey")
    return load_settings(data_dir=tmp_path / "data", allow_private=True).model_copy(update={"stores": stores})


def _answers(index):
    """Every id in order, with the counts of every facet, of each kind."""
    found = {}
    for kind in SHOWN_BY_A_SEARCH:
        result = index.search(SearchQuery(kind=kind, count_facets=tuple(Facet), limit=200))
        ids = [hit.doc_id for hit in result.hits]
        assert len(set(ids)) == len(ids) == result.total
        found[kind] = (ids, result.facets)
    return found


def test_engine_killed_between_two_pages_of_a_survey_loses_and_doubles_nothing(
    market_walk, mortal_node, settings, tmp_path
):
    with open_services(settings) as services:
        walk = market_walk.Walk(services, Family.INDEPENDENT, shops=2, listings=8)
        read, refused = [], []

        def between_pages(path, markup):
            """What `serve` does every second; the engine dies on the way."""
            read.append(path)
            if len(read) == FAILS_AT_PAGE:
                mortal_node.kill()
            try:
                catch_up(services)
            except StoreAwayError as exc:
                refused.append(exc.message)
            return markup

        walk.visit(between_pages)
        assert len(refused) == len(read) - FAILS_AT_PAGE + 1 > 5
        flow.match(services)
        flow.assess(services)
        led = flow.lead(services)
        leads = {lead.lead_id for lead in services.leads.leads()}
        assert len(leads) >= 3

        # It is told wherever one looks, and nobody takes it for done.
        behind = services.outbox.waiting()
        assert behind > len(leads)
        assert led.state is StageState.PARTIAL
        assert "检索恢复后自动补上" in led.missing[0]
        assert "检索引擎不可用" in index_state(services).problem
        assert index_lag(settings) == behind

        mortal_node.start()
        catch_up(services, kinds=tuple(SearchKind))
        assert services.outbox.waiting() == 0
        assert index_lag(settings) == 0
        answers = _answers(services.index)
        assert set(answers[SearchKind.LEAD][0]) == leads
        assert set(answers[SearchKind.LISTING][0]) == {one.listing_id for one in services.survey.listings()}
        whole = replace(services, index=open_index(f"fts5://{tmp_path}/whole.db"))
        rebuild(whole)
        assert _answers(whole.index) == answers

        with urlopen(Request(f"{mortal_node.url}/survey-{LAYOUT}-000001", method="DELETE")):
            pass
        with pytest.raises(StoreAwayError, match="wangjian index rebuild"):
            _answers(services.index)
        rebuild(services)
        assert _answers(services.index) == answers
