"""One form of a text to search in, with the way back: every position of it names a character of the original.

Folding is one character to one character (full width, traditional, look-alikes, case), then disguises are cut out: zero
width characters, and spaces, symbols and emoji that split a word (最 好, 国/家/级, 顶*级, 【最】【好】).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from importlib import resources

__all__ = ["Normalised", "Normaliser"]

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_INVISIBLE = (
    r"\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\ufeff\ufe00-\ufe0f\u0300-\u036f\u20d0-\u20ff\U000e0000-\U000e007f"
)
_SPACE = r" \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_SYMBOL = (
    r"*/\\|·•・‧∙●○◎◆◇■□▲△▼▽★☆♥♡❤♦♣♠※~^_\-–=+#@&`.¨°→←↑↓"
    r"\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
)
_OPEN, _CLOSE = r"\[(\{<【〔《〈「『\"“‘'", r"\])\}>】〕》〉」』\"”’'"

_NOISE_RUN = re.compile(f"[{_INVISIBLE}{_SPACE}{_SYMBOL}]+")
# A whole run, from its first sign: a class first, so that the search skips to it; a Han character on either side.
_MAY_SPLIT = re.compile(
    f"[{_SPACE}{_SYMBOL}](?<![{_SPACE}{_SYMBOL}].)"
    f"(?:(?<=[{_HAN}].)[{_SPACE}{_SYMBOL}]*+(?=[^\\W_])|[{_SPACE}{_SYMBOL}]*+(?=[{_HAN}]))"
)
_ONLY_INVISIBLE = re.compile(f"[{_INVISIBLE}]+")
_HAS_SPACE = re.compile(f"[{_SPACE}]")
_WRAPPED = re.compile(f"[{_OPEN}]([{_HAN}])[{_CLOSE}]")
_ENUMERATED = re.compile(f"(?<![{_HAN}])[{_HAN}](?:[、,。.][{_HAN}]){{2,}}(?![{_HAN}])")
_MAY_BE_WRAPPED = re.compile(f"[{_CLOSE}](?<=[{_OPEN}][{_HAN}][{_CLOSE}])")
_MAY_BE_ENUMERATED = re.compile(f"[、,。.][{_HAN}][、,。.][{_HAN}]")
_MAY_BE_DISGUISED = re.compile(
    f"[{_INVISIBLE}{_CLOSE}、,。.](?:(?<=[{_INVISIBLE}])|(?<=[{_OPEN}][{_HAN}][{_CLOSE}])"
    f"|(?<=[、,。.])(?=[{_HAN}][、,。.][{_HAN}]))"
)
"""Invisible, wrapped or enumerated signs, all in one pass: most texts have none of them."""
_LONGEST_DISGUISE = 4
_PAST_BASIC_PLANE = "\U00010000"
_MOST_REPLACED = 24
"""Kinds of signs up to which replacing each is faster than looking every character of the text up."""

_COMPATIBILITY_BLOCKS = (
    (0x2070, 0x209F), (0x2100, 0x214F), (0x2160, 0x217F), (0x2460, 0x24FF), (0x2E80, 0x2FDF), (0x3200, 0x33FF),
    (0xF900, 0xFAFF), (0xFF01, 0xFFEE), (0x1D400, 0x1D7FF), (0x1F100, 0x1F1FF),
)  # fmt: skip
_LOOKALIKES = {
    "蕞": "最",
    "朂": "最",
    "冣": "最",
    "嶵": "最",
    "壹": "一",
    "弌": "一",
    "囯": "国",
    "級": "级",
    "囶": "国",
    "➕": "加",
    "🈶": "有",
    "🈚": "无",
    "⭐": "星",
    "🌟": "星",
    "🧧": "券",
}
_CANTONESE = dict(
    zip(
        "冇嘅咗唔嗰喺啲佢哋睇攞畀俾嚟嘢㗎咁噉揾搵乜啱咩嚿",
        "没的了不那在些他们看拿给给来货的这这找找啥刚吗块",
        strict=True,
    )
)
"""Signs only Cantonese writes, as Mandarin says the word: 冇執照 has to be found like 没执照."""
_CANTONESE_WORDS = re.compile(
    r"(?<![关联体维派院直])系(?![统列数着])|仲(?![裁夏秋介])|(?<=[这几好更])平(?=[,。!?;卖出的过嘛啊]|$)"
)
_IN_MANDARIN = {"系": "是", "仲": "还", "平": "廉"}
"""Signs that mean another thing in Mandarin: read so only beside one of the former. One for one, as all folding is."""


@dataclass(slots=True, kw_only=True)
class Normalised:
    """The searched text. Piece i of it starts at `starts[i]` here and `shifts[i]` later in the original; a word gap of
    the original stood before each position in `gaps`, ascending."""

    text: str
    starts: tuple[int, ...]
    shifts: tuple[int, ...]
    gaps: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The [start, end) of the original for a non-empty [start, end) here, cut-out characters inside included."""
        return self._place(start), self._place(end - 1) + 1

    def _place(self, position: int) -> int:
        return position + self.shifts[bisect_right(self.starts, position) - 1]


class Normaliser:
    """Folds and cuts. Building one reads the character tables; use one for many texts."""

    def __init__(self) -> None:
        self._table = _fold_table()
        self._folded_by_sign = {chr(code): folded for code, folded in self._table.items()}
        # A sign folded into one that is itself folded must not be replaced before the other.
        self._chained = {sign for sign, folded in self._folded_by_sign.items() if folded in self._folded_by_sign}
        # Past the first plane as one range: a class tries signs of that kind one after another.
        foldable = "".join(sorted(sign for sign in self._folded_by_sign if sign < _PAST_BASIC_PLANE))
        self._find_foldable = re.compile(f"[{re.escape(foldable)}{_PAST_BASIC_PLANE}-\U0010ffff]").findall

    def fold(self, text: str) -> str:
        """Same length, one form of each character.

        >>> Normaliser().fold("國家級ＡＢＣ，①")
        '国家级abc,1'
        >>> Normaliser().fold("冇註冊過，唔係正品")
        '没注册过,不是正品'
        """
        foldable = set(self._find_foldable(text))
        folded = self._folded(text, foldable)
        return folded if foldable.isdisjoint(_CANTONESE) else self._in_mandarin(folded)

    def _folded(self, text: str, foldable: set[str]) -> str:
        if len(foldable) > _MOST_REPLACED or not foldable.isdisjoint(self._chained):
            return text.translate(self._table)
        by_sign = self._folded_by_sign
        for sign in foldable:
            text = text.replace(sign, by_sign.get(sign, sign))
        return text

    @staticmethod
    def _in_mandarin(text: str) -> str:
        return _CANTONESE_WORDS.sub(lambda found: _IN_MANDARIN[found[0]], text)

    def normalise(self, text: str) -> Normalised:
        """Fold and cut out what splits words.

        >>> Normaliser().normalise("国/家/级").text
        '国家级'
        """
        folded = self.fold(text)
        cuts, gap_places = _cuts(folded)
        if not cuts:
            return Normalised(text=folded, starts=(0,), shifts=(0,), gaps=())
        return _assemble(folded, cuts, gap_places)


def _assemble(folded: str, cuts: list[tuple[int, int]], gap_places: set[int]) -> Normalised:
    pieces: list[str] = []
    starts, shifts, gaps = [0], [0], []
    length = kept_to = removed = 0
    for start, end in cuts:
        pieces.append(folded[kept_to:start])
        length += start - kept_to
        removed += end - start
        if starts[-1] == length:
            shifts[-1] = removed
        else:
            starts.append(length)
            shifts.append(removed)
        if start in gap_places:
            gaps.append(length)
        kept_to = end
    pieces.append(folded[kept_to:])
    return Normalised(text="".join(pieces), starts=tuple(starts), shifts=tuple(shifts), gaps=tuple(gaps))


def _cuts(folded: str) -> tuple[list[tuple[int, int]], set[int]]:
    """Runs to cut out, in order and apart from each other, and which of them were word gaps."""
    cuts: list[tuple[int, int]] = []
    gap_places: set[int] = set()
    last = len(folded)
    disguised = _MAY_BE_DISGUISED.search(folded) is not None
    invisible = disguised and _ONLY_INVISIBLE.search(folded) is not None
    runs = (_NOISE_RUN if invisible else _MAY_SPLIT).finditer(folded)
    for run in runs:
        start, end = run.span()
        if not invisible:
            start = max(start, end - _LONGEST_DISGUISE)
        if _splits(folded, start, end, last):
            cuts.append((start, end))
            if _HAS_SPACE.search(folded, start, end):
                gap_places.add(start)
        elif invisible:
            cuts.extend(found.span() for found in _ONLY_INVISIBLE.finditer(folded, start, end))
    if not disguised:
        return cuts, gap_places
    extra: list[int] = []
    if _MAY_BE_WRAPPED.search(folded):
        extra += [place for found in _WRAPPED.finditer(folded) for place in (found.start(), found.end() - 1)]
    if _MAY_BE_ENUMERATED.search(folded):
        extra += [place for found in _ENUMERATED.finditer(folded) for place in range(found.start() + 1, found.end(), 2)]
    if extra:
        inside = {place for start, end in cuts for place in range(start, end)}
        cuts = sorted([*cuts, *((place, place + 1) for place in set(extra) - inside)])
    return cuts, gap_places


def _splits(folded: str, start: int, end: int, last: int) -> bool:
    if start == 0 or end == last or end - start > _LONGEST_DISGUISE:
        return False
    before, after = folded[start - 1], folded[end]
    if _is_han(before):
        return _is_han(after) or after.isalnum()
    return (before.isalnum() or before == "%") and _is_han(after)


def _is_han(sign: str) -> bool:
    """As the class `_HAN`; compared, since that takes a fifth of the time of a pattern."""
    return "\u4e00" <= sign <= "\u9fff" or "\u3400" <= sign <= "\u4dbf" or "\uf900" <= sign <= "\ufaff"


def _fold_table() -> dict[int, str]:
    table: dict[int, str] = {}
    for first, last in _COMPATIBILITY_BLOCKS:
        for code in range(first, last + 1):
            folded = unicodedata.normalize("NFKC", chr(code))
            if len(folded) == 1 and folded != chr(code):
                table[code] = folded.lower() if len(folded.lower()) == 1 else folded
    table |= {code: chr(code + 32) for code in range(ord("A"), ord("Z") + 1)}
    for traditional, simplified in _traditional_characters():
        table[ord(traditional)] = simplified
    table |= {ord(key): value for key, value in (_LOOKALIKES | _CANTONESE).items()}
    table |= {0x3000: " ", ord("％"): "%", ord("﹪"): "%"}
    return table


def _traditional_characters() -> list[tuple[str, str]]:
    lines = resources.files("opencc").joinpath("dictionary", "TSCharacters.txt").read_text("utf-8").splitlines()
    pairs = (line.split() for line in lines)
    return [(pair[0], pair[1]) for pair in pairs if len(pair) > 1 and len(pair[0]) == len(pair[1]) == 1]
