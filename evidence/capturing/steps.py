"""The steps of a capture, in order. Each is one function of the visit; the table at the end names them."""

from __future__ import annotations

import asyncio
import base64

from playwright.async_api import Error, Page, Response
from playwright.async_api import TimeoutError as BrowserTimeoutError

from evidence.capturing.visit import Step, Visit

__all__ = ["CAPTURE_STEPS", "page_text", "settle"]

_SCROLL = """async (seconds) => {
  const until = performance.now() + seconds * 1000, height = () => document.documentElement.scrollHeight;
  let at = 0;
  while (at < height() && performance.now() < until) {
    at += Math.max(200, Math.floor(innerHeight * 0.8));
    scrollTo(0, at);
    await new Promise(done => setTimeout(done, 40));
  }
  const reached = at >= height();
  scrollTo(0, 0);
  return reached;
}"""

_TEXT = "() => document.body ? document.body.innerText : document.documentElement.textContent"

_REASONS = {
    "ERR_NAME_NOT_RESOLVED": "域名无法解析",
    "ERR_CONNECTION_REFUSED": "对方拒绝连接",
    "ERR_TUNNEL_CONNECTION_FAILED": "无法与对方建立连接",
    "ERR_EMPTY_RESPONSE": "对方没有返回任何内容",
    "ERR_INVALID_HTTP_RESPONSE": "对方返回的不是合法的 HTTP 应答",
    "ERR_TOO_MANY_REDIRECTS": "跳转次数过多",
    "ERR_ABORTED": "对方返回的不是网页，或页面中止了访问",
    "ERR_INVALID_URL": "网址无法识别",
    "ERR_CONTENT_LENGTH_MISMATCH": "对方的应答不完整",
    "ERR_INCOMPLETE_CHUNKED_ENCODING": "对方的应答不完整",
}


async def open_page(visit: Visit) -> None:
    """Ask for the address and wait for the first bytes of the page that answers in the end."""
    limits = visit.plan.limits
    try:
        answer = await visit.page.goto(visit.plan.url, wait_until="commit", timeout=limits.open_seconds * 1000)
        if answer is not None:
            await _follow_back(visit, answer)
    except BrowserTimeoutError:
        visit.failure = f"对方在 {limits.open_seconds:g} 秒内没有应答"
    except Error as exc:
        visit.failure = _reason(str(exc))


async def _follow_back(visit: Visit, answer: Response) -> None:
    """The redirect chain that ended in this answer."""
    chain = [(answer.status, answer.url)]
    before = answer.request.redirected_from
    while before is not None:
        led = await before.response()
        chain.append((led.status if led is not None else 0, before.url))
        before = before.redirected_from
    for status, url in reversed(chain):
        visit.went(status, url)


async def wait_for_load(visit: Visit) -> None:
    """Until the page says it is loaded, then until the network is quiet for a moment."""
    limits = visit.plan.limits
    try:
        await visit.page.wait_for_load_state("load", timeout=limits.load_seconds * 1000)
    except BrowserTimeoutError:
        visit.note("limit", limit="load_seconds")
        visit.lacks(f"页面未在 {limits.load_seconds:g} 秒内加载完")
        # What has come so far can be kept only if the page stops changing under the steps that follow.
        await visit.cdp.send("Page.stopLoading")
    await settle(visit)


async def scroll_through(visit: Visit) -> None:
    """To the end and back, so that images loaded only when seen are loaded."""
    reached = await visit.page.evaluate(_SCROLL, visit.plan.limits.scroll_seconds)
    if not reached:
        visit.note("limit", limit="scroll_seconds")
    await settle(visit)


async def full_screenshot(visit: Visit) -> bytes:
    """The whole page as one PNG, up to the declared height."""
    metrics = await visit.cdp.send("Page.getLayoutMetrics")
    size = metrics["cssContentSize"]
    most = visit.plan.limits.screenshot_height_px
    if size["height"] > most:
        visit.note("limit", limit="screenshot_height_px", height_px=int(size["height"]))
    clip = {
        "x": 0,
        "y": 0,
        "width": min(max(size["width"], 1), most),
        "height": min(max(size["height"], 1), most),
        "scale": 1,
    }
    shot = await visit.cdp.send(
        "Page.captureScreenshot",
        {"format": "png", "captureBeyondViewport": True, "clip": clip, "optimizeForSpeed": True},
    )
    return base64.b64decode(shot["data"])


async def viewport_screenshot(visit: Visit) -> bytes:
    """What a person sees first."""
    shot = await visit.cdp.send("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True})
    content = base64.b64decode(shot["data"])
    visit.camera.add(content)
    return content


async def rendered_dom(visit: Visit) -> bytes:
    """The document as script left it; its address and title are the capture's."""
    content = await visit.page.content()
    visit.final_url = visit.page.url
    visit.title = (await visit.page.title())[:500]
    return content.encode("utf-8", "replace")


async def visible_text(visit: Visit) -> bytes:
    """The text a reader sees; a page without any gives one line end."""
    return await page_text(visit.page)


async def page_text(page: Page) -> bytes:
    """The visible text of any page."""
    text = await page.evaluate(_TEXT)
    return (str(text or "") + "\n").encode("utf-8", "replace")


async def mhtml(visit: Visit) -> bytes:
    """The page with its parts in one file that any Chromium opens."""
    found = await visit.cdp.send("Page.captureSnapshot", {"format": "mhtml"})
    return str(found["data"]).encode("utf-8", "replace")


async def pdf(visit: Visit) -> bytes:
    """The page as printed."""
    return await visit.page.pdf(format="A4", print_background=True)


async def settle(visit: Visit) -> None:
    """Until the network has been quiet for a moment, at most so long as the limits say."""
    loop = asyncio.get_running_loop()
    limits = visit.plan.limits
    since = loop.time()
    while loop.time() < since + limits.settle_seconds:
        quiet = min(visit.proxy.quiet_seconds, loop.time() - since)
        if visit.proxy.exchanges_open == 0 and quiet >= limits.quiet_seconds:
            return
        await asyncio.sleep(0.02)
    visit.note("limit", limit="settle_seconds", in_flight=visit.proxy.exchanges_open)


def _reason(message: str) -> str:
    for code, words in _REASONS.items():
        if code in message:
            return words
    if "Download is starting" in message:
        return "该地址返回的是下载文件，不是网页"
    return f"页面打不开：{message.splitlines()[0][:200]}"


CAPTURE_STEPS: tuple[Step, ...] = (
    Step(name="open", title="打开页面", run=open_page),
    Step(name="wait", title="等待加载", run=wait_for_load),
    Step(name="scroll", title="滚动以加载全部图片", run=scroll_through),
    Step(
        name="viewport",
        title="首屏截图",
        run=viewport_screenshot,
        role="viewport",
        media_type="image/png",
        method="浏览器首屏截图",
    ),
    Step(
        name="dom",
        title="渲染后的页面代码",
        run=rendered_dom,
        role="dom",
        media_type="text/html",
        method="浏览器导出脚本执行后的文档",
    ),
    Step(
        name="text",
        title="可见文字",
        run=visible_text,
        role="text",
        media_type="text/plain",
        method="浏览器导出可见文字",
    ),
    Step(
        name="screenshot",
        title="整页截图",
        run=full_screenshot,
        role="screenshot",
        media_type="image/png",
        method="浏览器整页截图",
    ),
    Step(
        name="mhtml",
        title="网页单文件存档",
        run=mhtml,
        role="mhtml",
        media_type="multipart/related",
        method="浏览器导出 MHTML",
        beside=True,
    ),
    Step(name="pdf", title="网页打印件", run=pdf, role="pdf", media_type="application/pdf", method="浏览器打印为 PDF"),
)
