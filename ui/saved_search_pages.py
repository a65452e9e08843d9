"""保存的检索: kept from the list of leads, opened as that list, with what is new to it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import QueryParams

from offices.search_desk import SearchDesk
from records.errors import InvalidInputError
from records.saved_searches import SavedSearch
from records.search import SearchKind
from ui.conditions import Conditions
from ui.door import Asked, Changing, Visitor
from ui.lead_pages import LEAD_FACETS
from ui.naming import Namer
from ui.searching import SearchState

__all__ = ["described", "router", "search_desk"]

router = APIRouter(prefix="/searches")

_SAID = {"kept": "已保存；此后符合的新线索会在这里和“今天”提醒。", "forgotten": "已删除。"}


@router.get("", response_class=HTMLResponse)
def searches(visitor: Asked, done: str = "") -> HTMLResponse:
    """One's own and shared searches with their new leads."""
    return _draw(visitor, said=_SAID.get(done, ""))


@router.post("")
def keep(
    visitor: Changing,
    *,
    name: Annotated[str, Form(max_length=200)] = "",
    state: Annotated[str, Form(max_length=4000)] = "",
    shared: Annotated[str, Form(max_length=1)] = "",
) -> Response:
    """Save the list one looks at; `state` is its query string."""
    asked = _state(QueryParams(state))
    try:
        search_desk(visitor).keep(name, text=asked.query().text, filters=asked.filters, shared=bool(shared))
    except InvalidInputError as exc:
        return _draw(visitor, problem=str(exc), status=422)
    return RedirectResponse("/searches?done=kept", status_code=303)


@router.post("/{search_id}/open")
def open_search(visitor: Changing, search_id: str) -> Response:
    """The list of a search as it is now; its owner has seen what was new."""
    return RedirectResponse(state_of(search_desk(visitor).look(search_id)).href, status_code=303)


@router.post("/{search_id}/delete")
def forget(visitor: Changing, search_id: str) -> Response:
    """Delete one's own."""
    search_desk(visitor).forget(search_id)
    return RedirectResponse("/searches?done=forgotten", status_code=303)


def search_desk(visitor: Visitor) -> SearchDesk:
    """The desk for saved searches."""
    return SearchDesk(visitor.services, visitor.caller)


def described(search: SavedSearch, namer: Namer) -> tuple[str, ...]:
    """A search in words: what is looked for, then each filter."""
    state = state_of(search)
    words = (f"“{state.text}”",) if state.text else ()
    return (*words, *(chip.title for chip in state.chosen(namer))) or ("全部线索",)


def state_of(search: SavedSearch) -> SearchState:
    """The list a search opens."""
    query = search.query
    text, conditions = Conditions.taken_from(query.text)
    return SearchState(
        path="/leads",
        kind=query.kind,
        facets=LEAD_FACETS,
        text=text,
        filters=query.filters,
        conditions=conditions,
        sort=query.sort,
    )


def _state(params: QueryParams) -> SearchState:
    return SearchState.read(params, path="/leads", kind=SearchKind.LEAD, facets=LEAD_FACETS)


def _draw(visitor: Visitor, *, said: str = "", problem: str = "", status: int = 200) -> HTMLResponse:
    namer = visitor.namer
    rows = tuple((kept, described(kept.search, namer)) for kept in search_desk(visitor).searches())
    return visitor.draw("searches.html", here="leads", rows=rows, said=said, problem=problem, status=status)
