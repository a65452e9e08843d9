"""同一经营者的其他店铺, and 案件: shown with reasons, split by an officer, carried as one case."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from leads.cases import case_id_of, draft_case
from matching.groups.remaking import regroup
from matching.groups.ruling import split_ruling
from offices.group_desk import CaseMeans, GroupDesk, GroupFile
from ui.case_pages import Said, draw_case
from ui.door import Changing, Visitor

__all__ = ["group_file", "router"]

router = APIRouter()

_MEANS = CaseMeans(draft=draft_case, case_id_of=case_id_of, regroup=regroup)
_LEFT_OUT_SHOWN = 5


def group_file(visitor: Visitor, shop_id: str) -> GroupFile | None:
    """The group of a shop as this person may see it; None also for a shop of another region or no more there."""
    return _desk(visitor).group_beside(shop_id)


@router.post("/shops/{shop_id}/split")
def split(
    visitor: Changing,
    shop_id: str,
    *,
    shop_ids: Annotated[list[str] | None, Form(max_length=200)] = None,
    reason: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Rule that some shops of the group are of another hand; the page of the shop shows what is left, or the refusal
    stands on the error page with what would be right."""
    desk, now = _desk(visitor), visitor.services.clock()
    desk.rule(
        shop_id,
        lambda group: split_ruling(group, shop_ids or [], actor=desk.account.login, reason=reason, now=now),
        _MEANS,
    )
    return RedirectResponse(f"/shops/{shop_id}#group", status_code=303)


@router.post("/shops/{shop_id}/case")
def open_case(visitor: Changing, shop_id: str, *, title: Annotated[str, Form(max_length=200)] = "") -> Response:
    """并案: one case for the open leads of all shops of the group; opened again, it takes what has come since."""
    made = _desk(visitor).open_case(shop_id, _MEANS, title=title)
    if not made.left_out:
        return RedirectResponse(f"/cases/{made.case.case_id}", status_code=303)
    return draw_case(visitor, made.case.case_id, Said(left_out="；".join(made.left_out[:_LEFT_OUT_SHOWN])))


def _desk(visitor: Visitor) -> GroupDesk:
    return GroupDesk(visitor.services, visitor.caller)
