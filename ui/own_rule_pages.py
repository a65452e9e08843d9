"""自建规则: combined without code, tried on what is stored, kept in versions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from leads.rule_life import STATE_WORDS
from leads.rule_standing import known_rules, standing_of
from offices.rule_desk import TrialFile
from records.errors import ConflictError, InvalidInputError
from records.leads import Severity, Verdict
from records.market import Category, Speaker
from records.people import Permission
from ui.door import Asked, Changing, Visitor
from ui.own_rule_form import OwnRuleForm, for_trial, form_of, read_form, rule_of
from ui.telling import why

__all__ = ["router"]

router = APIRouter(prefix="/rules/own")


async def _sent(request: Request) -> OwnRuleForm:
    return read_form(await request.form())


SentForm = Annotated[OwnRuleForm, Depends(_sent)]
"""The many fields of a rule, read at once."""

_SAID = {"kept": "已保存。试行中只作提示，签批后形成线索。", "same": "与现行版相同，没有增加版本。"}


@router.get("", response_class=HTMLResponse)
def own_rules(visitor: Asked) -> HTMLResponse:
    """Every own rule with how it stands."""
    rules = visitor.rules.own_rules()
    standings = {one.rule.rule_id: one for one in standing_of(visitor.services, known_rules(visitor.services))}
    rows = tuple((one, standings.get(one.rule_id)) for one in rules)
    return visitor.draw("own_rules.html", here="rules", rows=rows, states=STATE_WORDS)


@router.get("/new", response_class=HTMLResponse)
def new_rule(visitor: Asked) -> HTMLResponse:
    """An empty form under the first free id."""
    visitor.desk.need(Permission.RULES_DRAFT)
    return _draw(visitor, OwnRuleForm(rule_id=visitor.rules.free_id(), regions=visitor.desk.scope))


@router.get("/{rule_id}", response_class=HTMLResponse)
def own_rule(visitor: Asked, rule_id: str, done: str = "") -> HTMLResponse:
    """A rule with all its versions, to be tried and changed."""
    versions = visitor.rules.versions(rule_id.upper())
    return _draw(visitor, form_of(versions[0]), said=_SAID.get(done, ""))


@router.post("/try", response_class=HTMLResponse)
def try_rule(visitor: Changing, form: SentForm) -> Response:
    """Counts and samples over everything stored; nothing is kept."""
    now = visitor.services.clock()
    try:
        rule = rule_of(for_trial(form, now.date()), by=visitor.person.account.login, now=now)
        return _draw(visitor, form, trial=visitor.rules.try_rule(rule))
    except (ConflictError, InvalidInputError) as exc:
        return _draw(visitor, form, problem=why(exc), status=422)


@router.post("/save", response_class=HTMLResponse)
def save_rule(visitor: Changing, form: SentForm) -> Response:
    """Keep the rule, or its next version."""
    try:
        rule = rule_of(form, by=visitor.person.account.login, now=visitor.services.clock())
        kept, changed = visitor.rules.keep_rule(rule)
    except (ConflictError, InvalidInputError) as exc:
        return _draw(visitor, form, problem=why(exc), status=422)
    return RedirectResponse(f"/rules/own/{kept.rule_id}?done={'kept' if changed else 'same'}", status_code=303)


def _draw(
    visitor: Visitor,
    form: OwnRuleForm,
    *,
    trial: TrialFile | None = None,
    said: str = "",
    problem: str = "",
    status: int = 200,
) -> HTMLResponse:
    known = {one.rule_id for one in visitor.rules.own_rules()}
    return visitor.draw(
        "own_rule.html",
        here="rules",
        status=status,
        form=form,
        versions=visitor.rules.versions(form.rule_id) if form.rule_id in known else (),
        trial=trial,
        verdicts=tuple(Verdict),
        categories=tuple(Category),
        speakers=tuple(Speaker),
        severities=tuple(Severity),
        said=said,
        problem=problem,
    )
