"""The spider: every answer is stored, read and completed in one transaction with the rows found on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import structlog
from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, StopDownload
from scrapy.http import Response
from twisted.python.failure import Failure

from crawlers.addresses import absolute_url, canonical_url, is_surveyable
from crawlers.archive.keeping import archived_of, body_digests, with_archive
from crawlers.health.fields import with_fields
from crawlers.reading import read_page
from crawlers.visiting.answers import READABLE_TYPES, classify_failure, empty_page, header, page_of, refresh_target
from crawlers.visiting.conditional import STORED, unchanged, without_conditions
from crawlers.visiting.detail_images import detail_rows
from crawlers.visiting.frontier import row_of
from crawlers.visiting.guests import is_guest, is_picture
from crawlers.visiting.left_out import keep_left_out
from crawlers.visiting.lessons import follow, learn, lessons_rows
from crawlers.visiting.patience import ReadingTooLongError, at_most
from crawlers.visiting.pictures import may_be_picture, picture_page, picture_rows
from crawlers.visiting.politeness import Postponed
from crawlers.visiting.rows import discovered_rows
from crawlers.visiting.scope import same_site, take_in
from crawlers.visiting.unread import unread_shop
from crawlers.visiting.visit import Visit
from crawlers.visiting.weighing import weigh, weighed
from network.budget import retry_after_seconds
from network.hosts import host_key
from records.digests import Digests
from records.errors import WangJianError
from records.market import Reading
from records.survey import FrontierRow, Outcome, Page, PageKind

__all__ = ["SurveySpider"]

_log = structlog.get_logger(__name__)
_MAX_HOPS = 5
_TRIES = 2
_TRIES_WHEN_BUSY = 3
_WALLS = frozenset((Outcome.CAPTCHA, Outcome.BLOCKED))


class SurveySpider(Spider):
    """One run. It makes no requests of its own: the scheduler hands out the rows."""

    name = "survey"

    def __init__(self, *, visit: Visit) -> None:
        super().__init__()
        self.visit = visit

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> SurveySpider:  # Scrapy's own call
        """Built by Scrapy; listens to the signals that end a download early or tell of a fault."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.headers_came, signal=signals.headers_received)
        crawler.signals.connect(spider.reading_failed, signal=signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Nothing: see LeaseScheduler."""
        none: tuple[Any, ...] = ()
        for nothing in none:
            yield nothing

    def headers_came(self, headers: Any, request: Request) -> None:  # Scrapy's own call
        """Bodies that are no text are not downloaded, but for pictures that were asked for."""
        media_type = (headers.get(b"Content-Type") or b"").decode("latin-1").split(";")[0].strip().lower()
        row = request.meta.get("row")
        if row is None or not media_type:
            return
        wanted = may_be_picture(media_type) if is_picture(row) else media_type in READABLE_TYPES
        if not wanted:
            raise StopDownload(fail=True)

    def parse(self, response: Response, **kwargs: Any) -> Iterator[Request]:  # Scrapy's own call
        """One answer: a redirect is followed within the row, everything else completes it."""
        request = response.request
        assert request is not None
        row = row_of(request)
        with self._ending_on_own_faults():
            if 300 <= response.status < 400 and response.status != 304:
                yield from self._redirected(row, request, response, header(response, b"Location"))
            elif response.status == 304:
                yield from self._unchanged(row, request, response)
            elif onward := refresh_target(response):
                yield from self._redirected(row, request, response, onward)
            elif response.status in (429, 503) and self._try_later(row, response):
                return
            elif response.status >= 500 and row.attempts + 1 < _TRIES_WHEN_BUSY:
                # It may be our own asking that is too much for it: be silent for a while before asking again.
                self.visit.host_strained()
                self.visit.budget.refused(host_key(response.url), retry_after=None)
                self._give_back(row, use_browser=row.use_browser)
            else:
                self._read(row, response)

    def failed(self, failure: Failure) -> None:
        """A request that gave no answer."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        row, problem = row_of(request), failure.value
        if isinstance(problem, Postponed) or problem is None:
            self.visit.in_flight.pop(row.row_id, None)
            return
        with self._ending_on_own_faults():
            found = classify_failure(self.visit, problem, request.url)
            if found.connection:
                if not is_guest(self.visit, row):
                    self.visit.host_failed()
                if row.attempts + 1 < _TRIES and not self.visit.stopped:
                    self._give_back(row, use_browser=row.use_browser)
                    return
            page = empty_page(self.visit, row, found.outcome, found.reason)
            self._complete(row, with_archive(page, request), None)

    def reading_failed(self, failure: Failure, response: Response) -> None:
        """A page our reading could not cope with: recorded as failed, the run goes on."""
        request = response.request
        if request is None or isinstance(failure.value, CloseSpider):
            return
        row = row_of(request)
        _log.error("page_reading_failed", url=response.url, error=failure.getErrorMessage())
        with self._ending_on_own_faults():
            too_long = isinstance(failure.value, ReadingTooLongError)
            reason = "页面过于繁复，未能在限时内读完" if too_long else "读取页面时出错，已记录日志"
            page = empty_page(self.visit, row, Outcome.FAILED, reason)
            self._complete(row, with_archive(page, request), None)

    def _redirected(self, row: FrontierRow, request: Request, response: Response, location: str) -> Iterator[Request]:
        hops = int(request.meta.get("hops", 0)) + 1
        target = absolute_url(response.url, location)
        reason = ""
        outcome = Outcome.FAILED
        if not target:
            outcome, reason = Outcome.ADDRESS_REFUSED, f"跳转到不可访问的地址：{location[:200]}"
        elif hops > _MAX_HOPS or canonical_url(target) == canonical_url(response.url) and hops > 1:
            reason = "跳转次数过多或循环跳转"
        elif not is_surveyable(target) and _asks_for_login(target):
            outcome, reason = Outcome.LOGIN, "跳转到登录页"
        elif not self._may_follow(row, target):
            outcome, reason = Outcome.ADDRESS_REFUSED, f"跳转到监测范围以外，未跟随：{target[:200]}"
        if reason:
            page = page_of(self.visit, row, response, None, outcome).model_copy(update={"reason": reason})
            self._complete(row, page, None)
            return
        yield request.replace(
            url=target, meta={**_kept(request), "hops": hops}, callback=self.parse, errback=self.failed
        )

    def _unchanged(self, row: FrontierRow, request: Request, response: Response) -> Iterator[Request]:
        """The page reads as when it was stored; a 304 that cannot be believed is answered by asking for it whole."""
        found = unchanged(self.visit, row, response)
        if found is not None:
            self.visit.host_answered()
            self.visit.budget.answered(host_key(response.url))
            self._complete(row, *found)
        elif request.meta.get(STORED) is not None:
            yield without_conditions(request).replace(callback=self.parse, errback=self.failed)
        else:
            page = empty_page(self.visit, row, Outcome.FAILED, "服务器答复 304（未变化），而没有可用的存本")
            self._complete(row, page, None)

    def _may_follow(self, row: FrontierRow, target: str) -> bool:
        """In scope; a seed may also move to its own www or https form, where the scope follows it."""
        if self.visit.in_scope(canonical_url(target)):
            return True
        if is_picture(row):
            return host_key(target) == host_key(row.url)
        return row.depth == 0 and same_site(target, row.url)

    def _try_later(self, row: FrontierRow, response: Response) -> bool:
        """The site is busy: be silent as long as it asks, then ask again. False when it was asked often enough."""
        asked = retry_after_seconds(header(response, b"Retry-After"), now=self.visit.clock())
        self.visit.host_strained()
        host = host_key(response.url)
        seconds = self.visit.budget.refused(host, retry_after=asked)
        self.visit.impact.silences += 1
        self.visit.keep_hosts()  # at once: a run that is killed now must not forget it
        _log.info("host_asks_for_silence", host=host, seconds=seconds, status=response.status)
        if seconds > self.visit.options.max_wait_seconds and is_guest(self.visit, row):
            self._complete(row, picture_page(self.visit, row, response, self._stored(response)), None)
            return True
        if seconds > self.visit.options.max_wait_seconds:
            self.visit.stop(f"站点要求 {int(seconds)} 秒后再访问，本次不再等待")
            self.visit.in_flight.pop(row.row_id, None)
            return True
        if row.attempts + 1 >= _TRIES_WHEN_BUSY:
            return False
        self._give_back(row, use_browser=row.use_browser)
        return True

    def _read(self, row: FrontierRow, response: Response) -> None:
        visit = self.visit
        digests = self._stored(response)
        if is_picture(row):
            self._complete(row, picture_page(visit, row, response, digests), None)
            return
        page = page_of(visit, row, response, digests, Outcome.READ)
        with at_most(visit.options.reading_seconds):
            reading = read_page(page, response.body, visit.target)
        outcome = reading.problem or Outcome.READ
        if outcome is Outcome.EMPTY and not page.rendered and visit.browser_allowed:
            if visit.browser_there:
                _log.info("browser_wanted", url=row.url, reason=reading.reason)
                self._give_back(row, use_browser=True)
                return
            reading = reading.model_copy(
                update={"problem": Outcome.BROWSER_AWAY, "reason": f"{reading.reason}；没有可用的浏览器"}
            )
            outcome = Outcome.BROWSER_AWAY
        if outcome is Outcome.EMPTY and page.rendered and row.attempts + 1 < _TRIES_WHEN_BUSY:
            # The script had not drawn yet when the page was read (a slow machine, a slow interface): look once more.
            self._give_back(row, use_browser=True)
            return
        if outcome in _WALLS:
            visit.host_refused()
        elif outcome in (Outcome.READ, Outcome.NOT_FOUND, Outcome.SOFT_404):
            visit.host_answered()
            visit.budget.answered(host_key(page.final_url))
        kind = reading.kind if outcome is Outcome.READ and row.kind is not PageKind.FACET else row.kind
        said = page.model_copy(
            update={
                "outcome": outcome,
                "reason": reading.reason,
                "kind": kind,
                "content_sha256": reading.content_sha256,
            }
        )
        self._complete(row, said, reading)

    def _stored(self, response: Response) -> Digests | None:
        """Digests of the body, which the archive holds; the blob store does when there is no archive of it."""
        if not response.body:
            return None
        if archived_of(response.request) is None:
            return self.visit.blobs.put(response.body)
        return body_digests(response.request, response.body)

    def _complete(self, row: FrontierRow, page: Page, reading: Reading | None) -> None:
        visit = self.visit
        if row.depth == 0:
            take_in(visit, page)
        lesson, page, reading = learn(visit, row, page, reading)
        rows = (
            discovered_rows(visit, row, page, reading)
            if reading is not None and page.outcome is not Outcome.CAPTCHA
            else ()
        )
        if page.outcome not in (Outcome.READ, Outcome.UNCHANGED):
            shop = unread_shop(visit, row, page)
            if shop is not None:
                reading = (reading or Reading(kind=row.kind, problem=page.outcome, reason=page.reason)).model_copy(
                    update={"shop": shop, "listings": ()}
                )
        page = with_fields(page, reading)
        rows += lessons_rows(visit, row, lesson)
        page = weighed(visit, page, reading, rows)
        rows += (*picture_rows(visit, row, page, reading), *detail_rows(visit, row, page, reading))
        keep_left_out(visit)
        visit.survey.complete(row, page, reading, rows)
        if visit.parts.kept is not None:
            visit.parts.kept(page)
        follow(visit, lesson)
        visit.offered.enter((*rows, row))
        visit.done += page.outcome is not Outcome.LEFT_OUT
        weigh(visit, page)
        visit.tally.add(page)
        visit.in_flight.pop(row.row_id, None)

    def leave_out(self, row: FrontierRow, shape: str) -> None:
        """A row of a shape of addresses that was found to have no end: recorded, not visited."""
        visit = self.visit
        visit.spaces.leave_out(shape, row.canonical_url)
        reason = f"形如 {shape} 的地址没有尽头：已读 {visit.spaces.read_of(shape)} 页，不再访问"
        try:
            self._complete(row, empty_page(visit, row, Outcome.LEFT_OUT, reason), None)
        except WangJianError as exc:
            visit.fail(exc)

    def _give_back(self, row: FrontierRow, *, use_browser: bool) -> None:
        self.visit.survey.retry(row, use_browser=use_browser)
        self.visit.in_flight.pop(row.row_id, None)

    def _ending_on_own_faults(self) -> _OwnFaults:
        return _OwnFaults(self.visit)


class _OwnFaults:
    """A part of ours that fails (store away, disk full) ends the run with that error; the rows stay for the next."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: object) -> None:
        if isinstance(value, WangJianError):
            self._visit.fail(value)
            raise CloseSpider("own fault") from value


def _kept(request: Request) -> dict[str, Any]:
    names = ("row", "browser", "handle_httpstatus_all", STORED)
    return {name: request.meta[name] for name in names if name in request.meta}


def _asks_for_login(url: str) -> bool:
    low = url.lower()
    return any(word in low for word in ("login", "signin", "sign-in", "passport", "/sso", "auth"))
