"""监控名单: what is looked for, and where it was met."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from leads.rule_standing import known_rules
from offices.job_desk import JobDesk
from offices.watch_desk import WatchDesk
from records.arranging import RowProblem
from records.errors import InvalidInputError, WangJianError
from records.jobs import ENDED, JobKind
from records.people import Permission
from records.watch_lists import WatchCertainty, WatchKind
from ui.door import Asked, Changing, Visitor, sending
from ui.one_file import table_sent
from ui.telling import why

__all__ = ["router"]

router = APIRouter(prefix="/watch")
Sending = Annotated[Visitor, Depends(sending(Permission.RULES_DRAFT))]

_CONFIRMED = "已确认：下一次研判起，命中成为线索。"
_TAKEN = "已导入，正在已采集的全部内容里查找，稍候刷新本页；查找的进度在“任务”里。确认以后，命中才成为线索。"
_SAME = "内容与现行版相同，没有另立一版。"
_TABLES = (".xlsx", ".csv")
_MOST_PROBLEMS = 50
_USUAL = {WatchKind.FAILING: "G21"}


@router.get("", response_class=HTMLResponse)
def watch_lists(visitor: Asked) -> HTMLResponse:
    """Every list in use, with how much of it was met in one's region."""
    return _draw_lists(visitor)


@router.post("", response_class=HTMLResponse)
async def take_list(request: Request, visitor: Sending) -> Response:
    """Load a table, and have everything stored looked through for it; rows that could not be taken are named."""
    words: dict[str, str] = {}
    try:
        async with table_sent(request, visitor, _TABLES) as (words, path):
            title, kind = words.get("title", "")[:100], words.get("kind", "")
            if not title or kind not in set(WatchKind):
                raise InvalidInputError("须写明标题与种类", cure="同一标题再次导入为新的一版")
            read = await run_in_threadpool(
                visitor.rules.take_list, path, title=title, kind=WatchKind(kind), source=words.get("source", "")[:200]
            )
    except InvalidInputError as exc:
        return _draw_lists(visitor, words, problem=why(exc), status=422)
    list_id = read.watched.list_id
    said = _SAME if not read.changed else _look_for(visitor)
    if read.problems:
        return _draw(visitor, list_id, said=said, refused=read.problems)
    return RedirectResponse(f"/watch/{list_id}?done={'same' if said == _SAME else 'taken'}", status_code=303)


def _look_for(visitor: Visitor) -> str:
    try:
        JobDesk(visitor.services, visitor.caller, visitor.door.jobs).begin(JobKind.WATCH_RUN, {})
    except WangJianError as exc:  # the list is kept; looking for it is what could not begin
        return f"已导入，但没有开始查找：{why(exc)}"
    return _TAKEN


def _looking(visitor: Visitor) -> bool:
    """Whether one's own search for lists is still under way: what is not met yet is not absent."""
    desk = JobDesk(visitor.services, visitor.caller, visitor.door.jobs)
    return any(job.kind is JobKind.WATCH_RUN and job.state not in ENDED for job in desk.jobs())


def _draw_lists(
    visitor: Visitor, words: dict[str, str] | None = None, *, problem: str = "", status: int = 200
) -> HTMLResponse:
    return visitor.draw(
        "watch_lists.html",
        here="watch",
        status=status,
        files=WatchDesk(visitor.services, visitor.caller).lists(),
        kinds=tuple(WatchCertainty),
        may_take=visitor.may(Permission.RULES_DRAFT) and not visitor.desk.scope,
        list_kinds=tuple(WatchKind),
        words={"title": "", "kind": WatchKind.FAILING.value, "source": "", **(words or {})},
        problem=problem,
    )


@router.get("/{list_id}", response_class=HTMLResponse)
def watch_list(visitor: Asked, list_id: str, done: str = "") -> HTMLResponse:
    """One list: its rows, and where they were met, newest first."""
    said = {"confirmed": _CONFIRMED, "taken": _TAKEN, "same": _SAME}.get(done, "")
    return _draw(visitor, list_id, said=said)


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


def _draw(  # what the page says beside the list
    visitor: Visitor,
    list_id: str,
    *,
    said: str = "",
    problem: str = "",
    refused: tuple[RowProblem, ...] = (),
    status: int = 200,
) -> HTMLResponse:
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
        refused=refused[:_MOST_PROBLEMS],
        refused_in_all=len(refused),
        looking=_looking(visitor),
    )
