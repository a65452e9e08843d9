"""What joins a run to its archive: every download is tapped and kept before anybody sees the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawlers.archive.taps import TapRegistry, cut_reason
from crawlers.archive.writer import ARCHIVE_FILE_BYTES, Archived, Earlier, Exchanged, RunArchive, RunFacts
from records.archive_ports import ArchiveFiles
from records.base import stable_id
from records.digests import Digests, digests_of
from records.errors import NotFoundError
from records.ports import Clock, SurveyStore
from records.survey import FrontierRow, Page, Run, Target

__all__ = ["ARCHIVED", "ExchangeKeeper", "archived_of", "body_digests", "open_run_archive", "with_archive"]

ARCHIVED = "archived"
"""Where a request carries what was kept of its exchange."""
Fetch = Callable[[Request], Awaitable[Response]]


def open_run_archive(  # noqa: PLR0913  # what the first record says, and where
    files: ArchiveFiles, run: Run, target: Target, *, survey: SurveyStore, user_agent: str, contact: str,
    file_bytes: int = ARCHIVE_FILE_BYTES,
) -> RunArchive:  # fmt: skip
    """The archive of a run; nothing is written before the first exchange."""
    facts = RunFacts(
        run_id=run.run_id,
        target=target.name,
        seeds=target.seeds,
        robots=f"not obeyed: {target.authorisation}" if target.authorisation else "obey",
        user_agent=user_agent,
        contact=contact,
        software=f"WangJian/{_version()}",
    )
    earlier = _earlier(survey, run)
    return RunArchive(files, facts, started_at=run.started_at, file_bytes=file_bytes, earlier=earlier)


class ExchangeKeeper:
    """Taps the connections of a pool; `download` keeps what went over them."""

    def __init__(self, archive: RunArchive, clock: Clock, pool: Any) -> None:  # Twisted's pool
        self._archive = archive
        self._clock = clock
        self._taps = TapRegistry()
        self._taps.install(pool)

    async def download(self, request: Request, fetch: Fetch) -> Response:
        """Fetch and keep. What was cut off is kept as far as it came; a failure of the archive goes before all.

        Raises:
            StorageFullError, StoreAwayError: The exchange could not be kept: its answer must not be used.
        """
        started_at = self._clock()
        tap = self._taps.open(request)
        response: Response | None = None
        problem: BaseException | None = None
        try:
            response = await fetch(request)
        except BaseException as exc:
            problem = exc
            raise
        finally:
            self._taps.close(request, tap)
            exchange = Exchanged(
                url=request.url.split("#", 1)[0],
                started_at=started_at,
                request=bytes(tap.sent),
                response=tap.answer,
                address=tap.address,
                truncated=cut_reason(problem, response, tap),
            )
            row = request.meta.get("row")
            canonical = row.canonical_url if isinstance(row, FrontierRow) else ""
            request.meta[ARCHIVED] = self._archive.keep(exchange, canonical=canonical)
        return response


def archived_of(request: Request | None) -> Archived | None:
    """Where the exchange of a request was kept."""
    found = None if request is None else request.meta.get(ARCHIVED)
    return found if isinstance(found, Archived) else None


def with_archive(page: Page, request: Request | None) -> Page:
    """The page with the place and the digests of its exchange."""
    found = archived_of(request)
    if found is None or page.archive is not None:
        return page
    wire = found.main.wire if found.main is not None else None if found.drawn else found.wire
    return page.model_copy(update={"archive": found.place, "wire": wire})


def body_digests(request: Request | None, body: bytes) -> Digests:
    """Digests of a page's body: those of the wire when there was no content coding to undo."""
    found = archived_of(request)
    if found is not None and found.plain and found.wire.size_bytes == len(body):
        return found.wire
    return digests_of(body)


def _earlier(survey: SurveyStore, run: Run) -> Earlier | None:
    """How the page of an address is found in the run before this one."""
    before = next((each for each in survey.runs(run.target_id) if each.run_id != run.run_id and each.outcomes), None)
    if before is None:
        return None
    run_id = before.run_id

    def page_of(canonical: str) -> Page | None:
        try:
            return survey.page(stable_id("page", run_id, canonical))
        except NotFoundError:
            return None

    return page_of


def _version() -> str:
    try:
        return version("wangjian")
    except PackageNotFoundError:
        return "0"
