"""RegisterReader: candidates from one moment of the register, over one connection.

A query asks some twenty short questions. They go to the driver directly: building and wrapping a statement costs ten
times what answering it does, and a statement whose text is known is kept prepared by the driver.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy.engine.interfaces import DBAPIConnection

from records.register import Entity
from records.register_ports import KeyHits, RegisterHit
from stores.sql import grams as gram_index
from stores.sql.lookaside import Lookasides
from stores.sql.lookaside_file import SoughtGrams
from stores.sql.ranked_grams import best_by_rank
from stores.sql.register_counts import RegisterCounts
from stores.sql.register_entities import entities_of
from stores.sql.register_questions import SQLITE, Questions

__all__ = ["SqlRegisterReader"]

_LEAST_CANDIDATES = 60
_MANY_KEYS = 16
_MOST_ROWS = 400


class SqlRegisterReader:
    """See `records.register_ports.RegisterReader`.

    Args:
        driver: A connection of the driver's in a transaction that sees one moment.
        counts: Counts known, shared by all readers.
        lookasides: The file beside the database, where it may be read.
        questions: In the driver's words.
    """

    def __init__(
        self,
        driver: DBAPIConnection,
        counts: RegisterCounts,
        lookasides: Lookasides | None = None,
        *,
        questions: Questions = SQLITE,
    ) -> None:
        self._run = driver.cursor().execute
        self._ask = questions
        newest, token = self._run(questions.moment).fetchone()
        self._total = newest or 0
        self._counts = counts.of(self._total)
        self._aside = lookasides.of(self._total, token, self._run) if lookasides is not None else None

    def by_codes(self, codes: Sequence[str]) -> tuple[RegisterHit, ...]:
        found = self._run(self._ask.by_codes, (self._ask.texts(list(codes)),)).fetchall() if codes else ()
        return tuple(RegisterHit._make(row) for row in sorted(found))

    def by_keys(self, keys: Sequence[str], *, most: int, counted: Sequence[str] = ()) -> KeyHits:
        known = self._counts.keys
        counts = {key: self._count(key) for key in counted}
        numbers: dict[str, list[int]] = {}
        asked = [key for key in dict.fromkeys(keys) if known.get(key, 0) <= most]
        for key, found in self._numbers(asked, most).items():
            if len(found) <= most:
                numbers[key] = found
                counts[key] = known.get(key, 0) or len(found)
            else:
                counts[key] = self._count(key)
        for key in keys:
            if key not in counts and known.get(key, 0) > most:
                counts[key] = known[key]
        outlines = self._outlines({number for found in numbers.values() for number in found})
        hits = {key: tuple(sorted([outlines[number] for number in found])) for key, found in numbers.items()}
        return KeyHits({key: count for key, count in counts.items() if count}, hits)

    def by_grams(self, grams: Sequence[str], *, limit: int, provinces: Sequence[str] = ()) -> tuple[RegisterHit, ...]:
        """By the weight of all shared grams; of equals the one with the fewest grams of its own, then by code."""
        known = self._gram_counts(grams)
        worth = gram_index.weights(known, total=self._total)
        read, unread = gram_index.chosen(known)
        most = max(limit + limit // 2, _LEAST_CANDIDATES)
        shared = self._sharing({gram: worth[gram] for gram in read}, most=most, provinces=provinces)
        more = SoughtGrams([(gram, worth[gram]) for gram in unread]).worth
        ranked = [
            (-shared[number] - more(own), gram_count, code, name, outline)
            for number, (gram_count, own, code, name, outline) in self._asides(shared).items()
        ]
        ranked.sort()
        return tuple([RegisterHit._make(one[2:]) for one in ranked[: max(limit, 0)]])

    def gram_counts(self, grams: Sequence[str]) -> Mapping[str, int]:
        return self._gram_counts(grams)

    def whole(self, codes: Sequence[str]) -> Mapping[str, Entity]:
        if len(codes) == 1:
            return entities_of(self._run(self._ask.whole_one, (codes[0],)))
        return entities_of(self._run(self._ask.whole, (self._ask.texts(list(codes)),)))

    def _sharing(self, worth: Mapping[str, float], *, most: int, provinces: Sequence[str]) -> dict[int, float]:
        """Numbers of those that share most of these grams, with what these are worth; of equals the lowest postings."""
        aside = self._aside
        newer = self._sharing_above(0 if aside is None else aside.file.covers, worth, most)
        if aside is None:
            return {entry & gram_index.NUMBER_MASK: score for entry, score in newer.items()}
        file = aside.file
        ranks = best_by_rank([(file.postings(gram), more) for gram, more in worth.items()], most)
        found = dict(zip(file.numbers(ranks), ranks.values(), strict=True))
        return self._merged(found, newer, most) if newer else found

    def _sharing_above(self, covers: int, worth: Mapping[str, float], most: int) -> dict[int, float]:
        """As `_sharing`, of those with a higher number, by posting."""
        if self._total <= covers:
            return {}
        blocks: dict[str, bytes] = {}
        for gram, entries in self._run(self._ask.postings, (self._ask.texts(list(worth)), covers or -1)):
            blocks[gram] = blocks[gram] + entries if gram in blocks else entries
        return gram_index.best_sharing([(blocks.get(gram, b""), weight) for gram, weight in worth.items()], most)

    def _merged(self, found: dict[int, float], newer: dict[int, float], most: int) -> dict[int, float]:
        """The best of both, the former by number, the latter by posting."""
        least = min(found.values(), default=0.0) if len(found) >= most else 0.0
        postings = {entry: score for entry, score in newer.items() if score >= least}
        if postings:
            for number, (gram_count, _own, code, _name, _outline) in self._asides(found).items():
                postings[gram_index.posting(code, int(gram_count), number)] = found[number]
            best = sorted(postings, key=lambda entry: (-postings[entry], entry))[:most]
            return {entry & gram_index.NUMBER_MASK: postings[entry] for entry in best}
        return found

    def _asides(self, numbers: Collection[int]) -> dict[int, Sequence[str]]:
        """Those of these numbers that are somebody's, with their grams."""
        found = {} if self._aside is None else self._aside.entities(numbers)
        asked = [number for number in numbers if number not in found]
        for number, code, name, outline, own in (
            self._run(self._ask.with_grams, (self._ask.numbers(asked),)) if asked else ()
        ):
            found[number] = (f"{own.count(gram_index.GRAM_SEPARATOR) - 1:03}", own, code, name, outline)
        return found

    def _numbers(self, keys: Sequence[str], most: int) -> dict[str, list[int]]:
        """Who has each of these keys, in one question; of one that more than `most` have, some of them."""
        if not keys:
            return {}
        numbers: dict[str, list[int]] = {}
        rows = self._run(self._ask.by_keys, (self._ask.texts(keys), _MOST_ROWS)).fetchall()
        if len(rows) == _MOST_ROWS:  # a crowd among them: each by itself, so that none is read to its end
            for key in keys:
                if found := self._run(self._ask.by_key, (key, most + 1)).fetchall():
                    numbers[key] = [number for (number,) in found]
            return numbers
        for key, number in rows:
            if key in numbers:
                numbers[key].append(number)
            else:
                numbers[key] = [number]
        return numbers

    def _count(self, key: str) -> int:
        known = self._counts.keys
        if key not in known:
            known[key] = self._run(self._ask.count_of_key, (key,)).fetchone()[0]
        return known[key]

    def _existing(self, keys: Sequence[str]) -> Sequence[str]:
        """Of many keys those that anybody has, in one question."""
        distinct = list(dict.fromkeys(keys))
        if len(distinct) <= _MANY_KEYS:
            return distinct
        return [key for (key,) in self._run(self._ask.existing_keys, (self._ask.texts(distinct),)).fetchall()]

    def _outlines(self, numbers: Collection[int]) -> dict[int, RegisterHit]:
        known = {} if self._aside is None else self._aside.entities(numbers)
        found = {number: RegisterHit._make(one[2:]) for number, one in known.items()}
        asked = [number for number in numbers if number not in found]
        rows = self._run(self._ask.outlines, (self._ask.numbers(asked),)).fetchall() if asked else ()
        for row in rows:
            found[row[0]] = RegisterHit._make(row[1:])
        return found

    def _gram_counts(self, grams: Sequence[str]) -> dict[str, int]:
        known = self._counts.grams
        asked = [gram for gram in grams if gram not in known]
        if asked:
            fresh = dict.fromkeys(asked, 0)
            fresh.update(self._run(self._ask.gram_counts, (self._ask.texts(asked),)).fetchall())
            known.update(fresh)  # in one step: another thread must not meet a gram before its count
        return {gram: count for gram in grams if (count := known[gram])}
