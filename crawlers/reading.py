"""Stage 2: what one stored page says. Pure: the same page and bytes give the same Reading, whoever calls and when."""

from __future__ import annotations

from crawlers.content import content_digest
from crawlers.decoding import decode_body
from crawlers.document import Document
from crawlers.families.registry import family_reader
from crawlers.general.reader import read_general
from crawlers.sitemaps import is_sitemap, read_sitemap
from crawlers.walls import outcome_of_status, wall_in
from records.market import Reading
from records.survey import Outcome, Page, Target

__all__ = ["read_page"]


def read_page(page: Page, body: bytes, target: Target) -> Reading:
    """Read a page as its family does, or as the general reader does when no family knows it.

    Args:
        page: As it was answered; `kind` is what it was fetched for, `rendered` says that the body is a browser's DOM.
        body: The bytes whose digests stand in `page.body`.

    Returns:
        `problem` is set for a page that is not what it should be; what links it has are given all the same.
    """
    content_type = next((value for name, value in page.headers if name.lower() == "content-type"), "")
    decoded = decode_body(body, content_type="text/html; charset=utf-8" if page.rendered else content_type)
    if is_sitemap(decoded.text) and outcome_of_status(page.status or 200) is Outcome.READ:
        return read_sitemap(decoded.text, page.final_url or page.url)
    doc = Document(page=page, target=target, markup=decoded.text)
    status = outcome_of_status(page.status or 200)
    wall = wall_in(doc.markup, doc.visible, title=doc.title, kind=page.kind)
    if wall is not None and (status is not Outcome.NOT_FOUND or wall[0] in (Outcome.CAPTCHA, Outcome.LOGIN)):
        return Reading(kind=page.kind, problem=wall[0], reason=wall[1])
    if status not in (Outcome.READ, Outcome.UNCHANGED):
        return Reading(kind=page.kind, problem=status, reason=f"服务器答复 {page.status}")
    reader = family_reader(doc)
    reading = reader(doc) if reader is not None else read_general(doc)
    return reading if reading.problem else reading.model_copy(update={"content_sha256": content_digest(doc, reading)})
