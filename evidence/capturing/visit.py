"""One visit from an empty browser to its artefacts, within declared limits, each of which is written down when hit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from playwright.async_api import Browser, CDPSession, Error, Page, Request, Response

from evidence.capturing.browser import launched
from evidence.capturing.recording import iso
from network.proxy import GuardedProxy
from records.canonical import canonical_bytes
from records.ports import Clock

__all__ = ["CaptureLimits", "Made", "Step", "Visit", "VisitPlan", "run_visit"]

_log = structlog.get_logger(__name__)
_VIEWPORT = (1366, 900)
_MOST_EVENTS = 2000
_ATTEMPTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureLimits:
    """How much one capture may take."""

    capture_seconds: float = 60.0
    open_seconds: float = 20.0
    load_seconds: float = 15.0
    step_seconds: float = 20.0
    quiet_seconds: float = 0.25
    settle_seconds: float = 5.0
    scroll_seconds: float = 4.0
    response_bytes: int = 100_000_000
    total_bytes: int = 200_000_000
    screenshot_height_px: int = 16_000


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitPlan:
    """What is visited, how, and by which steps."""

    url: str
    steps: tuple[Step, ...]
    limits: CaptureLimits
    clock: Clock
    executable: str
    user_agent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An artefact as a step made it."""

    role: str
    media_type: str
    method: str
    made_at: datetime
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A named step. One with a role makes an artefact; a required one that fails twice is missing, by its title."""

    name: str
    title: str
    run: Callable[[Visit], Awaitable[bytes | None]]
    role: str = ""
    media_type: str = ""
    method: str = ""
    required: bool = True


@dataclass(slots=True, kw_only=True)
class Visit:
    """What happens during a visit. Steps read `page` and `cdp`, and note what they see."""

    plan: VisitPlan
    page: Page
    cdp: CDPSession
    in_flight: int = 0
    last_traffic: float = 0.0
    browser_version: str = ""
    final_url: str = ""
    title: str = ""
    failure: str = ""
    navigation: list[tuple[int, str]] = field(default_factory=list)
    made: list[Made] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    events: list[dict[str, str | int]] = field(default_factory=list)

    def note(self, kind: str, **facts: str | int) -> None:
        """Write down an event; beyond a bound only the last counts are kept from growing."""
        if len(self.events) < _MOST_EVENTS:
            self.events.append({"kind": kind, "at": iso(self.plan.clock()), **facts})

    def lacks(self, what: str) -> None:
        """Something required is not there; the capture is partial."""
        if what not in self.missing:
            self.missing.append(what)

    def visit_jsonl(self) -> bytes:
        """evidence/visit.jsonl."""
        return b"".join(canonical_bytes(event) + b"\n" for event in self.events)  # type: ignore[arg-type]


def run_visit(plan: VisitPlan, proxy: GuardedProxy) -> Visit:
    """Make the visit in a thread of its own (the caller may have an event loop).

    Raises:
        BrowserAwayError: No browser could be started.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="visit") as pool:
        return pool.submit(lambda: asyncio.run(_visit(plan, proxy))).result()


async def _visit(plan: VisitPlan, proxy: GuardedProxy) -> Visit:
    async with launched(plan.executable, proxy) as browser:
        visit = await _begin(browser, plan)
        deadline = asyncio.get_running_loop().time() + plan.limits.capture_seconds
        for step in plan.steps:
            left = deadline - asyncio.get_running_loop().time()
            if visit.failure:
                break
            if left <= 0:
                visit.note("limit", limit="capture_seconds", step=step.name)
                _give_up(visit, step, "固证总时限已到")
                continue
            await _attempt(visit, step, seconds=min(left, plan.limits.step_seconds + plan.limits.open_seconds))
        return visit


async def _begin(browser: Browser, plan: VisitPlan) -> Visit:
    context = await browser.new_context(
        viewport={"width": _VIEWPORT[0], "height": _VIEWPORT[1]},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        accept_downloads=False,
        user_agent=plan.user_agent or None,
    )
    page = await context.new_page()
    visit = Visit(plan=plan, page=page, cdp=await context.new_cdp_session(page), browser_version=browser.version)
    _listen(visit)
    return visit


def _listen(visit: Visit) -> None:
    loop = asyncio.get_running_loop()

    def began(_: Request) -> None:
        visit.in_flight += 1
        visit.last_traffic = loop.time()

    def ended(request: Request) -> None:
        visit.in_flight = max(0, visit.in_flight - 1)
        visit.last_traffic = loop.time()
        if request.failure:
            visit.note("failed-request", url=request.url[:2000], reason=request.failure)

    def answered(response: Response) -> None:
        request = response.request
        if request.is_navigation_request() and response.frame == visit.page.main_frame:
            visit.navigation.append((response.status, response.url))
            visit.note("navigation", status=response.status, url=response.url[:2000])

    visit.page.on("request", began)
    visit.page.on("requestfinished", ended)
    visit.page.on("requestfailed", ended)
    visit.page.on("response", answered)
    visit.page.on("console", lambda said: visit.note("console", level=said.type, text=said.text[:2000]))
    visit.page.on("pageerror", lambda error: visit.note("page-error", text=str(error)[:2000]))


async def _attempt(visit: Visit, step: Step, *, seconds: float) -> None:
    clock = visit.plan.clock
    for attempt in range(1, _ATTEMPTS + 1):
        started = clock()
        problem = ""
        content: bytes | None = None
        try:
            content = await asyncio.wait_for(step.run(visit), seconds)
        except (Error, TimeoutError) as exc:
            problem = "超时" if isinstance(exc, TimeoutError) else str(exc).splitlines()[0][:300]
        visit.note(
            "step",
            step=step.name,
            title=step.title,
            outcome="failed" if problem else "done",
            attempt=attempt,
            url=visit.page.url,
            started_at=iso(started),
            finished_at=iso(clock()),
            detail=problem,
        )
        if not problem:
            _keep(visit, step, content)
            return
        _log.info("capture_step_failed", step=step.name, attempt=attempt, reason=problem)
        if not step.role:
            return
    _give_up(visit, step, problem)


def _keep(visit: Visit, step: Step, content: bytes | None) -> None:
    if not step.role or visit.failure:
        return
    if not content:
        _give_up(visit, step, "没有内容")
        return
    visit.made.append(
        Made(
            role=step.role,
            media_type=step.media_type,
            method=step.method,
            made_at=visit.plan.clock(),
            content=content,
        )
    )


def _give_up(visit: Visit, step: Step, reason: str) -> None:
    if step.role and step.required:
        visit.lacks(f"{step.title}（{reason}）")
