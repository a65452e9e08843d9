"""Which archive files two persons destroyed, under certificates that hold: whoever checks misses nothing of theirs."""

from __future__ import annotations

import os
from collections.abc import Mapping

from pydantic import ValidationError

from crawlers.archive.verifying import DestroyedFile
from evidence.standalone.verify import RefusedError, UncheckedError
from evidence.verify import LibraryTrust
from network.hours import shanghai_day
from records.disposals import DisposalCertificate, DisposalState, RetentionClass
from records.errors import NotFoundError
from records.ports import Services

__all__ = ["certified_archives", "disposed_archives"]

_MOST_CERTIFICATE_BYTES = 4 << 20
_FORMAT = b'"format":"wangjian-disposal/'


def disposed_archives(services: Services, trust: LibraryTrust) -> Mapping[str, DestroyedFile]:
    """By their names under the archive folder. A record that says so without a certificate counts for nothing."""
    gone: dict[str, DestroyedFile] = {}
    for one in services.disposals.disposals():
        if one.kind is RetentionClass.CRAWL and one.state in (DisposalState.APPROVED, DisposalState.DONE):
            certificate = _certificate(services, trust, one.certificate_sha256)
            if certificate is not None and certificate.disposal_id == one.disposal_id:
                sha256 = one.certificate_sha256
                gone.update((item.item_id, _named(item.item_id, certificate, sha256)) for item in certificate.items)
    return gone


def certified_archives(services: Services, trust: LibraryTrust) -> Mapping[str, DestroyedFile]:
    """Those any certificate in the evidence store names, also one the records do not know: they may be restored to a
    day before it. Every object of the store is looked at."""
    gone: dict[str, DestroyedFile] = {}
    for sha256 in services.blobs.digests():
        certificate = _certificate(services, trust, sha256) if _may_be_certificate(services, sha256) else None
        if certificate is not None and certificate.kind is RetentionClass.CRAWL:
            gone.update((item.item_id, _named(item.item_id, certificate, sha256)) for item in certificate.items)
    return gone


def _may_be_certificate(services: Services, sha256: str) -> bool:
    try:
        with services.blobs.open(sha256) as stream:
            head = stream.read(64)
            return _FORMAT in head and stream.seek(0, os.SEEK_END) <= _MOST_CERTIFICATE_BYTES
    except NotFoundError:
        return False


def _named(name: str, certificate: DisposalCertificate, sha256: str) -> DestroyedFile:
    return DestroyedFile(
        file=name,
        certificate=certificate.disposal_id,
        certificate_sha256=sha256,
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
