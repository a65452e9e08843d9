"""Nothing that was crawled becomes a formula in an office program."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wangjian.cli.exporting import harmless


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", "＝1+1", "  =1", "\t=1", "\x00=1", "|calc"])
def test_formula_is_made_text(text: str):
    assert harmless(text)[0] == "'"


@given(st.text())
def test_cell_never_starts_as_a_formula(text: str):
    assert harmless(text).lstrip()[:1] not in ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def test_ordinary_text_is_kept():
    assert harmless("华瀚印务 ¥12.00") == "华瀚印务 ¥12.00"
