"""点击展示: what a page shows only when clicked (资质页, 营业执照, 全部评价): recorded actions after the steps.

Each click has a picture from before, and from after it a picture of the whole page, its document and its text; which
exchanges began meanwhile; and where it led. A click that fails is named and makes the capture partial.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from playwright.async_api import Error, Locator, Page
from playwright.async_api import TimeoutError as BrowserTimeoutError

from evidence.capturing.recording import iso
from evidence.capturing.steps import page_text, settle
from evidence.capturing.visit import Made, Visit
from records.canonical import canonical_bytes

__all__ = ["click_to_show", "clicks_jsonl"]

_FIND_MS = 3000


class _NotShownError(Exception):
    """Why a click could not be made, in Chinese."""


async def click_to_show(visit: Visit, *, deadline: float) -> None:
    """Make every click of the plan; what fails is missing by name."""
    for number, wanted in enumerate(visit.plan.clicks, 1):
        left = deadline - asyncio.get_running_loop().time()
        line = await _click(visit, number, wanted, seconds=min(left, visit.plan.limits.step_seconds))
        visit.clicks.append(line)
        if line["outcome"] != "done":
            visit.lacks(f"点击展示“{wanted.partition('=')[2]}”（{line['reason']}）")


def clicks_jsonl(visit: Visit) -> bytes:
    """evidence/clicks.jsonl."""
    return b"".join(canonical_bytes(line) + b"\n" for line in visit.clicks)  # type: ignore[arg-type]


async def _click(visit: Visit, number: int, wanted: str, *, seconds: float) -> dict[str, object]:
    clock, page = visit.plan.clock, visit.page
    visit.camera.mark(f"点击展示 {wanted}", page.url)
    line: dict[str, object] = {
        "number": number,
        "wanted": wanted,
        "started_at": iso(clock()),
        "url_before": page.url,
        "url_after": page.url,
        "opened": False,
        "outcome": "failed",
        "reason": "固证总时限已到",
        "film_ms": visit.camera.ms_of(clock()),
    }
    first = visit.proxy.exchanges_begun
    opened: list[Page] = []

    def opening(shown: Page) -> None:
        opened.append(shown)

    page.context.on("page", opening)
    try:
        if seconds > 0:
            await asyncio.wait_for(_click_and_keep(visit, line, opened), seconds)
            line["outcome"], line["reason"] = "done", ""
    except (Error, TimeoutError, _NotShownError) as exc:
        line["reason"] = _reason(exc)
    finally:
        page.context.remove_listener("page", opening)
    line["exchanges"] = list(range(first, visit.proxy.exchanges_begun))
    line["finished_at"] = iso(clock())
    visit.note("click", **{key: str(line[key]) for key in ("number", "wanted", "outcome", "reason", "url_after")})
    await _return(visit, opened, str(line["url_before"]))
    return line


async def _click_and_keep(visit: Visit, line: dict[str, object], opened: list[Page]) -> None:
    found = await _find(visit.page, str(line["wanted"]))
    await found.scroll_into_view_if_needed(timeout=_FIND_MS)
    before = await visit.page.screenshot(type="png")
    visit.camera.add(before)
    _keep(visit, line, "before", before)
    try:
        await found.click(timeout=_FIND_MS)
    except BrowserTimeoutError as exc:
        raise _NotShownError("点不到，可能被别的内容遮住") from exc
    await settle(visit)
    shown = opened[0] if opened else visit.page
    if opened:
        await shown.wait_for_load_state("load", timeout=visit.plan.limits.load_seconds * 1000)
    line["url_after"], line["opened"] = shown.url, bool(opened)
    visit.camera.mark(f"点击之后 {line['wanted']}", shown.url)
    visit.camera.add(await shown.screenshot(type="png"))
    _keep(visit, line, "after", await shown.screenshot(type="png", full_page=True))
    _keep(visit, line, "page", (await shown.content()).encode("utf-8", "replace"))
    _keep(visit, line, "text", await page_text(shown))


async def _find(page: Page, wanted: str) -> Locator:
    kind, _, what = wanted.partition("=")
    found = page.get_by_text(what) if kind == "text" else page.locator(f"css={what}")
    shown = found.filter(visible=True)
    if not await shown.count():
        raise _NotShownError("页面上没有看得见的这一处")
    return shown.first


async def _return(visit: Visit, opened: Sequence[Page], before: str) -> None:
    """Back to the page of the capture, so that the next click starts from it."""
    try:
        for page in opened:
            await page.close()
        if visit.page.url != before:
            await visit.page.goto(visit.plan.url, wait_until="load", timeout=visit.plan.limits.load_seconds * 1000)
            visit.note("returned", url=visit.page.url)
    except Error as exc:
        visit.note("not-returned", reason=str(exc).splitlines()[0][:300])


_KINDS = {
    "before": ("png", "image/png", "点击前浏览器画面截图"),
    "after": ("png", "image/png", "点击后整页截图"),
    "page": ("html", "text/html", "点击后浏览器导出的文档"),
    "text": ("txt", "text/plain", "点击后浏览器导出的可见文字"),
}


def _keep(visit: Visit, line: dict[str, object], kind: str, content: bytes) -> None:
    ending, media_type, method = _KINDS[kind]
    role = f"click-{line['number']}-{kind}"
    path = f"evidence/{role}.{ending}"
    line[kind] = path
    visit.made.append(
        Made(
            role=role,
            media_type=media_type,
            method=f"{method}（{line['wanted']}）",
            made_at=visit.plan.clock(),
            content=content,
            path=path,
        )
    )


def _reason(exc: Exception) -> str:
    if isinstance(exc, TimeoutError):
        return "超时"
    return str(exc).splitlines()[0][:200]
