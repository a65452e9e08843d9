"""断网重绘 as a record: each capture drawn again soon after it was sealed, its scores signed, stored and logged.

It costs a browser and seconds, which a capture does not have; so the scores are no part of the package but a signed
record that names the package's digest, entered in the evidence log and named by the custody chain.
"""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import structlog

from evidence.capturing.browser import Browsers
from evidence.custody import CustodyNote, record_event
from evidence.rerendering import BrowserError, rerender, rerender_statement
from evidence.standalone.verify import FIXED_ROLES, RefusedError
from evidence.verify import verify_package
from records.errors import BrowserAwayError, NotFoundError, VerificationError, WangJianError
from records.evidence import Capture, CustodyAction
from records.evidence_log import LeafKind, LogLeaf
from records.ports import Services
from records.rerendering import Rerendering
from wangjian.browser import find_browser
from wangjian.comparing_captures import package_of
from wangjian.settings import Settings

__all__ = ["Rerenderer", "rerender_and_keep"]

_log = structlog.get_logger(__name__)
_WITHIN = timedelta(days=7)
"""Captures older than that were sealed before there was a worker; they are drawn again when somebody asks."""
_LOOK_SECONDS = 20.0
_ACTOR, _ORIGIN = "系统", "定时重绘"


def rerender_and_keep(
    services: Services, path: Path, settings: Settings, *, actor: str, origin: str
) -> tuple[Rerendering, bytes]:
    """Verify a package, draw it again without a network, compare, and sign the scores. Those of a capture of ours are
    kept: in the store, in the evidence log and in the custody chain.

    Raises:
        VerificationError: It does not verify, or does not hold the page's own document.
        BrowserAwayError: No browser could be started.
        BrowserError: The browser failed while it drew.
    """
    report = verify_package(path, anchors_pem=services.trust_anchors_pem, now=services.clock())
    if not report.valid:
        raise VerificationError("证据包核验不通过，不予重绘", cure="先用 wangjian evidence verify 查明")
    browsers = Browsers(find_browser(settings))
    try:
        found = rerender(path, browsers, clock=services.clock)
    finally:
        browsers.close()
    statement = rerender_statement(found, services.signer)
    try:
        services.evidence.capture(found.capture_id)
    except NotFoundError:
        return found, statement
    _keep(services, found, statement, actor=actor, origin=origin)
    return found, statement


class Rerenderer:
    """Draws again what was sealed in the last week and was not drawn again yet, one capture a call."""

    def __init__(self, services: Services, settings: Settings) -> None:
        self._services = services
        self._settings = settings
        self._settled: set[str] = set()
        self._look_again = 0.0

    def work(self) -> Rerendering | None:
        """The next one, or None when there is none or it could not be drawn, which is written down."""
        if time.monotonic() < self._look_again:
            return None
        capture = next((one for one in self._services.evidence.captures() if self._waits(one)), None)
        if capture is None:
            self._look_again = time.monotonic() + _LOOK_SECONDS
            return None
        self._settled.add(capture.capture_id)
        try:
            with package_of(self._services, capture.capture_id) as path:
                found, _ = rerender_and_keep(self._services, path, self._settings, actor=_ACTOR, origin=_ORIGIN)
        except BrowserAwayError as exc:
            _log.warning("rerendering_without_browser", capture_id=capture.capture_id, reason=exc.message)
            return None
        except (WangJianError, RefusedError, BrowserError) as exc:
            _say_not_drawn(self._services, capture, str(exc))
            return None
        return found

    def _waits(self, capture: Capture) -> bool:
        name, ended = capture.capture_id, capture.finished_at
        if name in self._settled or capture.package is None or ended is None:
            return False
        recent = ended > self._services.clock() - _WITHIN
        drawn = any(one.path == FIXED_ROLES["warc"] for one in capture.artefacts)
        waits = recent and drawn and self._services.evidence_log.find(LeafKind.RERENDERING, name) is None
        if not waits:
            self._settled.add(name)
        return waits


def _keep(services: Services, found: Rerendering, statement: bytes, *, actor: str, origin: str) -> None:
    kept, name, number = services.blobs.put(statement), found.capture_id, 1
    while services.evidence_log.find(LeafKind.RERENDERING, name) is not None:
        number += 1
        name = f"{found.capture_id}.{number}"
    leaf = LogLeaf(kind=LeafKind.RERENDERING, id=name, sha256=kept.sha256, sm3=kept.sm3, at=found.rendered_at)
    services.evidence_log.append((leaf,))
    _note(services, found.capture_id, found.in_words(), actor=actor, origin=origin, sha256=kept.sha256)


def _say_not_drawn(services: Services, capture: Capture, reason: str) -> None:
    _log.warning("capture_not_drawn_again", capture_id=capture.capture_id, reason=reason)
    said = f"断网重绘未能进行：{reason}"[:400]
    if all(event.reason != said for event in services.evidence.custody(capture.capture_id)):
        _note(services, capture.capture_id, said, actor=_ACTOR, origin=_ORIGIN, sha256=None)


def _note(services: Services, name: str, reason: str, *, actor: str, origin: str, sha256: str | None) -> None:
    note = CustodyNote(
        capture_id=name,
        action=CustodyAction.VERIFIED,
        actor=actor,
        origin=origin,
        reason=reason,
        subject_sha256=sha256,
    )
    record_event(services.evidence, note, clock=services.clock)
