"""Codes as people and OCR write them, brought to the characters a code is made of."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["MAX_CODE_TEXT", "clean_code"]

MAX_CODE_TEXT = 200
"""Longer text is no code; it is cut here so that hostile input costs nothing."""

_WHOLE = re.compile(r"(?<![0-9A-Z])(?:[0-9A-Z]{18}|(?:JY|SC)[0-9]{14}|[0-9]{15}|[0-9]{13})(?![0-9A-Z])")
_COPY_MARK = re.compile(r"\(\s*(?:副本)?\s*[0-9]{1,2}\s*[-/]\s*[0-9]{1,2}\s*\)")
_DROPPED = re.compile(r"[^0-9A-Z\u3400-\u9fff]+")
_WORDS = re.compile(r"[\u3400-\u9fff]+")


def clean_code(text: str) -> str:
    """Width, case, spaces, separators, labels and the copy mark (1-1) taken away; no character is guessed.

    >>> clean_code(" 统一社会信用代码：９１１１００００ 6000-37341l （1-1）")
    '91110000600037341L'
    >>> clean_code("详见执照图片"), clean_code("")
    ('', '')
    """
    folded = _COPY_MARK.sub(" ", unicodedata.normalize("NFKC", text[:MAX_CODE_TEXT]).upper())
    whole = _WHOLE.search(folded)
    if whole is not None:
        return whole.group()
    bare = _WORDS.sub("", _DROPPED.sub("", folded))
    return bare if any(character.isdigit() for character in bare) else ""
