"""Surveyed pages enter the evidence log: the digests of each page's record as it lies in the archive.

By the hundreds, so that a survey waits for the disk once in so many pages; what a killed survey left out is entered
when its parent sees the end of it, and by every audit and head.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType

import structlog

from crawlers.archive.reading import stored_bytes
from records.archive_ports import ArchiveFiles
from records.digests import digests_of
from records.errors import ConflictError, NotFoundError
from records.evidence_log import LeafKind, LogLeaf
from records.ports import Clock, EvidenceLog, Services
from records.survey import Page

__all__ = ["PageLog", "catch_up_pages"]

_log = structlog.get_logger(__name__)
_AT_ONCE = 500


class PageLog:
    """Collects the pages of a run and enters them; used as a context manager, its end enters the rest."""

    def __init__(self, log: EvidenceLog, archive: ArchiveFiles, *, clock: Clock) -> None:
        self._log = log
        self._archive = archive
        self._clock = clock
        self._waiting: list[Page] = []

    def __enter__(self) -> PageLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.flush()

    def note(self, page: Page) -> None:
        """A page that is in the records now. Raises StoreAwayError, StorageFullError: a batch cannot be written."""
        if page.archive is not None:
            self._waiting.append(page)
            if len(self._waiting) >= _AT_ONCE:
                self.flush()

    def flush(self) -> None:
        """Enter what waits. Raises as `note`."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self.enter(waiting)

    def enter(self, pages: Iterable[Page]) -> int:
        """Enter these; how many were new. A page whose record cannot be read is left out and said in the log: an entry
        would vouch for nothing. Raises as `note`."""
        leaves = [leaf for leaf in map(self._leaf, pages) if leaf is not None]
        try:
            return self._log.append(leaves) if leaves else 0
        except ConflictError as exc:
            _log.error("page_log_conflict", reason=exc.message)
            return 0

    def _leaf(self, page: Page) -> LogLeaf | None:
        assert page.archive is not None
        try:
            digests = digests_of(stored_bytes(self._archive, page.archive))
        except NotFoundError as exc:
            _log.error("page_not_logged", page_id=page.page_id, reason=exc.message)
            return None
        return LogLeaf(kind=LeafKind.PAGE, id=page.page_id, sha256=digests.sha256, sm3=digests.sm3, at=self._clock())


def catch_up_pages(services: Services, run_id: str = "") -> int:
    """Enter every archived page (of one run when named) that has no entry yet; how many.

    Raises:
        StoreAwayError, StorageFullError: They cannot be written.
    """
    pages = PageLog(services.evidence_log, services.archive, clock=services.clock)
    entered, after = 0, ""
    while waiting := services.evidence_log.unlogged_pages(run_id, after=after, limit=_AT_ONCE):
        entered += pages.enter(waiting)
        after = waiting[-1].page_id
    return entered
