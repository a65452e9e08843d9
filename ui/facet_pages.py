"""Values of a facet by their names: what stands in no list of the rail, since there are too many."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import QueryParams

from records.errors import AwayError, InvalidInputError, NotFoundError
from records.search import Facet, SearchInterval, SearchKind, SearchResult
from ui.door import Asked, Visitor
from ui.lead_pages import LEAD_FACETS
from ui.market_pages import LISTING_FACETS, SHOP_FACETS
from ui.searching import SearchState
from ui.words import FACET_TITLES

__all__ = ["counted", "list_state", "router"]

router = APIRouter(prefix="/facets")

_LISTS: Mapping[str, tuple[SearchKind, tuple[Facet, ...]]] = MappingProxyType(
    {
        "leads": (SearchKind.LEAD, LEAD_FACETS),
        "shops": (SearchKind.SHOP, SHOP_FACETS),
        "listings": (SearchKind.LISTING, LISTING_FACETS),
    }
)


@router.get("/{name}", response_class=HTMLResponse)
def facet_values(request: Request, visitor: Asked, name: str, of: str = "", find: str = "") -> HTMLResponse:
    """Values of one facet that have the words in their name, as the list of `name` stands; htmx gets them alone."""
    state = list_state(name, request.query_params)
    facet = next((one for one in state.facets if one.value == of), None)
    if facet is None:
        raise NotFoundError("没有这个筛选项", cure="回到检索页")
    problem, counts = "", SearchResult(total=0, hits=())
    try:
        counts = counted(visitor, state, facet)
    except (AwayError, InvalidInputError) as exc:
        problem = str(exc)
    values = state.found_values(facet, counts.facets.get(facet, ()), visitor.namer, words=find[:60])
    return visitor.draw(
        "facet_values.html" if visitor.wants_piece else "facet.html",
        here=name,
        state=state,
        title=FACET_TITLES[facet],
        facet=facet,
        values=values,
        find=find[:60],
        problem=problem,
    )


def list_state(name: str, params: QueryParams) -> SearchState:
    """What is asked of the list of that name. Raises NotFoundError when there is none."""
    if name not in _LISTS:
        raise NotFoundError("没有这个列表", cure="回到检索页")
    kind, facets = _LISTS[name]
    return SearchState.read(params, path=f"/{name}", kind=kind, facets=facets)


def counted(
    visitor: Visitor, state: SearchState, *facets: Facet, histogram: SearchInterval | None = None
) -> SearchResult:
    """The counts of a list alone: of all values of some facets, or by time. Raises as the list itself."""
    only_counts = {"count_facets": facets, "most_values": 0, "histogram": histogram, "limit": 1, "offset": 0}
    query = state.query().model_copy(update=only_counts)
    if state.kind is SearchKind.LEAD:
        return visitor.leads.search(query)[0]
    if state.kind is SearchKind.SHOP:
        return visitor.market.shops(query)[0]
    return visitor.market.listings(query)[0]
