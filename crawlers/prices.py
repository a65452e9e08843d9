"""Amounts of money in Chinese (and English) text: each with its role, range and unit, in whole fen.

General price parsers are unsafe here: 1.2万元 read as 1.2, a range read as its first half, 券后价 and 原价 mixed, 元/吨
lost. What looks like money but is no price (满200减30, 运费10元, 优惠券面额) is left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from crawlers.price_numerals import chinese_amounts
from crawlers.price_words import CURRENCY_WORDS, GENERIC_WORDS, ROLE_WORDS
from records.market import Price, PriceRole

__all__ = ["read_prices"]

_MAX_TEXT = 20_000
_MAX_FEN = 10**13
_REMEMBERED, _KEPT_LENGTH = 4096, 200
"""The tag of a product stands in its list, on its page and beside others: what was read of it is kept for a while."""

_NUMBER = (
    r"(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+(?=\.\d\d(?!\d))|\d{1,9})"
    r"(?:\s?\.\d{1,4}|,\d\d(?!\d))?(?![\d?]|[*×xX](?!\s?\d)|[,.]\d)"
)
_CURRENCY = r"(?:US\$|HK\$|NT\$|A\$|\$|¥|£|€|RMB|CNY|USD|GBP|EUR|HKD|JPY|TWD|人民币|港币|港元|美元|日元|欧元|新台币)"
_SCALE = r"(?:亿|百万|十万|万|千|[wWkK](?![A-Za-z]))"
# 元 begins other words (元旦, 元素 …); 块 is money only where nothing countable follows.
_YUAN = (
    r"(?:元(?!旦|素|宵|件套|首|老|气|代|朝|宇宙|谋|器)|圆(?=整|$|\s)|块钱|块(?=\s*$|[\s,。、;!/])|RMB|CNY|rmb|人民币|"
    r"美元|港币|港元|日元|欧元|英镑|新台币)"
)
_AMOUNT = re.compile(
    rf"(?P<minus>(?<![\d元万起])-\s?)?"
    rf"(?P<cur>{_CURRENCY}\s*:?\s*)?(?<![\d.])(?P<low>{_NUMBER})\s*(?P<lowscale>{_SCALE})?\s*(?P<lowyuan>{_YUAN})?"
    rf"(?:\s*(?:-|~|—{{1,2}}|–|至|"
    rf"到)\s*(?P<cur2>{_CURRENCY}\s*)?(?P<high>{_NUMBER})\s*(?P<highscale>{_SCALE})?\s*(?P<highyuan>{_YUAN})?)?",
    re.IGNORECASE,
)
_JIAO = re.compile(
    r"(?<![\d.])(?P<yuan>\d{1,6})(?:块(?P<tail>\d)(?!\d|[件条个只袋盒]|包(?!邮))|元(?P<jiao>\d)角(?:(?P<fen>\d)分)?)"
)
_UNIT = re.compile(
    r"\s*起?\s*(?:/|每|"
    r"一(?=[斤袋盒瓶件个只箱包套克台]))\s*(?P<unit>\d{0,4}(?:\.\d)?\s?(?:[\u4e00-\u9fff]{1,3}?(?=起|[^\u4e00-\u9fff]|$)|"
    r"[\u4e00-\u9fff]{1,2}|㎡|m[²2]|[A-Za-z]{1,3}\b))"
)
_UNIT_BEFORE = re.compile(r"每\s*(?P<unit>[斤袋盒瓶件个只箱包套台双米吨])\s*[:仅只要价]*\s*$")

_FOREIGN = re.compile("|".join(re.escape(word) for word in CURRENCY_WORDS), re.IGNORECASE)
_ROLE = re.compile("|".join(re.escape(word) for word in sorted(ROLE_WORDS, key=len, reverse=True)), re.IGNORECASE)
_LABEL_BEFORE_BARE = re.compile(
    r"(?:价|价格|定金|订金|券后|到手|price)\s*(?:[(\[]?[元¥][)\]]?)?\s*[:是为约]?\s*$", re.IGNORECASE
)
_FEE = re.compile(r"(?<!学)(?<!课程)(?<!课时)(?<!加盟)(?<!会员)(?<!年)费\s*[:约为仅]?\s*$")
_SAYS_PRICE_AFTER = re.compile(r"\s*包邮")
_NOT_A_PRICE_AFTER = re.compile(
    r"\s*(?:优惠券|红包|代金券|现金券|抵用券|无门槛|券(?!后)|以上包邮|包邮门槛|[x×*]\s*\d+\s*期|(?:起\s*)?[/每]\s*期|"
    r"注册资本|销售额|保证金|运费|服务费)"
)
_AFTER = re.compile(
    r"\s*(?:/\S{1,3}(?=起))?[(\[【]?\s*"
    r"(?P<word>起(?!订|拍|批|送|售)|券后|领券后|到手|原价|会员价?|定金|订金|划线价|现价|市场价)"
)


def read_prices(text: str, *, role: PriceRole | None = None, bare: bool = False) -> tuple[Price, ...]:
    """Every price in a text, in its order; amounts of any currency in hundredths of its unit.

    Args:
        text: As on the page; full width and half width are the same.
        role: What the markup says all of them are (a struck-out element); else the words around each amount decide.
        bare: The text comes from an element known to hold a price: a number without currency is one too.

    >>> [(p.role.value, p.amount_fen) for p in read_prices("券后价 ￥99.9 原价￥199")]
    [('coupon', 9990), ('struck', 19900)]
    >>> [(p.amount_fen, p.amount_max_fen, p.unit) for p in read_prices("1.2-1.5万元/吨")]
    [(1200000, 1500000, '吨')]
    """
    return _remembered(text, role, bare) if len(text) <= _KEPT_LENGTH else _read(text, role, bare)


def _read(text: str, role: PriceRole | None, bare: bool) -> tuple[Price, ...]:  # noqa: FBT001  # keys of what is kept
    exact = text[:_MAX_TEXT]
    folded = _fold(exact)
    found = sorted(_amounts(folded, bare=bare), key=lambda item: item[0])
    prices: list[Price] = []
    taken_to = 0
    for number, (start, end, low, high) in enumerate(found):
        before = folded[found[number - 1][1] if number else 0 : start]
        following = found[number + 1][0] if number + 1 < len(found) else None
        said, sure = _role_of(before, folded[end : end + 16], reach=None if following is None else following - end)
        if start < taken_to or (not sure and role is None):
            continue
        unit = _UNIT.match(folded, end)
        taken_to = unit.end() if unit else end
        unit = unit or _UNIT_BEFORE.search(before)
        prices.append(
            Price(
                role=role or said,
                amount_fen=low,
                amount_max_fen=high if high is not None and high > low else None,
                unit=unit["unit"].strip() if unit else "",
                currency=_currency_of(folded[max(0, start - 4) : taken_to]),
                text=exact[start:taken_to].strip(),
            )
        )
    return tuple(prices)


@lru_cache(_REMEMBERED)
def _remembered(text: str, role: PriceRole | None, bare: bool) -> tuple[Price, ...]:  # noqa: FBT001  # as above
    return _read(text, role, bare)


def _currency_of(text: str) -> str:
    match = _FOREIGN.search(text)
    return CURRENCY_WORDS[match[0].upper()] if match else "CNY"


def _fold(text: str) -> str:
    """NFKC sign by sign, so that places stay where they are."""
    return "".join(
        sign if sign < "\u0080" else (wide if len(wide := unicodedata.normalize("NFKC", sign)) == 1 else sign)
        for sign in text.replace("〜", "~").replace("，", ",")
    )


def _amounts(text: str, *, bare: bool) -> Iterator[tuple[int, int, int, int | None]]:
    """(start, end, low fen, high fen) of what carries a currency, 元, or a price word right before it."""
    taken: list[tuple[int, int]] = []
    for match in _JIAO.finditer(text):
        tenths = match["tail"] or match["jiao"]
        taken.append(match.span())
        yield (*match.span(), int(match["yuan"]) * 100 + int(tenths) * 10 + int(match["fen"] or 0), None)
    for start, end, fen in chinese_amounts(text):
        taken.append((start, end))
        yield start, end, fen, None
    for match in _AMOUNT.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        marked = match["cur"] or match["lowyuan"] or match["highyuan"] or match["cur2"]
        labelled = _LABEL_BEFORE_BARE.search(text[max(0, match.start() - 8) : match.start()])
        said_so = labelled or _SAYS_PRICE_AFTER.match(text, match.end())
        if match["minus"] or not (marked or said_so or bare):
            continue
        if not marked and re.match(r"\s*(?:[%折件人条天年月日号款种个分]|积分|\d)", text[match.end() :]):
            continue
        yield from _fen(match)


def _fen(match: re.Match[str]) -> Iterator[tuple[int, int, int, int | None]]:
    scale = match["lowscale"]
    if match["high"] and scale is None and match["lowyuan"] is None:
        scale = match["highscale"]  # 1.2-1.5万元: the scale stands once
    low = _in_fen(match["low"], scale)
    high = _in_fen(match["high"], match["highscale"]) if match["high"] else None
    if high is not None and not (match["highyuan"] or match["cur2"] or match["cur"] or match["lowyuan"] is None):
        high = None
    if low <= _MAX_FEN and (high or 0) <= _MAX_FEN:
        yield match.start(), match.end(), low, high


def _in_fen(number: str, scale: str | None) -> int:
    factor = {"亿": 10**8, "百万": 10**6, "十万": 10**5, "万": 10**4, "w": 10**4, "千": 1000, "k": 1000}
    plain = re.sub(r",(\d\d)$", r".\1", number)  # 49,90 as the euro is written
    amount = Decimal(re.sub(r"[,\s]", "", plain)) * factor.get((scale or "").lower(), 1) * 100
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _role_of(before: str, after: str, *, reach: int | None) -> tuple[PriceRole, bool]:
    """The role, and whether the amount is a price at all."""
    if _NOT_A_PRICE_AFTER.match(after):
        return PriceRole.NOW, False
    clause = re.split(r"[,。;!?\n]", before)[-1][-16:]
    if _FEE.search(clause):
        return PriceRole.NOW, False
    words = list(_ROLE.finditer(clause))
    found: PriceRole | None = PriceRole.NOW
    if words:
        last = words[-1]
        if last[0].lower() in GENERIC_WORDS and len(words) > 1 and last.start() - words[-2].end() <= 3:
            last = words[-2]  # PLUS 专享价: the narrower word says which price
        found = ROLE_WORDS[last[0].lower()]
        if found is None:
            if re.fullmatch(r"[\s:了至多约可再最高达额金¥(超过近破仅需只要]*", clause[last.end() :]):
                return PriceRole.NOW, False
            found = PriceRole.NOW
    behind = _AFTER.match(after)
    if behind and not (reach is not None and re.fullmatch(r"[\s:价合计]*", after[behind.end() : reach])):
        word = behind["word"]
        found = PriceRole.FROM if word == "起" and found is PriceRole.NOW else found
        if word != "起":
            found = ROLE_WORDS.get(word, found) or PriceRole.NOW
    return found or PriceRole.NOW, True
