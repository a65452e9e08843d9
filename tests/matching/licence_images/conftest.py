"""The engine, loaded once, where the licences it is to read can be drawn; lines of text drawn up by hand for what needs no engine."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NoReturn

import pytest

from matching.licence_images.engine import RapidEngine, TextLine
from records.errors import AwayError
from wangjian.sample.pictures import font_note


@pytest.fixture(scope="session")
def engine(part_missing: Callable[[str, str], NoReturn]) -> RapidEngine:
    if font_note():
        part_missing("Noto CJK 字体", font_note())
    try:
        return RapidEngine()
    except AwayError as exc:
        part_missing(exc.message, exc.cure)


@pytest.fixture
def line() -> Callable[..., TextLine]:
    """A line of 20 pixels height at a place, the page turned clockwise by `slope` degrees about its corner."""

    def drawn(text: str, left: float, top: float, *, slope: float = 0.0, confidence: float = 0.99) -> TextLine:
        width = 20.0 * len(text)
        cosine, sine = math.cos(math.radians(slope)), math.sin(math.radians(slope))
        corners = ((left, top), (left + width, top), (left + width, top + 20), (left, top + 20))
        one, two, three, four = ((x * cosine - y * sine, x * sine + y * cosine) for x, y in corners)
        return TextLine(text=text, confidence=confidence, corners=(one, two, three, four))

    return drawn
