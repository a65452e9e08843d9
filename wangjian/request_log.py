"""Every request has a number, carried by its lines, its audit events and the work it asks for, and one line itself."""

from __future__ import annotations

import re
import secrets
import time

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["RequestLog"]

_NUMBER = re.compile(rb"[0-9A-Za-z_-]{8,64}")
_HEADER = b"x-request-id"
_log = structlog.get_logger(__name__)


class RequestLog:
    """Around the whole application. The line says method, route, answer and time: neither the query, which holds what
    people search for, nor the parts of an address that name somebody."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number = _number_of(scope)
        began, status = time.perf_counter(), 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=number):
            try:
                await self._app(scope, receive, answer)
            finally:
                _log.info(
                    "request",
                    method=scope["method"],
                    route=getattr(scope.get("route"), "path", ""),
                    status=status,
                    seconds=round(time.perf_counter() - began, 4),
                )


def _number_of(scope: Scope) -> str:
    """The caller's own when it is a plain one, else drawn here and put in its place, so that all say the same."""
    sent = next((value for name, value in scope["headers"] if name == _HEADER), b"")
    if _NUMBER.fullmatch(sent):
        return str(sent.decode())
    drawn = secrets.token_hex(8)
    others = [(name, value) for name, value in scope["headers"] if name != _HEADER]
    scope["headers"] = [*others, (_HEADER, drawn.encode())]
    return drawn
