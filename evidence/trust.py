"""Whom a signature or a time stamp is believed: pinned anchors, and chains that end in one of them.

An anchor authorises what its own extended key usage says: `documentSigning` (RFC 9336) seals evidence; `timeStamping`,
or none at all as public roots have it, stamps time. So a public time-stamp root among the anchors does not let every
customer of that authority sign evidence in our name. Revocation cannot be asked for offline and is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from records.errors import InvalidInputError, VerificationError

__all__ = [
    "DOCUMENT_SIGNING",
    "KEY_ENDS",
    "MALFORMED",
    "chain_to_anchor",
    "check_signature",
    "fingerprint_of",
    "load_anchors",
    "read_certificates",
    "subject_of",
    "usages",
]

KEY_ENDS = "evidence-ended.txt"
DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")

_UNDERSTOOD = {
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.CERTIFICATE_POLICIES,
    ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
}
_LONGEST_CHAIN = 6
_MOST_STEPS = 2_000
MALFORMED = (ValueError, x509.InvalidVersion, x509.DuplicateExtension)
"""What cryptography raises for a certificate that is none; the last two are no ValueError."""


def load_anchors(keys_dir: Path) -> str:
    """The roots trusted here, as PEM: our own for evidence, the bundled authority's, and `anchors/*.pem` added by hand;
    before them a line for each signing key that was given up, with when (`evidence/rotating.py`).

    Raises:
        InvalidInputError: A file there is no PEM certificate.
    """
    ended = keys_dir / KEY_ENDS
    found = [ended.read_text(encoding="ascii")] if ended.is_file() else []
    own = [keys_dir / name for name in ("evidence-ca.pem", "evidence-sm2-ca.pem", "timestamp-ca.pem")]
    for path in (*own, *sorted(keys_dir.glob("anchors/*.pem"))):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            if not read_certificates(text):
                raise InvalidInputError(f"不是 PEM 证书：{path}", cure="删去该文件或换成根证书", path=str(path))
            found.append(text if text.endswith("\n") else text + "\n")
    return "".join(found)


def read_certificates(pem: str | bytes) -> tuple[x509.Certificate, ...]:
    """All certificates of a PEM text; none when it holds none or cannot be read."""
    content = pem.encode("utf-8") if isinstance(pem, str) else pem
    try:
        return tuple(x509.load_pem_x509_certificates(content))
    except MALFORMED:
        return ()


def usages(certificate: x509.Certificate) -> tuple[frozenset[x509.ObjectIdentifier], bool]:
    """The extended key usages (empty when there is no such extension) and whether the extension is critical."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, *MALFORMED):
        return frozenset(), False
    return frozenset(found.value), found.critical


def may_anchor(anchor: x509.Certificate, purpose: x509.ObjectIdentifier) -> bool:
    """Whether an anchor authorises this purpose; see the module's words."""
    told, _ = usages(anchor)
    return purpose in told or (purpose == ExtendedKeyUsageOID.TIME_STAMPING and not told)


def chain_to_anchor(
    leaf: x509.Certificate,
    others: Iterable[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    *,
    purpose: x509.ObjectIdentifier,
    at: datetime,
) -> tuple[x509.Certificate, ...]:
    """The chain from the leaf to an anchor for this purpose, all of it valid at that moment.

    Raises:
        VerificationError: There is none.
    """
    usable = [anchor for anchor in anchors if may_anchor(anchor, purpose)]
    if not _stands(leaf, at):
        raise VerificationError(f"证书在 {at.isoformat()} 不在有效期内，或含有不认识的关键扩展：{subject_of(leaf)}")
    found = _climb((leaf,), tuple(others)[:50], usable, at, iter(range(_MOST_STEPS)))
    if found is None:
        raise VerificationError(f"证书不是由可信机构签发：{subject_of(leaf)}")
    return found


def check_signature(certificate: x509.Certificate, signature: bytes, content: bytes) -> None:
    """ECDSA P-256 or RSA-PSS over SHA-256, as the key of the certificate says; nothing is negotiated.

    Raises:
        VerificationError: It does not fit, or the key is of another kind.
    """
    key = certificate.public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
            key.verify(signature, content, ec.ECDSA(hashes.SHA256()))
        elif isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048:
            key.verify(
                signature,
                content,
                padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size),
                hashes.SHA256(),
            )
        else:
            raise VerificationError("签名证书的密钥种类不受支持")
    except InvalidSignature as exc:
        raise VerificationError("签名与内容不符") from exc


def fingerprint_of(certificate: x509.Certificate) -> str:
    """SHA-256 of the whole certificate, as hex."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def subject_of(certificate: x509.Certificate) -> str:
    """The subject in words."""
    return certificate.subject.rfc4514_string()


def _climb(
    chain: tuple[x509.Certificate, ...],
    others: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    at: datetime,
    steps: Iterator[int],
) -> tuple[x509.Certificate, ...] | None:
    """`steps` runs out: many certificates of one name and key make a maze whose ways are beyond counting."""
    last = chain[-1]
    for anchor in anchors:
        if anchor == last or (_stands(anchor, at) and _issued(last, anchor, below=len(chain) - 1)):
            return chain if anchor == last else (*chain, anchor)
    if len(chain) >= _LONGEST_CHAIN:
        return None
    for other in others:
        if next(steps, None) is None:
            return None
        if other not in chain and _stands(other, at) and _issued(last, other, below=len(chain) - 1):
            found = _climb((*chain, other), others, anchors, at, steps)
            if found is not None:
                return found
    return None


def _stands(certificate: x509.Certificate, at: datetime) -> bool:
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        return False
    try:
        return all(not found.critical or found.oid in _UNDERSTOOD for found in certificate.extensions)
    except ValueError:
        return False


def _issued(subject: x509.Certificate, issuer: x509.Certificate, *, below: int) -> bool:
    try:
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        subject.verify_directly_issued_by(issuer)
    except (x509.ExtensionNotFound, InvalidSignature, ValueError, TypeError):
        return False
    if not constraints.ca or (constraints.path_length is not None and constraints.path_length < below):
        return False
    try:
        return bool(issuer.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign)
    except x509.ExtensionNotFound:
        return True
