"""Which Chromium is used: the setting, Debian's headless shell or whole browser, Chrome, then Playwright's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from records.errors import BrowserAwayError
from wangjian.settings import Settings

__all__ = ["BROWSER_CURE", "browser_version", "find_browser"]

BROWSER_CURE = (
    "以 root 执行 apt-get install -y chromium-headless-shell，"
    "或执行 .venv/bin/playwright install --with-deps chromium，或设置 WANGJIAN_BROWSER__EXECUTABLE"
)

_ON_PATH = ("chromium-headless-shell", "chromium", "google-chrome", "google-chrome-stable")
_PLAYWRIGHT_FOLDERS = (".cache/ms-playwright", "Library/Caches/ms-playwright")
_PLAYWRIGHT_PLACES = (
    "chromium_headless_shell-*/*/headless_shell",
    "chromium_headless_shell-*/*/chrome-headless-shell",
    "chromium-*/*/chrome",
    "chromium-*/*/Chromium.app/Contents/MacOS/Chromium",
)
_PROOF = "wangjian-browser-works"


def find_browser(settings: Settings) -> str:
    """The path of the Chromium to start.

    Raises:
        BrowserAwayError: The set one cannot be executed, or none was found.
    """
    wanted = settings.browser.executable
    if wanted:
        found = shutil.which(wanted)
        if found is None:
            raise BrowserAwayError(f"设置的浏览器不能执行：{wanted}", cure=BROWSER_CURE, executable=wanted)
        return found
    for name in _ON_PATH:
        found = shutil.which(name)
        if found:
            return found
    own = _playwrights_own()
    if own:
        return own
    raise BrowserAwayError("没有找到 Chromium 浏览器", cure=BROWSER_CURE)


def browser_version(executable: str, *, timeout_seconds: float = 30.0) -> str:
    """Start the browser for real on a page of our own and say its version.

    Raises:
        BrowserAwayError: It cannot be started, does not answer in time, or shows something else.
    """
    version = _said([executable, "--version"], timeout_seconds=timeout_seconds)
    with tempfile.TemporaryDirectory(prefix="wangjian-browser-", ignore_cleanup_errors=True) as profile:
        page = f"data:text/html,<title>x</title><p>{_PROOF}</p>"
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
        shown = _said(
            [executable, *options, f"--user-data-dir={profile}", "--dump-dom", page], timeout_seconds=timeout_seconds
        )
    if _PROOF not in shown:
        raise BrowserAwayError(f"浏览器启动了但打不开页面：{executable}", cure=BROWSER_CURE, executable=executable)
    return version.strip().splitlines()[-1] if version.strip() else executable


def _said(command: list[str], *, timeout_seconds: float) -> str:
    try:
        done = subprocess.run(  # noqa: S603  the browser that was found or set, with our own arguments
            command, capture_output=True, text=True, errors="replace", timeout=timeout_seconds, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise BrowserAwayError(f"浏览器不能启动：{command[0]}（{exc}）", cure=BROWSER_CURE) from exc
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"退出码 {done.returncode}"])[-1]
        raise BrowserAwayError(f"浏览器不能启动：{command[0]}（{last[:200]}）", cure=BROWSER_CURE)
    return done.stdout


def _playwrights_own() -> str:
    for folder in _PLAYWRIGHT_FOLDERS:
        for place in _PLAYWRIGHT_PLACES:
            for found in sorted((Path.home() / folder).glob(place), reverse=True):
                if os.access(found, os.X_OK):
                    return str(found)
    return ""
