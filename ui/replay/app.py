"""The replay as an application of its own: one page, the component's two files, and the package a ticket names.

It knows no session and answers nothing without a ticket; ReplayWeb.page (AGPL-3.0, unmodified, its own folder) does
the replaying in the browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from records.errors import NotFoundError, WangJianError
from records.ports import BlobStore
from ui.rendering import Pages
from ui.replay.addresses import ReplayDoor

__all__ = ["ByPort", "create_replay_app"]

_HERE = Path(__file__).parent
_FILES = {
    "ui.js": (_HERE / "vendor" / "ui.js", "text/javascript"),
    "sw.js": (_HERE / "vendor" / "sw.js", "text/javascript"),
    "replay.js": (_HERE / "replay.js", "text/javascript"),
    "waiting.js": (_HERE / "waiting.js", "text/javascript"),
    "replay.css": (_HERE / "replay.css", "text/css"),
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self' data: blob:; frame-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
_FRAMED = {**_HEADERS, "Content-Security-Policy": _POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")}
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_CHUNK_BYTES = 1 << 18


class ByPort:
    """Hands a request to the application of the port it came in by, not by what its headers say."""

    def __init__(self, first: ASGIApp, others: dict[int, ASGIApp]) -> None:
        self._first = first
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; start and end of serving go to the first application."""
        server = scope.get("server") if scope["type"] != "lifespan" else None
        app = self._others.get(server[1], self._first) if server else self._first
        await app(scope, receive, send)


def create_replay_app(door: ReplayDoor, blobs: BlobStore) -> FastAPI:
    """The application over the packages in `blobs`."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    pages = Pages()

    @app.exception_handler(WangJianError)
    def _said(_: Request, problem: WangJianError) -> HTMLResponse:
        status = 404 if isinstance(problem, NotFoundError) else 503
        answer = pages.draw("replay_missing.html", {"problem": problem}, status=status)
        answer.headers.update(_HEADERS)
        return answer

    @app.get("/r/{ticket}", response_class=HTMLResponse)
    def page(request: Request, ticket: str) -> HTMLResponse:
        allowed = door.read(ticket, host=request.url.hostname or "")
        answer = pages.draw("replay.html", {"allowed": allowed, "ticket": ticket})
        answer.headers.update(_HEADERS)
        if not allowed.label:  # one name for all: nothing of the page before may be left for this one
            answer.headers["Clear-Site-Data"] = '"cache", "storage"'
        return answer

    @app.get("/replay/", response_class=HTMLResponse)
    def waiting() -> HTMLResponse:
        """The browser's worker answers here once it runs; of a first visit the frame may ask sooner."""
        answer = pages.draw("replay_waiting.html", {})
        answer.headers.update(_FRAMED)
        return answer

    @app.get("/replay/{name}")
    def own_file(name: str) -> FileResponse:
        if name not in _FILES:
            raise NotFoundError("没有这个文件", cure="回到证据页，重新点“回放”")
        path, kind = _FILES[name]
        return FileResponse(path, media_type=kind, headers=_HEADERS)

    @app.api_route("/package/{ticket}/archive.wacz", methods=["GET", "HEAD"])
    def package(request: Request, ticket: str) -> Response:
        allowed = door.read(ticket, host=request.url.hostname or "")
        return _ranged(request, blobs, allowed.package_sha256)

    return app


def _ranged(request: Request, blobs: BlobStore, sha256: str) -> Response:
    """The package or the piece of it that is asked for (RFC 9110 section 14, one range)."""
    with blobs.open(sha256) as stored:
        size = stored.seek(0, 2)
    headers = {**_HEADERS, "Accept-Ranges": "bytes"}
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    first, end = 0, size
    if asked and any(asked.groups()):
        first, end = _span(asked[1], asked[2], size)
        if first >= end:
            return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
        headers["Content-Range"] = f"bytes {first}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - first)
    status = 206 if "Content-Range" in headers else 200
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type="application/wacz")
    return StreamingResponse(
        _pieces(blobs, sha256, first, end), status_code=status, headers=headers, media_type="application/wacz"
    )


def _span(start: str, last: str, size: int) -> tuple[int, int]:
    if not start:
        return max(0, size - int(last)), size
    return int(start), min(int(last) + 1 if last else size, size)


def _pieces(blobs: BlobStore, sha256: str, first: int, end: int) -> Iterator[bytes]:
    with blobs.open(sha256) as stored:
        stored.seek(first)
        left = end - first
        while left and (piece := stored.read(min(left, _CHUNK_BYTES))):
            left -= len(piece)
            yield piece
