"""What holds for every request of the API before a route is asked: who, how often, and whether it came before."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.door import Door, check_changing, person_of
from api.once import IDEMPOTENCY_HEADER, Once
from api.problems import answer_error
from offices.limits import Standing
from offices.sessions import SignedIn
from records.errors import PermissionRefusedError, RateLimitedError, WangJianError

__all__ = ["Conventions", "describe_conventions"]

PREFIX = "/api/v1/"
_SIGN_IN = f"{PREFIX}session"
_ELSEWHERE = f"{PREFIX}oidc/"
_KEY_PARAMETER: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "同一键的同一请求只办理一次，24 小时内重发得到同一应答；内容不同则 409",
    "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[\\x21-\\x7e]{1,128}$"},
    "example": "b5ab0f0e-3f0c-4a86-9a43-4a5ad0a3a0f1",
}


class Conventions:
    """ASGI middleware around the routes; other addresses pass."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door
        self._once = Once(app, door.services.answers, door.services.clock, together=door.together)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See `Conventions`."""
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            standing = await run_in_threadpool(self._admit, request)
            told = _with_headers(send, standing)
            person: SignedIn | None = request.state.api_person
            if person is not None and self._may_come_twice(request, person):
                await self._once.answer(scope, receive, told, person)
            else:
                await self._app(scope, receive, told)
        except WangJianError as exc:  # of this middleware: those of routes are answered inside
            answer = answer_error(request, exc)
            if isinstance(exc, RateLimitedError):
                answer.headers.update(exc.data["standing"].headers)  # type: ignore[attr-defined]
            await answer(scope, receive, send)

    def _admit(self, request: Request) -> Standing:
        """Who it is and how often they came; raises RateLimitedError. Who is nobody counts by address."""
        person = person_of(request, self._door)
        request.state.api_person = person
        address = request.client.host if request.client else ""
        if (request.method == "POST" and request.url.path == _SIGN_IN) or request.url.path.startswith(_ELSEWHERE):
            return self._door.sign_ins.take(address)
        who = person.key_id or person.account.account_id if person else f"@{address}"
        return self._door.requests.take(who)

    def _may_come_twice(self, request: Request, person: SignedIn) -> bool:
        """A change under a key, from our own pages or by a program; any other is refused by its route."""
        if request.method != "POST" or IDEMPOTENCY_HEADER not in request.headers or request.url.path == _SIGN_IN:
            return False
        try:
            check_changing(request, person)
        except PermissionRefusedError:
            return False
        return True


def describe_conventions(described: dict[str, Any]) -> dict[str, Any]:
    """Say in the description what holds for every operation of the API."""
    for path, operations in described.get("paths", {}).items():
        if not path.startswith(PREFIX):
            continue
        for method, operation in operations.items():
            answers = operation["responses"]
            answers.setdefault("429", _problem("请求过于频繁；Retry-After 说明等多少秒"))
            if method == "post" and path != _SIGN_IN:
                known = operation.setdefault("parameters", [])
                if not any(one.get("name") == "Idempotency-Key" for one in known):
                    known.append(dict(_KEY_PARAMETER))
                answers.setdefault("400", _problem("Idempotency-Key 无法识别"))
                answers.setdefault("409", _problem("键已用于另一内容，或上次请求中断"))
    return described


def _problem(said: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": said, "content": {"application/problem+json": {"schema": schema}}}


def _with_headers(send: Send, standing: Standing) -> Send:
    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(standing.headers)
        await send(message)

    return told
