"""Pictures with which a listing describes its goods: so many of a listing and of a run, each once, after all pages.

They are rows of the frontier like licence pictures (`crawlers.visiting.pictures`): the run's limits of pages and bytes,
robots.txt, the pace of the host and the size of one answer hold for them too. What an address calls an icon is not
asked for; how large a picture is shows when it is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from urllib.parse import urlsplit

from crawlers.addresses import canonical_url
from crawlers.visiting.rows import row_for
from crawlers.visiting.visit import Visit
from records.market import Reading
from records.survey import FrontierRow, Outcome, Page, PageKind

__all__ = ["detail_rows", "wanted_images"]

_SMALL_SIDE = 200
_NAMES = re.compile(
    r"(?:logo|icon|avatar|sprite|stars?\d*|btn|button|arrow|qr-?code|blank|loading|placeholder|pixel|beian|thumb(?:nail)?s?)"
    r"(?:[._/?-]|$)|\.(?:svg|ico|gif)(?:$|[?!@])",
    re.IGNORECASE,
)
_SIZE = re.compile(r"(?:^|[^\d])(\d{2,4})x(\d{2,4})(?:[^\d]|$)", re.IGNORECASE)


def detail_rows(visit: Visit, row: FrontierRow, page: Page, reading: Reading | None) -> tuple[FrontierRow, ...]:
    """Rows for the pictures of listings a page gave whole, new to the run and within its share."""
    most, of_a_run = visit.options.detail_images
    if not most or reading is None or page.outcome not in (Outcome.READ, Outcome.UNCHANGED):
        return ()
    found: dict[str, FrontierRow] = {}
    for url in (url for listing in reading.listings for url in wanted_images(listing.image_urls, most=most)):
        canonical = canonical_url(url)
        if canonical in visit.offered:
            continue
        new = row_for(
            visit.run_id, url, PageKind.DETAIL_IMAGE, depth=row.depth + 1, found_on=page.final_url, canonical=canonical
        )
        if new.row_id in found:
            continue
        if visit.detail_images >= of_a_run:
            visit.detail_images_left_out += 1
            continue
        visit.detail_images += 1
        found[new.row_id] = new
    return tuple(found.values())


def wanted_images(urls: Sequence[str], *, most: int) -> tuple[str, ...]:
    """The first `most` pictures on the web whose address speaks neither of an icon nor of a small size.

    >>> wanted_images(("http://a.cn/logo.png", "http://a.cn/d/1.jpg_60x60.jpg", "http://a.cn/d/1.jpg"), most=5)
    ('http://a.cn/d/1.jpg',)
    """
    return tuple(islice(_pictures(urls), most))


def _pictures(urls: Sequence[str]) -> Iterator[str]:
    for url in dict.fromkeys(urls):
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or _NAMES.search(f"{parts.path}?{parts.query}"):
            continue
        size = _SIZE.search(f"{parts.path}?{parts.query}")
        if size is None or min(int(size[1]), int(size[2])) >= _SMALL_SIDE:
            yield url
