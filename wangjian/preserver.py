"""Stage 6 joined: a visit by `evidence/`, its papers by `documents/`, at once or in the background.

The browser, the recording proxy and the papers are imported where one is wanted: every command opens this, and few
preserve anything.
"""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from records.errors import NotFoundError, WangJianError
from records.evidence import Capture, CapturePolicy, Manifest
from records.leads import Basis, Lead
from records.ports import Services
from records.uploads import UploadRequest
from wangjian.settings import Settings

if TYPE_CHECKING:
    from documents.facts import ExtractionFacts
    from evidence.capturing.browser import Browsers
    from evidence.capturing.software import FileDigests
    from evidence.manifest import Paper
    from evidence.means import Means
    from evidence.preserving import Begun

__all__ = ["FlowPreserver"]

_PDF = "application/pdf"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class FlowPreserver:
    """Implements records.ports.Preserver. Background captures of a process run one at a time: each already uses both a
    browser and the recording proxy."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._services: Services | None = None
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="capture")
        self._lock = threading.Lock()
        self._browsers: Browsers | None = None
        self._digests: FileDigests | None = None

    def bind(self, services: Services) -> None:
        """Give it the services it is itself a part of."""
        self._services = services

    def close(self) -> None:
        """Wait for the captures under way."""
        self._pool.shutdown(wait=True)
        if self._browsers is not None:
            self._browsers.close()

    def preserve(self, url: str, *, lead_id: str, operator: str, clicks: Sequence[str] = ()) -> Capture:
        """See records.ports.Preserver."""
        from evidence.means import CaptureRequest
        from evidence.preserving import preserve

        wanted = tuple(clicks) or self._clicks_for(url)
        return preserve(CaptureRequest(url=url, operator=operator, lead_id=lead_id, clicks=wanted), self._means())

    def begin(self, url: str, *, lead_id: str, operator: str, clicks: Sequence[str] = ()) -> Capture:
        """See records.ports.Preserver."""
        from evidence.means import CaptureRequest
        from evidence.preserving import begin

        wanted = tuple(clicks) or self._clicks_for(url)
        begun = begin(CaptureRequest(url=url, operator=operator, lead_id=lead_id, clicks=wanted), self._means())
        self._pool.submit(contextvars.copy_context().run, _finish, begun)
        return begun.capture

    @property
    def upload_max_bytes(self) -> int:
        """See records.ports.Preserver."""
        return self._settings.evidence.upload_max_bytes

    def receive(self, request: UploadRequest) -> Capture:
        """See records.ports.Preserver."""
        from wangjian.receiving import receive_files

        return receive_files(self._bound(), self._settings, request)

    def stamp_pending(self) -> tuple[Capture, ...]:
        """Ask again for the stamps of captures and uploads that are 待加戳; those that got one."""
        from evidence.preserving import stamp_pending
        from evidence.uploads.opening import stamp_pending_uploads
        from wangjian.receiving import upload_means

        uploads = stamp_pending_uploads(upload_means(self._bound(), self._settings))
        return (*uploads, *stamp_pending(self._means()))

    def _clicks_for(self, url: str) -> tuple[str, ...]:
        """What is declared for the target this address belongs to."""
        from network.hosts import host_key

        host = host_key(url)
        targets = (target for target in self._bound().survey.targets() if target.clicks)
        return next((one.clicks for one in targets if host in {host_key(seed) for seed in one.seeds}), ())

    def _browsers_kept(self) -> Browsers:
        from evidence.capturing.browser import Browsers
        from wangjian.browser import find_browser

        executable = find_browser(self._settings)
        with self._lock:
            if self._browsers is None:
                self._browsers = Browsers(executable)
            return self._browsers

    def _digests_kept(self) -> FileDigests:
        from evidence.capturing.software import FileDigests

        with self._lock:
            self._digests = self._digests or FileDigests()
            return self._digests

    def _means(self) -> Means:
        from evidence.capturing.visit import CaptureLimits
        from evidence.means import Means
        from network.guard import AddressGuard

        services, browsers = self._bound(), self._browsers_kept()
        chosen = self._settings.evidence
        return Means(
            blobs=services.blobs,
            evidence=services.evidence,
            log=services.evidence_log,
            signer=services.signer,
            authorities=services.timestamp_authorities,
            anchors_pem=services.trust_anchors_pem,
            clock=services.clock,
            guard=AddressGuard(allow_private=services.allow_private),
            browser_executable=browsers.executable,
            browsers=browsers,
            digests=self._digests_kept(),
            limits=CaptureLimits(capture_seconds=chosen.capture_seconds, total_bytes=chosen.capture_max_bytes),
            policy=CapturePolicy(
                required=tuple(role for role in CapturePolicy().required if role not in chosen.optional_artefacts),
                optional=chosen.optional_artefacts,
                unclean=chosen.unclean,
            ),
            time_hosts=chosen.time_hosts,
            egress_url=chosen.egress_url,
            papers=self._papers,
            sm2_signer=services.sm2_signer,
        )

    def _papers(self, manifest: Manifest) -> tuple[Paper, ...]:
        from documents.case_uco import case_jsonld
        from documents.extraction_record import extraction_record_docx, extraction_record_pdf
        from evidence.manifest import Paper

        facts = self._facts(manifest)
        fonts = (self._bound().data_dir / "fonts",)
        pdf = extraction_record_pdf(facts, font_folders=fonts)
        return (
            Paper(path="evidence/extraction-record.pdf", role="extraction_record", media_type=_PDF, content=pdf),
            Paper(
                path="evidence/extraction-record.docx",
                role="extraction_record_editable",
                media_type=_DOCX,
                content=extraction_record_docx(facts),
            ),
            self._context(manifest),
            Paper(
                path="evidence/case.jsonld",
                role="case",
                media_type="application/ld+json",
                content=case_jsonld(manifest, organisation=facts.organisation),
            ),
        )

    def _context(self, manifest: Manifest) -> Paper:
        from documents.context import context_json
        from evidence.manifest import Paper

        services = self._bound()
        lead = self._lead(manifest)
        content = context_json(
            manifest,
            as_of=services.clock(),
            lead=lead,
            findings=[services.leads.finding(name) for name in lead.finding_ids] if lead else (),
            match=services.survey.match_of(lead.shop_id) if lead else None,
        )
        return Paper(path="evidence/context.json", role="lead-context", media_type="application/json", content=content)

    def _lead(self, manifest: Manifest) -> Lead | None:
        with suppress(NotFoundError):  # a capture without a lead has a record all the same
            return self._bound().leads.lead(manifest.lead_id) if manifest.lead_id else None
        return None

    def _facts(self, manifest: Manifest) -> ExtractionFacts:
        from documents.facts import extraction_facts

        services = self._bound()
        lead = self._lead(manifest)
        facts = extraction_facts(
            manifest,
            organisation=self._settings.evidence.organisation,
            prepared_at=services.clock(),
            lead=lead,
            basis=_basis_of(lead),
        )
        asked = services.timestamp_authorities
        return facts.model_copy(
            update={
                "authorities": tuple(authority.name for authority in asked),
                "authorities_internal": all(authority.internal for authority in asked),
            }
        )

    def _bound(self) -> Services:
        if self._services is None:
            raise NotFoundError("固证服务尚未接好")
        return self._services


def _basis_of(lead: Lead | None) -> tuple[Basis, ...]:
    if lead is None:
        return ()
    from leads.catalogue import load_rules

    return next((rule.basis for rule in load_rules() if rule.rule_id == lead.rule_id), ())


def _finish(begun: Begun) -> None:
    try:
        begun.finish()
    except WangJianError as exc:  # the capture already says FAILED and why
        structlog.get_logger().warning("capture_failed", capture_id=begun.capture.capture_id, problem=exc.problem)
