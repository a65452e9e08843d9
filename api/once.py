"""A change sent twice under one `Idempotency-Key` is made once: the second time the first answer is given again.

What is asked is kept before it is done. A process that dies in between leaves the key without an answer: whether the
change was made is then not known here, so it is not made again and that is said.
Standard: draft-ietf-httpapi-idempotency-key-header.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import MutableMapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from offices.sessions import SignedIn
from offices.together import Together
from records.errors import ConflictError, InvalidInputError, UsageError, WangJianError
from records.idempotency import AnswerStore, RememberedAnswer
from records.ports import Clock

__all__ = ["IDEMPOTENCY_HEADER", "Once"]

IDEMPOTENCY_HEADER = "idempotency-key"
_KEY = re.compile(r"[\x21-\x7e]{1,128}")
_KEPT_FOR = timedelta(hours=24)
_KEPT_HEADERS = ("content-type", "location", "etag")
_MOST_ANSWER_BYTES = 1 << 20
_MOST_BODY_BYTES = 10 << 20
_LOOK = "先读取相应内容看是否已办理；未办理的换一个 Idempotency-Key 重发"


class Once:
    """One a process. What another process is at is known by that process being alive; one that failed at it says so by
    taking its name off."""

    def __init__(self, app: ASGIApp, store: AnswerStore, clock: Clock, *, together: Together) -> None:
        self._app = app
        self._store = store
        self._clock = clock
        self._together = together
        self._going: set[tuple[str, str]] = set()

    async def answer(self, scope: Scope, receive: Receive, send: Send, person: SignedIn) -> None:
        """Do what is asked, or answer as before.

        Raises:
            UsageError: The key is none.
            InvalidInputError: The body is too long.
            ConflictError: The key was used for something else, is being worked on, or its work was cut off.
        """
        headers = Headers(scope=scope)
        key = headers[IDEMPOTENCY_HEADER]
        if not _KEY.fullmatch(key):
            raise UsageError("Idempotency-Key 无法识别", cure="1 至 128 个可见字符，如一个 UUID")
        body = _Body(scope, receive, headers)
        if not body.streamed:
            await body.read()
        asked = RememberedAnswer(
            who=f"{person.account.account_id}{person.key_id and ':'}{person.key_id}",
            key=key,
            process=self._together.process,
            asked_at=self._clock(),
        )
        known = await run_in_threadpool(self._store.begin_answer, asked, forget_before=asked.asked_at - _KEPT_FOR)
        if known is None:
            await self._first(asked, body, send)
            return
        if not body.streamed or known.status:
            await body.read()
        await self._again(known, body.digest(), person)(scope, receive, send)

    async def _first(self, asked: RememberedAnswer, body: _Body, send: Send) -> None:
        going = (asked.who, asked.key)
        self._going.add(going)
        try:
            told = _Told(send)
            try:
                await self._app(body.scope, body.receive, told.send)
            except Exception:
                await self._give_up(asked)
                raise
            if told.status < 300:  # 2xx: done
                kept = asked.model_copy(
                    update={
                        "request_sha256": body.digest(),
                        "status": told.status,
                        "headers": told.kept_headers(),
                        "body": told.kept_body(),
                    }
                )
                await run_in_threadpool(self._store.keep_answer, kept)
            elif told.status < 500:  # refused: nothing was done
                await run_in_threadpool(self._store.drop_answer, asked.who, asked.key)
            else:
                await self._give_up(asked)
            await told.release()
        finally:
            self._going.discard(going)

    async def _give_up(self, asked: RememberedAnswer) -> None:
        """Whether it was done is not known; that nobody is at it any more is."""
        with suppress(WangJianError):  # the records may be what failed
            await run_in_threadpool(self._store.keep_answer, asked.model_copy(update={"process": ""}))

    def _again(self, known: RememberedAnswer, digest: str, person: SignedIn) -> Response:
        holder = person.account.login  # names who holds the key: no conflict of versions
        if known.request_sha256 and known.request_sha256 != digest:
            raise ConflictError(
                "该 Idempotency-Key 已用于另一项内容，未作任何更改", cure="每一项办理用一个新的键", holder=holder
            )
        if not known.status and self._goes_on(known):
            raise ConflictError("同一请求正在办理", cure="稍后用同一键重试，得到其应答", holder=holder)
        if not known.status:
            raise ConflictError("上次请求中途断开，是否已办理无法确定，未再办理", cure=_LOOK, holder=holder)
        if known.body is None:
            raise ConflictError(
                f"该请求此前已办理（HTTP {known.status}），其应答不予保存（口令、密钥只显示一次，文件不重发）",
                cure="需要时重置或另行办理",
                holder=holder,
            )
        headers = {**known.headers, "Idempotency-Replayed": "true", "Cache-Control": "no-store"}
        return Response(known.body, status_code=known.status, headers=headers)

    def _goes_on(self, known: RememberedAnswer) -> bool:
        if known.process == self._together.process:
            return (known.who, known.key) in self._going
        return self._together.is_alive(known.process)


class _Body:
    """What the caller sends, with a digest of it. A form with files is passed on as it comes and counted without its
    boundary, which every program draws anew; anything else is read first."""

    def __init__(self, scope: Scope, receive: Receive, headers: Headers) -> None:
        self.scope = scope
        self._receive = receive
        kind = headers.get("content-type", "")
        found = re.search(r'boundary="?([^";,]{1,70})', kind)
        self.streamed = kind.startswith("multipart/") and found is not None
        self._boundary = found[1].encode() if self.streamed and found else b""
        said = f"{scope['method']}\n{scope['path']}\n{scope['query_string']!r}\n{kind.partition(';')[0]}\n"
        self._hash = hashlib.sha256(said.encode())
        self._tail = b""
        self._content: bytes | None = None
        self._ended = False

    async def read(self) -> None:
        """All of it, to be given on later; of a form only the digest.

        Raises:
            InvalidInputError: It is longer than 10 MB.
        """
        pieces, size = [], 0
        while not self._ended:
            message = await self._next()
            size += len(message.get("body", b""))
            if not self.streamed:
                if size > _MOST_BODY_BYTES:
                    raise InvalidInputError("请求内容超过 10 MB", cure="分次发送")
                pieces.append(message.get("body", b""))
        if not self.streamed and self._content is None:
            self._content = b"".join(pieces)

    async def receive(self) -> Message:
        """For the application: what was read, or the next piece."""
        if self._content is not None:
            content, self._content = self._content, None
            return {"type": "http.request", "body": content, "more_body": False}
        return await self._next() if not self._ended else await self._receive()

    def digest(self) -> str:
        """Of method, address and everything read so far."""
        whole = self._hash.copy()
        whole.update(self._tail)
        return whole.hexdigest()

    async def _next(self) -> MutableMapping[str, Any]:
        message = await self._receive()
        if message["type"] != "http.request":
            self._ended = True
            return message
        self._ended = not message.get("more_body", False)
        self._count(message.get("body", b""))
        return message

    def _count(self, piece: bytes) -> None:
        if not self._boundary:
            self._hash.update(piece)
            return
        data = (self._tail + piece).replace(self._boundary, b"")
        left = len(self._boundary) - 1
        self._hash.update(data[: len(data) - left] if len(data) > left else b"")
        self._tail = data[-left:] if len(data) > left else data


class _Told:
    """The answer on its way: JSON waits until it is kept, so that nobody has an answer that a crash makes unsaid."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waiting: list[Message] = []
        self._holding = True
        self.status = 500
        self._headers = Headers()

    async def send(self, message: Message) -> None:
        """From the application."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._headers = Headers(raw=message["headers"])
            self._holding = "json" in self._headers.get("content-type", "") or self.status == 204
        if self._holding:
            self._waiting.append(message)
        else:
            await self._send(message)

    async def release(self) -> None:
        """To the caller."""
        for message in self._waiting:
            await self._send(message)

    def kept_headers(self) -> dict[str, str]:
        """What of the headers belongs to the answer."""
        return {name: self._headers[name] for name in _KEPT_HEADERS if name in self._headers}

    def kept_body(self) -> str | None:
        """The answer's text; None when it is a file, too long, or says that it must not be stored."""
        if not self._holding or "no-store" in self._headers.get("cache-control", ""):
            return None
        body = b"".join(message.get("body", b"") for message in self._waiting)
        return body.decode() if len(body) <= _MOST_ANSWER_BYTES else None
