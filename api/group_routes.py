"""Seller groups, what officers rule on them, and cases that take many shops."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api.door import caller_of, changing, door_of, signed_in
from api.examples import CASE_ANSWER, CASE_PAGE, GROUP_ANSWER, RULING, documented
from api.group_answers import (
    CaseAnswer,
    CasePage,
    CaseWish,
    GroupAnswer,
    GroupShopItem,
    RulingPage,
    RulingWish,
    WithdrawalWish,
)
from api.lead_routes import Id
from api.paging import AskedPage
from api.preconditions import IfMatch, etag_of, tag_asked
from leads.cases import case_id_of, draft_case
from matching.groups.remaking import regroup
from matching.groups.ruling import merge_ruling, split_ruling, withdrawal
from offices.group_desk import CaseFile, CaseMeans, GroupDesk
from offices.sessions import SignedIn
from records.case_parts import CaseState
from records.groups import GroupRuling, RulingKind, SellerGroup
from records.leads import Case
from records.people import Permission

__all__ = ["MEANS", "router"]

router = APIRouter(tags=["关联与案件"])

MEANS = CaseMeans(draft=draft_case, case_id_of=case_id_of, regroup=regroup)
"""What the rooms of leads and matching do for the desk."""


def _groups(request: Request, person: Annotated[SignedIn, Depends(signed_in)]) -> GroupDesk:
    return GroupDesk(door_of(request).services, caller_of(request, person))


def _changing_groups(request: Request, person: Annotated[SignedIn, Depends(changing)]) -> GroupDesk:
    return GroupDesk(door_of(request).services, caller_of(request, person))


_Groups = Annotated[GroupDesk, Depends(_groups)]
_ChangingGroups = Annotated[GroupDesk, Depends(_changing_groups)]


@router.get(
    "/shops/{shop_id}/group",
    summary="同一经营者的其他网店",
    responses=documented(GROUP_ANSWER, 401, 403, 404, 422),
)
def read_group(response: Response, desk: _Groups, shop_id: Id) -> GroupAnswer:
    """The group a shop is in, with the reasons; `group` None when nothing ties it to another. The ETag is needed to
    rule on it."""
    file = desk.group_of(shop_id)
    response.headers["ETag"] = etag_of(desk.tag(shop_id))
    if file is None:
        return GroupAnswer(group=None)
    return GroupAnswer(
        group=file.group,
        others=tuple(
            GroupShopItem(shop_id=other.shop_id, name=other.name, reasons=other.reasons, direct=other.direct)
            for other in file.others
        ),
        hidden_count=file.hidden_count,
        rulings=file.rulings,
        case_id=file.case.case_id if file.case else "",
    )


@router.post(
    "/shops/{shop_id}/group/rulings",
    summary="认定组内网店是否同一经营者",
    responses=documented(RULING, 401, 403, 404, 409, 412, 422, 428),
)
def rule_on_group(
    request: Request, desk: _ChangingGroups, *, shop_id: Id, wanted: RulingWish, if_match: IfMatch = None
) -> GroupRuling:
    """`apart`: these shops of the group are not of the hand of the others; `together`: these are, with all of it."""
    desk.need(Permission.LEADS_ACT)
    now = door_of(request).services.clock()

    def rule(group: SellerGroup) -> GroupRuling:
        actor = desk.account.login
        if wanted.kind is RulingKind.APART:
            return split_ruling(group, wanted.shop_ids, actor=actor, reason=wanted.reason, now=now)
        return merge_ruling((shop_id, *wanted.shop_ids), actor=actor, reason=wanted.reason, now=now)

    return desk.rule(shop_id, rule, MEANS, expected=tag_asked(if_match))


@router.get(
    "/group-rulings",
    summary="关联的人工认定",
    responses=documented(RulingPage(total=1, items=(RULING,)), 400, 401, 403, 410, 422),
)
def list_rulings(desk: _Groups, paging: AskedPage) -> RulingPage:
    """Every ruling on shops of one's region, newest first; what was taken back stays on record."""
    total, following, shown = paging.cut(
        desk.rulings(), lambda one: (one.at.isoformat(), one.ruling_id), newest_first=True
    )
    return RulingPage(total=total, next_cursor=following, items=shown)


@router.post(
    "/group-rulings/{ruling_id}/withdrawal",
    summary="撤销一项认定",
    responses=documented(RULING, 401, 403, 404, 409, 422),
)
def withdraw_ruling(request: Request, desk: _ChangingGroups, *, ruling_id: Id, wanted: WithdrawalWish) -> GroupRuling:
    """Take it back; the groups are remade as if it had not been said."""
    now = door_of(request).services.clock()
    return desk.withdraw(
        ruling_id, lambda one: withdrawal(one, actor=desk.account.login, reason=wanted.reason, now=now), MEANS
    )


@router.get("/cases", summary="案件", responses=documented(CASE_PAGE, 400, 401, 403, 410, 422))
def list_cases(
    desk: _Groups,
    paging: AskedPage,
    state: Annotated[CaseState | None, Query(description="状态")] = None,
    q: Annotated[str, Query(max_length=100, description="名称、案由、当事人中的字")] = "",
) -> CasePage:
    """Cases with a lead in one's region, newest first."""
    found = [one for one in desk.cases() if state in (None, one.case.state) and _has(one.case, q.strip())]
    total, following, shown = paging.cut(
        found, lambda file: (file.case.opened_at.isoformat(), file.case.case_id), newest_first=True
    )
    return CasePage(total=total, next_cursor=following, items=tuple(_answer(file) for file in shown))


@router.post("/cases", summary="并案：为网店所在关联组开立案件", responses=documented(CASE_ANSWER, 401, 403, 404, 422))
def open_case(desk: _ChangingGroups, wanted: CaseWish) -> CaseAnswer:
    """One case with the open leads of all shops of the group; again: what has come since is taken in."""
    made = desk.open_case(wanted.shop_id, MEANS, title=wanted.title)
    answer = _answer(desk.case_file(made.case.case_id))
    return answer.model_copy(update={"left_out": made.left_out})


@router.get("/cases/{case_id}", summary="一个案件", responses=documented(CASE_ANSWER, 401, 403, 404, 422))
def read_case(response: Response, desk: _Groups, case_id: Id) -> CaseAnswer:
    """A case with its leads and why its shops are taken together. The ETag is needed to change it."""
    file = desk.case_file(case_id)
    response.headers["ETag"] = etag_of(file.case.version)
    return _answer(file)


def _has(case: Case, words: str) -> bool:
    return any(words in said for said in (case.title, case.cause, case.case_id, *(one.name for one in case.parties)))


def _answer(file: CaseFile) -> CaseAnswer:
    return CaseAnswer(case=file.case, leads=file.leads, hidden_count=file.hidden_count)
