"""Stage 3: who runs this shop. Candidates, score, distribution, decision (`matching.deciding`), reasons, licence
findings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from matching.calibration import distribution
from matching.candidates import CandidateSet, find_by_keys, widen
from matching.comparing import compare
from matching.deciding import Answer, decide, icp_remarks, licence_of
from matching.edits import ask_usage
from matching.explaining import Explainer, Told, doubt_reason, margin_reason
from matching.findings import Judgement, judge_licence
from matching.names.normalise import NORMALISER_VERSION, key_of, normalise_name
from matching.outlines import Held
from matching.query_facts import QueryFacts, query_facts
from matching.reviewing.recalibrating import applicable, correct, versioned
from matching.scoring import MODEL_VERSION, Scored, score
from matching.shortlist import shortlist
from records.base import stable_id
from records.ports import Clock
from records.register import Candidate, Entity, Match, MatchDecision, MatchQuery, Reason, RegisterStats
from records.register_ports import RegisterReader, RegisterView
from records.reviews import Recalibration

__all__ = ["MOST_CANDIDATES", "MOST_EXPLAINED", "Resolver", "Summary"]

MOST_CANDIDATES = 20
"""How many candidates a Match lists; the probabilities are over these and "not in register"."""

MOST_EXPLAINED = 5
"""How many of them carry reasons; those behind are hardly ever looked at."""

_STATS_SECONDS = 60
_OLD_CAPTURE = timedelta(days=1)


class Summary(NamedTuple):
    """What a row of a table tells of a match: a tenth of the work goes into the rest of the record."""

    decision: MatchDecision
    entity_code: str
    entity_name: str
    probability: float
    candidates: list[tuple[str, str, float]]
    """Code, name and probability of the first ones."""
    reasons: tuple[Reason, ...]
    judged: Judgement


class _Asked:
    """A query on its way: what it says, who it may be, those compared by code, what is made of them."""

    __slots__ = ("answer", "candidates", "facts", "found", "scored")

    def __init__(self, facts: QueryFacts) -> None:
        self.facts = facts
        self.found = CandidateSet()
        self.candidates: list[Held] = []
        self.scored: dict[str, Scored] = {}
        self.answer = Answer((), (), 1.0, 0)


class _Settled(NamedTuple):
    """What was found out about a query."""

    facts: QueryFacts
    found: CandidateSet
    answer: Answer
    decision: MatchDecision
    entity: Entity | None
    remarks: tuple[Reason, ...]
    judged: Judgement


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

    def summaries(self, queries: Sequence[MatchQuery], *, listed: int) -> list[Summary]:
        """The answers to some queries in short, in their order, all from one moment of the register. Each step is taken
        for all of them before the next: what a step reads stays near at hand, which spares a tenth of the time.

        Args:
            listed: How many candidates each names; the reasons are of the first.
        """
        now = self._clock()
        stats = self._register_stats(now)
        with self._register.reading() as reader:
            settled = self._settled(queries, reader, stats, now=now)
            summaries = [self._summary(one, listed) for one in settled]
        for one in settled:
            one.found.release()
        return summaries

    def basis(self) -> str:
        """What answers rest on beside the query: model, its recalibration, normaliser and snapshot."""
        snapshot_id = self._register_stats(self._clock()).snapshot_id
        return f"{self._version}/{NORMALISER_VERSION}/{self._unregistered_share}/{snapshot_id}"

    def _match(
        self, query: MatchQuery, reader: RegisterReader, stats: RegisterStats, *, shop_id: str, now: datetime
    ) -> Match:
        (one,) = self._settled((query,), reader, stats, now=now)
        answer, entity = one.answer, one.entity
        explainer = Explainer(one.facts, one.found, self._told)
        candidates = _candidates(answer, explainer, self._explained)
        one.found.release()
        return Match(
            match_id=stable_id("match", shop_id, query.model_dump_json(), stats.snapshot_id, self._version),
            shop_id=shop_id,
            query=query,
            decision=one.decision,
            entity_code=entity.code if entity else "",
            entity_name=entity.name if entity else "",
            probability=answer.probabilities[0] if answer.probabilities else 0.0,
            not_in_register_probability=answer.none,
            candidates=candidates,
            reasons=(*_top_reasons(answer, candidates[0].reasons if candidates else ()), *one.remarks),
            licence_findings=one.judged.findings,
            withheld_findings=one.judged.withheld,
            model_version=f"{self._version}/{NORMALISER_VERSION}",
            snapshot_id=stats.snapshot_id,
            matched_at=now,
        )

    def _summary(self, one: _Settled, listed: int) -> Summary:
        answer, entity = one.answer, one.entity
        ranked = zip(answer.scored[:listed], answer.probabilities, strict=False)
        explainer = Explainer(one.facts, one.found, self._told)
        first = explainer.reasons_of(answer.scored[0]) if answer.scored else ()
        return Summary(
            one.decision,
            entity.code if entity else "",
            entity.name if entity else "",
            answer.probabilities[0] if answer.probabilities else 0.0,
            [(told.comparison.held.code, told.comparison.held.name, share) for told, share in ranked],
            (*_top_reasons(answer, first), *one.remarks),
            one.judged,
        )

    def _settled(
        self, queries: Sequence[MatchQuery], reader: RegisterReader, stats: RegisterStats, *, now: datetime
    ) -> list[_Settled]:
        asked = [_Asked(_facts(query, reader)) for query in queries]
        self._answer(asked, reader, stats.total)
        return [self._judged(one, snapshot_id=stats.snapshot_id, now=now) for one in asked]

    def _judged(self, one: _Asked, *, snapshot_id: str, now: datetime) -> _Settled:
        facts, found, answer = one.facts, one.found, one.answer
        licence = licence_of(facts, found, answer)
        decision, remarks = decide(facts, answer, licence)
        top = answer.top
        entity = top.comparison.entity if top is not None and decision is MatchDecision.MATCH else None
        then = self._then(facts.query, now)
        judged = judge_licence(facts, licence, matched=entity, then=then, covers=self._covers, snapshot_id=snapshot_id)
        return _Settled(facts, found, answer, decision, entity, (*remarks, *icp_remarks(facts, found)), judged)

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

    def _answer(self, asked: Sequence[_Asked], reader: RegisterReader, total: int) -> None:
        """Find the candidates of each query and what is said of them. Like names are looked for only where the exact
        keys led to nobody who is as good as sure."""
        for one in asked:
            one.found = CandidateSet() if one.facts.empty else find_by_keys(one.facts, reader)
        self._compare(asked, total)
        wanting = [one for one in asked if one.found.wanting and not one.answer.sure]
        for one in wanting:
            widen(one.facts, reader, one.found)
        self._compare(wanting, total)

    def _compare(self, asked: Sequence[_Asked], total: int) -> None:
        """Compare the candidates of each query; those compared already are not compared again."""
        for one in asked:
            one.candidates = shortlist(one.facts, one.found)
            ask_usage(one.facts, [held for held in one.candidates if held.code not in one.scored], one.found)
        for one in asked:
            facts, found, scored = one.facts, one.found, one.scored
            for held in one.candidates:
                if held.code not in scored:
                    scored[held.code] = score(compare(facts, held, found=found, total=total))
        for one in asked:
            one.answer = self._distributed(one, total)

    def _distributed(self, one: _Asked, total: int) -> Answer:
        facts, scored = one.facts, one.scored
        ranked = sorted([scored[held.code] for held in one.candidates], key=_best_first)
        listed = tuple(ranked[:MOST_CANDIDATES])
        probabilities, none = distribution(
            listed, facts, one.found, total=total, unregistered_share=self._unregistered_share
        )
        if self._recalibration is not None:
            channel = facts.calibrated_as.value
            probabilities, none = correct(probabilities, none, channel=channel, recalibration=self._recalibration)
        return Answer(listed, probabilities, none, total)


def _best_first(scored: Scored) -> tuple[float, str]:
    return -scored.score, scored.comparison.held.code


def _facts(query: MatchQuery, reader: RegisterReader) -> QueryFacts:
    facts = query_facts(query)
    whole = f"name:{key_of(normalise_name(query.name))}" if facts.nickname_suffix and query.name else ""
    if whole and reader.by_keys([whole], most=0).counts:
        return query_facts(query, keep_suffix=True)
    return facts


def _candidates(answer: Answer, explainer: Explainer, explained: int) -> tuple[Candidate, ...]:
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


def _top_reasons(answer: Answer, reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    if answer.top is None:
        return ()
    second = answer.scored[1] if len(answer.scored) > 1 else None
    return (*reasons, doubt_reason(reasons, answer.probabilities[0]), margin_reason(answer.top, second))
