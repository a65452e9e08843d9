"""Questions of customers and the answers of sellers: what is asked is offered only when the answer says so."""

from __future__ import annotations

import pytest

from records.leads import Verdict
from records.market import Category


@pytest.mark.parametrize("answer", ["答：有的，隐蔽发货", "\n答：亲，有货", "—— 店主：当然有", "客服：可以，加微信"])
def test_goods_asked_for_are_offered_by_a_yes(ask, answer: str) -> None:
    found = ask("G03", f"问：有没有三唑仑？{answer}", Category.DRUG)
    assert found is not None
    assert found.verdict is Verdict.SUSPECTED


@pytest.mark.parametrize("answer", ["", "答：没有的，我们不卖", "答：有客户问过，依法不能卖", "答：抱歉，不可以"])
def test_goods_asked_for_are_not_offered_without_it(ask, answer: str) -> None:
    found = ask("G03", f"问：有没有三唑仑？{answer}", Category.DRUG)
    assert found is None or found.verdict is not Verdict.SUSPECTED
