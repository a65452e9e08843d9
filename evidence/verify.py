"""Verifies a package from the file alone; fails closed.

The checks of format, digests, chain and content are those of `evidence/standalone/verify.py`, one definition for both;
signature and time stamp are checked here by library, completely, where the stand-alone program asks `openssl`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pydantic import ValidationError

from evidence.sm2 import check_sm2_signature
from evidence.standalone.verify import (
    PAGE_FORMAT,
    UPLOAD_FORMAT,
    Outcome,
    RefusedError,
    TokenFacts,
    UncheckedError,
    check_key_ends,
    examine,
    key_ends,
)
from evidence.timestamping import verify_token
from evidence.trust import DOCUMENT_SIGNING, chain_to_anchor, check_signature, read_certificates, subject_of, usages
from records.errors import InvalidInputError, NotFoundError, VerificationError
from records.evidence import (
    CaptureState,
    Check,
    CheckResult,
    Manifest,
    PackageKind,
    TimestampState,
    VerificationReport,
)
from records.uploads import UploadManifest

__all__ = ["LibraryTrust", "verify_package"]


def verify_package(path: Path, *, anchors_pem: str, now: datetime) -> VerificationReport:
    """Check everything; without anchors the signature's trust is unchecked and the report is not valid.

    Raises:
        NotFoundError: The file cannot be read at all.
    """
    try:
        outcome = examine(str(path), LibraryTrust(anchors_pem), now)
    except OSError as exc:
        raise NotFoundError(f"证据包无法读取：{path}（{exc.strerror}）", cure="检查路径与权限") from exc
    return _report(outcome, now)


class LibraryTrust:
    """Answers for signatures and tokens by `cryptography` and `asn1crypto`."""

    def __init__(self, anchors_pem: str) -> None:
        self._anchors_pem = anchors_pem
        self._anchors = read_certificates(anchors_pem)
        try:
            self._ends = key_ends(anchors_pem)
        except RefusedError as exc:
            raise InvalidInputError(str(exc), cure="向本单位重新索取根证书文件（wangjian evidence trust）") from exc

    def signature(self, content: bytes, signature: bytes, certificates_pem: bytes, at: str) -> str:
        """The signature fits the content, and its certificate ends in an anchor for documents.

        Raises:
            RefusedError: It does not.
            UncheckedError: It fits, but there is no anchor to believe.
        """
        certificates = read_certificates(certificates_pem)
        if not certificates:
            raise RefusedError("签名证书无法读取")
        try:
            check_signature(certificates[0], signature, content)
            self._check_leaf(certificates[0])
            if not any(DOCUMENT_SIGNING in usages(anchor)[0] for anchor in self._anchors):
                raise UncheckedError("签名与内容相符；没有提供可信的签发机构证书，不能确认是谁签的")
            moment = datetime.fromisoformat(at).astimezone(UTC)
            chain_to_anchor(certificates[0], certificates[1:], self._anchors, purpose=DOCUMENT_SIGNING, at=moment)
            check_key_ends(self._ends, certificates[0].public_bytes(Encoding.DER), moment)
        except VerificationError as exc:
            raise RefusedError(exc.message) from exc
        return subject_of(certificates[0])

    def sm2_signature(self, content: bytes, signature: bytes, certificates_pem: bytes, at: str) -> str:
        """The SM2 signature fits the content, and its certificate is of a pinned SM2 root for documents.

        Raises:
            RefusedError: It does not.
            UncheckedError: It fits, but there is no such root to believe.
        """
        moment = datetime.fromisoformat(at).astimezone(UTC)
        try:
            return check_sm2_signature(certificates_pem, signature, content, anchors_pem=self._anchors_pem, at=moment)
        except VerificationError as exc:
            raise RefusedError(exc.message) from exc
        except LookupError as exc:
            raise UncheckedError("国密签名与内容相符；没有提供可信的国密根证书，不能确认是谁签的") from exc

    def token(self, response: bytes, sha256: str, sm3: str = "", at: str = "") -> TokenFacts:
        """The response is a granted token over either digest, from an anchored authority whose certificates stood when
        it was given; `at` asks whether they also stood then.

        Raises:
            RefusedError: It is not.
            UncheckedError: There is no anchor to believe.
        """
        if not self._anchors:
            raise UncheckedError("没有提供可信的授时机构证书，不能确认时间戳")
        try:
            token = verify_token(response, sha256, sm3=sm3, anchors_pem=self._anchors_pem)
        except VerificationError as exc:
            raise RefusedError(exc.message) from exc
        if at and token.until < datetime.fromisoformat(at).astimezone(UTC):
            raise RefusedError("时间戳的证书在所问时间已经失效")
        stamp = token.gen_time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return TokenFacts(stamp, token.internal, token.signer)

    def _check_leaf(self, certificate: x509.Certificate) -> None:
        if DOCUMENT_SIGNING not in usages(certificate)[0]:
            raise VerificationError("签名证书的用途不是文书签名")


def _report(outcome: Outcome, now: datetime) -> VerificationReport:
    checks = [
        Check(check_id=step.check_id, title=step.title, result=CheckResult(step.result), detail=step.detail)
        for step in outcome.steps
    ]
    manifest: Manifest | None = None
    if outcome.manifest.get("format") == PAGE_FORMAT:
        return _page_report(outcome, tuple(checks), now)
    if outcome.manifest.get("format") == UPLOAD_FORMAT:
        return _upload_report(outcome, tuple(checks), now)
    if outcome.manifest:
        try:
            manifest = Manifest.model_validate(outcome.manifest, strict=False)
        except ValidationError:
            detail = "清单的内容与规定不符"
            checks = [_failed(check, detail) if check.check_id == "manifest" else check for check in checks]
    valid = outcome.valid and all(check.result is CheckResult.PASSED for check in checks)
    return VerificationReport(
        package_sha256=outcome.package_sha256,
        valid=valid,
        capture_id=manifest.capture_id if manifest else "",
        url=manifest.url if manifest else "",
        capture_state=CaptureState(manifest.state) if manifest else None,
        timestamp=TimestampState(outcome.timestamp) if manifest else None,
        timestamp_at=datetime.fromisoformat(outcome.timestamp_at) if outcome.timestamp_at else None,
        checks=tuple(checks),
        verified_at=now,
    )


def _page_report(outcome: Outcome, checks: tuple[Check, ...], now: datetime) -> VerificationReport:
    return VerificationReport(
        package_sha256=outcome.package_sha256,
        kind=PackageKind.PAGE,
        valid=outcome.valid,
        capture_id=outcome.manifest["capture_id"],
        url=outcome.manifest["url"],
        timestamp=TimestampState(outcome.timestamp),
        timestamp_at=datetime.fromisoformat(outcome.timestamp_at) if outcome.timestamp_at else None,
        checks=checks,
        verified_at=now,
    )


def _upload_report(outcome: Outcome, checks: tuple[Check, ...], now: datetime) -> VerificationReport:
    valid, state = outcome.valid and all(check.result is CheckResult.PASSED for check in checks), None
    try:
        state = UploadManifest.model_validate(outcome.manifest, strict=False).state
    except ValidationError:
        detail, valid = "清单的内容与规定不符", False
        checks = tuple(_failed(check, detail) if check.check_id == "manifest" else check for check in checks)
    return VerificationReport(
        package_sha256=outcome.package_sha256,
        kind=PackageKind.UPLOAD,
        valid=valid,
        capture_id=str(outcome.manifest["capture_id"]),
        capture_state=state,
        timestamp=TimestampState(outcome.timestamp),
        timestamp_at=datetime.fromisoformat(outcome.timestamp_at) if outcome.timestamp_at else None,
        checks=checks,
        verified_at=now,
    )


def _failed(check: Check, detail: str) -> Check:
    return check.model_copy(update={"result": CheckResult.FAILED, "detail": detail})
