"""Visits from an empty browser to their artefacts, within declared limits, each of which is written down when hit.

What is required and could not be made is tried once more, by a second visit in another new browser. Both visits are
recorded: their exchanges in the same WARC, their steps in the same journal, their pictures in the same film.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import structlog
from playwright.async_api import Browser, Dialog, Error, Frame, Request

from evidence.capturing.browser import Browsers, Lease
from evidence.capturing.clicking import click_to_show
from evidence.capturing.filming import Camera
from evidence.capturing.recording import iso
from evidence.capturing.visit import Made, Step, Visit, VisitPlan
from network.proxy import GuardedProxy

__all__ = ["run_visits"]

_log = structlog.get_logger(__name__)
_VIEWPORT = (1366, 900)
_ATTEMPTS = 2
_FILM = "操作录像"


def run_visits(plan: VisitPlan, proxy: GuardedProxy, browsers: Browsers, *, lease: Lease) -> Visit:
    """Visit, and once more when something required is missing; the visit whose artefacts are kept.

    Raises:
        BrowserAwayError: No browser could be started.
    """
    return browsers.run(_visits(plan, proxy, browsers, lease))


async def _visits(plan: VisitPlan, proxy: GuardedProxy, browsers: Browsers, lease: Lease) -> Visit:
    deadline = asyncio.get_running_loop().time() + plan.limits.capture_seconds
    camera = Camera(plan.clock)
    kept: Visit | None = None
    for number in range(1, plan.attempts + 1):
        async with browsers.browser(lease) as browser:
            visit = await _begin(browser, plan, proxy, camera=camera, number=number)
            if kept is not None:
                visit.events = kept.events
                visit.note("visit-again", missing="、".join(kept.missing)[:1000])
            await _visit(visit, deadline)
        if kept is None or (not visit.failure and len(visit.missing_roles) <= len(kept.missing_roles)):
            kept = visit
        if kept.failure or not kept.missing_roles or asyncio.get_running_loop().time() >= deadline:
            break
    assert kept is not None
    await _keep_film(kept)
    return kept


async def _visit(visit: Visit, deadline: float) -> None:
    loop = asyncio.get_running_loop()
    limits = visit.plan.limits
    for group in _groups(visit.plan.steps):
        left = deadline - loop.time()
        if visit.failure:
            break
        if left <= 0:
            for step in group:
                visit.note("limit", limit="capture_seconds", step=step.name)
                _give_up(visit, step, "固证总时限已到")
            continue
        seconds = min(left, limits.step_seconds + limits.open_seconds)
        await asyncio.gather(*(_attempt(visit, step, seconds=seconds) for step in group))
    visit.chain_open = False
    if not visit.failure:
        await click_to_show(visit, deadline=deadline)
    visit.camera.mark(f"第 {visit.number} 次访问结束", visit.page.url)
    await visit.camera.stop()
    if visit.camera.began_at is None:
        visit.lacks_artefact("recording", f"{_FILM}（{visit.camera.problem or '浏览器没有给出画面'}）")


def _groups(steps: tuple[Step, ...]) -> Iterator[list[Step]]:
    group: list[Step] = []
    for step in steps:
        if group and not step.beside:
            yield group
            group = []
        group.append(step)
    yield group


async def _begin(browser: Browser, plan: VisitPlan, proxy: GuardedProxy, *, camera: Camera, number: int) -> Visit:
    context = await browser.new_context(
        viewport={"width": _VIEWPORT[0], "height": _VIEWPORT[1]},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        accept_downloads=False,
        user_agent=plan.user_agent or None,
        proxy={"server": proxy.url},
    )
    page = await context.new_page()
    visit = Visit(
        plan=plan,
        number=number,
        page=page,
        cdp=await context.new_cdp_session(page),
        camera=camera,
        proxy=proxy,
        browser_version=browser.version,
    )
    await _look_at(browser, visit)
    _listen(visit)
    camera.mark("打开浏览器", plan.url)
    await camera.start(visit.cdp)
    return visit


async def _look_at(browser: Browser, visit: Visit) -> None:
    """That the profile is empty and nothing is built in, before anything is asked for."""
    visit.cookies = len(await visit.page.context.cookies())
    session = await browser.new_browser_cdp_session()
    told = await session.send("Target.getTargets")
    await session.detach()
    targets = [target for target in told["targetInfos"] if target["type"] != "browser"]
    visit.extensions = tuple(found["url"][:200] for found in targets if found["url"].startswith("chrome-extension:"))
    visit.note("browser", version=browser.version, targets=len(targets), cookies=visit.cookies)
    visit.plan.browser_up.set()


def _listen(visit: Visit) -> None:
    def failed(request: Request) -> None:
        visit.note("failed-request", url=request.url[:2000], reason=request.failure or "")

    def navigated(frame: Frame) -> None:
        if frame == visit.page.main_frame:
            visit.camera.moved(frame.url)
        # The first address comes with its redirects from `open_page`; here, where script or a refresh led on.
        if frame == visit.page.main_frame and visit.navigation:
            visit.went(0, frame.url)

    async def asked(dialog: Dialog) -> None:
        visit.note("dialog", type=dialog.type, text=dialog.message[:2000])
        await dialog.dismiss()

    visit.page.on("requestfailed", failed)
    visit.page.on("framenavigated", navigated)
    visit.page.on("dialog", asked)
    visit.page.on("console", lambda said: visit.note("console", level=said.type, text=said.text[:2000]))
    visit.page.on("pageerror", lambda error: visit.note("page-error", text=str(error)[:2000]))


async def _attempt(visit: Visit, step: Step, *, seconds: float) -> None:
    clock, camera = visit.plan.clock, visit.camera
    for attempt in range(1, _ATTEMPTS + 1):
        started = clock()
        problem = ""
        content: bytes | None = None
        label = step.title if visit.number == 1 else f"第 {visit.number} 次访问：{step.title}"
        camera.mark(label, visit.page.url if visit.navigation else visit.plan.url)
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
            film_ms=camera.ms_of(started),
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
    if step.role:
        visit.lacks_artefact(step.role, f"{step.title}（{reason}）")


async def _keep_film(visit: Visit) -> None:
    camera = visit.camera
    content = await asyncio.get_running_loop().run_in_executor(None, camera.film)
    if camera.dropped:
        visit.note("limit", limit="film_frames", dropped=camera.dropped)
    if camera.began_at is None:
        return
    visit.note("film", frames=camera.frames, began_at=iso(camera.began_at), size_bytes=len(content))
    visit.made.append(
        Made(
            role="recording",
            media_type="video/webm",
            method="浏览器画面逐帧录制，画面上写有北京时间、步骤与网址",
            made_at=visit.plan.clock(),
            content=content,
        )
    )
