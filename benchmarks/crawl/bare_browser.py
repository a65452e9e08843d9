"""The peer of browser pages: Chromium alone opens each page, waits until its script has drawn it and takes its HTML.

`python bare_browser.py START_URL PAGES FOLDER CONCURRENCY` prints one JSON line: pages, CPU seconds of the whole
process tree, largest memory. The addresses are known beforehand; nothing is kept.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from urllib.parse import urljoin

from playwright.async_api import BrowserContext, async_playwright
from shop_site import make_pages

from wangjian.browser import find_browser
from wangjian.settings import Settings

_DRAWN = "() => !document.getElementById('app') && document.querySelector('#foot')"


async def _visit(context: BrowserContext, waiting: list[str], taken: list[str]) -> None:
    while waiting:
        address = waiting.pop()
        page = await context.new_page()
        await page.goto(address)
        await page.wait_for_function(_DRAWN)
        taken.append(await page.content())
        await page.close()


async def _all(start: str, pages: int, concurrency: int) -> list[str]:
    waiting, taken = [urljoin(start, path) for path in make_pages(pages)], []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_browser(Settings()), args=["--no-sandbox"])
        context = await browser.new_context()
        await asyncio.gather(*(_visit(context, waiting, taken) for _ in range(concurrency)))
        await browser.close()
    return taken


def main(start: str, pages: str, _folder: str, concurrency: str) -> None:
    began = time.monotonic()
    taken = asyncio.run(_all(start, int(pages), int(concurrency)))
    seconds = time.monotonic() - began
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    said = {
        "pages": len(taken),
        "fields": sum('class="money"' in text for text in taken),
        "cpu_seconds": sum(each.ru_utime + each.ru_stime for each in used),
        "rss_megabytes": used[0].ru_maxrss / 1024,
        "stored_bytes": 0,
        "seconds": seconds,
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:5])
