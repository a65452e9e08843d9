"""监控名单: what is looked for, and where it was met."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from leads.rule_standing import known_rules
from offices.watch_desk import WatchDesk
from records.errors import InvalidInputError
from records.people import Permission
from records.watch_lists import WatchCertainty, WatchKind
from ui.door import Asked, Changing, Visitor
from ui.telling import why

__all__ = ["router"]

router = APIRouter(prefix="/watch")

_CONFIRMED = "已确认：下一次研判起，命中成为线索。"
_USUAL = {WatchKind.FAILING: "G21"}


@router.get("", response_class=HTMLResponse)
def watch_lists(visitor: Asked) -> HTMLResponse:
    """Every list in use, with how much of it was met in one's region."""
    files = WatchDesk(visitor.services, visitor.caller).lists()
    return visitor.draw("watch_lists.html", here="watch", files=files, kinds=tuple(WatchCertainty))


@router.get("/{list_id}", response_class=HTMLResponse)
def watch_list(visitor: Asked, list_id: str, done: str = "") -> HTMLResponse:
    """One list: its rows, and where they were met, newest first."""
    return _draw(visitor, list_id, said=_CONFIRMED if done == "confirmed" else "")


@router.post("/{list_id}/confirm", response_class=HTMLResponse)
def confirm(
    visitor: Changing,
    list_id: str,
    *,
    rule_id: Annotated[str, Form(max_length=10)] = "",
    reason: Annotated[str, Form(max_length=1000)] = "",
    article: Annotated[str, Form(max_length=400)] = "",
) -> Response:
    """Answer for the list: what it meets becomes leads."""
    try:
        visitor.rules.confirm_list(list_id, rule_id=rule_id, reason=reason, article=article)
    except InvalidInputError as exc:
        return _draw(visitor, list_id, problem=why(exc), status=422)
    return RedirectResponse(f"/watch/{list_id}?done=confirmed", status_code=303)


def _draw(visitor: Visitor, list_id: str, *, said: str = "", problem: str = "", status: int = 200) -> HTMLResponse:
    file = WatchDesk(visitor.services, visitor.caller).file(list_id)
    may_confirm = visitor.may(Permission.RULES_DRAFT) and not visitor.desk.scope and not file.watched.retired
    return visitor.draw(
        "watch_list.html",
        here="watch",
        status=status,
        file=file,
        watched=file.watched,
        kinds=tuple(WatchCertainty),
        rules=known_rules(visitor.services) if may_confirm else (),
        titles={rule.rule_id: rule.title for rule in known_rules(visitor.services)},
        usual=_USUAL.get(file.watched.kind, "G21"),
        said=said,
        problem=problem,
    )
