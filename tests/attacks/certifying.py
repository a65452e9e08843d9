"""Certificates as a forger would have them made."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from evidence.keys import KeyPair
from evidence.signing import KeySigner
from evidence.trust import DOCUMENT_SIGNING

_SINCE = datetime(2020, 1, 1, tzinfo=UTC)


def certify(
    *,
    issuer: x509.Certificate | None,
    issuer_key: Any,
    key: Any = None,
    until: datetime | None = None,
    ca: bool = False,
) -> tuple[Any, x509.Certificate]:
    """A key and its certificate for signing documents; without an issuer it is its own."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "网鉴证据签名" + "根证书" * ca)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_SINCE)
        .not_valid_after(until or datetime.now(UTC) + timedelta(days=900))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([DOCUMENT_SIGNING]), critical=False)
        .sign(issuer_key or key, hashes.SHA256())
    )
    return key, made


def trusted_root(f: Any) -> tuple[Any, x509.Certificate]:
    """A further root, trusted by whoever verifies this forger's package."""
    key, root = certify(issuer=None, issuer_key=None, ca=True)
    pem = root.public_bytes(serialization.Encoding.PEM).decode()
    f.house = replace(f.house, anchors_pem=f.house.anchors_pem + pem)
    return key, root


def weak_key() -> Any:
    return ec.generate_private_key(ec.SECP224R1())


def maze() -> KeySigner:
    """A leaf under forty authorities of one name and one key, none of which is trusted."""
    shared = ec.generate_private_key(ec.SECP256R1())
    _, first = certify(issuer=None, issuer_key=None, key=shared, ca=True)
    others = [certify(issuer=first, issuer_key=shared, key=shared, ca=True)[1] for _ in range(40)]
    key, leaf = certify(issuer=first, issuer_key=shared)
    return KeySigner(KeyPair(key=key, certificates=(leaf, first, *others)))
