"""The whole sample market, made once, and served once."""

from __future__ import annotations

import pytest

from wangjian.sample.market import build_market
from wangjian.sample.server import serve_market
from wangjian.sample.small import small_market

SEED = 20260101


@pytest.fixture(scope="session")
def market():
    return build_market(seed=SEED)


@pytest.fixture(scope="session")
def truth(market):
    return market.truth()


@pytest.fixture(scope="session")
def running(market):
    with serve_market(market) as served:
        yield served


@pytest.fixture
def small_running():
    with serve_market(small_market(shops=8, listings_per_shop=4)) as served:
        yield served
