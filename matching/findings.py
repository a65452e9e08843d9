"""亮照核查: what is wrong with the licence shown, as of the capture, each with the cases in which it must not be said.

| finding | said when | not said when |
|---|---|---|
| 代码无效 | the number fails its own checks and the register does not hold it | nothing or a template's filler shown; read off a picture (it may be misread); a single repair hits the register and the name agrees |
| 代码查无 | sound, 市场监督管理's own, not in the register | issued after the register's newest date; other departments' series; an old 13- or 15-digit number |
| 名称与代码不符 | the code is one entity's, the name shown another's | former name; parent and branch; a 个体工商户 shown by its operator's name; a short name |
| 已注销, 已吊销, 已迁出 | the register says so on a date not after the capture | changed after the capture; date unknown and capture older than the register |
| 经营异常, 严重违法失信 | listed not after the capture | listed after it |
| 营业期限届满 | 营业期限止 before the capture day | open-ended; entity no longer active (that is said instead) |

Findings on the state of an entity are said of the holder of the code shown, or of the entity matched; never of a mere
candidate.
"""  # noqa: E501  (a table row is one line)

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta, timezone

from matching.comparing import Comparison, Feature
from matching.identifiers.reading import IdentifierKind
from matching.identifiers.repair import CodeRepair
from matching.names.normalise import key_of, normalise_name
from matching.query_facts import Channel, QueryFacts
from matching.snapshots import snapshot_date
from records.register import Entity, EntityKind, EntityStatus, LicenceFinding, LicenceProblem

__all__ = ["Licence", "licence_findings", "names_conflict"]

_CHINA = timezone(timedelta(hours=8))
_STATUS_PROBLEMS = {
    EntityStatus.CANCELLED: LicenceProblem.CANCELLED,
    EntityStatus.REVOKED: LicenceProblem.REVOKED,
    EntityStatus.MOVED_OUT: LicenceProblem.MOVED_OUT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """What the shown licence leads to: the holder of its code, a repair the name confirms, and whom the name means."""

    holder: Comparison | None = None
    confirmed_repair: tuple[CodeRepair, Comparison] | None = None
    named: Comparison | None = None
    named_probability: float = 0.0


def licence_findings(
    facts: QueryFacts, licence: Licence, *, matched: Entity | None, snapshot_id: str
) -> tuple[LicenceFinding, ...]:
    """Findings about the licence shown, in the order number, name, state, term."""
    findings = [
        _number_finding(facts, licence, snapshot_id),
        _mismatch_finding(facts, licence),
    ]
    entity = licence.holder.entity if licence.holder is not None else matched
    if entity is not None:
        on = facts.query.as_of.astimezone(_CHINA).date()
        findings.append(_status_finding(entity, on, snapshot_date(snapshot_id)))
        findings.extend(_listing_findings(entity, on))
        findings.append(_term_finding(entity, on))
    return tuple(finding for finding in findings if finding is not None)


def names_conflict(facts: QueryFacts, holder: Comparison, named: Comparison | None) -> bool:
    """Whether the name shown is another's than the holder's of the code (see the table for what is no conflict).

    Where the register has somebody else of just that name (`named`), likeness to the holder does not excuse it.
    """
    if facts.channel is not Channel.TEXT or holder.has(Feature.NAME_EQUAL, Feature.PARTS_EQUAL, Feature.FORMER_NAME):
        return False
    if named is None and (holder.name_agrees or holder.has(Feature.BRAND_ALIKE)):
        return False
    entity = holder.entity
    shown, registered = facts.name_key, key_of(normalise_name(entity.name))
    if shown in registered or registered in shown:
        return False
    operator = normalise_name(entity.legal_representative)
    if entity.kind is EntityKind.INDIVIDUAL and operator and operator in shown:
        return False
    short = facts.parts.brand
    return not (len(short) >= 2 and facts.short and short in registered)


def _number_finding(facts: QueryFacts, licence: Licence, snapshot_id: str) -> LicenceFinding | None:
    identifier = facts.identifier
    if identifier.kind is IdentifierKind.NONE or licence.holder is not None:
        return None
    if identifier.kind is IdentifierKind.FOOD_PERMIT and not identifier.problem:
        return None
    if identifier.problem:
        return _invalid_finding(facts, licence)
    return _unknown_finding(facts, snapshot_id)


def _invalid_finding(facts: QueryFacts, licence: Licence) -> LicenceFinding | None:
    if licence.confirmed_repair is not None or "code" in facts.query.read_by_ocr:
        return None
    shown = facts.query.code.strip()[:60]
    return LicenceFinding(
        problem=LicenceProblem.CODE_INVALID,
        sentence=f"所示号码“{shown}”无效：{facts.identifier.problem}，登记库中也没有该号码",
        shown=shown,
    )


def _unknown_finding(facts: QueryFacts, snapshot_id: str) -> LicenceFinding | None:
    identifier, newest = facts.identifier, snapshot_date(snapshot_id)
    if identifier.kind is not IdentifierKind.USCC or identifier.code[0] != "9":
        return None
    issued = facts.query.registered_on
    if issued is not None and newest is not None and issued > newest:
        return None
    until = f"（登记库最新至{newest.isoformat()}）" if newest is not None else ""
    return LicenceFinding(
        problem=LicenceProblem.CODE_UNKNOWN,
        sentence=f"所示代码{identifier.code}校验无误，但登记库中查无此代码{until}",
        shown=identifier.code,
    )


def _mismatch_finding(facts: QueryFacts, licence: Licence) -> LicenceFinding | None:
    holder, named = licence.holder, licence.named
    if holder is not None:
        if not names_conflict(facts, holder, named):
            return None
        also = f"；该名称对应的代码为{named.entity.code}" if named is not None else ""
        return LicenceFinding(
            problem=LicenceProblem.NAME_CODE_MISMATCH,
            sentence=f"所示代码登记在“{holder.entity.name}”名下，与所示名称“{facts.query.name[:60]}”不符{also}",
            shown=facts.query.name[:200],
            registered=holder.entity.name,
        )
    sound_uscc = facts.identifier.kind is IdentifierKind.USCC and facts.identifier.sound
    if not sound_uscc or named is None or len(named.entity.code) != 18:
        return None
    return LicenceFinding(
        problem=LicenceProblem.NAME_CODE_MISMATCH,
        sentence=f"所示名称在登记库中的代码为{named.entity.code}，与所示代码{facts.identifier.code}不符",
        shown=facts.identifier.code,
        registered=named.entity.code,
    )


def _status_finding(entity: Entity, on: date, newest: date | None) -> LicenceFinding | None:
    problem = _STATUS_PROBLEMS.get(entity.status)
    if problem is None:
        return None
    since = entity.status_on
    if since is not None and since > on:
        return None
    if since is None and newest is not None and on < newest:
        return None
    when = f"已于{since.isoformat()}" if since is not None else "（日期登记库未载）已"
    return LicenceFinding(
        problem=problem,
        sentence=f"“{entity.name}”{when}{entity.status.value}，取证时（{on.isoformat()}）仍以其名义亮照",
        shown=entity.code,
        registered=f"{entity.status.value} {since.isoformat() if since else ''}".strip(),
    )


def _listing_findings(entity: Entity, on: date) -> list[LicenceFinding]:
    listed = (
        (LicenceProblem.ABNORMAL, entity.abnormal_since, "经营异常名录"),
        (LicenceProblem.SERIOUSLY_ILLEGAL, entity.seriously_illegal_since, "严重违法失信名单"),
    )
    return [
        LicenceFinding(
            problem=problem,
            sentence=f"“{entity.name}”自{since.isoformat()}起列入{title}，登记库未载移出",
            registered=since.isoformat(),
        )
        for problem, since, title in listed
        if since is not None and since <= on
    ]


def _term_finding(entity: Entity, on: date) -> LicenceFinding | None:
    until = entity.valid_until
    if until is None or until >= on or entity.status is not EntityStatus.ACTIVE:
        return None
    return LicenceFinding(
        problem=LicenceProblem.EXPIRED,
        sentence=f"“{entity.name}”营业期限至{until.isoformat()}届满，登记库未载延期",
        registered=until.isoformat(),
    )
