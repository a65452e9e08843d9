"""Copied text: sentences that stand in few shops only, word for word or nearly. They support other links and never
suffice alone, for competitors copy one another too.

A sentence is known by the print of the whole and by five of its shingles (the smallest by hash: the same five wherever
it stands). Two sentences with the whole or three shingles in common are the same or nearly so. A print in more shops
than `MAX_HOLDERS` is a maker's, a template's or everybody's, and says nothing.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Protocol
from zlib import crc32

from matching.groups.joining import DisjointSets
from records.group_marks import PRINTS_OF_A_SENTENCE, MarkedSentence, ShopMarks
from records.groups import LinkPage
from records.market import Speaker, TextBlock

__all__ = ["MAX_HOLDERS", "CopiedTexts", "MarkedTexts", "Passage", "PrintStore"]

MAX_HOLDERS = 6
"""A shingle in more shops than this is a maker's or a template's."""

Place = tuple[str, int]
"""A shop and the number of its sentence."""

_MIN_CHARACTERS = 20
_MAX_BLOCK = 20_000
_MOST_SENTENCES = 400
_SNIPPET = 40
_SHINGLE = 6
_ALIKE = 3
_MOST_PLACES = 4 * MAX_HOLDERS
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
    sentences: list[MarkedSentence] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def add(self, page: LinkPage, blocks: Iterable[TextBlock]) -> None:
        """The merchant's own words on a page; reviews, labels and the platform's words say nothing of the merchant."""
        number = len(self.pages)
        for block in blocks:
            if block.speaker is not Speaker.MERCHANT:
                continue
            for sentence, folded in _sentences(block.text):
                if len(self.sentences) >= _MOST_SENTENCES:
                    return
                if folded in self.seen:
                    continue
                self.seen.add(folded)
                prints = _prints(folded)
                if len(prints) == PRINTS_OF_A_SENTENCE:
                    self.sentences.append(MarkedSentence(sentence[:_SNIPPET], number, prints))
                    if number == len(self.pages):
                        self.pages.append(page)


class PrintStore(Protocol):
    """What is asked of `records.groups.GroupStore`."""

    def prints(self, shop_ids: Sequence[str]) -> Mapping[str, Sequence[int]]:
        """The prints of these shops' sentences, one sentence after the other."""
        ...

    def marks(self, shop_ids: Sequence[str]) -> Mapping[str, ShopMarks]:
        """Whole, of these shops."""
        ...

    def print_holders(self, prints: Sequence[int]) -> Mapping[int, int]:
        """How many shops have a sentence with that print."""
        ...


class CopiedTexts:
    """Compares sentences by their prints; words are read for what is shown only."""

    def __init__(self, store: PrintStore) -> None:
        self._store = store

    def counts(self, pairs: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], int]:
        """How many sentences two shops have in common; pairs without any are absent."""
        found: dict[tuple[str, str], int] = {}
        for pair, alike in self._alike(pairs).items():
            found[pair[0], pair[1]] = min(
                len({place for both in alike for place in both if place[0] == shop_id}) for shop_id in pair
            )
        return found

    def passages(self, groups: Sequence[tuple[str, ...]]) -> Mapping[tuple[str, ...], Sequence[Passage]]:
        """The sentences that at least two shops of a group have and few shops at all, by group."""
        alike = self._alike(groups)
        marks = self._store.marks(sorted({place[0] for pairs in alike.values() for both in pairs for place in both}))
        return {group: list(_grouped(marks, pairs)) for group, pairs in alike.items()}

    def _alike(self, groups: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], list[tuple[Place, Place]]]:
        """Sentences of different shops of a group that are the same or nearly; groups without any are absent."""
        prints = self._store.prints(sorted({shop_id for group in groups for shop_id in group}))
        sets = {shop_id: frozenset(numbers) for shop_id, numbers in prints.items()}
        shared = {group: _in_several([sets[shop_id] for shop_id in group if shop_id in sets]) for group in groups}
        holders = self._store.print_holders(sorted(set().union(*shared.values())))
        found = {}
        for group, numbers in shared.items():
            rare = {printed for printed in numbers if holders.get(printed, 0) <= MAX_HOLDERS}
            pairs = _alike_by(rare, {shop_id: prints[shop_id] for shop_id in group if shop_id in prints})
            if pairs:
                found[group] = pairs
        return found


def _in_several(sets: Iterable[frozenset[int]]) -> set[int]:
    once: set[int] = set()
    several: set[int] = set()
    for numbers in sets:
        several |= once & numbers
        once |= numbers
    return several


def _alike_by(rare: set[int], prints: Mapping[str, Sequence[int]]) -> list[tuple[Place, Place]]:
    """Pairs of sentences with the whole or enough shingles in common."""
    places: dict[tuple[int, bool], list[Place]] = defaultdict(list)
    for shop_id in sorted(prints) if rare else ():
        for at, printed in enumerate(prints[shop_id]):
            if printed in rare:
                number, part = divmod(at, PRINTS_OF_A_SENTENCE)
                places[printed, not part].append((shop_id, number))
    common: Counter[tuple[Place, Place]] = Counter()
    for (_printed, whole), found in places.items():
        for one, other in combinations(found[:_MOST_PLACES], 2):
            if one[0] != other[0]:
                common[one, other] += _ALIKE if whole else 1
    return [pair for pair, count in common.items() if count >= _ALIKE]


def _grouped(marks: Mapping[str, ShopMarks], alike: Iterable[tuple[Place, Place]]) -> Iterator[Passage]:
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
    shingles = (data[at : at + width] for at in range(0, len(data) - width + 1, 4))
    by_hash = {crc32(shingle): shingle for shingle in shingles}
    chosen = sorted(by_hash)[: PRINTS_OF_A_SENTENCE - 1]
    return (_print(data), *sorted(_print(by_hash[hashed]) for hashed in chosen))


def _print(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big") >> 1


def _sentences(text: str) -> Iterator[tuple[str, str]]:
    for sentence in _END.split(text[:_MAX_BLOCK]):
        folded = _KEPT.sub("", unicodedata.normalize("NFKC", sentence).lower())
        if len(folded) >= _MIN_CHARACTERS:
            yield sentence.strip(), folded
