from __future__ import annotations

import pytest

from leads.codes import CodeState, licence_state


@pytest.mark.parametrize(
    "code",
    [
        "91110000600037341L",
        "9111 0000 6000 3734 1l",
        "440301103097413",
        "９２４１０８２５ＭＡＷＮ４ＰＪＡ９Ｔ",
        "９１１１００００６０００３７３４１ｌ",
        "统一社会信用代码：91110000600037341L（1-1）",
        "\u200b9111-0000\u30006000·3734·1L",
    ],
)
def test_right_number_is_right(code: str) -> None:
    assert licence_state(code) is CodeState.RIGHT


@pytest.mark.parametrize(
    "code",
    [
        "91110000600037341A",
        "９１１１００００６０００３７３４１Ａ",
        "91****************",
        "000000000000000000",
        "91XXXXXXXXXXXXXXXX",
        "123456789012345678",
        "无",
        "440301103097414",
    ],
)
def test_wrong_or_placeholder_number_is_wrong(code: str) -> None:
    assert licence_state(code) is CodeState.WRONG


@pytest.mark.parametrize("code", ["9111000060003734IL", "91l10000600037341L", "9111000060003734"])
def test_number_a_misreading_would_explain_is_doubtful(code: str) -> None:
    assert licence_state(code) is CodeState.DOUBTFUL
