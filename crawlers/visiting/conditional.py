"""Pages asked for only when they have changed: If-None-Match and If-Modified-Since from the last visit that read them.

A server that answers 304 saves the body, not the reading: the stored bytes are read again, so that links, shops and
listings of an unchanged page are those of a full survey. What cannot be trusted is asked for again without conditions:
a 304 to bytes that are no longer here or damaged, or that no longer read as a page. After some days every page is
fetched whole all the same, so that a server that says "unchanged" to everybody cannot blind us.

Standard: RFC 9110 section 13; RFC 9111 section 4.3.4 (which headers of a 304 replace stored ones).
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from scrapy import Request
from scrapy.http import Response

from crawlers.archive.reading import page_bytes
from crawlers.reading import read_page
from crawlers.visiting.answers import page_of
from crawlers.visiting.visit import Visit
from records.errors import IntegrityError, NotFoundError
from records.market import Reading
from records.survey import PICTURE_KINDS, FrontierRow, Outcome, Page, PageKind

__all__ = ["STORED", "conditions", "stored_page", "unchanged", "without_conditions"]

STORED = "stored_page"
"""Key of a request's meta: the page its conditions were taken from."""

_log = structlog.get_logger(__name__)
_CONDITIONS = ("If-None-Match", "If-Modified-Since")
_REFRESHED = frozenset(("date", "etag", "last-modified", "cache-control", "expires", "age", "vary"))
_MAX_VALIDATOR = 1000


def stored_page(visit: Visit, row: FrontierRow) -> Page | None:
    """The last visit that read the page of a row, when a server may be asked whether it has changed since."""
    history = visit.parts.history
    if history is None or not visit.visited_before or row.attempts or row.use_browser:
        return None
    found = history.stored_page(visit.target.target_id, row.canonical_url)
    if found is None:
        return None
    page, fetched_at = found
    if page.body is None or page.rendered or page.run_id == visit.run_id:
        return None
    if visit.clock() - fetched_at >= timedelta(days=visit.options.full_refetch_days):
        return None
    return page if conditions(page, row.url) else None


def conditions(page: Page, url: str) -> dict[str, str]:
    """The conditional headers that a stored page allows; none when the server gave nothing to compare by.

    A time of modification is of one address and says nothing of another address of the same page.
    """
    headers = {name.lower(): value for name, value in page.headers}
    found: dict[str, str] = {}
    if (etag := headers.get("etag", "")) and len(etag) <= _MAX_VALIDATOR:
        found["If-None-Match"] = etag
    if page.url == url and (modified := headers.get("last-modified", "")) and len(modified) <= _MAX_VALIDATOR:
        found["If-Modified-Since"] = modified
    return found


def unchanged(visit: Visit, row: FrontierRow, response: Response) -> tuple[Page, Reading | None] | None:
    """The page and the reading of a 304, by the stored bytes; None when they cannot be had or no longer read well."""
    stored = response.request.meta.get(STORED) if response.request is not None else None
    if not isinstance(stored, Page):
        return None
    try:
        body = _bytes_of(visit, stored)
    except (NotFoundError, IntegrityError) as exc:
        _log.warning("stored_body_unusable", url=row.url, problem=exc.problem)
        return None
    page = page_of(visit, row, response, stored.body, Outcome.UNCHANGED).model_copy(
        update={
            "headers": _refreshed(stored, response),
            "encoding": stored.encoding,
            "wire": stored.wire,
            "archive": stored.archive,
        }
    )
    if row.kind in PICTURE_KINDS:
        return page.model_copy(update={"content_sha256": stored.content_sha256}), None
    reading = read_page(page, body, visit.target)
    if reading.problem is not None:
        _log.warning("stored_body_reads_otherwise", url=row.url, problem=reading.problem.value)
        return None
    kind = reading.kind if row.kind is not PageKind.FACET else row.kind
    return page.model_copy(update={"kind": kind, "content_sha256": reading.content_sha256}), reading


def without_conditions(request: Request) -> Request:
    """The same request, to be answered whole."""
    headers = request.headers.copy()
    for name in _CONDITIONS:
        headers.pop(name, None)
    return request.replace(headers=headers, meta={**request.meta, STORED: None})


def _bytes_of(visit: Visit, page: Page) -> bytes:
    if visit.parts.archive is None:
        if page.body is None:
            raise NotFoundError(f"该页没有内容：{page.url[:200]}", key=page.page_id)
        return visit.blobs.get(page.body.sha256)
    return page_bytes(visit.parts.archive, page, blob=visit.blobs.get)


def _refreshed(stored: Page, response: Response) -> tuple[tuple[str, str], ...]:
    new = {
        name.decode("latin-1").lower(): values[-1].decode("latin-1")
        for name, values in response.headers.items()
        if values and name.decode("latin-1").lower() in _REFRESHED
    }
    kept = tuple((name, new.pop(name.lower(), value)) for name, value in stored.headers)
    return kept + tuple(new.items())
