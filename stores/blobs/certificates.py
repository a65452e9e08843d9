"""Whether stored bytes may be destroyed: what every blob store asks before it does."""

from __future__ import annotations

from typing import Protocol

from pydantic import ValidationError

from records.destruction import DestructionCertificate
from records.errors import ConflictError, NotFoundError

__all__ = ["check_certificate"]


class _Gives(Protocol):
    def get(self, sha256: str) -> bytes: ...


def check_certificate(blobs: _Gives, sha256: str, *, certificate_sha256: str) -> None:
    """Raise unless they may.

    Raises:
        ConflictError: The store holds no certificate of two persons under that digest that names these bytes.
    """
    try:
        certificate = DestructionCertificate.model_validate_json(blobs.get(certificate_sha256))
        allowed = certificate.allows(sha256)
    except (NotFoundError, ValidationError):
        allowed = False
    if not allowed or sha256 == certificate_sha256:
        raise ConflictError(
            f"没有销毁这份内容的证书，未销毁：{sha256}", cure="由一人申请、另一人批准销毁", sha256=sha256
        )
