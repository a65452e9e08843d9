"""Codes of regions."""

from __future__ import annotations

import pytest

from records.errors import InvalidInputError
from records.places import checked_region


@pytest.mark.parametrize("code", ["99", "3399", "3", "33010", "浙江", "３３", ""])
def test_code_that_names_no_region_is_refused(code: str) -> None:
    with pytest.raises(InvalidInputError, match="行政区划代码不认识"):
        checked_region(code)
