"""Stage 3: who runs this shop. Candidates, score, distribution, decision, reasons, licence findings.

The decision is not the probability alone (`_decide`):

- `match` needs `MATCH_AT` and no objection. Objections, where nothing beside the name supports it: only a shop's name,
  only a 字号, a short name in a register too small to tell how rare it is, a name that agrees in a part only, a
  difference in branch, number or place. Objections in any case: a code found by repair that the name does not confirm;
  code and name that point at different entities. The last is what a borrowed licence looks like, so it is never settled
  by the stronger of the two: an officer chooses.
- `none` needs P(not in register) of `NONE_AT`, no candidate by its code, and nobody of just the name shown. It never
  means 无照.
- everything else is `possible`, with the candidates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from matching.calibration import MATCH_AT, NONE_AT, distribution
from matching.candidates import CandidateSet, find_by_keys, widen
from matching.comparing import SMALLEST_POPULATION, Comparison, compare
from matching.edits import ask_usage
from matching.explaining import Explainer, Told, doubt_reason, margin_reason, note
from matching.features import AGREEMENTS, Feature, in_conflict
from matching.findings import Licence, judge_licence, names_conflict
from matching.names.normalise import MAX_NAME_CHARACTERS, NORMALISER_VERSION, key_of, normalise_name
from matching.query_facts import Channel, QueryFacts, query_facts
from matching.reviewing.recalibrating import applicable, correct, versioned
from matching.scoring import MODEL_VERSION, Scored, score
from matching.shortlist import shortlist
from records.base import stable_id
from records.ports import Clock
from records.register import Candidate, Entity, Match, MatchDecision, MatchQuery, Reason, RegisterStats
from records.register_ports import RegisterReader, RegisterView
from records.reviews import Recalibration

__all__ = ["MOST_CANDIDATES", "MOST_EXPLAINED", "SURE_AT", "Resolver"]

MOST_CANDIDATES = 20
"""How many candidates a Match lists; the probabilities are over these and "not in register"."""

MOST_EXPLAINED = 5
"""How many of them carry reasons; those behind are hardly ever looked at."""

SURE_AT = 0.99
"""Probability from which a candidate found by exact keys is not measured against like names: over 3,000 damaged names,
at 200 thousand and at a million entities, nobody else was ever matched for it."""

_STATS_SECONDS = 60
_OLD_CAPTURE = timedelta(days=1)
_SUPPORT = (
    Feature.CODE_EQUAL,
    Feature.CODE_REPAIRED,
    Feature.PHONE_EQUAL,
    Feature.URL_DECLARED,
    Feature.ICP_DECLARED,
    Feature.PERSON_EQUAL,
    Feature.ADDRESS_EQUAL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    scored: tuple[Scored, ...]
    probabilities: tuple[float, ...]
    none: float
    total: int

    @property
    def top(self) -> Scored | None:
        return self.scored[0] if self.scored else None


class Resolver:
    """Answers queries from one register.

    Args:
        register: Where candidates come from.
        clock: Stamps matches; the size of the register is asked again once a minute by it.
        unregistered_share: Share of sellers expected to be in no register, when a campaign knows it; the fit's own
            otherwise.
        recalibration: What labels of reviewers made of the calibration; None for the fit as it is.
        explained: How many candidates carry reasons.
    """

    def __init__(
        self,
        register: RegisterView,
        clock: Clock,
        *,
        unregistered_share: float | None = None,
        recalibration: Recalibration | None = None,
        explained: int = MOST_EXPLAINED,
    ) -> None:
        self._recalibration = applicable(MODEL_VERSION, recalibration)
        self._version = versioned(MODEL_VERSION, self._recalibration)
        self._register = register
        self._clock = clock
        self._unregistered_share = unregistered_share
        self._explained = explained
        self._stats: RegisterStats | None = None
        self._stats_at: datetime | None = None
        self._covered: dict[tuple[str, str], bool] = {}
        self._told: Told = {}

    def match(self, query: MatchQuery, *, shop_id: str = "") -> Match:
        """The answer for one query; the same query over the same snapshot gives the same match."""
        now = self._clock()
        stats = self._register_stats(now)
        with self._register.reading() as reader:
            return self._match(query, reader, stats, shop_id=shop_id, now=now)

    def match_all(self, queries: Iterable[MatchQuery]) -> Iterator[Match]:
        """The answers to some queries, in their order, all from one moment of the register."""
        now = self._clock()
        stats = self._register_stats(now)
        with self._register.reading() as reader:
            for query in queries:
                yield self._match(query, reader, stats, shop_id="", now=now)

    def basis(self) -> str:
        """What answers rest on beside the query: model, its recalibration, normaliser and snapshot."""
        snapshot_id = self._register_stats(self._clock()).snapshot_id
        return f"{self._version}/{NORMALISER_VERSION}/{self._unregistered_share}/{snapshot_id}"

    def _match(
        self, query: MatchQuery, reader: RegisterReader, stats: RegisterStats, *, shop_id: str, now: datetime
    ) -> Match:
        facts = _facts(query, reader)
        found, answer = self._found(facts, reader, stats.total)
        licence = _licence(facts, found, answer)
        decision, remarks = _decide(facts, answer, licence)
        shown = answer.top is not None and decision is MatchDecision.MATCH
        entity = answer.top.comparison.entity if answer.top is not None and shown else None
        candidates = _candidates(answer, Explainer(facts, found, self._told), self._explained)
        then = self._then(query, now)
        judged = judge_licence(
            facts, licence, matched=entity, then=then, covers=self._covers, snapshot_id=stats.snapshot_id
        )
        remarks = (*remarks, *_icp_remarks(facts, found))
        found.release()
        return Match(
            match_id=stable_id("match", shop_id, query.model_dump_json(), stats.snapshot_id, self._version),
            shop_id=shop_id,
            query=query,
            decision=decision,
            entity_code=entity.code if entity else "",
            entity_name=entity.name if entity else "",
            probability=answer.probabilities[0] if answer.probabilities else 0.0,
            not_in_register_probability=answer.none,
            candidates=candidates,
            reasons=(*_top_reasons(answer, candidates), *remarks),
            licence_findings=judged.findings,
            withheld_findings=judged.withheld,
            model_version=f"{self._version}/{NORMALISER_VERSION}",
            snapshot_id=stats.snapshot_id,
            matched_at=now,
        )

    def _covers(self, start: str) -> bool:
        """As the register's, asked once of a snapshot."""
        key = (self._stats.snapshot_id if self._stats is not None else "", start)
        if key not in self._covered:
            self._covered[key] = self._register.covers(start)
        return self._covered[key]

    def _then(self, query: MatchQuery, now: datetime) -> Callable[[str], Entity | None]:
        """What the register held of an entity at the capture; not asked of a capture of the last day."""

        def known(code: str) -> Entity | None:
            old = now - query.as_of > _OLD_CAPTURE
            return self._register.as_known((code,), query.as_of).get(code) if old else None

        return known

    def _register_stats(self, now: datetime) -> RegisterStats:
        old = self._stats_at is None or now - self._stats_at >= timedelta(seconds=_STATS_SECONDS)
        if self._stats is None or old or not self._stats.total:
            self._stats, self._stats_at = self._register.stats(), now
        return self._stats

    def _found(self, facts: QueryFacts, reader: RegisterReader, total: int) -> tuple[CandidateSet, _Answer]:
        """The candidates with what is said of them. Like names are looked for only where the exact keys led to nobody
        who is as good as sure."""
        scored: dict[str, Scored] = {}
        found = CandidateSet() if facts.empty else find_by_keys(facts, reader)
        answer = self._answer(facts, found, scored, total=total)
        if found.wanting and not (answer.top is not None and answer.probabilities[0] >= SURE_AT):
            widen(facts, reader, found)
            answer = self._answer(facts, found, scored, total=total)
        return found, answer

    def _answer(self, facts: QueryFacts, found: CandidateSet, scored: dict[str, Scored], *, total: int) -> _Answer:
        """`scored`: those compared already; the new ones are put beside them."""
        candidates = shortlist(facts, found)
        ask_usage(facts, [held for held in candidates if held.code not in scored], found)
        for held in candidates:
            if held.code not in scored:
                scored[held.code] = score(compare(facts, held, found=found, total=total))
        ranked = sorted(
            [scored[held.code] for held in candidates], key=lambda one: (-one.score, one.comparison.held.code)
        )
        listed = tuple(ranked[:MOST_CANDIDATES])
        probabilities, none = distribution(
            listed, facts, found, total=total, unregistered_share=self._unregistered_share
        )
        channel = facts.calibrated_as.value
        probabilities, none = correct(probabilities, none, channel=channel, recalibration=self._recalibration)
        return _Answer(scored=listed, probabilities=probabilities, none=none, total=total)


def _facts(query: MatchQuery, reader: RegisterReader) -> QueryFacts:
    facts = query_facts(query)
    whole = f"name:{key_of(normalise_name(query.name))}" if facts.nickname_suffix and query.name else ""
    if whole and reader.by_keys([whole], most=0).counts:
        return query_facts(query, keep_suffix=True)
    return facts


def _licence(facts: QueryFacts, found: CandidateSet, answer: _Answer) -> Licence:
    """What the code shown led to, and whether the name goes with it."""
    by_code = {one.comparison.held.code: one.comparison for one in answer.scored}
    holder = by_code.get(found.by_code.code) if found.by_code is not None else None
    confirmed = [
        (repair, by_code[held.code])
        for repair, held in found.repaired
        if held.code in by_code and by_code[held.code].name_agrees
    ]
    named = next((one.comparison for one in answer.scored if _named(one.comparison, holder)), None)
    return Licence(
        holder=holder,
        confirmed_repair=confirmed[0] if confirmed else None,
        named=named,
        named_probability=_named_probability(answer, named),
        reached=_reached(answer, holder),
        not_registered=answer.none,
    )


def _named(comparison: Comparison, holder: Comparison | None) -> bool:
    return comparison is not holder and comparison.has(Feature.NAME_EQUAL, Feature.PARTS_EQUAL)


def _reached(answer: _Answer, holder: Comparison | None) -> Comparison | None:
    """The one other entity whose telephone is shown; None also when several have it (an agent's)."""
    others = [
        one.comparison
        for one in answer.scored
        if one.comparison is not holder and one.comparison.has(Feature.PHONE_EQUAL)
    ]
    return others[0] if len(others) == 1 else None


def _named_probability(answer: _Answer, named: Comparison | None) -> float:
    for one, probability in zip(answer.scored, answer.probabilities, strict=True):
        if one.comparison is named:
            return probability
    return 0.0


def _decide(facts: QueryFacts, answer: _Answer, licence: Licence) -> tuple[MatchDecision, tuple[Reason, ...]]:
    if facts.empty:
        return MatchDecision.NONE, (note("empty", "没有名称、号码、电话、网址或ICP备案号，无从比对"),)
    if answer.top is None:
        return MatchDecision.NONE, (note("nothing", "登记库中没有相近的主体；查无不等于无照，须核实"),)
    remarks = [note("long_name", f"名称超过{MAX_NAME_CHARACTERS}字，按前{MAX_NAME_CHARACTERS}字比对")]
    remarks = remarks if facts.name_cut else []
    objection = _objection(facts, answer, answer.top, licence=licence)
    if answer.none >= NONE_AT and licence.holder is None and not _same_name(facts, answer.top):
        return MatchDecision.NONE, (*remarks, note("none", "候选主体都不够相近；查无不等于无照，须核实"))
    if objection is None and answer.probabilities[0] >= MATCH_AT:
        return MatchDecision.MATCH, tuple(remarks)
    if objection is not None:
        remarks.append(objection)
    return MatchDecision.POSSIBLE, tuple(remarks)


def _icp_remarks(facts: QueryFacts, found: CandidateSet) -> Iterator[Reason]:
    """What became of an ICP number that was asked for and led to nobody."""
    if facts.query.icp_no.strip() and not facts.icp:
        yield note("icp", f"“{facts.query.icp_no.strip()[:40]}”不像ICP备案号（应如 浙ICP备12345678号-1），未参与比对")
    elif facts.icp and not found.counts.get(facts.icp):
        yield note("icp", "登记库中没有主体在年报中申报过这个ICP备案号，不作不利")


def _same_name(facts: QueryFacts, top: Scored) -> bool:
    """Whether somebody carries just the name shown: then `none` would be wrong however many carry it."""
    alike = top.comparison.has(Feature.CORE_EQUAL) or (facts.parts.bare and top.comparison.has(Feature.BRAND_EQUAL))
    return top.comparison.has(Feature.NAME_EQUAL, Feature.PARTS_EQUAL) or (facts.short and alike)


def _objection(facts: QueryFacts, answer: _Answer, top: Scored, *, licence: Licence) -> Reason | None:
    """Why the best candidate must not be settled on without an officer, however probable."""
    if licence.holder is not None and names_conflict(facts, licence.holder, licence.named):
        return note("conflict", f"代码属于“{licence.holder.held.name}”，与所示名称不符，须人工核实")
    if top.comparison.has(Feature.CODE_REPAIRED) and not top.comparison.name_agrees:
        return note("repair", "代码经改正后才查到，名称未能印证，须人工核实")
    if top.comparison.has(*_SUPPORT):
        return None
    if facts.channel is Channel.NICKNAME and not facts.query.name:
        return note("nickname", "只有店铺名称，未见执照名称；店铺名称可与他人相同，须人工核实")
    if facts.short and (facts.parts.bare or answer.total < SMALLEST_POPULATION or answer.probabilities[0] < MATCH_AT):
        return note("short", _short_sentence(answer))
    if in_conflict(top.comparison.features):
        return note("differs", "最相近的主体在分支机构、序数、地名或某个词上与所示名称不同，可能是另一主体，须人工核实")
    if facts.name and top.comparison.has(Feature.WRITTEN_FAR) and not top.comparison.has(*AGREEMENTS):
        return note("part", "名称只有一部分与最相近的主体一致，须人工核实")
    return None


def _short_sentence(answer: _Answer) -> str:
    equals = sum(probability >= answer.probabilities[0] * 0.5 for probability in answer.probabilities)
    return f"名称只有简称，没有区划和组织形式，相近候选{equals}户，须人工核实"


def _candidates(answer: _Answer, explainer: Explainer, explained: int) -> tuple[Candidate, ...]:
    return tuple(
        [
            Candidate(
                code=one.comparison.held.code,
                name=one.comparison.held.name,
                probability=probability,
                reasons=explainer.reasons_of(one) if place < explained else (),
            )
            for place, (one, probability) in enumerate(zip(answer.scored, answer.probabilities, strict=True))
        ]
    )


def _top_reasons(answer: _Answer, candidates: tuple[Candidate, ...]) -> tuple[Reason, ...]:
    if answer.top is None:
        return ()
    second = answer.scored[1] if len(answer.scored) > 1 else None
    reasons = candidates[0].reasons
    return (*reasons, doubt_reason(reasons, answer.probabilities[0]), margin_reason(answer.top, second))
