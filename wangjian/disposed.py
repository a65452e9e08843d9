"""Which archive files two persons destroyed, under certificates that hold: whoever checks misses nothing of theirs."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from crawlers.archive.verifying import DestroyedFile
from evidence.standalone.verify import RefusedError, UncheckedError
from evidence.verify import LibraryTrust
from network.hours import shanghai_day
from records.disposals import Disposal, DisposalCertificate, DisposalState, RetentionClass
from records.errors import NotFoundError
from records.ports import Services

__all__ = ["disposed_archives"]


def disposed_archives(services: Services, trust: LibraryTrust) -> Mapping[str, DestroyedFile]:
    """By their names under the archive folder. A record that says so without a certificate counts for nothing."""
    gone: dict[str, DestroyedFile] = {}
    for one in services.disposals.disposals():
        if one.kind is RetentionClass.CRAWL and one.state in (DisposalState.APPROVED, DisposalState.DONE):
            certificate = _certificate(services, trust, one.certificate_sha256)
            if certificate is not None and certificate.disposal_id == one.disposal_id:
                gone.update((item.item_id, _told(item.item_id, one, certificate)) for item in certificate.items)
    return gone


def _told(name: str, disposal: Disposal, certificate: DisposalCertificate) -> DestroyedFile:
    return DestroyedFile(
        file=name,
        certificate=certificate.disposal_id,
        certificate_sha256=disposal.certificate_sha256,
        destroyed_on=shanghai_day(certificate.approved_at),
    )


def _certificate(services: Services, trust: LibraryTrust, sha256: str) -> DisposalCertificate | None:
    try:
        certificate = DisposalCertificate.model_validate_json(services.blobs.get(sha256))
        signature = bytes.fromhex(certificate.signature)
        at = certificate.approved_at.isoformat()
        trust.signature(certificate.unsigned(), signature, certificate.certificates.encode(), at=at)
    except (NotFoundError, ValidationError, ValueError, RefusedError, UncheckedError):
        return None
    return certificate if certificate.two_persons() else None
