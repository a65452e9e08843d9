"""Which Chromium, and with what it is started: nothing in the background, nothing past the proxy."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import Future
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from playwright.async_api import Browser, Error, Playwright, async_playwright

from network.proxy import RunKey
from records.errors import BrowserAwayError

__all__ = ["CURE", "Browsers", "Lease", "find_browser"]

T = TypeVar("T")

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
_NOWHERE = "--proxy-server=http://127.0.0.1:9"


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


@dataclass(slots=True)
class Lease:
    """One capture's right to browsers of its own, all started to accept `key` and nothing else unseen."""

    key: RunKey
    first: Future[Browser]


class Browsers:
    """Starts browsers in a thread of its own, one and then no more for each visit: none is used twice.

    From the second capture on the next one is started ahead, empty and never used, and let go after `idle_seconds`: who
    captured twice is a worker, and its captures need not wait. Safe from several threads.
    """

    def __init__(self, executable: str, *, idle_seconds: float = 300.0) -> None:
        self.executable = executable
        self._leases = 0
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._driver: Playwright | None = None
        self._starting: asyncio.Lock | None = None
        self._spare: Lease | None = None
        self._letting_go: asyncio.TimerHandle | None = None

    def prepare(self) -> None:
        """Begin to start a browser; returns at once."""
        with self._lock:
            if self._spare is None:
                self._spare = self._new_lease()

    def lease(self) -> Lease:
        """For one capture; give it back with `release`. Its first browser is being started, or waits."""
        with self._lock:
            self._leases += 1
            lease, self._spare = self._spare, None
            return lease or self._new_lease()

    def release(self, lease: Lease) -> None:
        """The capture has ended. What the lease did not use is closed; a worker's spare one is started."""
        self._submit(self._close_first(lease)).result()
        if self._leases > 1:
            self.prepare()
            self._loop_running().call_soon_threadsafe(self._count_idle)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do this where the browsers live; waits for it."""
        return self._submit(work).result()

    def close(self) -> None:
        """Close what is open; nothing can be leased afterwards."""
        with self._lock:
            loop, self._loop = self._loop, None
            if loop is None or self._thread is None:
                return
        asyncio.run_coroutine_threadsafe(self._end(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        self._thread.join()
        loop.close()

    @asynccontextmanager
    async def browser(self, lease: Lease) -> AsyncIterator[Browser]:
        """A browser never used before, with an empty profile; gone when the block ends. In the loop of `run` only.

        Raises:
            BrowserAwayError: It cannot be started.
        """
        browser = await asyncio.wrap_future(lease.first)
        if not browser.is_connected():  # the spare one died waiting, or this is a second visit
            browser = await self._launch(lease.key)
        try:
            yield browser
        finally:
            with suppress(Error):  # it may have crashed: gone is what is wanted
                await browser.close()

    def _new_lease(self) -> Lease:
        key = RunKey()
        return Lease(key, self._submit(self._launch(key)))

    def _submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(work, self._loop_running())

    def _loop_running(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever, name="browsers", daemon=True)
            self._thread.start()
        return self._loop

    async def _launch(self, key: RunKey) -> Browser:
        # Only certificates of this run's proxy are accepted unseen; the origin's own are checked by the proxy.
        # The browser itself is given a proxy that is not there: only a context with the run's own reaches anything.
        arguments = [*_ARGUMENTS, _NOWHERE, f"--ignore-certificate-errors-spki-list={key.spki_sha256}"]
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")  # Chromium refuses to run as root with it
        try:
            driver = await self._driving()
            return await driver.chromium.launch(
                executable_path=self.executable or None, headless=True, args=arguments, timeout=30_000
            )
        except Error as exc:
            await self._drop_driver()
            first = str(exc).strip().splitlines()[0][:200]
            raise BrowserAwayError(
                f"浏览器无法启动：{self.executable}（{first}）", cure=CURE, executable=self.executable
            ) from exc

    async def _driving(self) -> Playwright:
        if self._starting is None:
            self._starting = asyncio.Lock()
        async with self._starting:
            if self._driver is None:
                self._driver = await async_playwright().start()
            return self._driver

    async def _drop_driver(self) -> None:
        driver, self._driver = self._driver, None
        if driver is not None:
            with suppress(Error):  # it may be what died
                await driver.stop()

    async def _close_first(self, lease: Lease) -> None:
        with suppress(Error, BrowserAwayError):
            browser = await asyncio.wrap_future(lease.first)
            if browser.is_connected():
                await browser.close()

    def _count_idle(self) -> None:
        if self._letting_go is not None:
            self._letting_go.cancel()
        self._letting_go = self._loop_running().call_later(self._idle_seconds, self._let_go)

    def _let_go(self) -> None:
        with self._lock:
            lease, self._spare = self._spare, None
        if lease is not None:
            self._letting = asyncio.ensure_future(self._close_first(lease))

    async def _end(self) -> None:
        with self._lock:
            lease, self._spare = self._spare, None
        if self._letting_go is not None:
            self._letting_go.cancel()
        if lease is not None:
            await self._close_first(lease)
        await self._drop_driver()
