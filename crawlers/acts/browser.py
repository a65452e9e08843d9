"""The browser acts are made in: one that reaches nothing the guard forbids."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from playwright.sync_api import Browser, Error, sync_playwright

from network.guard import AddressGuard
from network.proxy import GuardedProxy, ProxyLimits
from records.errors import BrowserAwayError

__all__ = ["guarded_browser"]

_ARGS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)


@contextmanager
def guarded_browser(executable: str, guard: AddressGuard, *, max_bytes: int) -> Iterator[Browser]:
    """A browser that reaches nothing the guard forbids. Raises BrowserAwayError."""
    limits = ProxyLimits(total_bytes=max_bytes, response_bytes=max_bytes)
    with GuardedProxy(guard, limits=limits) as proxy, sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=executable,
                args=[*_ARGS],
                proxy={"server": proxy.url, "bypass": "<-loopback>"},
                timeout=30_000,
            )
        except Error as exc:
            raise BrowserAwayError(f"浏览器无法启动：{executable}", cure="wangjian doctor") from exc
        try:
            yield browser
        finally:
            with suppress(Error):
                browser.close()
