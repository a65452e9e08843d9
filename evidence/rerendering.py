"""A page drawn again from its package, with the network cut: whether screenshot, text and raw bytes are one page.

The browser is given no way out; every request is answered from the WARC's own bytes, and one the WARC has no answer to
fails. Text and picture are compared as two captures are. Beyond a capture's own time: it is done afterwards.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import structlog
from playwright.async_api import Browser, Error, Page, Request, Route
from playwright.async_api import TimeoutError as BrowserTimeoutError
from warcio.archiveiterator import ArchiveIterator

from evidence.capturing.browser import Browsers
from evidence.capturing.steps import page_text
from evidence.comparing import compare, open_side
from evidence.standalone.verify import FIXED_ROLES, Box, document_url
from records.canonical import canonical_bytes
from records.errors import VerificationError
from records.evidence import Manifest
from records.ports import Clock, Signer
from records.rerendering import LEAST_ALIKE, Rerendering

__all__ = ["BrowserError", "rerender", "rerender_statement"]

BrowserError = Error
"""What a browser raises that fails while it draws; callers catch it under this name and need know no browser."""

_log = structlog.get_logger(__name__)
_LOAD_MS = 30_000
_QUIET_MS = 5_000
_MOST_UNANSWERED = 20
_VIEWPORT = (1366, 900)
_FRAMING = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection"})
_SCROLL = """async () => {
  for (let at = 0; at < document.documentElement.scrollHeight; at += 500) {
    scrollTo(0, at); await new Promise(done => setTimeout(done, 20)) }
  scrollTo(0, 0) }"""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the origin answered, its codings undone."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class _Replay:
    """The answers of a WARC by method and address, given in the order they came; the last again and again."""

    answers: dict[tuple[str, str], deque[_Answer]]
    agent: str = ""
    answered: int = 0
    unanswered: list[str] = field(default_factory=list)

    async def answer(self, route: Route) -> None:
        """Answer from the WARC, through its redirects, or fail the request."""
        found = self._find(route.request)
        if found is None:
            self.unanswered.append(route.request.url[:500])
            await route.abort("connectionfailed")
            return
        self.answered += 1
        with suppress(Error):  # the page may have gone on without waiting
            await route.fulfill(status=found.status, headers=found.headers, body=found.body)

    def _find(self, request: Request) -> _Answer | None:
        url, method = request.url.split("#")[0], request.method
        for _ in range(20):
            waiting = self.answers.get((method, url)) or self.answers.get(("GET", url))
            if not waiting:
                return None
            found = waiting.popleft() if len(waiting) > 1 else waiting[0]
            place = found.headers.get("location", "")
            if not (300 <= found.status < 400 and place):
                return found
            url, method = _joined(url, place), "GET"
        return None


def rerender(package: Path, browsers: Browsers, *, clock: Clock) -> Rerendering:
    """Draw a verified package's page again and compare.

    Raises:
        BrowserAwayError: No browser could be started.
        VerificationError: It does not hold the page's own document.
        OSError, RefusedError: It cannot be read.
        BrowserError: The browser failed while it drew.
    """
    side = open_side(package)
    with package.open("rb") as file:
        box = Box(file, package.stat().st_size)
        manifest = Manifest.model_validate_json(box.read("evidence/manifest.json"))
        replay = _replay(box)
    url = document_url(manifest.model_dump(mode="json")).split("#")[0]
    if ("GET", url) not in replay.answers:
        raise VerificationError(f"证据包没有页面主文档，不能重绘：{url[:200]}")
    lease = browsers.lease()
    try:
        drawn = browsers.run(_draw(browsers, lease, replay, manifest.final_url or url))
    finally:
        browsers.release(lease)
    stripped = (line.strip() for line in drawn.text.decode("utf-8").splitlines())
    lines = tuple(line for line in stripped if line)
    report = compare(side, replace(side, lines=lines if side.lines is not None else None, picture=drawn.picture))
    _log.info("page_rerendered", capture_id=manifest.capture_id, text_score=report.text_score)
    return Rerendering(
        capture_id=manifest.capture_id,
        package_sha256=side.capture.package_sha256,
        url=url,
        text_score=report.text_score,
        picture_score=None if report.picture is None else round(1 - report.picture.changed_score, 4),
        answered=replay.answered,
        unanswered=tuple(dict.fromkeys(replay.unanswered))[:_MOST_UNANSWERED],
        browser=drawn.browser,
        rendered_at=clock(),
    )


def rerender_statement(found: Rerendering, signer: Signer) -> bytes:
    """The scores, sealed: RFC 8785, signed over the part `found`; fractions are text, as in all that is sealed."""
    told = {
        name: str(value) if isinstance(value, float) else value for name, value in found.model_dump(mode="json").items()
    }
    said = {"format": "wangjian-rerender/2", **told, "likeness": found.likeness.value, "alike_from": str(LEAST_ALIKE)}
    signature = signer.sign(canonical_bytes(said)).hex()
    return canonical_bytes({"found": said, "signature": signature, "certificates": signer.certificate_pem})


@dataclass(frozen=True, slots=True)
class _Drawn:
    text: bytes
    picture: bytes
    browser: str


async def _draw(browsers: Browsers, lease: object, replay: _Replay, url: str) -> _Drawn:
    async with browsers.browser(lease) as browser:  # type: ignore[arg-type]  # a Lease, of a module that grows
        page = await _page(browser, replay)
        with suppress(BrowserTimeoutError):  # what is drawn by then is compared
            await page.goto(url, wait_until="load", timeout=_LOAD_MS)
        await page.evaluate(_SCROLL)
        with suppress(BrowserTimeoutError):
            await page.wait_for_load_state("networkidle", timeout=_QUIET_MS)
        await asyncio.sleep(0)
        text = await page_text(page)
        picture = await page.screenshot(full_page=True, timeout=_LOAD_MS)
        return _Drawn(text, picture, browser.version)


async def _page(browser: Browser, replay: _Replay) -> Page:
    context = await browser.new_context(
        viewport={"width": _VIEWPORT[0], "height": _VIEWPORT[1]},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        accept_downloads=False,
        service_workers="block",
        user_agent=replay.agent or None,
    )

    async def answer(route: Route) -> None:
        await replay.answer(route)

    await context.route("**/*", answer)
    return await context.new_page()


def _replay(box: Box) -> _Replay:
    answers: dict[tuple[str, str], deque[_Answer]] = defaultdict(deque)
    waiting: dict[str, tuple[str, _Answer]] = {}
    replay = _Replay(answers)
    for record in _records(box):
        url = record.rec_headers.get_header("WARC-Target-URI") or ""
        if record.rec_type == "response":
            status = int(record.http_headers.get_statuscode() or 0)
            headers = _headers(record.http_headers.headers)
            made = _Answer(status, headers, record.content_stream().read())
            waiting[record.rec_headers.get_header("WARC-Record-ID")] = (url, made)
        elif record.rec_type == "request":
            replay.agent = replay.agent or record.http_headers.get_header("User-Agent") or ""
            found = waiting.pop(record.rec_headers.get_header("WARC-Concurrent-To") or "", None)
            if found is not None:
                answers[(record.http_headers.protocol, found[0])].append(found[1])
    return replay


def _headers(pairs: list[tuple[str, str]]) -> dict[str, str]:
    made: dict[str, str] = {}
    for name, value in pairs:
        lower = name.lower()
        if lower in _FRAMING:
            continue
        joint = "\n" if lower == "set-cookie" else ", "
        made[lower] = f"{made[lower]}{joint}{value}" if lower in made else value
    return made


def _records(box: Box) -> Iterator[Any]:
    with tempfile.TemporaryFile() as file:
        for chunk in box.chunks(FIXED_ROLES["warc"]):
            file.write(chunk)
        file.seek(0)
        yield from ArchiveIterator(file)


def _joined(url: str, place: str) -> str:
    return urljoin(url, place).split("#")[0]
