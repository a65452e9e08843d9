"""规则: what each suspects, by which article, who answers for it, and how often officers agreed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from leads.clocks import day_in_china
from leads.rule_life import PRECISION_FLOOR, STATE_WORDS, unverified
from leads.rule_standing import RuleStanding, known_rules, standing_of
from leads.versions import in_force
from records.errors import InvalidInputError, NotFoundError
from records.leads import Basis, Rule
from records.people import Permission
from records.rule_life import RuleAct, RuleState
from ui.door import Asked, Changing, Visitor
from ui.telling import why

__all__ = ["router"]

router = APIRouter(prefix="/rules")

_LONGEST_WORD = 40


class _Act(StrEnum):
    SIGN = "sign"
    SUSPEND = "suspend"
    DEMOTE = "demote"


_ACTS = {_Act.SIGN: RuleAct.SIGNED, _Act.SUSPEND: RuleAct.SUSPENDED, _Act.DEMOTE: RuleAct.DEMOTED}
_TITLES = {_Act.SIGN: "签批施行", _Act.DEMOTE: "降级为提示", _Act.SUSPEND: "停用"}
_SAID = {
    "sign": "已签批，下一次研判起形成线索。",
    "demote": "已降级，仍研判，只作提示。",
    "suspend": "已停用，重新签批前不再研判；已有线索不变。",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A rule of the list. `basis` None: no version of its article is in force today. `unchecked`: 待核 articles."""

    standing: RuleStanding
    basis: Basis | None
    unchecked: int
    state: str


@router.get("", response_class=HTMLResponse)
def rules(visitor: Asked, q: str = "", state: str = "") -> HTMLResponse:
    """All rules, or those whose number, title or article has the words."""
    visitor.desk.need(Permission.LEADS_READ)
    rows = [_row(visitor, one) for one in standing_of(visitor.services, known_rules(visitor.services))]
    counted = Counter(row.standing.life.state for row in rows)
    word = q.strip()[:_LONGEST_WORD]
    shown = [row for row in rows if _fits(row, word) and state in ("", row.standing.life.state.value)]
    return visitor.draw(
        "rules.html",
        here="rules",
        rows=shown,
        total=len(rows),
        unchecked=sum(1 for row in rows if row.unchecked),
        states=tuple((one, STATE_WORDS[one], counted[one]) for one in RuleState if counted[one]),
        state=state,
        q=word,
    )


@router.get("/{rule_id}", response_class=HTMLResponse)
def rule_page(visitor: Asked, rule_id: str, done: str = "") -> HTMLResponse:
    """One rule whole: articles by day, what excuses, what must still be proved, its examples, what was done about it.

    Raises:
        NotFoundError: No such rule.
    """
    return _draw(visitor, rule_id, said=_SAID.get(done, ""))


@router.post("/{rule_id}/decide", response_class=HTMLResponse)
def decide(
    visitor: Changing,
    rule_id: str,
    *,
    action: Annotated[_Act, Form()],
    office: Annotated[str, Form(max_length=200)] = "",
    note: Annotated[str, Form(max_length=1000)] = "",
    floor: Annotated[int, Form(ge=0, le=100)] = round(PRECISION_FLOOR * 100),
) -> Response:
    """签批、停用、降级, with the reason."""
    try:
        share = floor / 100 if action is _Act.SIGN else 0.0
        visitor.rules.decide(rule_id.upper(), _ACTS[action], office=office, note=note, floor=share)
    except InvalidInputError as exc:
        return _draw(visitor, rule_id, problem=why(exc), written=(office, note), status=422)
    return RedirectResponse(f"/rules/{rule_id.upper()}?done={action.value}", status_code=303)


def _draw(
    visitor: Visitor,
    rule_id: str,
    *,
    said: str = "",
    problem: str = "",
    written: tuple[str, str] = ("", ""),
    status: int = 200,
) -> HTMLResponse:
    visitor.desk.need(Permission.LEADS_READ)
    rule = next((one for one in known_rules(visitor.services) if one.rule_id == rule_id.upper()), None)
    if rule is None:
        raise NotFoundError(f"没有规则 {rule_id[:_LONGEST_WORD]}", cure="编号见规则列表")
    (standing,) = standing_of(visitor.services, [rule])
    today = day_in_china(visitor.services.clock())
    return visitor.draw(
        "rule.html",
        here="rules",
        rule=rule,
        row=_row(visitor, standing),
        articles=tuple((one, one in in_force(rule.basis, on=today)) for one in rule.basis),
        penalties=tuple((one, one in in_force(rule.penalty, on=today)) for one in rule.penalty),
        events=tuple(reversed(visitor.services.rules.rule_events(rule.rule_id))),
        acts=tuple((one, title) for one, title in _TITLES.items()),
        may_decide=visitor.may(Permission.RULES_SIGN) and not visitor.desk.scope,
        own=any(one.rule_id == rule.rule_id for one in visitor.services.own_rules.own_rules()),
        said=said,
        problem=problem,
        written=written,
        status=status,
    )


def _row(visitor: Visitor, standing: RuleStanding) -> _Row:
    rule, today = standing.rule, day_in_china(visitor.services.clock())
    current = in_force(rule.basis, on=today)
    return _Row(
        standing=standing,
        basis=current[0] if current else None,
        unchecked=len(unverified(rule, on=today)),
        state=STATE_WORDS[standing.life.state],
    )


def _fits(row: _Row, word: str) -> bool:
    rule: Rule = row.standing.rule
    said = (rule.rule_id, rule.title, *(f"{one.instrument}{one.article}" for one in rule.basis))
    return not word or any(word.casefold() in one.casefold() for one in said)
