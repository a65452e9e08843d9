"""Stage 1: survey one target to its end, in this process. Call it once a process (`wangjian.survey_process` does).

Scrapy on the asyncio reactor over the lease rows of the store. A call with the id of an earlier run takes that run up:
what is done stays done, what was on its way when the process died is fetched again.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import structlog

from crawlers.addresses import origin_of
from crawlers.learning.addresses import AddressLearner
from crawlers.visiting.ending import ended_run
from crawlers.visiting.impact import ImpactCount
from crawlers.visiting.keeping import HostKeeper
from crawlers.visiting.known import known_rows
from crawlers.visiting.resolving import GUARD_SETTING
from crawlers.visiting.rows import canary_rows, seed_rows
from crawlers.visiting.scope import take_in_again
from crawlers.visiting.spaces import Spaces
from crawlers.visiting.visit import SurveyOptions, SurveyParts, Visit, monotonic_seconds
from crawlers.visiting.weighing import weigh_again
from network.budget import HostBudget
from network.guard import AddressGuard
from records.errors import AwayError, InvalidInputError
from records.survey import FrontierState, Outcome, PageKind, Run, RunState, Target

__all__ = ["SurveyOptions", "SurveyParts", "survey_site"]

_log = structlog.get_logger(__name__)
_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
_HANDLER = "crawlers.visiting.handling.SurveyHandler"
# Only what is used is loaded at all: Scrapy's stock lists bring retries, redirects, cookies, a proxy from the
# environment and a remote control, none of which a survey may have.
_MIDDLEWARES = {
    "crawlers.visiting.politeness.Politeness": 100,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 590,
    "crawlers.visiting.measuring.Measuring": 840,
}


def survey_site(target: Target, run_id: str, *, parts: SurveyParts, options: SurveyOptions) -> Run:
    """Visit a target, store and read its pages, and record how it went.

    Blocking, and once a process: the reactor cannot be started again. SIGTERM ends it in order (PARTIAL).

    Returns:
        The run as recorded: COMPLETE, PARTIAL or FAILED, with what is missing.

    Raises:
        InvalidInputError: A seed is no http(s) address.
        AwayError: A store went away or is full; the run is left RUNNING, and the same call takes it up.
    """
    guard = AddressGuard(allow_private=options.allow_private)
    for seed in target.seeds:
        guard.check_url(seed)
    if not target.seeds:
        raise InvalidInputError("监测对象没有起始网址", cure="为监测对象填写至少一个网址")
    started = Run(run_id=run_id, target_id=target.target_id, state=RunState.RUNNING, started_at=parts.clock())
    run = parts.survey.open_run(started, (*seed_rows(run_id, target.seeds), *canary_rows(run_id, target.canaries)))
    visit = _visit_of(run, target, parts=parts, options=options, guard=guard)
    parts.survey.enqueue(known_rows(visit))
    left = _take_up(visit)
    with _giving_back(visit), _archiving(visit, run):
        if left:
            _crawl(visit)
    if visit.fatal is not None:
        raise visit.fatal
    ended = ended_run(visit, run)
    parts.survey.finish_run(ended)
    _log.info(
        "survey_finished",
        run_id=run_id,
        state=ended.state.value,
        pages=visit.done,
        facets_left_out=visit.facets_left_out,
    )
    return ended


@contextmanager
def _giving_back(visit: Visit) -> Iterator[None]:
    """However a run ends, the hosts it held are free for the next, with what they are owed."""
    try:
        yield
    finally:
        with suppress(AwayError):  # the store that is away ended the run; the holds run out by themselves
            visit.hosts.give_back()


@contextmanager
def _archiving(visit: Visit, run: Run) -> Iterator[None]:
    """Exchanges are kept as they go, when there is a place for them."""
    from crawlers.archive.keeping import open_run_archive  # loads Scrapy

    if visit.parts.archive is None:
        yield
        return
    options = visit.options
    visit.archive = open_run_archive(
        visit.parts.archive, run, visit.target, survey=visit.survey, user_agent=options.user_agent,
        contact=options.contact,
        file_bytes=options.archive_file_bytes,
    )  # fmt: skip
    try:
        yield
    finally:
        visit.archive.close()


def _visit_of(run: Run, target: Target, *, parts: SurveyParts, options: SurveyOptions, guard: AddressGuard) -> Visit:
    budget = HostBudget(
        delay_seconds=target.delay_seconds, monotonic=monotonic_seconds, clock=parts.clock, at_once=target.concurrency
    )
    visit = Visit(
        target=target, run=run, parts=parts, options=options, guard=guard, budget=budget,
        hosts=HostKeeper(
            parts.hosts, budget, run_id=run.run_id, clock=parts.clock, hold_seconds=options.hold_seconds,
            waiting=lambda why: visit.waits(why),
        ),
        addresses=AddressLearner(parts.history, parts.clock),
        impact=ImpactCount(monotonic=monotonic_seconds, before=run.impact),
        spaces=Spaces(barren_pages=options.barren_pages, repeated_pages=options.repeated_pages),
        scope={origin_of(seed) for seed in target.seeds},
        visited_before=any(one.run_id != run.run_id for one in parts.survey.runs(target.target_id)),
    )  # fmt: skip
    return visit


def _take_up(visit: Visit) -> int:
    """Counters of a run that was begun before; how many addresses are left to visit."""
    states = visit.survey.frontier_counts(visit.run_id)
    known = visit.survey.known_urls(visit.run_id, PageKind.FACET)
    # The share of facets counts what was queued, not what was visited: else a run taken up would queue them anew.
    visit.facets = len(known)
    visit.detail_images = len(visit.survey.known_urls(visit.run_id, PageKind.DETAIL_IMAGE))
    visit.offered.keep(known)
    visit.done = states.get(FrontierState.DONE, 0) + states.get(FrontierState.FAILED, 0)
    visit.done -= visit.survey.outcomes(visit.run_id).get(Outcome.LEFT_OUT, 0)
    take_in_again(visit)
    if visit.done:
        for kind in PageKind:
            visit.offered.update(visit.survey.known_urls(visit.run_id, kind))
        weigh_again(visit)
    return states.get(FrontierState.PENDING, 0) + states.get(FrontierState.LEASED, 0)


def _crawl(visit: Visit) -> None:
    """Run Scrapy to its end."""
    from scrapy.crawler import AsyncCrawlerProcess

    from crawlers.visiting.spider import SurveySpider

    for name in ("scrapy", "twisted", "scrapy-playwright"):
        logging.getLogger(name).setLevel(logging.ERROR if name == "scrapy" else logging.CRITICAL)
    process = AsyncCrawlerProcess(_settings(visit))
    crawler = process.create_crawler(SurveySpider)
    task = process.crawl(crawler, visit=visit)
    gc.freeze()  # what is loaded now stays: else looking it through for garbage is a tenth of the survey
    process.start()
    if task.done() and not task.cancelled() and (problem := task.exception()) is not None:
        raise problem
    if process.bootstrap_failed:
        visit.stop("采集引擎未能启动")
    elif not visit.stopped and _was_interrupted(crawler):
        visit.stop("采集被中断")


def _was_interrupted(crawler: Any) -> bool:  # a Scrapy crawler
    return bool(crawler.stats.get_value("finish_reason") == "shutdown")


def _settings(visit: Visit) -> dict[str, Any]:
    concurrency = max(1, visit.target.concurrency)
    options = visit.options
    return {
        "TWISTED_REACTOR": _REACTOR,
        "TWISTED_DNS_RESOLVER": "crawlers.visiting.resolving.GuardedResolver",
        GUARD_SETTING: visit.guard,
        "SCHEDULER": "crawlers.visiting.frontier.LeaseScheduler",
        "DOWNLOAD_HANDLERS": {"http": _HANDLER, "https": _HANDLER, "file": None, "ftp": None, "s3": None, "data": None},
        "DOWNLOADER_MIDDLEWARES_BASE": _MIDDLEWARES,
        "SPIDER_MIDDLEWARES_BASE": {},
        "EXTENSIONS_BASE": {"scrapy.extensions.corestats.CoreStats": 0, "crawlers.visiting.board.BoardKeeper": 0},
        "CONCURRENT_ITEMS": 1,
        "CONCURRENT_REQUESTS": concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": concurrency,
        "DOWNLOAD_DELAY": 0,
        "DOWNLOAD_TIMEOUT": options.timeout_seconds,
        "DOWNLOAD_MAXSIZE": visit.target.max_body_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "USER_AGENT": options.user_agent,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5",
            "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
            **({"From": options.contact} if options.contact else {}),
        },
        "STATS_DUMP": False,
        "LOG_ENABLED": False,
        "LOG_INSTALL_ROOT_HANDLER": False,
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": max(1, min(2, concurrency)),
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": options.browser_timeout_seconds * 1000,
    }
