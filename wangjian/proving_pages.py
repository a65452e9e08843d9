"""A surveyed page proved to an outsider: its record out of the survey's archive, its proof out of the evidence log."""

from __future__ import annotations

from pathlib import Path

from crawlers.addresses import canonical_url
from crawlers.archive.reading import read_record, stored_around, stored_bytes
from evidence.custody import CustodyNote, record_event
from evidence.page_proof import KeptPage, write_page_proof
from evidence.transparency import log_means_of
from records.base import stable_id
from records.digests import digests_of_chunks
from records.errors import NotFoundError
from records.evidence import CustodyAction
from records.evidence_log import PlacedLeaf
from records.ports import Services
from records.survey import Page
from wangjian.custody_notes import COMMAND_LINE
from wangjian.logging_pages import catch_up_pages

__all__ = ["page_named", "prove_page"]


def page_named(services: Services, page: str, *, run_id: str = "") -> Page:
    """A page by its id, or the newest of an address (of one run when named).

    Raises:
        NotFoundError: There is none.
    """
    if "://" not in page:
        return services.survey.page(page)
    canonical = canonical_url(page)
    for each in [run_id] if run_id else [run.run_id for run in services.survey.runs()]:
        try:
            return services.survey.page(stable_id("page", each, canonical))
        except NotFoundError:
            continue
    raise NotFoundError(f"没有采集过这个网址：{page[:200]}", cure="用 wangjian survey list 查看采集记录", key=page)


def prove_page(
    services: Services, page: Page, path: Path, *, operator: str, reason: str = "", origin: str = COMMAND_LINE
) -> PlacedLeaf:
    """Write the proof of a page to a file, and that it was given out into the custody chain.

    Returns:
        The page's entry in the log.

    Raises:
        NotFoundError: It has no place in the archive, or its record is not there.
        IntegrityError: What lies there is not what was logged.
        OSError: The file cannot be written.
    """
    if page.archive is None:
        raise NotFoundError(f"这一页没有存档：{page.url[:200]}", cure="换一页", key=page.page_id)
    root = services.archive
    catch_up_pages(services, page.run_id)
    record = read_record(root, page.archive)
    kept = KeptPage(
        page_id=page.page_id,
        run_id=page.run_id,
        url=record.field("WARC-Target-URI"),
        kept_at=record.field("WARC-Date"),
        record=stored_bytes(root, page.archive),
        context=stored_around(root, page.archive),
    )
    placed = write_page_proof(path, kept, log_means_of(services), operator=operator)
    with path.open("rb") as file:
        written = digests_of_chunks(iter(lambda: file.read(1 << 20), b""))
    note = CustodyNote(
        capture_id=page.page_id,
        action=CustodyAction.EXPORTED,
        actor=operator,
        origin=origin,
        reason=reason or "导出监测页面存证",
        subject_sha256=written.sha256,
    )
    record_event(services.evidence, note, clock=services.clock)
    return placed
