"""Texts to judge: the sample market's listings of many seeds, each page a text, with the labelled shop pages between.

No text stands twice: every seed draws other goods, brands, places and sentences, and a labelled text is used once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from leads.scan import read_line
from records.leads import ScanInput
from records.market import Speaker
from wangjian.sample.market import build_market
from wangjian.sample.models import SampleListing

__all__ = ["make_texts", "size_bytes"]

LABELLED = Path(__file__).resolve().parents[2] / "tests" / "leads" / "data" / "shop_pages.jsonl"


def make_texts(megabytes: float) -> list[ScanInput]:
    """At least that many megabytes (10^6 bytes of UTF-8) of page texts."""
    wanted, made, texts = megabytes * 1e6, 0, []
    seen: set[str] = set()
    for scan in _mixed():
        if scan.text not in seen:
            seen.add(scan.text)
            texts.append(scan)
            made += len(scan.text.encode())
            if made >= wanted:
                break
    return texts


def size_bytes(texts: Sequence[ScanInput]) -> int:
    """Bytes of UTF-8."""
    return sum(len(scan.text.encode()) for scan in texts)


def _mixed() -> Iterator[ScanInput]:
    labelled = [read_line(line) for line in LABELLED.read_text("utf-8").splitlines()]
    count = 0
    for seed in range(1, 1000):
        for listing in build_market(seed=seed, register_size=2_000).listings:
            yield from _of_listing(listing)
            count += 1
            if count % 25 == 0 and labelled:
                yield labelled.pop()


def _of_listing(listing: SampleListing) -> Iterator[ScanInput]:
    """What the merchant says of it, whole; what consumers say of it."""
    params = (f"{key}：{value}" for key, value in listing.params)
    words = "\n".join((listing.title, *listing.paragraphs, *listing.labels, *listing.service, *params))
    yield ScanInput(id=listing.key, text=words, category=listing.category)
    if listing.reviews:
        reviews = "\n".join(review.text for review in listing.reviews)
        yield ScanInput(id=listing.key, text=reviews, category=listing.category, source=Speaker.REVIEW)
