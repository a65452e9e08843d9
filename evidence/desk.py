"""What the evidence room does for the desks of offices: both doors hand this over."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from evidence.audit import audit_evidence
from evidence.custody import Noted, record_event
from evidence.rerendered import rerendering_of
from evidence.transparency import current_head, log_means_of
from evidence.verify import verify_package
from records.evidence import CustodyEvent, VerificationReport
from records.evidence_log import LogHead
from records.ports import Services
from records.rerendering import Rerendering

__all__ = ["EvidenceRoom", "evidence_flaws"]


class EvidenceRoom:
    """Implements offices.evidence_desk.EvidenceMeans over the services."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def verify(self, path: Path) -> VerificationReport:
        """Check a package file against the roots pinned here."""
        services = self._services
        return verify_package(path, anchors_pem=services.trust_anchors_pem, now=services.clock())

    def write_custody(self, note: Noted) -> CustodyEvent:
        """Append an event to the custody chain."""
        return record_event(self._services.evidence, note, clock=self._services.clock)

    def stamp_head(self) -> LogHead | None:
        """The log's head as of now, signed and stamped."""
        return current_head(log_means_of(self._services))

    def rerendering(self, capture_id: str) -> Rerendering | None:
        """What came of drawing a capture again from its package; None when that was not done yet."""
        return rerendering_of(self._services, capture_id)


def evidence_flaws(services: Services, capture_ids: Sequence[str]) -> Sequence[str]:
    """What is wrong with the custody chain, and with the stored packages of these captures."""
    return audit_evidence(services.blobs, services.evidence, only=set(capture_ids)).problems
