"""Files received from outside, joined: sealed by `evidence/uploads`, their papers by `documents/`."""

from __future__ import annotations

from contextlib import suppress

from documents.facts import ReceivingFacts
from documents.receiving_record import receiving_record_docx, receiving_record_pdf, taken_on_site
from evidence.manifest import Paper
from evidence.uploads.means import UploadMeans
from evidence.uploads.receiving import receive
from records.errors import NotFoundError
from records.evidence import Capture
from records.ports import Services
from records.uploads import UploadedFiles, UploadManifest, UploadRequest
from wangjian.settings import Settings

__all__ = ["receive_files", "upload_means"]

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def receive_files(services: Services, settings: Settings, request: UploadRequest) -> Capture:
    """Receive, seal and keep.

    Raises:
        NotFoundError: No such lead or case.
        WangJianError: As `evidence.uploads.receiving.receive`.
    """
    if request.lead_id:
        services.leads.lead(request.lead_id)
    if request.case_id:
        services.leads.case(request.case_id)
    return receive(request, upload_means(services, settings))


def upload_means(services: Services, settings: Settings) -> UploadMeans:
    """The part of the services that files are received with."""

    def papers(manifest: UploadManifest, files: UploadedFiles) -> tuple[Paper, ...]:
        facts = _facts(services, settings, manifest, files)
        pdf = receiving_record_pdf(facts, font_folders=(services.data_dir / "fonts",))
        docx = receiving_record_docx(facts)
        role = "extraction_record" if taken_on_site(manifest.receipt) else "receiving_record"
        path = f"evidence/{role.replace('_', '-')}"
        return (
            Paper(path=f"{path}.pdf", role=role, media_type="application/pdf", content=pdf),
            Paper(path=f"{path}.docx", role=f"{role}_editable", media_type=_DOCX, content=docx),
        )

    return UploadMeans(
        blobs=services.blobs,
        evidence=services.evidence,
        log=services.evidence_log,
        signer=services.signer,
        sm2_signer=services.sm2_signer,
        authorities=services.timestamp_authorities,
        anchors_pem=services.trust_anchors_pem,
        clock=services.clock,
        papers=papers,
    )


def _facts(services: Services, settings: Settings, manifest: UploadManifest, files: UploadedFiles) -> ReceivingFacts:
    lead_title = case_title = ""
    with suppress(NotFoundError):  # the record is made all the same
        lead_title = services.leads.lead(manifest.lead_id).title if manifest.lead_id else ""
        case_title = services.leads.case(manifest.case_id).title if manifest.case_id else ""
    asked = services.timestamp_authorities
    return ReceivingFacts(
        organisation=settings.evidence.organisation,
        prepared_at=services.clock(),
        manifest=manifest,
        files=files,
        lead_title=lead_title,
        case_title=case_title,
        authorities=tuple(authority.name for authority in asked),
        authorities_internal=all(authority.internal for authority in asked),
    )
