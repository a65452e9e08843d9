"""The router: every operation of /api/v1 and the two health addresses at the root."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from api import (
    alarm_routes,
    evidence_routes,
    group_routes,
    health_routes,
    key_routes,
    lead_routes,
    market_routes,
    schedule_routes,
    session_routes,
    upload_routes,
)
from api.door import bring, open_door
from records.ports import Services

__all__ = ["OPENAPI_PATH", "create_router"]

OPENAPI_PATH = "/api/v1/openapi.json"
"""Give this to FastAPI(openapi_url=…)."""

_ROOMS = (
    session_routes,
    lead_routes,
    evidence_routes,
    market_routes,
    alarm_routes,
    schedule_routes,
    group_routes,
    key_routes,
    upload_routes,
)


def create_router(services: Services, *, session_hours: int = 10) -> APIRouter:
    """All routes over these services; `session_hours` is how long a sign-in through the API lasts."""
    root = APIRouter(dependencies=[Depends(bring(open_door(services, session_hours=session_hours)))])
    for room in _ROOMS:
        root.include_router(room.router, prefix="/api/v1")
    root.include_router(health_routes.router)
    return root
