"""A discount promised in words against the prices on the same page (C10).

Law: 《明码标价和禁止价格欺诈规定》第二十条第二项.
"""

from __future__ import annotations

import re

__all__ = ["broken_promise"]

_TOLERANCE = 0.02
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_FOLD = re.compile(
    r"(?<![\d.至起到~-])(?:全场|全店|现价|本品|一律|统统|直接|统一|均|仅|只要|限时|活动|今日|打|享)+(?P<fold>[1-9](?:\.\d)?|[一二三四五六七八九])折(?!起|扣|叠|券|后|[-~至到])"
)
_CUT = re.compile(r"(?:直降|立减|直减|立省|立降)(?P<yuan>\d{1,5})元?(?![%\d起])")
_ELSEWHERE = re.compile(
    r"券|满\d|第[二三2-3]件|两件|2件|3件|会员|起(?![订来床])|最低|低至|部分|指定|结算|到手|领|凑单|叠加|以旧换新|国补|补贴|拼团|新人|首单|学生|付定金|前\d"
)


def broken_promise(text: str, *, price_fen: int, strike_price_fen: int) -> tuple[int, int, str] | None:
    """Where the text promises a discount the prices do not keep: [start, end) and why in Chinese; None when kept.

    Nothing is concluded where the words speak of coupons, thresholds, members or another moment of payment, since
    the price after those is not the one on the page.

    Args:
        text: Normalised text of the merchant.
        price_fen: The price asked, in fen.
        strike_price_fen: The crossed-out price, in fen.

    >>> broken_promise("全场5折", price_fen=8000, strike_price_fen=10000)[2]
    '称5折，划线价100.00元，应为50.00元，实际标价80.00元'
    >>> broken_promise("全场5折", price_fen=5000, strike_price_fen=10000)
    """
    if strike_price_fen <= 0 or price_fen <= 0 or _ELSEWHERE.search(text):
        return None
    for found in _FOLD.finditer(text):
        fold = _DIGITS.get(found["fold"]) or float(found["fold"])
        if price_fen > strike_price_fen * (fold / 10 + _TOLERANCE):
            due = round(strike_price_fen * fold / 10)
            return *found.span(), _said(f"{found['fold']}折", due, price_fen, strike_price_fen)
    for found in _CUT.finditer(text):
        due = strike_price_fen - int(found["yuan"]) * 100
        if due > 0 and price_fen > due + round(strike_price_fen * _TOLERANCE):
            return *found.span(), _said(found[0], due, price_fen, strike_price_fen)
    return None


def _said(promise: str, due_fen: int, price_fen: int, strike_price_fen: int) -> str:
    return (
        f"称{promise}，划线价{strike_price_fen / 100:.2f}元，应为{due_fen / 100:.2f}元，实际标价{price_fen / 100:.2f}元"
    )
