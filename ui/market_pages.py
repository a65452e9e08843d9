"""网店, 商品, 主体, 采集运行."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from crawlers.health.blindness import Blindness
from matching.resolver import Resolver
from offices.entity_desk import EntityDesk
from offices.lead_desk import LeadHit
from offices.market_desk import ListingFile
from records.errors import AwayError, InvalidInputError, NotFoundError
from records.market import Listing, Shop
from records.people import Permission
from records.register import Candidate, Match, MatchQuery
from records.search import Facet, SearchKind, SearchQuery, SearchResult
from records.survey import Outcome
from ui.door import Asked, Visitor
from ui.group_pages import group_file
from ui.health_pages import told
from ui.searching import SearchState

__all__ = ["LISTING_FACETS", "SHOP_FACETS", "router"]

router = APIRouter()

SHOP_FACETS = (Facet.DECISION, Facet.TARGET, Facet.REGION, Facet.CATEGORY)
LISTING_FACETS = (Facet.CATEGORY, Facet.TARGET)
_CODE_LENGTHS = (15, 18)
_LEADS_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class _Version:
    """A listing as it stood between two moments, and what differed from the version before."""

    listing: Listing
    changed: tuple[str, ...]


@router.get("/shops", response_class=HTMLResponse)
def shops(request: Request, visitor: Asked) -> HTMLResponse:
    """Shops found."""
    state = SearchState.read(request.query_params, path="/shops", kind=SearchKind.SHOP, facets=SHOP_FACETS)
    problem, result = "", SearchResult(total=0, hits=())
    found: tuple[tuple[Shop, Match | None], ...] = ()
    try:
        result, found = visitor.market.shops(state.query())
    except (AwayError, InvalidInputError) as exc:
        problem = str(exc)
    return _draw_list(visitor, "shops", state, result, found=found, problem=problem)


@router.get("/listings", response_class=HTMLResponse)
def listings(request: Request, visitor: Asked) -> HTMLResponse:
    """Listings found."""
    state = SearchState.read(request.query_params, path="/listings", kind=SearchKind.LISTING, facets=LISTING_FACETS)
    problem, result = "", SearchResult(total=0, hits=())
    found: tuple[Listing, ...] = ()
    try:
        result, found = visitor.market.listings(state.query())
    except (AwayError, InvalidInputError) as exc:
        problem = str(exc)
    return _draw_list(visitor, "listings", state, result, found=found, problem=problem)


@router.get("/shops/{shop_id}", response_class=HTMLResponse)
def shop_page(visitor: Asked, shop_id: str) -> HTMLResponse:
    """One shop: what it shows of its licence, who runs it, its listings, its leads."""
    file = visitor.market.shop_file(shop_id)
    leads = _leads_of(visitor, file.shop.name, shop_id)
    shop = Blindness(services=visitor.services).shop(file.shop)
    return visitor.draw(
        "shop.html",
        here="shops",
        file=file,
        shop=shop,
        match=file.match,
        leads=leads,
        group=group_file(visitor, shop_id),
    )


@router.get("/listings/{listing_id}", response_class=HTMLResponse)
def listing_page(visitor: Asked, listing_id: str) -> HTMLResponse:
    """One listing with its versions, newest first."""
    file = visitor.market.listing_file(listing_id)
    return visitor.draw(
        "listing.html",
        here="listings",
        listing=file.listing,
        shop=file.shop,
        versions=_versions(file),
        target=visitor.namer.target(file.listing.target_id),
    )


@router.get("/entities", response_class=HTMLResponse)
def entities(visitor: Asked, q: str = "") -> Response:
    """The register by code, or by name as a shop would be matched."""
    words = q.strip()[:100]
    visitor.desk.need(Permission.SURVEY_READ)
    problem = ""
    candidates: tuple[Candidate, ...] = ()
    if words and words.isascii() and len(words) in _CODE_LENGTHS:
        try:
            return RedirectResponse(f"/entities/{visitor.market.entity(words).code}", status_code=303)
        except NotFoundError as exc:
            problem = str(exc)
    elif words:
        candidates = _by_name(visitor, words)
    stats = visitor.services.register.stats()
    return visitor.draw(
        "entities.html", here="entities", words=words, candidates=candidates, problem=problem, stats=stats
    )


@router.get("/entities/{code}", response_class=HTMLResponse)
def entity_page(visitor: Asked, code: str) -> HTMLResponse:
    """One entity: its state in the register, everything about it in one's region, and its story in one column."""
    file = EntityDesk(visitor.services, visitor.caller).entity_file(code)
    return visitor.draw("entity.html", here="entities", file=file, entity=file.entity)


@router.get("/runs", response_class=HTMLResponse)
def runs(visitor: Asked) -> HTMLResponse:
    """Survey runs, newest first, each with what it could not read."""
    return visitor.draw(
        "runs.html",
        here="runs",
        runs=visitor.market.runs()[:100],
        going=[told(one) for one in visitor.health.running()],
        alarms_open=len(visitor.health.alarms(open_only=True)),
    )


@router.get("/runs/{run_id}", response_class=HTMLResponse)
def run_page(visitor: Asked, run_id: str) -> HTMLResponse:
    """One run, the addresses that could not be read among it."""
    file = visitor.market.run_file(run_id)
    return visitor.draw(
        "run.html",
        here="runs",
        file=file,
        run=file.run,
        target=file.target,
        outcomes=_ordered(file.outcomes),
        live=told(visitor.health.run_health(run_id)),
        may_act=visitor.may(Permission.SURVEY_ACT),
    )


def _draw_list(
    visitor: Visitor, name: str, state: SearchState, result: SearchResult, *, found: object, problem: str
) -> HTMLResponse:
    namer = visitor.namer
    before, after = state.page_hrefs(result.total)
    return visitor.draw(
        f"{name}_found.html" if visitor.wants_piece else f"{name}.html",
        here=name,
        state=state,
        result=result,
        found=found,
        groups=state.groups(result, namer),
        chosen=state.chosen(namer),
        before=before,
        after=after,
        problem=problem,
        namer=namer,
    )


def _leads_of(visitor: Visitor, words: str, shop_id: str) -> tuple[LeadHit, ...]:
    """Leads of a shop: found by name, then held to the identifier."""
    if not visitor.may(Permission.LEADS_READ) or not words.strip():
        return ()
    quoted = '"' + words.replace('"', " ").strip()[:100] + '"'
    try:
        _, hits = visitor.leads.search(SearchQuery(kind=SearchKind.LEAD, text=quoted, limit=_LEADS_SHOWN))
    except (AwayError, InvalidInputError):
        return ()
    return tuple(hit for hit in hits if hit.lead.shop_id == shop_id)


def _by_name(visitor: Visitor, words: str) -> tuple[Candidate, ...]:
    services = visitor.services
    resolver = Resolver(services.register, services.clock, recalibration=services.reviews.current_recalibration())
    query = MatchQuery(query_id="console", name=words, as_of=visitor.services.clock())
    return resolver.match(query).candidates


def _versions(file: ListingFile) -> tuple[_Version, ...]:
    versions: list[_Version] = []
    before: Listing | None = None
    for listing in file.versions or (file.listing,):
        versions.append(_Version(listing=listing, changed=_differences(before, listing) if before else ()))
        before = listing
    return tuple(reversed(versions))


def _differences(before: Listing, after: Listing) -> tuple[str, ...]:
    compared = {
        "标题": (before.title, after.title),
        "价格": (
            [(price.role, price.amount_fen) for price in before.prices],
            [(price.role, price.amount_fen) for price in after.prices],
        ),
        "文字": (before.texts, after.texts),
        "评价": (before.reviews, after.reviews),
    }
    return tuple(name for name, (old, new) in compared.items() if old != new)


def _ordered(outcomes: Mapping[Outcome, int]) -> tuple[tuple[Outcome, int], ...]:
    return tuple(Counter(dict(outcomes)).most_common())
