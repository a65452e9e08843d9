"""Every operation of /api/v1 and the two health addresses at the root, put on an application."""

from __future__ import annotations

from fastapi import APIRouter, Depends, FastAPI
from starlette.routing import Match
from starlette.types import Scope

from api import (
    account_routes,
    alarm_routes,
    audit_routes,
    campaign_routes,
    case_routes,
    evidence_routes,
    exchange_routes,
    group_routes,
    health_routes,
    job_routes,
    keeping_routes,
    key_routes,
    lead_routes,
    lead_set_routes,
    market_routes,
    metrics,
    oidc_routes,
    register_import_routes,
    register_routes,
    review_routes,
    rule_pack_routes,
    rule_routes,
    schedule_routes,
    session_routes,
    standing_routes,
    statistics_routes,
    target_change_routes,
    target_routes,
    upload_job_routes,
    upload_routes,
    visit_routes,
    watch_change_routes,
    watch_routes,
)
from api.conventions import Conventions, describe_conventions
from api.door import Door, DoorOptions, bring, open_door
from api.problems import install_problem_handlers
from records.ports import Services

__all__ = ["OPENAPI_PATH", "DoorOptions", "install_api"]

OPENAPI_PATH = "/api/v1/openapi.json"
"""Give this to FastAPI(openapi_url=…)."""

_PREFIX = "/api/v1"
_PLACES = (_PREFIX, "/healthz", "/readyz", "/metrics")
_ROOMS = (
    session_routes,
    oidc_routes,
    lead_routes,
    lead_set_routes,
    evidence_routes,
    market_routes,
    visit_routes,
    alarm_routes,
    schedule_routes,
    campaign_routes,
    group_routes,
    case_routes,
    key_routes,
    upload_routes,
    upload_job_routes,
    job_routes,
    register_import_routes,
    keeping_routes,
    audit_routes,
    account_routes,
    statistics_routes,
    target_routes,
    target_change_routes,
    standing_routes,
    rule_routes,
    rule_pack_routes,
    watch_routes,
    watch_change_routes,
    exchange_routes,
    review_routes,
    register_routes,
)


def install_api(app: FastAPI, services: Services, options: DoorOptions = DoorOptions()) -> None:  # frozen
    """Every route over these services, what holds for all of them, and every error as a problem."""
    door = open_door(services, options)
    install_problem_handlers(app)
    _include_rooms(app, door)
    app.state.sign_ins = door.sign_ins  # one count for both doors
    app.state.sign_in_elsewhere = door.elsewhere.title if door.elsewhere else ""
    app.add_middleware(Conventions, door=door)
    describe = app.openapi
    app.openapi = lambda: describe_conventions(describe())  # type: ignore[method-assign]  # FastAPI's own way


class _Root(APIRouter):
    """Looks for a route only where one can be: a page of the console is held against all of these first."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope.get("root_path") or scope.get("path", "").startswith(_PLACES):
            return super().matches(scope)
        return Match.NONE, {}


def _include_rooms(app: FastAPI, door: Door) -> None:
    root = _Root(dependencies=[Depends(bring(door))])
    app.include_router(root)  # while it is empty: to include it full works out each route once more, to throw it away
    for room in _ROOMS:
        root.include_router(room.router, prefix=_PREFIX)
    root.include_router(health_routes.router)
    root.include_router(metrics.router)
