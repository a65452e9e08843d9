from __future__ import annotations

import pytest

from leads.promising import broken_promise


@pytest.mark.parametrize(
    ("text", "price", "strike", "broken"),
    [
        ("全场五折", 8000, 10000, True),
        ("全场五折", 5000, 10000, False),
        ("限时8.8折", 9500, 10000, True),
        ("直降200元", 89900, 99900, True),
        ("直降200元", 79900, 99900, False),
        ("全场5折起", 8000, 10000, False),
        ("低至3折", 8000, 10000, False),
        ("券后5折", 8000, 10000, False),
        ("第二件5折", 8000, 10000, False),
        ("打5折", 8000, 0, False),
        ("立减500元", 8000, 10000, False),
        ("会员享5折", 8000, 10000, False),
    ],
)
def test_promise_is_held_against_the_prices(text: str, price: int, strike: int, *, broken: bool) -> None:
    assert (broken_promise(text, price_fen=price, strike_price_fen=strike) is not None) is broken
