"""Copied text: sentences that stand in few shops only, word for word or nearly. They support other links and never
suffice alone, for competitors copy one another too.

A sentence is known by the print of the whole and by five of its shingles (the smallest by hash: the same five wherever
it stands). Two sentences with the whole or three shingles in common are the same or nearly so. A print in more shops
than `MAX_HOLDERS` is a maker's, a template's or everybody's, and says nothing.
"""

from __future__ import annotations

import hashlib
import heapq
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from zlib import crc32

from matching.groups.joining import DisjointSets
from records.group_marks import MarkedSentence, ShopMarks
from records.groups import LinkPage
from records.market import Speaker, TextBlock

__all__ = ["MAX_HOLDERS", "MarkedTexts", "Passage", "copied_passages"]

MAX_HOLDERS = 6
"""A shingle in more shops than this is a maker's or a template's."""

Holders = Callable[[Sequence[int]], Mapping[int, int]]
"""How many shops have each of these prints."""

_MIN_CHARACTERS = 20
_MAX_BLOCK = 20_000
_MOST_SENTENCES = 400
_SNIPPET = 40
_SHINGLE = 6
_PRINTS = 5
_ALIKE = 3
_END = re.compile(r"[。！？；!?;\n]+")
_KEPT = re.compile(r"[^0-9a-z\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A sentence and where it stands, one page a shop; `counts` says how many sentences of each shop are nearly it."""

    snippet: str
    pages: Mapping[str, LinkPage]
    counts: Mapping[str, int]


@dataclass(slots=True)
class MarkedTexts:
    """The sentences of one shop, filled page by page; at most 400 different ones are kept."""

    pages: list[LinkPage] = field(default_factory=list)
    sentences: dict[tuple[int, ...], MarkedSentence] = field(default_factory=dict)

    def add(self, page: LinkPage, blocks: Iterable[TextBlock]) -> None:
        """The merchant's own words on a page; reviews, labels and the platform's words say nothing of the merchant."""
        number = len(self.pages)
        for block in blocks:
            if block.speaker is not Speaker.MERCHANT:
                continue
            for sentence, folded in _sentences(block.text):
                if len(self.sentences) >= _MOST_SENTENCES:
                    return
                prints = _prints(folded)
                if prints not in self.sentences:
                    self.sentences[prints] = MarkedSentence(snippet=sentence[:_SNIPPET], page=number, prints=prints)
                    if number == len(self.pages):
                        self.pages.append(page)


def copied_passages(marks: Mapping[str, ShopMarks], holders: Holders) -> Iterator[Passage]:
    """Sentences that at least two of these shops have, and few shops at all."""
    places: dict[int, list[tuple[str, int]]] = defaultdict(list)
    whole: set[int] = set()
    for shop_id in sorted(marks):
        for number, sentence in enumerate(marks[shop_id].sentences):
            for at, printed in enumerate(sentence.prints):
                places[printed].append((shop_id, number))
                if not at:
                    whole.add(printed)
    shared = {printed: found for printed, found in places.items() if len({one for one, _ in found}) >= 2}
    known = holders(list(shared))
    common: dict[tuple[tuple[str, int], tuple[str, int]], int] = defaultdict(int)
    for printed, found in shared.items():
        if known.get(printed, 0) <= MAX_HOLDERS and len(found) <= 4 * MAX_HOLDERS:
            for pair in combinations(found, 2):
                common[pair] += (_ALIKE if printed in whole else 1) * (pair[0][0] != pair[1][0])
    yield from _grouped(marks, [pair for pair, count in common.items() if count >= _ALIKE])


def _grouped(
    marks: Mapping[str, ShopMarks], alike: Iterable[tuple[tuple[str, int], tuple[str, int]]]
) -> Iterator[Passage]:
    """Sentences that are nearly the same, in one passage each."""
    sets = DisjointSets()
    names = {f"{shop_id}\x1f{number}": (shop_id, number) for pair in alike for shop_id, number in pair}
    for one, other in alike:
        sets.join_all((f"{one[0]}\x1f{one[1]}", f"{other[0]}\x1f{other[1]}"))
    for members in sets.sets().values():
        pages: dict[str, LinkPage] = {}
        counts: Counter[str] = Counter()
        snippets = []
        for shop_id, number in (names[member] for member in members):
            sentence = marks[shop_id].sentences[number]
            pages.setdefault(shop_id, marks[shop_id].text_pages[sentence.page])
            counts[shop_id] += 1
            snippets.append(sentence.snippet)
        yield Passage(snippet=min(snippets), pages=pages, counts=counts)


def _prints(folded: str) -> tuple[int, ...]:
    """The whole sentence's print, then those of its shingles with the smallest hashes, in order."""
    data = folded.encode("utf-32-le")
    width = 4 * _SHINGLE
    shingles = {data[at : at + width] for at in range(0, len(data) - width + 1, 4)}
    chosen = heapq.nsmallest(_PRINTS, shingles, key=lambda shingle: (crc32(shingle), shingle))
    return (_print(data), *sorted(map(_print, chosen)))


def _print(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big") >> 1


def _sentences(text: str) -> Iterator[tuple[str, str]]:
    for sentence in _END.split(text[:_MAX_BLOCK]):
        folded = _KEPT.sub("", unicodedata.normalize("NFKC", sentence).lower())
        if len(folded) >= _MIN_CHARACTERS:
            yield sentence.strip(), folded
