"""Stage 6: one address visited, sealed, stamped, packed and kept; every way it can end is written down.

RUNNING is saved first. A capture that cannot be opened ends FAILED with the reason; one that lacks something required
ends PARTIAL and names it; one cut off with its process is found by `recover_interrupted` and marked INTERRUPTED.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from evidence.assembling import Visited, assemble
from evidence.capturing.browser import Browsers, Lease, find_browser
from evidence.capturing.cleanliness import State
from evidence.capturing.environment import (
    SOFTWARE,
    Before,
    Surroundings,
    conclude,
    examine,
    programs,
    read_clock,
    time_sources,
)
from evidence.capturing.recording import Recording
from evidence.capturing.visit import CaptureLimits, Visit, VisitPlan
from evidence.capturing.visiting import run_visits
from evidence.custody import CustodyNote, record_event
from evidence.liveness import Alive, Trace, trace_of
from evidence.manifest import Paper
from evidence.means import CaptureRequest, Means
from evidence.package import write_package
from evidence.saving import why_not_saved
from evidence.sealing import seal, stamp_pending
from evidence.stamping import keep_sealed
from network.proxy import GuardedProxy, ProxyLimits
from records.clicks import check_clicks
from records.errors import AwayError, StorageFullError
from records.evidence import Capture, CaptureState, CustodyAction
from records.ports import Clock, EvidenceStore

__all__ = [
    "Begun",
    "CaptureLimits",
    "CaptureRequest",
    "Means",
    "Paper",
    "begin",
    "preserve",
    "recover_interrupted",
    "stamp_pending",
]

_log = structlog.get_logger(__name__)


def preserve(request: CaptureRequest, means: Means) -> Capture:
    """Capture one address and keep the sealed package; returns how it ended.

    Raises:
        InvalidInputError: Not an address, clicks that cannot be understood, or a store that cannot lock.
        AddressRefusedError: Not an http(s) address, or one with user information.
        BrowserAwayError: No browser; the capture is FAILED.
        StorageFullError: No room; the capture is FAILED where even that could be written.
    """
    return begin(request, means).finish()


def begin(request: CaptureRequest, means: Means) -> Begun:
    """Save the RUNNING capture and return at once; `finish` does the work, in any thread. Raises as `preserve`."""
    means.guard.check_url(request.url)
    clicks = check_clicks(request.clicks)
    find_browser(means.browser_executable)
    _check_store(means)
    capture_id = request.capture_id or f"capture_{uuid.uuid4().hex[:20]}"
    capture = Capture(
        capture_id=capture_id,
        url=request.url,
        lead_id=request.lead_id,
        case_id=request.case_id,
        state=CaptureState.RUNNING,
        operator=request.operator,
        started_at=means.clock(),
    )
    alive = Alive(capture_id)
    try:
        means.evidence.save_capture(capture)
    except BaseException:
        alive.release()
        raise
    return Begun(capture, replace(request, capture_id=capture_id, clicks=clicks), means, alive)


def _check_store(means: Means) -> None:
    """A bucket that cannot lock refuses the capture before anything is visited; one that is away does not."""
    try:
        means.blobs.ready()
    except AwayError as exc:
        _log.warning("evidence_store_away", reason=exc.message)


def recover_interrupted(
    evidence: EvidenceStore, *, clock: Clock, elsewhere: timedelta = timedelta(0)
) -> tuple[Capture, ...]:
    """Mark captures whose process is gone as INTERRUPTED, in the chain too; those still being made are left alone.

    Args:
        elsewhere: For so long after its begin a capture without a trace on this machine may be another machine's. Zero
            where one machine has all records to itself.
    """
    found = []
    for capture in evidence.captures():
        if capture.state is not CaptureState.RUNNING:
            continue
        trace = trace_of(capture.capture_id)
        if trace is Trace.HELD or (trace is Trace.NONE and capture.started_at > clock() - elsewhere):
            continue
        record_event(
            evidence,
            CustodyNote(
                capture_id=capture.capture_id,
                action=CustodyAction.INTERRUPTED,
                actor="系统",
                reason="固证进程中途结束",
            ),
            clock=clock,
        )
        ended = capture.model_copy(
            update={"state": CaptureState.INTERRUPTED, "reason": "固证中途被打断，未形成证据包", "finished_at": clock()}
        )
        evidence.save_capture(ended)
        found.append(ended)
    return tuple(found)


class Begun:
    """A capture that was begun; `finish` must be called once."""

    def __init__(self, capture: Capture, request: CaptureRequest, means: Means, alive: Alive) -> None:
        self.capture = capture
        self._request = request
        self._means = means
        self._alive = alive

    def finish(self) -> Capture:
        """Do it. Raises as `preserve`."""
        try:
            return self._finish()
        except AwayError as exc:
            self._fail(exc.message)
            raise
        except OSError as exc:
            reason = why_not_saved(exc)
            self._fail(reason)
            raise StorageFullError(f"固证未能保存：{reason}", cure="腾出空间后重试") from exc
        finally:
            self._alive.release()

    def _finish(self) -> Capture:
        visited, failure = self._visit(self._alive.folder)
        if visited is None or failure:
            return self._fail(failure)
        assembly = assemble(self._request, visited, self._means)
        sealed, stamps = seal(assembly.manifest, self._means)
        path = self._alive.folder / "package.wacz"
        write_package(path, sealed, assembly.members, signer=self._means.signer)
        package = self._means.blobs.put_file(path)
        shot = next((made.content for made in visited.visit.made if made.role == "screenshot"), None)
        screenshot = self._means.blobs.put(shot) if shot else None
        manifest = assembly.manifest
        seen = self.capture.model_copy(
            update={
                "final_url": manifest.final_url,
                "title": manifest.title,
                "exchanges": len(visited.recording.lines),
                "screenshot": screenshot,
            }
        )
        kept = keep_sealed(seen, manifest, package, stamps, order=self._request, means=self._means)
        return self._ended(kept)

    def _visit(self, folder: Path) -> tuple[Visited | None, str]:
        means = self._means
        began = read_clock(means.clock)
        around = _surroundings(means)
        plan = self._plan()
        with ThreadPoolExecutor(max_workers=2) as pool:
            examining = pool.submit(examine, around)
            if means.policy.unclean == "refuse" and (refusal := _refusal(examining.result())):
                return None, refusal
            running = pool.submit(lambda: programs(around) if plan.browser_up.wait(60) else {})
            warc = folder / "data.warc.gz"
            recording = Recording(warc, started_at=began.wall, software=SOFTWARE)
            try:
                with (
                    _leased(means, around.executable) as (browsers, lease),
                    _proxy(means, recording, lease) as proxy,
                ):
                    visit = run_visits(plan, proxy, browsers, lease=lease)
            finally:
                plan.browser_up.set()
                recording.close()
            before, found = examining.result(), running.result()
        ended = read_clock(means.clock)
        seen = State(captured_hosts=recording.hosts(), cookies=visit.cookies, extensions=visit.extensions)
        facts, findings = conclude(before, around, clocks=(began, ended), seen=seen)
        for finding in findings:
            if finding.clean is False:
                visit.lacks(f"取证环境不洁净：{finding.detail}")
        environment = {**facts, **found, **_network_facts(recording), "browser": visit.browser_version}
        told = [(status or recording.status_of(url), url) for status, url in visit.navigation]
        visit.navigation[:] = [step for step in told if step[0]]
        _take_stock(visit, recording)
        visited = Visited(
            visit=visit,
            recording=recording,
            warc=warc,
            navigation=tuple(step for step in visit.navigation if recording.answered(step[1], step[0])),
            environment=environment,
            started_at=began.wall,
            finished_at=ended.wall,
        )
        return visited, _failure(visit, recording, self._request.url)

    def _plan(self) -> VisitPlan:
        means = self._means
        return VisitPlan(
            url=self._request.url,
            steps=tuple(means.steps),
            limits=means.limits,
            clock=means.clock,
            user_agent=means.user_agent,
            clicks=self._request.clicks,
            optional=means.policy.optional,
            attempts=means.policy.attempts,
        )

    def _fail(self, reason: str) -> Capture:
        changed = {"state": CaptureState.FAILED, "reason": reason, "finished_at": self._means.clock()}
        return self._save(self.capture.model_copy(update=changed))

    def _save(self, capture: Capture) -> Capture:
        self._means.evidence.save_capture(capture)
        return self._ended(capture)

    def _ended(self, capture: Capture) -> Capture:
        self.capture = capture
        _log.info("capture_ended", capture_id=capture.capture_id, state=capture.state.value)
        return capture


def _surroundings(means: Means) -> Surroundings:
    return Surroundings(
        clock=means.clock,
        executable=find_browser(means.browser_executable),
        guard=means.guard,
        sources=time_sources(means.time_hosts, means.authorities, means.guard),
        digests=means.digests,
        egress_url=means.egress_url,
    )


def _refusal(before: Before) -> str:
    words = "；".join(finding.detail for finding in before.unclean())
    return f"取证环境不洁净，按设置不予固证：{words}" if words else ""


@contextmanager
def _leased(means: Means, executable: str) -> Iterator[tuple[Browsers, Lease]]:
    browsers = means.browsers or Browsers(executable)
    lease = browsers.lease()
    try:
        yield browsers, lease
    finally:
        browsers.release(lease)
        if browsers is not means.browsers:
            browsers.close()


def _proxy(means: Means, recording: Recording, lease: Lease) -> GuardedProxy:
    return GuardedProxy(
        means.guard,
        recording,
        limits=_proxy_limits(means.limits),
        clock=means.clock,
        trust_pem=means.tls_roots_pem,
        key=lease.key,
    )


def _proxy_limits(limits: CaptureLimits) -> ProxyLimits:
    return ProxyLimits(
        response_bytes=limits.response_bytes,
        total_bytes=limits.total_bytes,
        # Half of what the page has: the nearer reason (nobody listens, no TLS) is known before the page gives up.
        connect_seconds=min(10.0, limits.open_seconds / 2),
        exchange_seconds=limits.capture_seconds,
    )


def _take_stock(visit: Visit, recording: Recording) -> None:
    """What the proxy saw and the steps could not: cut answers, refused connections, an address that changed."""
    main = visit.navigation[-1][1].split("#")[0] if visit.navigation else ""
    for line in recording.lines:
        if line["truncated"] in ("length", "time"):
            visit.lacks(f"超过限度而被截断：{str(line['url'])[:200]}")
        elif line["truncated"] and line["url"] == main:
            visit.lacks("页面主文档没有完整收到")
    for refusal in recording.refusals:
        visit.note("refused", reason=f"{refusal.kind}：{refusal.host}:{refusal.port} {refusal.reason}"[:500])
        if refusal.kind == "limit":
            visit.lacks("总流量超过限度，部分内容未取")
    shown = {
        event["url"]
        for event in visit.events
        if event["kind"] == "step" and event["step"] in _SHOWING and event["visit"] == visit.number
    }
    if visit.final_url and shown - {visit.final_url}:
        visit.lacks("固证过程中页面地址发生变化")


_SHOWING = ("screenshot", "dom", "mhtml", "text")


def _failure(visit: Visit, recording: Recording, url: str) -> str:
    last = visit.navigation[-1] if visit.navigation else None
    if not visit.failure and last is not None and recording.answered(last[1], last[0]):
        return ""
    for place in (last[1] if last else url, url):
        host = urlsplit(place).hostname
        for refusal in recording.refusals:
            if refusal.host == host:
                return refusal.reason
    redirected = [refusal for refusal in recording.refusals if refusal.kind == "address"]
    if redirected and visit.failure:
        return redirected[-1].reason
    return visit.failure or "对方没有返回任何内容"


def _network_facts(recording: Recording) -> dict[str, str]:
    egress = "、".join(sorted(recording.local_addresses)) or "没有连接"
    return {"egress_local": egress, **_tls_facts(recording)}


def _tls_facts(recording: Recording) -> dict[str, str]:
    lines = [line for line in recording.lines if line.get("tls_problem")]
    bad = {urlsplit(str(line["url"])).netloc: str(line["tls_problem"]) for line in lines}
    if not bad:
        return {"tls_problems": "无"}
    return {"tls_problems": "；".join(f"{host}：{problem}" for host, problem in sorted(bad.items()))[:2000]}
