"""The examples in the docstrings of the search engines say what the functions do."""

import doctest
from types import ModuleType

import pytest

from stores.search import bits, elastic_layout, facet_bits, fold, query


@pytest.mark.parametrize("module", [bits, elastic_layout, facet_bits, fold, query], ids=lambda one: one.__name__)
def test_examples_hold(module: ModuleType) -> None:
    found = doctest.testmod(module)
    assert found.attempted
    assert not found.failed
