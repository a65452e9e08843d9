"""Pictures of licences and goods: fetched as the page's own visitor would, within the run's limits, read elsewhere.

A picture may lie on a host of its own (a CDN). That host is asked politely like any other, but it is a guest
(`crawlers.visiting.guests`): when it is silent, refuses or cannot be reached, the picture is missing and the survey of
the site goes on.
"""

from __future__ import annotations

from itertools import islice
from urllib.parse import urlsplit

from scrapy.http import Response

from crawlers.addresses import canonical_url, origin_of
from crawlers.visiting.answers import header, page_of
from crawlers.visiting.rows import row_for
from crawlers.visiting.visit import Visit
from records.digests import Digests
from records.licences_read import PICTURES_OF_A_SHOP, PictureReading
from records.market import Disclosure, Reading
from records.survey import FrontierRow, Outcome, Page, PageKind

__all__ = ["may_be_picture", "picture_headers", "picture_page", "picture_rows", "wanted_pictures"]

_TYPES = ("image/", "application/octet-stream", "binary/octet-stream")
_OUTCOMES = {
    401: Outcome.BLOCKED,
    403: Outcome.BLOCKED,
    404: Outcome.NOT_FOUND,
    410: Outcome.NOT_FOUND,
    429: Outcome.BLOCKED,
}


def picture_rows(visit: Visit, row: FrontierRow, page: Page, reading: Reading | None) -> tuple[FrontierRow, ...]:
    """Rows for the licence pictures on a page that are wanted and new to the run."""
    if reading is None or reading.shop is None:
        return ()
    found: dict[str, FrontierRow] = {}
    for url in wanted_pictures(reading.shop.disclosure, PictureReading(visit.options.licence_pictures)):
        canonical = canonical_url(url)
        if canonical in visit.offered:
            continue
        new = row_for(
            visit.run_id, url, PageKind.LICENCE_IMAGE, depth=row.depth + 1, found_on=page.final_url, canonical=canonical
        )
        found.setdefault(new.row_id, new)
    return tuple(found.values())


def wanted_pictures(shown: Disclosure, wish: PictureReading) -> tuple[str, ...]:
    """Addresses of the licence pictures to fetch: by default only where the words do not give both code and name."""
    if wish is PictureReading.NEVER or (wish is PictureReading.WHEN_NEEDED and shown.licence_no and shown.holder_name):
        return ()
    on_the_web = (url for url in shown.licence_image_urls if urlsplit(url).scheme in ("http", "https"))
    return tuple(islice(on_the_web, PICTURES_OF_A_SHOP))


def picture_headers(row: FrontierRow) -> dict[str, str]:
    """What a browser says when it asks for a picture of a page; many hosts answer nobody who does not."""
    accept = {"Accept": "image/webp,image/png,image/jpeg;q=0.9,*/*;q=0.5"}
    same = origin_of(row.found_on) == origin_of(row.url) if row.found_on else False
    referer = row.found_on.split("#", 1)[0] if same else f"{origin_of(row.found_on)}/" if row.found_on else ""
    return {**accept, "Referer": referer} if referer else accept


def may_be_picture(media_type: str) -> bool:
    """Whether an answer of this type is worth its download: pictures, and words that tell why there is none."""
    return not media_type or media_type.startswith((*_TYPES, "text/"))


def picture_page(visit: Visit, row: FrontierRow, response: Response, digests: Digests | None) -> Page:
    """The record of an answer; READ when it came as a picture, which says nothing of what is on it."""
    media_type = header(response, b"Content-Type").split(";")[0].strip().lower()
    what = "执照图片" if row.kind is PageKind.LICENCE_IMAGE else "商品图片"
    outcome, reason = Outcome.READ, ""
    if response.status != 200:
        outcome = _OUTCOMES.get(response.status, Outcome.SERVER_ERROR if response.status >= 500 else Outcome.FAILED)
        reason = f"{what}未能取得（HTTP {response.status}）"
    elif digests is None:
        outcome, reason = Outcome.EMPTY, f"{what}的答复没有内容"
    elif media_type and not media_type.startswith(_TYPES):
        outcome, reason = Outcome.SOFT_404, f"{what}的地址答复的不是图片（{media_type[:60]}）"
    return page_of(visit, row, response, digests, outcome).model_copy(
        update={
            "reason": reason,
            "encoding": "",
            "content_sha256": digests.sha256 if digests is not None and outcome is Outcome.READ else "",
        }
    )
