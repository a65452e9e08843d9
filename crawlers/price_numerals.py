"""Amounts of money written in Chinese numerals: 一千二百元, 人民币壹仟贰佰元整, 九块九."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["chinese_amounts", "chinese_number"]

_SIGNS_OF_DIGITS = ("零〇", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
_DIGITS = {sign: value for value, signs in enumerate(_SIGNS_OF_DIGITS) for sign in signs}
_SCALES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_SIGNS = "".join((*_DIGITS, *_SCALES, "万"))
_AMOUNT = re.compile(
    rf"(?<![{_SIGNS}第\d.])(?P<number>[{_SIGNS}]{{1,14}})"
    r"(?:元(?!旦|素|宵|首|老|气|代|朝|店|一次|二次|方程)|圆(?=整|$|\s)|块钱|块(?=\s*$|[\s,。、;!/]|(?P<tenth>[一二三四五六七八九])(?![件条个只袋盒]|包(?!邮))))"
)

_SOLD_BY = re.compile(r"\s*(?:[/每]|一[斤盒瓶袋个只件包份]|包邮|起)")


def chinese_number(text: str) -> int | None:
    """The number a run of Chinese numerals says; None when it says none.

    >>> [chinese_number(text) for text in ("一千二百", "壹仟贰佰", "两万八千", "十五", "二百五", "百")]
    [1200, 1200, 28000, 15, 250, None]
    """
    high, _, low = text.rpartition("万")
    if "万" in high or ("万" in text and not high):
        return None
    above, below = _below_ten_thousand(high) if high else 0, _below_ten_thousand(low) if low else 0
    if above is None or below is None:
        return None
    if high and len(low) == 1 and low in _DIGITS:
        below *= 1000  # 一万二
    return above * 10_000 + below


def chinese_amounts(text: str) -> Iterator[tuple[int, int, int]]:
    """(start, end, fen) of every amount in Chinese numerals; a single digit before 元 (一元复始) is none."""
    for match in _AMOUNT.finditer(text):
        said = match["number"]
        if len(said) == 1 and said in _DIGITS and not match["tenth"] and not _SOLD_BY.match(text, match.end()):
            continue
        number = chinese_number(said)
        if number:
            end = match.end("tenth") if match["tenth"] else match.end()
            yield match.start(), end, number * 100 + (_DIGITS[match["tenth"]] * 10 if match["tenth"] else 0)


def _below_ten_thousand(text: str) -> int | None:
    total, digit, last = 0, 0, 10
    for place, sign in enumerate(text):
        if sign in _SCALES:
            if not digit and (_SCALES[sign] != 10 or place):
                return None
            total += (digit or 1) * _SCALES[sign]
            digit, last = 0, _SCALES[sign]
        else:
            if digit:
                return None
            digit = _DIGITS[sign]
            last = 10 if sign in "零〇" else last
    short = len(text) > 1 and text[-2] in _SCALES and digit  # 二百五 says 250
    return total + (digit * last // 10 if short else digit)
