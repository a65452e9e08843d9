"""The console's router, and what it needs of the app: static files, headers, error pages."""

from __future__ import annotations

from fastapi import APIRouter, Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from ui import (
    account_pages,
    audit_pages,
    bulk_pages,
    capture_order_pages,
    case_pages,
    evidence_keeping_pages,
    evidence_pages,
    exchange_pages,
    facet_pages,
    group_pages,
    health_pages,
    job_pages,
    lead_pages,
    market_pages,
    own_rule_pages,
    paper_pages,
    photo_pages,
    public_pages,
    register_pages,
    report_pages,
    retention_pages,
    review_pages,
    rule_pages,
    saved_search_pages,
    schedule_pages,
    session_pages,
    statistics_pages,
    system_pages,
    target_pages,
    time_pages,
    today_pages,
    upload_pages,
    verify_page,
    visit_pages,
    watch_pages,
)
from ui.door import Door, bring
from ui.errors import install_error_pages
from ui.rendering import STATIC_DIR, Pages
from ui.security import SecurityHeaders

__all__ = ["include_pages", "install"]

_ROOMS = (  # what is asked most stands first, for an address is held against one after another
    session_pages,
    public_pages,
    today_pages,
    bulk_pages,  # before lead_pages, whose leads are at the same place
    lead_pages,
    facet_pages,
    time_pages,
    group_pages,
    case_pages,
    paper_pages,
    health_pages,
    job_pages,
    report_pages,
    statistics_pages,
    market_pages,
    visit_pages,
    schedule_pages,
    verify_page,  # these before evidence_pages, whose captures are at the same place
    capture_order_pages,
    evidence_keeping_pages,
    retention_pages,
    upload_pages,
    photo_pages,
    evidence_pages,
    own_rule_pages,  # before rule_pages, whose rules are at the same place
    rule_pages,
    saved_search_pages,
    exchange_pages,
    watch_pages,
    review_pages,
    target_pages,
    register_pages,
    audit_pages,
    account_pages,
    system_pages,
)


def include_pages(app: FastAPI, door: Door) -> None:
    """All pages of a door (`ui.door.open_door`); none of them stands in the API's description. Pages that need the
    workbench say so where there is none."""
    root = APIRouter(dependencies=[Depends(bring(door))], include_in_schema=False)
    app.include_router(root)  # while it is empty: to include it full works out each route once more, to throw it away
    for room in _ROOMS:
        root.include_router(room.router)


def install(app: FastAPI) -> None:
    """Static files, security headers, compression and error pages. Call it after the API's own error handlers."""
    app.mount("/static", _Static(directory=STATIC_DIR), name="static")
    install_error_pages(app, Pages())
    app.add_middleware(GZipMiddleware, minimum_size=800, compresslevel=4)  # 6 takes half as long again for 9 % less
    app.add_middleware(SecurityHeaders)


class _Static(StaticFiles):
    """Named by digest, so kept for good; asked without one, asked again each time."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        versioned = scope.get("query_string", b"").startswith(b"v=")
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable" if versioned else "no-cache"
        return answer
