"""Items of watch lists met in what a merchant says: one pass over the normalised text for all lists together.

A hit says that a name stands there, and how the batch compares. Whether the thing is the one named is for a person.
Law: 《中华人民共和国产品质量法》第三十五条、《中华人民共和国食品安全法》第六十三条 (what is recalled
or failing is not to be sold on).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import ahocorasick

from leads.normalising import Normalised, Normaliser
from records.base import stable_id
from records.errors import InvalidInputError
from records.leads import Span
from records.market import Listing, Shop, Source, Speaker, TextBlock
from records.watch_lists import WatchCertainty, WatchHit, WatchItem, WatchList

__all__ = ["SHORTEST_WORD", "Watcher", "watch_key"]

SHORTEST_WORD = 2
"""Characters a word needs: one character stands on every page."""
_SPOKEN = (Speaker.MERCHANT, Speaker.LABEL)
_AROUND = 60
_SPANS_KEPT = 5
_BATCH_SHOWN = re.compile(r"(?:生产)?(?:批号|批次号?|批次编号|lot(?:\s*no)?)[.::\s]{0,3}([0-9a-z][0-9a-z\-]{3,24})")


def watch_key(word: str, normaliser: Normaliser) -> str:
    """The form in which a word is looked for.

    Raises:
        InvalidInputError: Too short to mean anything.
    """
    key = normaliser.normalise(word.strip()).text
    if sum(sign.isalnum() for sign in key) < SHORTEST_WORD:
        raise InvalidInputError(f"“{word.strip()}”太短，会在几乎每一页命中", cure=f"至少 {SHORTEST_WORD} 个字")
    return key


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """A text of the page with where it was read."""

    text: str
    normalised: Normalised


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    shop_id: str
    listing_id: str
    source: Source | None
    url: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Watched:
    list_id: str
    version: int
    item: WatchItem
    also: tuple[str, ...]
    batches: tuple[str, ...]


class Watcher:
    """These lists, ready to be looked for. Safe to share between threads: nothing changes after it is built."""

    def __init__(self, lists: Sequence[WatchList]) -> None:
        self._normaliser = Normaliser()
        owners: dict[str, list[int]] = {}
        self._watched: list[_Watched] = []
        for watched in lists:
            for item in watched.items:
                number = len(self._watched)
                self._watched.append(self._of(watched, item))
                for word in dict.fromkeys(watch_key(word, self._normaliser) for word in item.words):
                    owners.setdefault(word, []).append(number)
        self._automaton = ahocorasick.Automaton()
        for word, numbers in owners.items():
            self._automaton.add_word(word, (len(word), tuple(numbers)))
        self.word_count = len(owners)
        if owners:
            self._automaton.make_automaton()

    def shop_hits(self, shop: Shop, *, now: datetime) -> tuple[WatchHit, ...]:
        """What the shop's own pages name, its name included."""
        source = next((one for one in shop.sources if one.url == shop.url), shop.sources[0] if shop.sources else None)
        ground = _Ground(
            shop_id=shop.shop_id, listing_id="", source=source, url=shop.url, seen_at=shop.last_seen_at
        )  # fmt: skip
        return self._hits(ground, (shop.name, *_said(shop.texts)), now=now)

    def listing_hits(self, listing: Listing, *, now: datetime) -> tuple[WatchHit, ...]:
        """What a listing names in its title or in the merchant's or a label's words; reviews name other things too."""
        ground = _Ground(
            shop_id=listing.shop_id,
            listing_id=listing.listing_id,
            source=listing.source,
            url=listing.url,
            seen_at=listing.source.seen_at,
        )
        return self._hits(ground, (listing.title, *_said(listing.texts)), now=now)

    def _of(self, watched: WatchList, item: WatchItem) -> _Watched:
        return _Watched(
            list_id=watched.list_id,
            version=watched.version,
            item=item,
            also=tuple(watch_key(word, self._normaliser) for word in item.also),
            batches=tuple(self._normaliser.fold(batch.strip()) for batch in item.batches if batch.strip()),
        )

    def _hits(self, ground: _Ground, texts: Iterable[str], *, now: datetime) -> tuple[WatchHit, ...]:
        if not self.word_count:
            return ()
        blocks = [_Block(text=text, normalised=self._normaliser.normalise(text)) for text in dict.fromkeys(texts)]
        places: dict[int, list[tuple[_Block, int, int]]] = {}
        for block in blocks:
            for start, end, numbers in self._matches(block.normalised.text):
                for number in numbers:
                    places.setdefault(number, []).append((block, start, end))
        if not places:
            return ()
        page = "\n".join(block.normalised.text for block in blocks)
        whole = self._normaliser.fold("\n".join(block.text for block in blocks))
        hits = (self._hit(ground, self._watched[number], found, whole, now) for number, found in places.items()
                if all(word in page for word in self._watched[number].also))  # fmt: skip
        return tuple(sorted(hits, key=lambda hit: hit.hit_id))

    def _matches(self, text: str) -> Iterator[tuple[int, int, tuple[int, ...]]]:
        for last, (length, numbers) in self._automaton.iter(text):
            start, end = last + 1 - length, last + 1
            if not (_runs_on(text, start - 1, start) or _runs_on(text, end - 1, end)):
                yield start, end, numbers

    def _hit(
        self, ground: _Ground, watched: _Watched, found: Sequence[tuple[_Block, int, int]], whole: str, now: datetime
    ) -> WatchHit:
        block = found[0][0]
        spans = _widest([one.normalised.original(start, end) for one, start, end in found if one is block])
        text, kept = _around(block.text, spans[:_SPANS_KEPT])
        return WatchHit(
            hit_id=stable_id("watch", watched.list_id, watched.item.item_id, ground.listing_id or ground.shop_id),
            list_id=watched.list_id,
            list_version=watched.version,
            item_id=watched.item.item_id,
            shop_id=ground.shop_id,
            listing_id=ground.listing_id,
            certainty=_certainty(watched.batches, whole),
            url=ground.url,
            page_id=ground.source.page_id if ground.source else "",
            page_sha256=ground.source.page_sha256 if ground.source else None,
            text=text,
            spans=kept,
            seen_at=ground.seen_at,
            found_at=now,
        )


def _certainty(batches: tuple[str, ...], whole: str) -> WatchCertainty:
    """How the batches listed compare with those the page shows."""
    if not batches:
        return WatchCertainty.NAMED
    for batch in batches:
        place = whole.find(batch)
        while place >= 0:
            end = place + len(batch)
            if not (_runs_on(whole, place - 1, place) or _runs_on(whole, end - 1, end)):
                return WatchCertainty.SAME_BATCH
            place = whole.find(batch, place + 1)
    return WatchCertainty.OTHER_BATCH if _BATCH_SHOWN.search(whole) else WatchCertainty.BATCH_UNKNOWN


def _runs_on(text: str, before: int, after: int) -> bool:
    """Whether letters, or digits, run on across the border: LV in SOLVE is no LV."""
    if before < 0 or after >= len(text):
        return False
    left, right = text[before], text[after]
    both = left.isascii() and right.isascii() and left.isalnum() and right.isalnum()
    return both and left.isdigit() == right.isdigit()


def _said(blocks: Sequence[TextBlock]) -> Iterator[str]:
    return (block.text for block in blocks if block.speaker in _SPOKEN and block.text.strip())


def _widest(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places in order, without those that lie in another: 土蜂蜜 and not 蜂蜜 in it too."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def _around(text: str, spans: Sequence[tuple[int, int]]) -> tuple[str, tuple[Span, ...]]:
    """The piece of the text around the first place, with the places that lie in it."""
    start, end = max(0, spans[0][0] - _AROUND), min(len(text), spans[0][1] + _AROUND)
    kept = tuple(
        Span(start=first - start, end=last - start, text=text[first:last])
        for first, last in spans
        if start <= first and last <= end
    )
    return text[start:end], kept
