"""Who it might be: from the surest tier to the widest, stopping when a surer one answered. The last is asked for only
when nobody found by the others is as good as sure (`matching.resolver`).

| tier | asked | when |
|---|---|---|
| code | the code shown; its repairs when it fails its checks | a code is shown |
| key | whole name, former name, telephone, declared shop address, ICP filing | always |
| core | 字号+行业 with the division, then without | name known; groups up to `MOST_OF_A_KEY` |
| misread | 字号+行业 that sounds alike, looks alike or lacks one character | no such name, and no such core there |
| brand | 字号 with the division, then alone | short names and shop names, or nothing surer |
| grams | 1-2-grams of the name without division and form | a short name, or no such name and no such core there |
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from matching.identifiers.repair import CodeRepair
from matching.keys import gapped_cores, grams_of, sound_key
from matching.outlines import Held, outlined
from matching.query_facts import Channel, QueryFacts
from matching.variants import core_variants
from records.register import Entity
from records.register_ports import RegisterHit, RegisterReader

if TYPE_CHECKING:
    from matching.edits import Alignment
    from matching.writing import Written

__all__ = [
    "MOST_BY_GRAMS",
    "MOST_OF_A_KEY",
    "MOST_OF_A_MISREADING",
    "CandidateSet",
    "find_by_keys",
    "find_candidates",
    "widen",
]

MOST_OF_A_KEY = 100
"""A key that more entities share chooses nobody; it is counted, not fetched. Not so a whole name."""

MOST_OF_A_MISREADING = 24
"""A name put right is a guess: one that many entities share is no lead."""

MOST_BY_GRAMS = 40

_BESIDE_THE_NAME = ("phone:", "url:", "icp:")


class CandidateSet:
    """Candidates by code, how many share each key asked for, and what the codes gave. `sure` are the codes of those
    that something beside the name led to."""

    __slots__ = (
        "_entities",
        "_led",
        "_reader",
        "alignments",
        "by_code",
        "counts",
        "gram_counts",
        "held",
        "repaired",
        "sure",
        "wanting",
        "written",
    )

    def __init__(self, reader: RegisterReader | None = None) -> None:
        self.held: dict[str, Held] = {}
        self.counts: dict[str, int] = {}
        self.by_code: Held | None = None
        self.repaired: tuple[tuple[CodeRepair, Held], ...] = ()
        self.sure: set[str] = set()
        self.wanting = False
        self.alignments: dict[str, Alignment | None] = {}
        self.written: dict[str, Written] = {}
        self.gram_counts: dict[str, int] = {}
        self._reader = reader
        self._entities: dict[str, Entity] = {}
        self._led: dict[str, frozenset[str]] = {}

    def add(self, hits: Collection[RegisterHit], *, sure: bool = False) -> None:
        """Take up entities; those known stay as they are."""
        held, whole = self.held, self._entity
        fresh = [hit for hit in hits if hit[0] not in held]
        if unread := [hit.code for hit in fresh if not outlined(hit)]:
            self.read_whole(unread)
        for hit in fresh:
            held[hit[0]] = Held(hit, whole)
        if sure:
            self.sure.update([hit[0] for hit in hits])

    def look_up(self, keys: Sequence[str], *, most: int, counted: Sequence[str] = ()) -> None:
        """Count who has each of the keys, and take up those of keys that at most `most` have (of `counted` none)."""
        if self._reader is None or not (keys or counted):
            return
        counts, hits = self._reader.by_keys(keys, most=most, counted=counted)
        self.counts.update(counts)
        for key, found in hits.items():
            self.add(found, sure=key.startswith(_BESIDE_THE_NAME))
            self._led[key] = frozenset([hit.code for hit in found])

    def count_grams(self, grams: Collection[str]) -> None:
        """Learn how many entities have each of these grams; one nobody has is absent."""
        fresh = [gram for gram in grams if gram not in self.gram_counts]
        if self._reader is not None and fresh:
            self.gram_counts.update(self._reader.gram_counts(fresh))

    def led_by(self, key: str, held: Held) -> bool | None:
        """Whether an entity has a key that was asked for; None when so many have it that they were not fetched."""
        if key in self._led:
            return held.code in self._led[key]
        return None if self.counts.get(key) else False

    def led_to(self, key: str) -> frozenset[str]:
        """The codes of those a key that was asked for led to."""
        return self._led.get(key, frozenset())

    def read_whole(self, codes: Iterable[str]) -> None:
        """Read the records of candidates at once that will be wanted one by one."""
        wanted = [code for code in codes if code not in self._entities]
        if self._reader is not None and wanted:
            self._entities.update(self._reader.whole(wanted))

    def release(self) -> None:
        """Let go of the candidates: they and the set hold one another, and would wait for the collector."""
        self.held.clear()
        self.alignments.clear()
        self.written.clear()

    def _entity(self, code: str) -> Entity:
        if code not in self._entities:
            self.read_whole((code,))
        return self._entities[code]


def find_candidates(facts: QueryFacts, reader: RegisterReader) -> CandidateSet:
    """Everyone worth comparing with the query."""
    found = find_by_keys(facts, reader)
    if found.wanting:
        widen(facts, reader, found)
    return found


def find_by_keys(facts: QueryFacts, reader: RegisterReader) -> CandidateSet:
    """Those found by code and exact keys; `wanting` when like names should be looked for unless these answer."""
    found = CandidateSet(reader)
    _by_code(facts, reader, found)
    contacts = [key for key in (facts.phone, facts.url, facts.icp) if key]
    if facts.name:
        _by_name(facts, contacts, found=found)
    else:
        found.look_up(contacts, most=MOST_OF_A_KEY)
    return found


def _by_code(facts: QueryFacts, reader: RegisterReader, found: CandidateSet) -> None:
    code = facts.identifier.code
    if not code:
        return
    hits = {hit.code: hit for hit in reader.by_codes([code, *(repair.code for repair in facts.repairs)])}
    if code in hits:
        found.add((hits[code],), sure=True)
        found.by_code = found.held[code]
        return
    found.add(hits.values(), sure=True)
    found.repaired = tuple((one, found.held[one.code]) for one in facts.repairs if one.code in hits)


def _by_name(facts: QueryFacts, contacts: Sequence[str], *, found: CandidateSet) -> None:
    whole, tiers, brand = (f"name:{facts.name_key}", f"former:{facts.name_key}"), _name_tiers(facts), _brand(facts)
    counted = () if brand in tiers else (brand,)
    found.look_up((*contacts, *whole, *tiers), most=MOST_OF_A_KEY, counted=counted)
    crowds = [key for key in whole if found.counts.get(key, 0) > MOST_OF_A_KEY]
    found.look_up(crowds, most=max([found.counts[key] for key in crowds], default=0))
    if not any(key in found.counts for key in whole):
        _by_misreading(facts, found)
    found.wanting = facts.short or not (whole[0] in found.counts or _core_found(facts, found, marks=facts.marks))


def widen(facts: QueryFacts, reader: RegisterReader, found: CandidateSet) -> None:
    """Take up those whose names share most of their grams with the one shown."""
    provinces = sorted({code[:2] for code in facts.region_codes})
    found.add(reader.by_grams(grams_of(facts.parts), limit=MOST_BY_GRAMS, provinces=provinces))
    found.wanting = False


def _by_misreading(facts: QueryFacts, found: CandidateSet) -> None:
    marks = [mark for mark in facts.marks if mark[0].isdigit()][:1]
    if marks and _core_found(facts, found, marks=marks):
        return
    if marks:
        cores = (facts.parts.core, *gapped_cores(facts.parts))
        keys = [f"gap-region:{core}|{marks[0]}" for core in cores]
    else:
        keys = [f"core:{core}" for core in core_variants(facts.parts)]
    found.look_up([sound_key(facts.parts), *keys], most=MOST_OF_A_MISREADING)


def _core_found(facts: QueryFacts, found: CandidateSet, *, marks: Iterable[str]) -> bool:
    """Whether somebody has that 字号+行业 in one of these divisions."""
    return any(f"core-region:{facts.parts.core}|{mark}" in found.counts for mark in marks)


def _brand(facts: QueryFacts) -> str:
    return f"brand:{facts.parts.brand}"


def _name_tiers(facts: QueryFacts) -> tuple[str, ...]:
    core, brand, marks = facts.parts.core, facts.parts.brand, facts.marks
    keys = [f"core-region:{core}|{mark}" for mark in marks]
    keys.append(f"core:{core}")
    keys.extend(f"brand-region:{brand}|{mark}" for mark in marks if mark[0].isdigit())
    if facts.short or facts.channel is Channel.NICKNAME:
        keys.append(_brand(facts))
    return tuple(keys)
