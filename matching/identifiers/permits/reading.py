"""Permit numbers in a text, however they are written: width, case, spaces and brackets are no fault."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from matching.identifiers.permits.cosmetics import COSMETIC_FORMS
from matching.identifiers.permits.devices import DEVICE_FORMS
from matching.identifiers.permits.drugs import DRUG_FORMS
from matching.identifiers.permits.filings import FILING_FORMS
from matching.identifiers.permits.foods import FOOD_FORMS
from matching.identifiers.permits.forms import Form, Permit
from matching.identifiers.permits.others import OTHER_FORMS

__all__ = ["MAX_PERMIT_TEXT", "clean_permit", "permits_in", "read_permit"]

MAX_PERMIT_TEXT = 20_000
"""Longer text is cut here, so that hostile input costs nothing."""

_FORMS: tuple[Form, ...] = (*DRUG_FORMS, *DEVICE_FORMS, *COSMETIC_FORMS, *FOOD_FORMS, *FILING_FORMS, *OTHER_FORMS)
_INVISIBLE = re.compile(r"[\u200b-\u200d\ufeff]+")
_SPACES = re.compile(r"(?<![0-9A-Z])\s+|\s+(?![0-9A-Z])")
"""Spaces between two runs of letters and digits stay: there another number may begin."""

_PREFIX_GAP = re.compile(r"(?<![0-9A-Z])(JY|SC|YB|ZL|QS|PD|WP|LS|WL|[HZSBTFJG][CJ]?)\s+(?=\d)")
_BRACKETS = str.maketrans("[【〔〈《{]】〕〉》}", "((((((" + "))))))")
_LABEL_GAP = re.compile(r"(?<=[A-Z\u4e00-\u9fff]):(?=[A-Z\d])")


def read_permit(text: str, on: date) -> Permit | None:
    """The first permit number of a text, judged as of a day; None when there is none of a known form.

    >>> read_permit("国械注准20153640123", date(2026, 1, 1)).problem
    ''
    >>> read_permit("浙公网安备 31010602006438号", date(2026, 1, 1)).problem
    '前6位310106属上海，与简称“浙”（浙江）不符'
    >>> read_permit("欢迎光临", date(2026, 1, 1)) is None
    True
    """
    return next(_found(clean_permit(text), on), None)


def permits_in(text: str, on: date) -> tuple[Permit, ...]:
    """All permit numbers of a text in the order they stand, each once."""
    found = sorted(_found_with_place(clean_permit(text), on), key=lambda one: one[0])
    return tuple({permit.number: permit for _, permit in found}.values())


def clean_permit(text: str) -> str:
    """Width, case and spaces evened out, all brackets round, a colon between letters and digits away.

    >>> clean_permit("国药准字 ｈ２０１５０００１"), clean_permit("京药广审【文】第 261231－00001 号")
    ('国药准字H20150001', '京药广审(文)第261231-00001号')
    """
    folded = unicodedata.normalize("NFKC", text[:MAX_PERMIT_TEXT]).upper().translate(_BRACKETS)
    for dash in "－–—−":
        folded = folded.replace(dash, "-")
    return _PREFIX_GAP.sub(r"\1", _LABEL_GAP.sub("", _SPACES.sub("", _INVISIBLE.sub("", folded))))


def _found(cleaned: str, on: date) -> Iterator[Permit]:
    return (permit for _, permit in sorted(_found_with_place(cleaned, on), key=lambda one: one[0]))


def _found_with_place(cleaned: str, on: date) -> Iterator[tuple[int, Permit]]:
    taken: list[tuple[int, int]] = []
    for form in _FORMS:
        for match in form.pattern.finditer(cleaned):
            start, end = match.span()
            if any(start < other_end and other_start < end for other_start, other_end in taken):
                continue
            taken.append((start, end))
            told = form.check(match, on)
            yield start, Permit(kind=form.kind, number=match[0], shown=match[0], told=told, untold=form.untold)
