"""证据: a capture ordered with what is to be clicked open, a second one, and two captures held against each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from records.clicks import MOST_CLICKS
from records.errors import ConflictError, InvalidInputError, NotFoundError, RefusedError, VerificationError
from records.people import Permission
from ui.door import Asked, Changing, Visitor
from ui.security import IMAGE_POLICY
from ui.telling import why

__all__ = ["USUAL_CLICKS", "router"]

router = APIRouter(prefix="/evidence")

USUAL_CLICKS = ("营业执照", "资质", "全部评价", "商品参数", "店铺信息")
"""What officers mostly have clicked open; offered beside the fields."""

_LONGEST_CLICK = 100
_Text = Annotated[str, Form(max_length=2000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """The form as it was filled in."""

    url: str = ""
    lead_id: str = ""
    clicks: tuple[str, ...] = ()


@router.get("/new", response_class=HTMLResponse)
def order_page(visitor: Asked, url: str = "", lead: str = "") -> HTMLResponse:
    """The form of a capture; `lead`: it will belong to that lead."""
    visitor.desk.need(Permission.EVIDENCE_CAPTURE)
    if lead:
        found = visitor.desk.scoped_lead(lead)
        url = url or (found.urls[0] if found.urls else "")
    return _draw_order(visitor, _Order(url=url[:2000], lead_id=lead))


@router.post("/new", response_class=HTMLResponse)
def order(
    visitor: Changing,
    *,
    url: _Text = "",
    lead_id: Annotated[str, Form(max_length=100)] = "",
    click: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Begin the capture in the background and go to its page, which follows it."""
    clicks = tuple(one.strip()[: _LONGEST_CLICK + 1] for one in click or () if one.strip())
    wanted = _Order(url=url, lead_id=lead_id, clicks=clicks)
    try:
        if not url.strip():
            raise InvalidInputError("没有写网址", cure="填写 http:// 或 https:// 开头的完整网址")
        capture = visitor.evidence.begin(url, lead_id=lead_id, clicks=clicks)
    except (InvalidInputError, RefusedError) as exc:
        return _draw_order(visitor, wanted, problem=why(exc), status=422)
    return RedirectResponse(f"/evidence/{capture.capture_id}", status_code=303)


@router.post("/{capture_id}/second")
def second(visitor: Changing, capture_id: str) -> Response:
    """二次固证: another process captures the page again and holds both against each other."""
    try:
        visitor.keeping.ask_second(capture_id)
    except (ConflictError, InvalidInputError) as exc:
        return _draw_compare(visitor, capture_id, problem=why(exc), status=409)
    return RedirectResponse(f"/evidence/{capture_id}?done=second", status_code=303)


@router.get("/compare", response_class=HTMLResponse)
def compare(visitor: Asked, first: str = "", second: str = "") -> HTMLResponse:
    """Two captures held against each other; with one only, the others of that page to choose from."""
    if not first:
        raise NotFoundError("没有指明哪一次固证", cure="从一次固证的页面点“比对”")
    if not second:
        return _draw_compare(visitor, first)
    try:
        report, words = visitor.keeping.compare(first, second)
    except (InvalidInputError, VerificationError) as exc:
        return _draw_compare(visitor, first, problem=why(exc), status=422)
    return visitor.draw("comparison.html", here="evidence", report=report, words=words, first=first, second=second)


@router.get("/compare.png")
def compared_picture(visitor: Asked, first: str, second: str) -> Response:
    """Both full-page pictures side by side, what differs framed; a picture and nothing else."""
    picture = visitor.keeping.compared_picture(first, second)
    headers = {"Content-Security-Policy": IMAGE_POLICY, "Cache-Control": "private, max-age=3600"}
    return Response(picture, media_type="image/png", headers=headers)


def _draw_order(visitor: Visitor, order: _Order, *, problem: str = "", status: int = 200) -> HTMLResponse:
    fields = (*order.clicks[:MOST_CLICKS], *("",) * max(0, MOST_CLICKS - len(order.clicks)))
    return visitor.draw(
        "capture_order.html",
        here="evidence",
        status=status,
        order=order,
        fields=fields,
        usual=USUAL_CLICKS,
        problem=problem,
    )


def _draw_compare(visitor: Visitor, first: str, *, problem: str = "", status: int = 200) -> HTMLResponse:
    desk = visitor.keeping
    others = desk.comparable(first)
    capture = visitor.services.evidence.capture(first)  # the desk has looked whether it may be seen
    return visitor.draw(
        "compare_choice.html",
        here="evidence",
        status=status,
        capture=capture,
        others=others,
        seconds=desk.seconds(first),
        problem=problem,
    )
