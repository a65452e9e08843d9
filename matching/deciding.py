"""What is made of the scored candidates: whom the licence leads to, and `match`, `possible` or `none`.

The decision is not the probability alone (`decide`):

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

from collections.abc import Iterator
from typing import NamedTuple

from matching.calibration import MATCH_AT, NONE_AT
from matching.candidates import CandidateSet
from matching.comparing import SMALLEST_POPULATION, Comparison
from matching.explaining import note
from matching.features import AGREEMENTS, Feature, in_conflict
from matching.findings import Licence, names_conflict
from matching.names.normalise import MAX_NAME_CHARACTERS
from matching.query_facts import Channel, QueryFacts
from matching.scoring import Scored
from records.register import MatchDecision, Reason

__all__ = ["SURE_AT", "Answer", "decide", "icp_remarks", "licence_of"]

SURE_AT = 0.99
"""Probability from which a candidate found by exact keys is not measured against like names: over 3,000 damaged names,
at 200 thousand and at a million entities, nobody else was ever matched for it."""

_SUPPORT = (
    Feature.CODE_EQUAL,
    Feature.CODE_REPAIRED,
    Feature.PHONE_EQUAL,
    Feature.URL_DECLARED,
    Feature.ICP_DECLARED,
    Feature.PERSON_EQUAL,
    Feature.ADDRESS_EQUAL,
)


class Answer(NamedTuple):
    """The candidates compared, best first, how likely each is and none of them, and how many entities there are."""

    scored: tuple[Scored, ...]
    probabilities: tuple[float, ...]
    none: float
    total: int

    @property
    def top(self) -> Scored | None:
        """The likeliest."""
        return self.scored[0] if self.scored else None

    @property
    def sure(self) -> bool:
        """Whether the likeliest is as good as sure."""
        return bool(self.scored) and self.probabilities[0] >= SURE_AT


def licence_of(facts: QueryFacts, found: CandidateSet, answer: Answer) -> Licence:
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


def decide(facts: QueryFacts, answer: Answer, licence: Licence) -> tuple[MatchDecision, tuple[Reason, ...]]:
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


def icp_remarks(facts: QueryFacts, found: CandidateSet) -> Iterator[Reason]:
    """What became of an ICP number that was asked for and led to nobody."""
    if facts.query.icp_no.strip() and not facts.icp:
        yield note("icp", f"“{facts.query.icp_no.strip()[:40]}”不像ICP备案号（应如 浙ICP备12345678号-1），未参与比对")
    elif facts.icp and not found.counts.get(facts.icp):
        yield note("icp", "登记库中没有主体在年报中申报过这个ICP备案号，不作不利")


def _named(comparison: Comparison, holder: Comparison | None) -> bool:
    return comparison is not holder and comparison.has(Feature.NAME_EQUAL, Feature.PARTS_EQUAL)


def _reached(answer: Answer, holder: Comparison | None) -> Comparison | None:
    """The one other entity whose telephone is shown; None also when several have it (an agent's)."""
    others = [
        one.comparison
        for one in answer.scored
        if one.comparison is not holder and one.comparison.has(Feature.PHONE_EQUAL)
    ]
    return others[0] if len(others) == 1 else None


def _named_probability(answer: Answer, named: Comparison | None) -> float:
    for one, probability in zip(answer.scored, answer.probabilities, strict=True):
        if one.comparison is named:
            return probability
    return 0.0


def _same_name(facts: QueryFacts, top: Scored) -> bool:
    """Whether somebody carries just the name shown: then `none` would be wrong however many carry it."""
    alike = top.comparison.has(Feature.CORE_EQUAL) or (facts.parts.bare and top.comparison.has(Feature.BRAND_EQUAL))
    return top.comparison.has(Feature.NAME_EQUAL, Feature.PARTS_EQUAL) or (facts.short and alike)


def _objection(facts: QueryFacts, answer: Answer, top: Scored, *, licence: Licence) -> Reason | None:
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


def _short_sentence(answer: Answer) -> str:
    equals = sum(probability >= answer.probabilities[0] * 0.5 for probability in answer.probabilities)
    return f"名称只有简称，没有区划和组织形式，相近候选{equals}户，须人工核实"
