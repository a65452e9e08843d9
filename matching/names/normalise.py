"""One normal form for a name, whoever wrote it. Both sides of every comparison go through here.

Done: NFKC (full-width, compatibility characters), traditional to simplified, capital letters, look-alike letters of
other alphabets, zero-width characters and spaces away, every bracket to `()`, circle zeros to 〇, 壹贰叁 to 一二三,
digits in 第N to Chinese, other punctuation away. Not done: anything that would make two registered names one.
"""

from __future__ import annotations

import re
import unicodedata

from matching.data.traditional import SIMPLIFIED, TRADITIONAL

__all__ = ["MAX_NAME_CHARACTERS", "NORMALISER_VERSION", "key_of", "normalise_name"]

NORMALISER_VERSION = "names-2"
"""Changes whenever a name may normalise differently; stored keys of another version must be made again."""

MAX_NAME_CHARACTERS = 200
"""A registered name has at most about 60; what follows is cut, so that a hostile name costs no more than a long one."""

_OPENING = "([{<〈《「『【〔〖〘〚（［｛"
_CLOSING = ")]}>〉》」』】〕〗〙〛）］｝"
_CYRILLIC_GREEK = dict(zip("АВСЕНІЈКМОРЅТХΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABCEHIJKMOPSTXABEZHIKMNOPTYX", strict=True))
_FINANCIAL = dict(zip("壹贰貳叁參肆伍陆柒捌玖拾佰仟○◯０", "一二二三三四五六七八九十百千〇〇0", strict=True))
_FINANCIAL.pop("陆")  # a surname and a common trade-name character; the others stand for their digit
_FINANCIAL.pop("伍")


def _table() -> dict[int, str]:
    table = {ord(old): new for old, new in zip(TRADITIONAL, SIMPLIFIED, strict=True)}
    table.update({ord(old): new for old, new in (_CYRILLIC_GREEK | _FINANCIAL).items()})
    table.update(dict.fromkeys(map(ord, _OPENING), "(") | dict.fromkeys(map(ord, _CLOSING), ")"))
    return table


_CHARACTERS = _table()
_DROPPED = re.compile(r"[^0-9A-Z()\u3007\u3400-\u9fff\U00020000-\U0003134f]+")
_NUMBERED = re.compile(r"第([0-9]{1,2})(?![0-9])")
_EMPTY_BRACKETS = re.compile(r"\(\)")
_DIGITS = "零一二三四五六七八九"


def normalise_name(text: str) -> str:
    """The normal form, brackets kept as `(` and `)`.

    >>> normalise_name("  華瀚（上海）印務　有限公司 ")
    '华瀚(上海)印务有限公司'
    >>> normalise_name("ａｂｃ第1分公司【旗舰】")
    'ABC第一分公司(旗舰)'
    >>> normalise_name("😀"), normalise_name("")
    ('', '')
    """
    if not text:
        return ""
    shown = text[: MAX_NAME_CHARACTERS * 2]
    if not unicodedata.is_normalized("NFKC", shown):
        shown = unicodedata.normalize("NFKC", shown)
    found = _DROPPED.sub("", shown.upper().translate(_CHARACTERS))[:MAX_NAME_CHARACTERS]
    if "第" in found:
        found = _NUMBERED.sub(_chinese_number, found)
    return _EMPTY_BRACKETS.sub("", found)


def key_of(normalised: str) -> str:
    """The form in which two spellings of one name are equal: brackets gone.

    >>> key_of("华翰(上海)印务有限公司")
    '华翰上海印务有限公司'
    """
    return normalised.replace("(", "").replace(")", "")


def _chinese_number(found: re.Match[str]) -> str:
    number = int(found.group(1))
    tens, ones = divmod(number, 10)
    if number < 10:
        return f"第{_DIGITS[ones]}"
    return f"第{_DIGITS[tens] if tens > 1 else ''}十{_DIGITS[ones] if ones else ''}"
