"""Which Chromium, and with what it is started: nothing in the background, nothing past the proxy."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Error, async_playwright

from network.proxy import GuardedProxy
from records.errors import BrowserAwayError

__all__ = ["CURE", "find_browser", "launched"]

CURE = (
    "以 root 执行 apt-get install -y chromium-headless-shell fonts-noto-cjk，"
    "或用 WANGJIAN_BROWSER__EXECUTABLE 指明；wangjian doctor 可检查"
)

_KNOWN = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")

_ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-client-side-phishing-detection",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--dns-prefetch-disable",
    "--metrics-recording-only",
    "--no-first-run",
    "--no-pings",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--proxy-bypass-list=<-loopback>",
)


def find_browser(configured: str = "") -> str:
    """The executable to start: the configured one, else Debian's, headless shell first.

    Raises:
        BrowserAwayError: There is none.
    """
    if configured:
        if not Path(configured).is_file():
            raise BrowserAwayError(f"没有这个浏览器：{configured}", cure=CURE, executable=configured)
        return configured
    for name in _KNOWN:
        found = shutil.which(name)
        if found:
            return found
    raise BrowserAwayError("没有找到 Chromium 浏览器", cure=CURE)


@asynccontextmanager
async def launched(executable: str, proxy: GuardedProxy) -> AsyncIterator[Browser]:
    """A browser with a fresh, empty profile behind the proxy; gone when the block ends.

    Raises:
        BrowserAwayError: It cannot be started.
    """
    # Only certificates of this run's proxy are accepted unseen; the origin's own are checked by the proxy.
    accepted = f"--ignore-certificate-errors-spki-list={proxy.spki_sha256}"
    arguments = [*_ARGUMENTS, f"--proxy-server={proxy.url}", accepted]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium refuses to run as root with it
    async with async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(
                executable_path=executable or None, headless=True, args=arguments, timeout=30_000
            )
        except Error as exc:
            first = str(exc).strip().splitlines()[0][:200]
            raise BrowserAwayError(
                f"浏览器无法启动：{executable}（{first}）", cure=CURE, executable=executable
            ) from exc
        try:
            yield browser
        finally:
            await browser.close()
