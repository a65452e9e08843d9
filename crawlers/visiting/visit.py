"""The one run this process is doing: its parts, its counters, and why it stopped early if it did."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from crawlers.archive.writer import ARCHIVE_FILE_BYTES, RunArchive
from crawlers.health.statistics import LiveTally
from crawlers.learning.addresses import AddressLearner
from crawlers.visiting.belonging import in_further_scope
from crawlers.visiting.impact import ImpactCount
from crawlers.visiting.keeping import HostKeeper
from crawlers.visiting.offered import OfferedAddresses
from crawlers.visiting.spaces import Spaces
from network.budget import HostBudget
from network.guard import AddressGuard
from network.robots import RobotsRules
from records.archive_ports import ArchiveFiles
from records.errors import WangJianError
from records.health_ports import RunBoard
from records.history_ports import HistoryStore
from records.host_ports import HostLedger
from records.licences_read import PictureReading
from records.ports import BlobStore, Clock, SurveyStore
from records.survey import BrowserPolicy, FrontierRow, Page, Run, SiteImpact, Target

__all__ = ["SurveyOptions", "SurveyParts", "Visit"]

_log = structlog.get_logger(__name__)
_FAILURES_BEFORE_STOP = 6
_REFUSALS_BEFORE_STOP = 8
_CALM_ANSWERS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyOptions:
    """What a survey is done with, the same for every target.

    Attributes:
        allow_private: Loopback and private addresses may be visited (tests and the demo only).
        user_agent: Sent with every request; its product token is what robots.txt is read for.
        contact: Sent as the From header, so that a site can reach the office.
        browser_executable: Chromium; empty when none was found (pages that need it are then BROWSER_AWAY).
        lease_seconds: How long a row stays taken; a killed run gives its rows back by being opened again.
        timeout_seconds: Longest a static answer may take, start to end.
        browser_timeout_seconds: Longest a page may take in the browser.
        max_wait_seconds: Longest silence a site may ask for (Retry-After) before the run ends as partial.
        hold_seconds: How long a host stays held by a run that was killed.
        hold_patience_seconds: Longest wait for another run of the same host to end.
        reading_seconds: Longest a page may take to be read; one made to be slow is FAILED.
        facet_pages: How many filter combinations of lists are visited in a run; the rest is left out by design.
        barren_pages, repeated_pages: When a shape of addresses is left (see `crawlers.visiting.spaces`).
        full_refetch_days: A page is fetched whole when that was last done so many days ago, whatever the server says.
        archive_file_bytes: An archive file of this size is closed and the next one begun.
        licence_pictures: Which licence pictures are fetched.
        detail_images: How many pictures of a listing are fetched, and of a run at most; 0: none.
    """

    allow_private: bool = False
    user_agent: str = "WangJianBot/0.1 (+market regulator survey; see robots.txt)"
    contact: str = ""
    browser_executable: str = ""
    lease_seconds: float = 300.0
    timeout_seconds: float = 30.0
    browser_timeout_seconds: float = 40.0
    max_wait_seconds: float = 120.0
    hold_seconds: float = 60.0
    hold_patience_seconds: float = 4 * 3600.0
    reading_seconds: float = 20.0
    facet_pages: int = 40
    full_refetch_days: float = 7.0
    barren_pages: int = 200
    repeated_pages: int = 20
    archive_file_bytes: int = ARCHIVE_FILE_BYTES
    licence_pictures: PictureReading = PictureReading.WHEN_NEEDED
    detail_images: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyParts:
    """The ports a survey works with."""

    survey: SurveyStore
    blobs: BlobStore
    clock: Clock
    boards: RunBoard | None = None
    hosts: HostLedger
    archive: ArchiveFiles | None = None
    history: HistoryStore | None = None
    kept: Callable[[Page], None] | None = None  # told of every page once it is in the records


@dataclass(kw_only=True)
class Visit:
    """State of a run while it is being done. Nothing here is the truth: that is in the store."""

    target: Target
    run: Run
    parts: SurveyParts
    options: SurveyOptions
    guard: AddressGuard
    budget: HostBudget
    hosts: HostKeeper
    impact: ImpactCount
    addresses: AddressLearner
    spaces: Spaces
    scope: set[str]
    visited_before: bool = True  # a first run finds no page of an earlier one, and is spared looking for each
    done: int = 0
    facets: int = 0
    facets_left_out: int = 0
    detail_images: int = 0
    detail_images_left_out: int = 0
    pages_cut: int = 0
    too_deep: int = 0
    stopped: str = ""
    waiting: str = ""
    fatal: WangJianError | None = None
    failures_in_row: int = 0
    refusals_in_row: int = 0
    strain: int = 0
    robots: dict[str, RobotsRules] = field(default_factory=dict)
    in_flight: dict[str, FrontierRow] = field(default_factory=dict)
    left_out_kept: tuple[int, bool, bool, bool] = (0, False, False, False)
    offered: OfferedAddresses = field(default_factory=OfferedAddresses)
    tally: LiveTally = field(default_factory=LiveTally)
    wake: Callable[[], None] | None = None
    archive: RunArchive | None = None

    @property
    def run_id(self) -> str:
        """Of the run being done."""
        return self.run.run_id

    @property
    def survey(self) -> SurveyStore:
        """Where the run is recorded."""
        return self.parts.survey

    @property
    def blobs(self) -> BlobStore:
        """Where bytes are kept."""
        return self.parts.blobs

    @property
    def clock(self) -> Clock:
        """What time it is."""
        return self.parts.clock

    @property
    def browser_allowed(self) -> bool:
        """Whether the target lets pages be opened in a browser."""
        return self.target.browser is not BrowserPolicy.NEVER

    @property
    def browser_there(self) -> bool:
        """Whether there is one to open them in."""
        return self.browser_allowed and bool(self.options.browser_executable)

    def stop(self, reason: str) -> None:
        """End the run early, for a reason that will be among what is missing. The first reason stays."""
        if not self.stopped:
            self.stopped = reason
            _log.warning("survey_stopping", run_id=self.run_id, reason=reason)

    def waits(self, why: str) -> None:
        """Say in Chinese why the run waits; empty when it goes on."""
        if why and why != self.waiting:
            _log.info("survey_waiting", run_id=self.run_id, reason=why)
        self.waiting = why

    def fail(self, fault: WangJianError) -> None:
        """A part of ours failed: the run ends with that error, its rows stay for the next."""
        self.fatal = self.fatal or fault
        self.stop(fault.message)

    @property
    def asked_here(self) -> bool:
        """Whether this part of the run has asked for anything yet."""
        before = self.run.impact
        return self.impact.requests > (before.requests_sent if before is not None else 0)

    def impact_now(self) -> SiteImpact:
        """The impact record as it stands, earlier parts of the run included."""
        return self.impact.record(delay_seconds=self.budget.slowest_delay())

    def clock_after(self, seconds: float) -> datetime:
        """The time of day so many seconds from now."""
        return self.clock() + timedelta(seconds=min(seconds, 365 * 86_400.0))

    def keep_hosts(self) -> None:
        """Write what the hosts are owed and what was asked and passed over so far; a host another run took ends it."""
        from crawlers.visiting.left_out import left_out  # it reads the visit

        if lost := self.hosts.keep():
            self.stop(f"主机 {lost[0]} 已由另一次采集访问")
        impact = self.impact_now()
        sums = {"requests_sent": impact.requests_sent, "bytes_received": impact.bytes_received}
        self.survey.finish_run(self.run.model_copy(update={"impact": impact, "left_out": left_out(self), **sums}))

    def lease(self, limit: int) -> tuple[FrontierRow, ...]:
        """Take rows to visit, within the page limit of the target; none when the run is stopping."""
        at_once = 1 if self.strain else max(1, self.target.concurrency)
        room = min(self.target.max_pages - self.done - len(self.in_flight), at_once - len(self.in_flight))
        if self.stopped or room <= 0:
            return ()
        until = self.clock() + timedelta(seconds=self.options.lease_seconds)
        rows = self.survey.lease(self.run_id, limit=min(limit, room), until=until)
        return tuple(row for row in rows if row.row_id not in self.in_flight)

    def in_scope(self, canonical: str) -> bool:
        """Whether a canonical address belongs to the site under survey."""
        scheme, _, rest = canonical.partition("://")
        if f"{scheme}://{rest.partition('/')[0]}" in self.scope:
            return True
        return bool(self.target.scope) and in_further_scope(self.target, canonical)

    def host_failed(self) -> None:
        """A connection could not be had; too many in a row end the run."""
        self.failures_in_row += 1
        if self.failures_in_row >= _FAILURES_BEFORE_STOP:
            self.stop(f"站点连续 {self.failures_in_row} 次无法连接")

    def host_refused(self) -> None:
        """The site turned us away (429, 403, captcha); too many in a row end the run: we do not push."""
        self.refusals_in_row += 1
        if self.refusals_in_row >= _REFUSALS_BEFORE_STOP:
            self.stop(f"站点连续 {self.refusals_in_row} 次拒绝访问或要求验证，已停止采集")

    def host_strained(self) -> None:
        """The site answered that it is at its limit: one request at a time until it has answered well for a while."""
        self.strain = _CALM_ANSWERS

    def host_answered(self) -> None:
        """A page came as it should."""
        self.strain = max(0, self.strain - 1)
        self.failures_in_row = 0
        self.refusals_in_row = 0


def monotonic_seconds() -> float:
    """Seconds that never go back, for pacing."""
    return time.monotonic()
