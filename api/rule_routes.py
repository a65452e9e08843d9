"""Rules: what each suspects and by which article, what is decided about them; own rules, tried and kept."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from api.door import Door, acting, asking, door_of
from api.examples import documented
from api.paging import AskedPage
from api.preconditions import IfMatch, etag_of, version_asked
from api.rule_answers import (
    KEPT,
    OWN_PAGE,
    OWN_VERSIONS,
    RULE_ANSWER,
    RULE_EVENT,
    RULE_PAGE,
    TRIAL,
    KeptRule,
    OwnRulePage,
    OwnRuleVersions,
    OwnRuleWish,
    RuleAnswer,
    RuleDecisionWish,
    RuleItem,
    RulePage,
    TrialAnswer,
    TrialSampleItem,
)
from leads.rule_standing import known_rules, standing_of
from offices.audit import Caller
from offices.desk import not_found
from offices.rule_desk import RuleDesk
from records.leads import Verdict
from records.own_rules import OWN_RULE_ID
from records.people import Permission
from records.rule_life import RuleEvent

__all__ = ["Acting", "Reading", "RuleId", "make_rule_desk", "router"]

router = APIRouter(tags=["规则"])


def make_rule_desk(door: Door, caller: Caller) -> RuleDesk:
    """The desk of rules and lists."""
    return RuleDesk(door.services, caller, door.bench)


Reading = Annotated[RuleDesk, Depends(asking(make_rule_desk))]
Acting = Annotated[RuleDesk, Depends(acting(make_rule_desk))]
RuleId = Annotated[str, Path(pattern=r"^[A-Za-z]\d{2}$")]
_OwnId = Annotated[str, Path(pattern=f"^{OWN_RULE_ID}$")]


@router.get("/rules", summary="规则", responses=documented(RULE_PAGE, 400, 401, 403, 410, 422))
def list_rules(request: Request, desk: Reading, paging: AskedPage) -> RulePage:
    """Every rule with its state and how often officers agreed."""
    desk.need(Permission.LEADS_READ)
    services = door_of(request).services
    standings = standing_of(services, known_rules(services))
    total, following, shown = paging.cut(standings, lambda one: (one.rule.rule_id, one.rule.version))
    return RulePage(total=total, next_cursor=following, items=tuple(map(RuleItem.of, shown)))


@router.get("/rules/{rule_id}", summary="一条规则", responses=documented(RULE_ANSWER, 401, 403, 404, 422))
def read_rule(request: Request, desk: Reading, rule_id: RuleId) -> RuleAnswer:
    """A rule whole: articles, exemptions, examples, and everything that was done about it."""
    desk.need(Permission.LEADS_READ)
    services = door_of(request).services
    rule = next((one for one in known_rules(services) if one.rule_id == rule_id.upper()), None)
    if rule is None:
        raise not_found("规则", rule_id)
    (standing,) = standing_of(services, [rule])
    return RuleAnswer(item=RuleItem.of(standing), rule=rule, events=services.rules.rule_events(rule.rule_id))


@router.post(
    "/rules/{rule_id}/decisions", summary="签批、停用、降级", responses=documented(RULE_EVENT, 401, 403, 404, 422)
)
def decide_rule(desk: Acting, rule_id: RuleId, wanted: RuleDecisionWish) -> RuleEvent:
    """Decide about a rule in its present version, for the whole bureau."""
    return desk.decide(rule_id.upper(), wanted.act, office=wanted.office, note=wanted.note, floor=wanted.floor)


@router.get("/own-rules", summary="自建规则", responses=documented(OWN_PAGE, 400, 401, 403, 410, 422))
def list_own_rules(desk: Reading, paging: AskedPage) -> OwnRulePage:
    """The newest version of each, retired ones last."""
    total, following, shown = paging.cut(desk.own_rules(), lambda one: ("1" if one.retired else "0", one.rule_id))
    return OwnRulePage(total=total, next_cursor=following, free_id=desk.free_id(), items=shown)


@router.get("/own-rules/{rule_id}", summary="一条自建规则", responses=documented(OWN_VERSIONS, 401, 403, 404, 422))
def read_own_rule(response: Response, desk: Reading, rule_id: _OwnId) -> OwnRuleVersions:
    """Every version, newest first. The ETag is needed to save the next one."""
    versions = desk.versions(rule_id)
    response.headers["ETag"] = etag_of(versions[0].version)
    return OwnRuleVersions(versions=versions)


@router.put("/own-rules/{rule_id}", summary="保存自建规则", responses=documented(KEPT, 401, 403, 409, 412, 422, 428))
def keep_own_rule(
    request: Request,
    response: Response,
    desk: Acting,
    *,
    rule_id: _OwnId,
    wanted: OwnRuleWish,
    if_match: IfMatch = None,
) -> KeptRule:
    """Save it, or the next version of the one that was read (If-Match); it is on trial until signed. `retired` takes it
    out of use. A new number, and what says the same already, need no If-Match."""
    desk.need(Permission.RULES_DRAFT)
    own = wanted.rule(rule_id, desk.account.login, door_of(request).services.clock())
    expected = version_asked(if_match) if if_match is not None or desk.is_other(own) else 0
    kept, changed = desk.keep_rule(own, expected_version=expected)
    response.headers["ETag"] = etag_of(kept.version)
    return KeptRule(rule=kept, changed=changed)


@router.post("/own-rules/trials", summary="试行自建规则", responses=documented(TRIAL, 401, 403, 409, 422))
def try_own_rule(request: Request, desk: Acting, wanted: OwnRuleWish) -> TrialAnswer:
    """What a rule would find in what is stored of one's region; nothing is kept."""
    file = desk.try_rule(wanted.rule("Z99", desk.account.login, door_of(request).services.clock()))
    return TrialAnswer(
        shops=file.trial.shops,
        listings=file.trial.listings,
        unread_regions=file.trial.unread_regions,
        suspected_shops=file.suspected_shops,
        counts={verdict: file.trial.count(verdict) for verdict in Verdict},
        samples=tuple(
            TrialSampleItem(shop_id=one.shop.shop_id, shop_name=one.shop.name, finding=one.finding)
            for one in file.samples
        ),
    )
