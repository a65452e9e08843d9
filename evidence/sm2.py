"""国密签名: a second signature over the manifest by SM2 with SM3, under a small authority of its own.

`cryptography` knows no SM2: keys and signatures are Tongsuo's, certificates are put together and read by asn1crypto.
Standard: GB/T 32918 (SM2), GB/T 32905 (SM3), GM/T 0009 (the default signer's identity 1234567812345678).
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509

from evidence.keys import locked, write_private
from evidence.trust import DOCUMENT_SIGNING
from records.errors import InvalidInputError, StorageFullError, VerificationError
from records.ports import Clock

__all__ = ["Sm2Signer", "check_sm2_signature", "open_sm2_signer"]

_NAME = "evidence-sm2"
_SM2_WITH_SM3 = "1.2.156.10197.1.501"
_CURVE = "1.2.156.10197.1.301"
_ROOT_YEARS, _LEAF_YEARS = 20, 5
_BACKDATED = timedelta(minutes=10)
_MALFORMED = (ValueError, TypeError, KeyError, AttributeError)


def open_sm2_signer(keys_dir: Path, *, organisation: str, clock: Clock, passphrase: str = "") -> Sm2Signer:
    """The organisation's SM2 signer; key and authority are made on first use, mode 0600.

    Raises:
        StorageFullError: The folder cannot be written.
        InvalidInputError: The files there are damaged, or the passphrase is wrong.
    """
    key_path, chain_path = keys_dir / f"{_NAME}.key", keys_dir / f"{_NAME}.pem"
    try:
        keys_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(keys_dir):
            if not (key_path.is_file() and chain_path.is_file()):
                _make(keys_dir, organisation, now=clock(), passphrase=passphrase)
        key, chain = key_path.read_bytes(), chain_path.read_text(encoding="ascii")
    except OSError as exc:
        raise StorageFullError(f"密钥目录不可用：{keys_dir}（{exc.strerror}）", cure="检查目录权限与剩余空间") from exc
    return Sm2Signer(_private_key(key, passphrase, path=key_path), chain)


class Sm2Signer:
    """Implements records.ports.Signer: SM2 over SM3."""

    def __init__(self, key: Any, certificate_pem: str) -> None:  # Tongsuo's keys have no types
        self._key = key
        self._certificate_pem = certificate_pem

    @property
    def algorithm(self) -> str:
        """`sm2-sm3`."""
        return "sm2-sm3"

    @property
    def certificate_pem(self) -> str:
        """The certificate, then its issuer."""
        return self._certificate_pem

    def sign(self, content: bytes) -> bytes:
        """Sign with the default signer's identity."""
        return _sign(self._key, content)


def check_sm2_signature(
    certificates_pem: bytes, signature: bytes, content: bytes, *, anchors_pem: str, at: datetime
) -> str:
    """The signature fits, and its certificate is one that a pinned SM2 root for documents issued.

    Returns:
        The subject of the certificate.

    Raises:
        VerificationError: What is wrong, in words.
        LookupError: It fits, but no SM2 root is pinned.
    """
    chain = _certificates(certificates_pem)
    if not chain:
        raise VerificationError("国密签名证书无法读取")
    leaf = chain[0]
    if not _verifies(leaf, signature, content):
        raise VerificationError("国密签名与内容不符")
    _check_leaf(leaf, at)
    roots = [found for found in _certificates(anchors_pem.encode()) if _is_root(found)]
    if not roots:
        raise LookupError("没有提供可信的国密根证书")
    for root in roots:
        fits = root.subject == leaf.issuer and _valid(root, at)
        if fits and _verifies(root, leaf["signature_value"].native, leaf["tbs_certificate"].dump()):
            return str(leaf.subject.human_friendly)
    raise VerificationError("国密签名证书不是由可信机构签发")


def _make(keys_dir: Path, organisation: str, *, now: datetime, passphrase: str) -> None:
    from tongsuopy.crypto.asymciphers import ec

    root_key, leaf_key = ec.generate_private_key(ec.SM2()), ec.generate_private_key(ec.SM2())
    titles = ("网鉴证据签名根证书（国密）", "网鉴证据签名（国密）")
    root = _certificate(titles[0], titles[0], organisation, now=now, keys=(root_key, root_key))
    leaf = _certificate(titles[1], titles[0], organisation, now=now, keys=(leaf_key, root_key))
    root_pem, leaf_pem = pem.armor("CERTIFICATE", root), pem.armor("CERTIFICATE", leaf)
    write_private(keys_dir / f"{_NAME}-ca.key", _secret(root_key, passphrase))
    write_private(keys_dir / f"{_NAME}-ca.pem", root_pem)
    write_private(keys_dir / f"{_NAME}.key", _secret(leaf_key, passphrase))
    # The chain is written last: with it the pair is whole.
    write_private(keys_dir / f"{_NAME}.pem", leaf_pem + root_pem)


def _certificate(title: str, issuer: str, organisation: str, *, now: datetime, keys: tuple[Any, Any]) -> bytes:
    root = title == issuer
    usage = {"key_cert_sign", "crl_sign"} if root else {"digital_signature", "non_repudiation"}
    extensions = [
        {"extn_id": "basic_constraints", "critical": True, "extn_value": {"ca": True, "path_len_constraint": 0}}
        if root
        else {"extn_id": "basic_constraints", "critical": True, "extn_value": {"ca": False}},
        {"extn_id": "key_usage", "critical": True, "extn_value": usage},
        {"extn_id": "extended_key_usage", "critical": not root, "extn_value": [DOCUMENT_SIGNING.dotted_string]},
    ]
    start = (now.astimezone(UTC) - _BACKDATED).replace(microsecond=0)
    end = start + timedelta(days=365 * (_ROOT_YEARS if root else _LEAF_YEARS))
    body = asn1_x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": secrets.randbits(120),
            "signature": {"algorithm": _SM2_WITH_SM3},
            "issuer": _name(issuer, organisation),
            "validity": {"not_before": asn1_x509.Time("utc_time", start), "not_after": asn1_x509.Time("utc_time", end)},
            "subject": _name(title, organisation),
            "subject_public_key_info": asn1_keys.PublicKeyInfo.load(_public_bytes(keys[0].public_key())),
            "extensions": extensions,
        }
    )
    fields = {
        "tbs_certificate": body,
        "signature_algorithm": {"algorithm": _SM2_WITH_SM3},
        "signature_value": _sign(keys[1], body.dump()),
    }
    return bytes(asn1_x509.Certificate(fields).dump())


def _name(title: str, organisation: str) -> asn1_x509.Name:
    fields = {"country_name": "CN", "organization_name": organisation[:64], "common_name": title[:64]}
    return asn1_x509.Name.build(fields)


def _check_leaf(leaf: Any, at: datetime) -> None:
    usage = leaf.extended_key_usage_value
    if usage is None or DOCUMENT_SIGNING.dotted_string not in {each.dotted for each in usage}:
        raise VerificationError("国密签名证书的用途不是文书签名")
    if not _valid(leaf, at):
        raise VerificationError("国密签名证书在固证时不在有效期内")


def _is_root(certificate: Any) -> bool:
    usage, constraints = certificate.extended_key_usage_value, certificate.basic_constraints_value
    documents = usage is not None and DOCUMENT_SIGNING.dotted_string in {each.dotted for each in usage}
    return bool(_is_sm2(certificate) and documents and constraints is not None and constraints["ca"].native)


def _is_sm2(certificate: Any) -> bool:
    parameters = certificate.public_key["algorithm"]["parameters"]
    return getattr(getattr(parameters, "chosen", None), "dotted", "") == _CURVE


def _valid(certificate: Any, at: datetime) -> bool:
    validity = certificate["tbs_certificate"]["validity"]
    return bool(validity["not_before"].native <= at <= validity["not_after"].native)


def _certificates(content: bytes) -> list[Any]:
    """All certificates of a PEM text; none when it cannot be read."""
    try:
        found = [asn1_x509.Certificate.load(der, strict=True) for _, _, der in pem.unarmor(content, multiple=True)]
        for each in found:
            each.native  # noqa: B018  # read through now, so that nothing malformed shows up later
    except _MALFORMED:
        return []
    return found


def _verifies(certificate: Any, signature: bytes, content: bytes) -> bool:
    from tongsuopy.crypto import hashes, serialization
    from tongsuopy.crypto.asymciphers import ec
    from tongsuopy.crypto.exceptions import InternalError, InvalidSignature, UnsupportedAlgorithm

    if not _is_sm2(certificate):
        return False
    try:
        key = serialization.load_der_public_key(certificate.public_key.dump())
        key.verify(signature, content, ec.ECDSA(hashes.SM3()))
    except (InvalidSignature, InternalError, UnsupportedAlgorithm, ValueError):  # the second: no signature at all
        return False
    return True


def _sign(key: Any, content: bytes) -> bytes:
    from tongsuopy.crypto import hashes
    from tongsuopy.crypto.asymciphers import ec

    return bytes(key.sign(content, ec.ECDSA(hashes.SM3())))


def _public_bytes(key: Any) -> bytes:
    from tongsuopy.crypto import serialization

    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return bytes(key.public_bytes(serialization.Encoding.DER, form))


def _secret(key: Any, passphrase: str) -> bytes:
    from tongsuopy.crypto import serialization

    protection = serialization.NoEncryption()
    if passphrase:
        protection = serialization.BestAvailableEncryption(passphrase.encode("utf-8"))
    return bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection))


def _private_key(content: bytes, passphrase: str, *, path: Path) -> Any:
    from tongsuopy.crypto import serialization

    protected = b"ENCRYPTED" in content
    try:
        return serialization.load_pem_private_key(content, passphrase.encode("utf-8") if protected else None)
    except (ValueError, TypeError) as exc:
        cure = "检查 WANGJIAN_EVIDENCE__KEY_PASSPHRASE" if protected else "从备份恢复密钥目录"
        raise InvalidInputError(f"密钥无法打开：{path}", cure=cure, path=str(path)) from exc
