"""The peer: Scrapy as it comes (memory queue, robots obeyed), two CSS fields and all links, JSON lines out.

`python bare_scrapy.py START_URL PAGES FOLDER CONCURRENCY` prints one JSON line: pages, CPU seconds, largest memory.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import HtmlResponse


class ShopSpider(scrapy.Spider):
    """What anybody writes on the first day."""

    name = "shop"

    def parse(self, response: HtmlResponse, **_: Any) -> Iterator[Any]:
        yield {
            "url": response.url,
            "title": response.css("h1::text").get(),
            "price": response.css("td.money::text").get(),
        }
        yield from response.follow_all(css="a::attr(href)", callback=self.parse)


def main(start: str, pages: str, folder: str, concurrency: str) -> None:
    place = Path(folder) / "items.jsonl"
    process = CrawlerProcess(
        {
            "LOG_ENABLED": False,
            "ROBOTSTXT_OBEY": True,
            "DOWNLOAD_DELAY": 0,
            "CONCURRENT_REQUESTS": int(concurrency),
            "CONCURRENT_REQUESTS_PER_DOMAIN": int(concurrency),
            "CLOSESPIDER_PAGECOUNT": 0,
            "FEEDS": {place.as_uri(): {"format": "jsonlines", "encoding": "utf8"}},
        }
    )
    process.crawl(ShopSpider, start_urls=[start], allowed_domains=[urlsplit(start).hostname])
    process.start()
    used = resource.getrusage(resource.RUSAGE_SELF)
    lines = place.read_text().splitlines()
    said = {
        "pages": len(lines),
        "fields": sum(1 for line in lines if json.loads(line)["price"]),
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "rss_megabytes": used.ru_maxrss / 1024,
        "stored_bytes": place.stat().st_size,
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:5])
