"""销毁证书: the one thing under which stored evidence may be destroyed: by two persons, for a reason, these bytes."""

from __future__ import annotations

from records.base import DigestHex, Record, UtcDatetime
from records.canonical import canonical_bytes
from records.digests import Digests

__all__ = ["DestructionCertificate", "certificate_bytes"]


class DestructionCertificate(Record):
    """Kept in the blob store for ever. `basis` is the rule the destruction follows; `custody_sha256` the end of the
    custody chain before it. The signature is over the canonical form with an empty signature."""

    format: str = "wangjian-destruction/1"
    capture_id: str
    url: str
    objects: tuple[Digests, ...]
    asked_by: str
    asked_at: UtcDatetime
    approved_by: str
    approved_at: UtcDatetime
    reason: str
    basis: str
    custody_sha256: DigestHex
    certificates: str = ""
    signature: str = ""

    def allows(self, sha256: str) -> bool:
        """Whether it is of two persons, signed, and names these bytes."""
        two = bool(self.asked_by and self.approved_by) and self.asked_by != self.approved_by
        return two and bool(self.signature) and any(one.sha256 == sha256 for one in self.objects)

    def unsigned(self) -> bytes:
        """What is signed."""
        return canonical_bytes(self.model_copy(update={"signature": ""}).model_dump(mode="json"))


def certificate_bytes(certificate: DestructionCertificate) -> bytes:
    """As it is kept (RFC 8785)."""
    return canonical_bytes(certificate.model_dump(mode="json"))
