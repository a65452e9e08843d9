"""/metrics: the system in figures, for Prometheus.

Computed from the stores when it is asked, so that several processes that serve say the same, and a restart loses none.
No figure names a person, a shop or a host. `deploy/ops` has the alarms and a dashboard over these names.
Standard: OpenMetrics' predecessor, Prometheus text format 0.0.4.
"""

from __future__ import annotations

import hmac
import ipaddress
import shutil
import time
from collections.abc import Iterator, Sequence
from datetime import datetime

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from api.door import door_of
from records.backups import BackupReport, BackupState
from records.errors import PermissionRefusedError, WangJianError
from records.operating import SystemFigures, WatchReport
from records.ports import Services
from records.search import SearchKind, SearchQuery

__all__ = ["METRICS", "metrics_text", "router"]

router = APIRouter(tags=["健康"], include_in_schema=False)

METRICS = {
    "wangjian_up": "1 where the records answered",
    "wangjian_visits": "scheduled visits: open ones, and those of the last day, by state",
    "wangjian_oldest_due_visit_seconds": "since when the first visit that may begin waits",
    "wangjian_jobs": "background jobs: open ones, and those of the last day, by state",
    "wangjian_oldest_waiting_job_seconds": "since when the first waiting job waits",
    "wangjian_job_seconds": "jobs of the last day that ended, by kind",
    "wangjian_frontier": "addresses of runs under way, by state",
    "wangjian_fetches_last_day": "addresses visited by runs of the last day, by kind of target and outcome",
    "wangjian_politeness_wait_seconds_last_day": "time runs of the last day waited for the pace of sites",
    "wangjian_politeness_silences_last_day": "how often sites asked for silence in the last day",
    "wangjian_captures_last_day": "captures begun in the last day, by state",
    "wangjian_capture_seconds": "from the begin of a capture to its seal, of the last day",
    "wangjian_outbox_lag": "records the search index has not got yet",
    "wangjian_search_up": "1 where the search index answered a search",
    "wangjian_search_seconds": "what one search took just now",
    "wangjian_blobs_waiting": "objects that wait for the evidence store",
    "wangjian_digest_failures": "stored objects found not to be what they are named",
    "wangjian_disk_free_bytes": "room left where the data directory lies",
    "wangjian_disk_bytes": "size of the disk where the data directory lies",
    "wangjian_backup_age_seconds": "since the newest whole backup began; absent without one",
    "wangjian_backup_failed": "1 where the newest backup failed or is partial",
    "wangjian_drill_age_seconds": "since the newest restore drill that succeeded; absent without one",
    "wangjian_scheduler_beat_age_seconds": "since a scheduler last looked for due times; absent when none ever did",
    "wangjian_certificate_days": "days left to a certificate or signing key, by name",
    "wangjian_watch_findings": "what the system's own watch found to need somebody, by level",
    "wangjian_watch_age_seconds": "since the system last looked at itself; absent when it never did",
}
"""Every name with what it says; a test holds alarms and dashboard to it."""

_BUCKETS = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0)
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
_LEVELS = ("urgent", "soon")


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """For this machine, or for whoever has the token of `api.metrics_token`.

    Raises:
        PermissionRefusedError: Neither.
    """
    door = door_of(request)
    if not _may_read(request, door.options.metrics_token):
        raise PermissionRefusedError("指标只供本机或持令牌者读取", cure="设 api.metrics_token，以 Bearer 令牌读取")
    text = metrics_text(door.services)
    return Response(text, media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def metrics_text(services: Services) -> bytes:
    """All figures as of now. A part that is away leaves its figures out, and `wangjian_up` or `_search_up` is 0."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collected(tuple(_families(services))))
    return generate_latest(registry)


class _Collected:
    """What a registry asks for; there is no better use for a class in this module."""

    def __init__(self, families: Sequence[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        yield from self._families


def _may_read(request: Request, token: str) -> bool:
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(given.encode(), token.encode()):
        return True
    forwarded = any(name in request.headers for name in _FORWARDED)
    host = request.client.host if request.client else ""
    try:
        return not forwarded and ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _families(services: Services) -> Iterator[Metric]:
    now = services.clock()
    try:
        figures = services.operations.figures(now)
    except WangJianError:
        yield _one("wangjian_up", 0)
    else:
        yield _one("wangjian_up", 1)
        yield from _of_figures(figures, now)
        yield from _of_backups(services, now)
        yield from _of_watch(services.operations.watch(), now)
    yield from _of_search(services)
    yield _one("wangjian_blobs_waiting", len(services.blobs.waiting()))
    disk = shutil.disk_usage(services.data_dir)
    yield _one("wangjian_disk_free_bytes", disk.free)
    yield _one("wangjian_disk_bytes", disk.total)


def _of_figures(figures: SystemFigures, now: datetime) -> Iterator[Metric]:
    yield _by("wangjian_visits", "state", figures.visits)
    yield _one("wangjian_oldest_due_visit_seconds", _age(figures.oldest_visit_at, now) or 0.0)
    yield _by("wangjian_jobs", "state", figures.jobs)
    yield _one("wangjian_oldest_waiting_job_seconds", _age(figures.oldest_job_at, now) or 0.0)
    yield _histogram("wangjian_job_seconds", "kind", figures.job_seconds)
    yield _by("wangjian_frontier", "state", figures.frontier)
    fetches = GaugeMetricFamily(
        "wangjian_fetches_last_day", METRICS["wangjian_fetches_last_day"], labels=("kind", "outcome")
    )
    for kind, outcomes in figures.fetches.items():
        for outcome, count in outcomes.items():
            fetches.add_metric((kind, outcome), count)
    yield fetches
    yield _one("wangjian_politeness_wait_seconds_last_day", figures.waited_seconds)
    yield _one("wangjian_politeness_silences_last_day", figures.silences)
    yield _by("wangjian_captures_last_day", "state", figures.captures)
    yield _histogram("wangjian_capture_seconds", "", {"": figures.capture_seconds})
    yield _one("wangjian_outbox_lag", figures.outbox)
    if (age := _age(figures.schedule_beat, now)) is not None:
        yield _one("wangjian_scheduler_beat_age_seconds", age)


def _of_backups(services: Services, now: datetime) -> Iterator[Metric]:
    made = services.backups.backups(limit=100)
    ended = [one for one in made if one.state is not BackupState.RUNNING]
    if ended:
        yield _one("wangjian_backup_failed", int(ended[0].state is not BackupState.COMPLETE))
    whole: BackupReport | None = next((one for one in ended if one.state is BackupState.COMPLETE), None)
    if whole is not None:
        yield _one("wangjian_backup_age_seconds", (now - whole.started_at).total_seconds())
    tried = next((one for one in services.backups.drills(limit=100) if one.ok), None)
    if tried is not None:
        yield _one("wangjian_drill_age_seconds", (now - tried.started_at).total_seconds())


def _of_watch(report: WatchReport | None, now: datetime) -> Iterator[Metric]:
    if report is None:
        return
    yield _one("wangjian_watch_age_seconds", (now - report.at).total_seconds())
    yield _one("wangjian_digest_failures", len(report.failed))
    yield _by("wangjian_certificate_days", "name", report.ends)
    counted = dict.fromkeys(_LEVELS, 0)
    for finding in report.findings:
        counted[finding.level.value] += 1
    yield _by("wangjian_watch_findings", "level", counted)


def _of_search(services: Services) -> Iterator[Metric]:
    began = time.perf_counter()
    try:
        services.index.search(SearchQuery(kind=SearchKind.LEAD, text="网店", limit=1))
    except WangJianError:
        yield _one("wangjian_search_up", 0)
        return
    yield _one("wangjian_search_up", 1)
    yield _one("wangjian_search_seconds", time.perf_counter() - began)


def _one(name: str, value: float) -> Metric:
    return GaugeMetricFamily(name, METRICS[name], value=float(value))


def _by(name: str, label: str, values: dict[str, int] | dict[str, float]) -> Metric:
    family = GaugeMetricFamily(name, METRICS[name], labels=(label,))
    for key, value in values.items():
        family.add_metric((key,), value)
    return family


def _histogram(name: str, label: str, values: dict[str, tuple[float, ...]]) -> Metric:
    family = HistogramMetricFamily(name, METRICS[name], labels=(label,) if label else ())
    for key, seconds in values.items():
        counts = [(f"{most:g}", float(sum(one <= most for one in seconds))) for most in _BUCKETS]
        family.add_metric((key,) if label else (), [*counts, ("+Inf", float(len(seconds)))], sum(seconds))
    return family


def _age(since: datetime | None, now: datetime) -> float | None:
    return None if since is None else max((now - since).total_seconds(), 0.0)
