"""Words in pictures of a listing judged like its text: by line and box, and no surer than they were read.

A finding names the visit of the picture and its digest, and as its place `image:<digest>#x,y,width,height`: the line in
which its first words begin, in pixels of the picture upright by its EXIF orientation.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime

from leads.assessing import OWED_BY_SHOPS, Ground, finding_of, merchant_words, once
from leads.judging import Judge
from records.base import Record
from records.image_texts import ImageLine, ImageText
from records.leads import Finding, ScanFinding, ScanInput, Verdict
from records.market import Listing, Shop, Source, Speaker, TextBlock

__all__ = ["PLACE", "SURE", "SeenImage", "assess_images"]

SURE = 0.9
"""Confidence of the engine below which a line says nothing surely; sharp print has 0.97 and more."""

PLACE = "image:"
"""How the place of a finding in a picture begins."""

_PREFIX = 16
_GAP = 1.5
"""Of its own height: a larger space above a line begins another block."""


class SeenImage(Record):
    """A picture of a listing as last fetched, with the words read on it."""

    source: Source
    text: ImageText


def assess_images(
    judge: Judge, listing: Listing, shop: Shop, images: Sequence[SeenImage], *, now: datetime
) -> tuple[Finding, ...]:
    """What the words in a listing's pictures may breach; an unsure line gives undetermined at most."""
    said = "\n".join(line.text for image in images for line in image.text.lines)
    page = "\n".join((listing.title, merchant_words(listing.texts), said, *shop.disclosure.approval_nos))
    return once(
        found
        for image in images
        for block in _blocks(image.text.lines)
        for found in _of_block(judge, listing, _ground(listing, image, now), (image, block, page))
    )


def _of_block(
    judge: Judge, listing: Listing, ground: Ground, seen: tuple[SeenImage, tuple[ImageLine, ...], str]
) -> Iterator[Finding]:
    image, lines, page = seen
    text = "\n".join(line.text for line in lines)
    scan = ScanInput(id=listing.listing_id, text=text, category=listing.category, source=Speaker.MERCHANT)
    for answer in judge.judge(scan, title=listing.title, page=page):
        if not answer.spans or answer.rule in OWED_BY_SHOPS:
            continue
        touched = _touched(lines, answer)
        block = TextBlock(speaker=Speaker.MERCHANT, text=text, place=_place(image.text, touched[0]))
        yield finding_of(judge, ground, block, _as_sure(answer, touched))


def _as_sure(answer: ScanFinding, touched: Sequence[ImageLine]) -> ScanFinding:
    """The answer, or that it cannot be told where the words were not surely read."""
    least = min(line.confidence for line in touched)
    if answer.verdict is not Verdict.SUSPECTED or least >= SURE:
        return answer
    said = f"图片文字由机器识别，置信度 {least:.2f}，须看图核实；{answer.explanation}"
    return answer.model_copy(update={"verdict": Verdict.UNDETERMINED, "explanation": said.rstrip("；")})


def _touched(lines: Sequence[ImageLine], answer: ScanFinding) -> list[ImageLine]:
    """The lines the words of an answer lie on; the first is where they begin."""
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line.text) + 1)
    numbers: dict[int, None] = {}
    for span in sorted(answer.spans, key=lambda one: one.start):
        first, last = bisect_right(starts, span.start) - 1, bisect_right(starts, max(span.start, span.end - 1)) - 1
        numbers.update(dict.fromkeys(range(first, last + 1)))
    return [lines[number] for number in numbers]


def _place(text: ImageText, line: ImageLine) -> str:
    box = line.box
    size = f"{box.right - box.left},{box.bottom - box.top}"
    return f"{PLACE}{text.image.sha256[:_PREFIX]}#{box.left},{box.top},{size}"


def _blocks(lines: Sequence[ImageLine]) -> Iterator[tuple[ImageLine, ...]]:
    """Lines that stand together: a paragraph of the picture."""
    block: list[ImageLine] = []
    for line in lines:
        height = max(1, line.box.bottom - line.box.top)
        if block and line.box.top - max(one.box.bottom for one in block) > _GAP * height:
            yield tuple(block)
            block = []
        block.append(line)
    if block:
        yield tuple(block)


def _ground(listing: Listing, image: SeenImage, now: datetime) -> Ground:
    """The listing's address, so that evidence is taken of the page that shows the picture; the visit of the picture."""
    return Ground(
        shop_id=listing.shop_id,
        listing_id=listing.listing_id,
        url=listing.url,
        page_id=image.source.page_id,
        page_sha256=image.source.page_sha256,
        seen_at=image.source.seen_at,
        now=now,
    )
