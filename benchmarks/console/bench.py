"""The search page as a browser meets it: largest paint, bytes of a first load, a click on a facet.

    PYTHONPATH=. python benchmarks/console/bench.py [--leads 200000] [--turns 7] [--keep DIR]

The page has 50 rows, nine facets and highlighted hits of a word; each turn is a browser context without a cache. The
slow one has the processor slowed four times and a line of 10 Mbit/s with 40 ms. Figures are medians of the turns.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from wangjian.browser import find_browser
from wangjian.settings import Settings

__all__ = ["measure"]

_HERE = Path(__file__).resolve().parent
_PATH = "/leads?q=玛咖"
_PAINT = """() => new Promise(done => new PerformanceObserver(list => {
  const all = list.getEntries(); setTimeout(() => done(all[all.length - 1].startTime), 300);
}).observe({type: 'largest-contentful-paint', buffered: true}))"""
_CLICK = """() => new Promise(done => {
  const link = document.querySelectorAll('.facet a:not(.on)')[1], began = performance.now();
  document.addEventListener('htmx:afterSettle', () => requestAnimationFrame(() => done(performance.now() - began)),
    {once: true});
  link.click();
})"""
_SLOW = {"offline": False, "latency": 40, "downloadThroughput": 1_250_000, "uploadThroughput": 1_250_000}


def measure(leads: int = 20_000, turns: int = 5, *, keep: Path | None = None) -> dict[str, float]:
    """Milliseconds and kilobytes of the search page."""
    filling, serving = (_module(name) for name in ("filling", "serving"))
    with tempfile.TemporaryDirectory() as made:
        folder = keep or Path(made)
        filling.fill(folder, leads)
        with serving.served(folder) as (address, _), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_browser(Settings()), args=["--no-sandbox"])
            token = filling.tokens()[0]
            _turn(browser, address, token)  # the server's first answer reads the rules
            plain = [_turn(browser, address, token) for _ in range(turns)]
            slow = [_turn(browser, address, token, slowed=True) for _ in range(turns)]
            browser.close()
    return {
        "leads": leads,
        "first paint of all, ms (LCP)": _median(plain, "paint"),
        "the same, slowed, ms": _median(slow, "paint"),
        "first load, KB": _median(plain, "bytes") / 1000,
        "click on a facet, ms": _median(plain, "click"),
    }


def _median(turns: list[Mapping[str, float]], name: str) -> float:
    return statistics.median(turn[name] for turn in turns)


def _turn(browser: Browser, address: str, token: str, *, slowed: bool = False) -> dict[str, float]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    context.add_cookies([{"name": "wangjian_session", "value": token, "url": address, "sameSite": "Strict"}])
    page = context.new_page()
    received = _count_bytes(context, page, slowed=slowed)
    page.goto(f"{address}{_PATH}")
    assert page.locator("tr[data-row]").count() == 50, page.url
    figures = {"paint": page.evaluate(_PAINT), "bytes": float(sum(received)), "click": page.evaluate(_CLICK)}
    context.close()
    return figures


def _count_bytes(context: BrowserContext, page: Page, *, slowed: bool) -> list[int]:
    devtools, received = context.new_cdp_session(page), []
    devtools.send("Network.enable")
    devtools.on("Network.loadingFinished", lambda told: received.append(int(told["encodedDataLength"])))
    if slowed:
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        devtools.send("Network.emulateNetworkConditions", _SLOW)
    return received


def _module(name: str) -> ModuleType:
    found = importlib.util.spec_from_file_location(f"console_{name}", _HERE / f"{name}.py")
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


if __name__ == "__main__":
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--leads", type=int, default=200_000)
    reader.add_argument("--turns", type=int, default=7)
    reader.add_argument("--keep", type=Path)
    chosen = reader.parse_args()
    for name, value in measure(chosen.leads, chosen.turns, keep=chosen.keep).items():
        print(f"{name:<32} {value:>12,.1f}")
    sys.exit(0)
