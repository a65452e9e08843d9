"""RFC 3161: asking an authority outside, and checking a token completely.

The signer is the certificate its SignerInfo names, never "the first in the bag"; everything else in the bag may at
most help to build the chain to a pinned anchor.
Standard: RFC 3161 sections 2.3 and 2.4.2, RFC 5816, RFC 5652.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
from asn1crypto import cms, core, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from evidence.standalone.verify import LOCAL_POLICY
from evidence.trust import MALFORMED, chain_to_anchor, read_certificates, subject_of, usages
from records.errors import TimestampAwayError, VerificationError

__all__ = [
    "SM3",
    "HttpTimestampAuthority",
    "Response",
    "Sm3HttpTimestampAuthority",
    "Token",
    "build_request",
    "read_time",
    "verify_token",
]

SM3 = "1.2.156.10197.1.401"
_MOST_BYTES = 1 << 20


class Response(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """TimeStampResp as RFC 3161 has it: asn1crypto's own does not know that a rejection carries no token."""

    _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a token says after every check passed. `until`: when the first certificate of its chain ends."""

    gen_time: datetime
    policy: str
    serial: int
    signer: str
    internal: bool
    until: datetime


class HttpTimestampAuthority:
    """An authority at an http(s) address named in the settings."""

    def __init__(self, url: str, *, seconds: float = 10.0) -> None:
        self._url = url
        self._seconds = seconds

    @property
    def name(self) -> str:
        """Its address."""
        return self._url

    @property
    def internal(self) -> bool:
        """Never: only the bundled one is."""
        return False

    def stamp(self, sha256: str) -> bytes:
        """The whole DER response over this imprint, which carries our nonce.

        Raises:
            TimestampAwayError: No answer, a refusal, or an answer to something else.
        """
        return self._ask(sha256, algorithm="sha256")

    def _ask(self, digest: str, *, algorithm: str) -> bytes:
        nonce = secrets.randbits(63)
        request = build_request(digest, nonce=nonce, algorithm=algorithm)
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        try:
            with httpx.Client(timeout=self._seconds, trust_env=False) as client:
                answer = client.post(self._url, content=request, headers=headers)
                answer.raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL) as exc:
            raise TimestampAwayError(
                f"授时机构没有应答：{self._url}（{exc}）", cure="稍后自动补加", url=self._url
            ) from exc
        try:
            digests = (digest, "") if algorithm == "sha256" else ("", digest)
            _check_answer(answer.content, *digests, nonce=nonce)
        except VerificationError as exc:
            raise TimestampAwayError(f"授时机构的应答无效：{self._url}（{exc.message}）", url=self._url) from exc
        return answer.content


class Sm3HttpTimestampAuthority(HttpTimestampAuthority):
    """One that stamps SM3 imprints as well (GB/T 32905)."""

    def stamp_sm3(self, sm3: str) -> bytes:
        """As `stamp`, over an SM3 imprint."""
        return self._ask(sm3, algorithm=SM3)


def build_request(digest: str, *, nonce: int, algorithm: str = "sha256") -> bytes:
    """A DER TimeStampReq that asks for the certificates too; `algorithm` is `sha256` or `SM3`."""
    imprint = {"hash_algorithm": {"algorithm": algorithm}, "hashed_message": bytes.fromhex(digest)}
    return bytes(
        tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "nonce": nonce, "cert_req": True}).dump()
    )


def read_time(response: bytes) -> datetime:
    """What time an answer claims, believed or not: for comparing clocks.

    Raises:
        VerificationError: It is no granted time stamp.
    """
    try:
        info = Response.load(response, strict=True)["time_stamp_token"]["content"]["encap_content_info"]
        found: datetime = tsp.TSTInfo.load(info["content"].contents)["gen_time"].native
    except (ValueError, TypeError, KeyError, AttributeError) as exc:
        raise VerificationError("时间戳应答的编码有误") from exc
    return found


def verify_token(
    response: bytes,
    sha256: str,
    *,
    anchors_pem: str,
    sm3: str = "",
    nonce: int | None = None,
    policies: Collection[str] = (),
) -> Token:
    """Check a TimeStampResp in full: status, imprint, nonce, policy, signer, ESSCertID, key usage, signature, validity
    at genTime, chain to an anchor.

    Args:
        response: The whole DER response.
        sha256: What it must be a stamp over.
        sm3: The same by SM3, when a stamp over that will do too.
        anchors_pem: Roots believed for time stamps.
        nonce: What was asked with; None when it is no longer known.
        policies: Acceptable policies; empty accepts any.

    Raises:
        VerificationError: What is wrong, in words.
    """
    try:
        return _verify(response, (sha256, sm3), anchors_pem, nonce=nonce, policies=policies)
    except (*MALFORMED, TypeError, KeyError, AttributeError, OverflowError, UnsupportedAlgorithm) as exc:
        # asn1crypto parses lazily: malformed DER shows as any of these wherever a field is touched first.
        raise VerificationError("时间戳应答的编码有误") from exc


def _verify(
    response: bytes, digests: tuple[str, str], anchors_pem: str, *, nonce: int | None, policies: Collection[str]
) -> Token:
    signed, info = _check_answer(response, *digests, nonce=nonce)
    policy = str(info["policy"].dotted)
    if policies and policy not in policies:
        raise VerificationError(f"时间戳的策略 {policy} 不在允许之列")
    signer = _only_signer(signed)
    bag = [
        x509.load_der_x509_certificate(found.chosen.dump())
        for found in signed["certificates"]
        if found.name == "certificate"
    ]
    certificate = _named_by(signer, bag)
    content = signed["encap_content_info"]["content"].contents
    _check_attributes(signer, certificate, content)
    _check_signature(signer, certificate)
    told, critical = usages(certificate)
    if told != {ExtendedKeyUsageOID.TIME_STAMPING} or not critical:
        raise VerificationError("时间戳证书的用途不是（唯一且关键的）时间戳签发")
    gen_time: datetime = info["gen_time"].native
    anchors = read_certificates(anchors_pem)
    chain = chain_to_anchor(certificate, bag, anchors, purpose=ExtendedKeyUsageOID.TIME_STAMPING, at=gen_time)
    return Token(
        gen_time=gen_time,
        policy=policy,
        serial=int(info["serial_number"].native),
        signer=subject_of(certificate),
        internal=policy == LOCAL_POLICY,
        until=min(each.not_valid_after_utc for each in chain),
    )


def _check_answer(response: bytes, sha256: str, sm3: str, *, nonce: int | None) -> tuple[Any, Any]:
    """Status, content type, imprint and nonce: what can be said without trust. Gives the signed data and its facts."""
    if len(response) > _MOST_BYTES:
        raise VerificationError("时间戳应答过大")
    try:
        answer = Response.load(response, strict=True)
        status = answer["status"]["status"].native
        if status not in ("granted", "granted_with_mods"):
            raise VerificationError(f"授时机构没有授予时间戳：{status}")
        token = answer["time_stamp_token"]
        if token["content_type"].native != "signed_data":
            raise VerificationError("应答中没有时间戳")
        signed = token["content"]
        if signed["encap_content_info"]["content_type"].native != "tst_info":
            raise VerificationError("签名内容不是时间戳")
        info = tsp.TSTInfo.load(signed["encap_content_info"]["content"].contents, strict=True)
        imprint = info["message_imprint"]
        wanted = {"sha256": sha256, SM3: sm3}.get(imprint["hash_algorithm"]["algorithm"].native, "")
        if not wanted:
            raise VerificationError("时间戳所用摘要算法不是 SHA-256（或所许的 SM3）")
        if imprint["hashed_message"].native != bytes.fromhex(wanted):
            raise VerificationError("时间戳不是对这份清单加的")
        if nonce is not None and info["nonce"].native != nonce:
            raise VerificationError("时间戳的随机数与请求不符，可能是旧应答")
    except (ValueError, TypeError, KeyError, AttributeError) as exc:
        raise VerificationError("时间戳应答的编码有误") from exc
    return signed, info


def _only_signer(signed: Any) -> Any:
    signers = list(signed["signer_infos"])
    if len(signers) != 1:
        raise VerificationError(f"时间戳应恰有一个签名者，现有 {len(signers)} 个")
    return signers[0]


def _named_by(signer: Any, bag: list[x509.Certificate]) -> x509.Certificate:
    sid = signer["sid"]
    if sid.name != "issuer_and_serial_number":
        raise VerificationError("时间戳没有以颁发者和序列号指明签名证书")
    wanted = (sid.chosen["issuer"].dump(), int(sid.chosen["serial_number"].native))
    for certificate in bag:
        if (certificate.issuer.public_bytes(), certificate.serial_number) == wanted:
            return certificate
    raise VerificationError("时间戳中没有其签名证书")


def _check_attributes(signer: Any, certificate: x509.Certificate, content: bytes) -> None:
    attributes: dict[str, Any] = {}
    for attribute in signer["signed_attrs"]:
        name = attribute["type"].native
        if name in attributes or len(attribute["values"]) != 1:
            raise VerificationError("时间戳的签名属性重复")
        attributes[name] = attribute["values"][0]
    if "content_type" not in attributes or attributes["content_type"].native != "tst_info":
        raise VerificationError("时间戳的签名属性缺少内容类型")
    algorithm = signer["digest_algorithm"]["algorithm"].native
    if algorithm not in _HASHES:
        raise VerificationError(f"时间戳的摘要算法不受支持：{algorithm}")
    if "message_digest" not in attributes:
        raise VerificationError("时间戳的签名属性缺少摘要")
    if attributes["message_digest"].native != hashlib.new(algorithm, content).digest():
        raise VerificationError("时间戳的内容被改动")
    if not _names_certificate(attributes, certificate):
        raise VerificationError("时间戳没有绑定其签名证书（ESSCertID）")


def _names_certificate(attributes: dict[str, Any], certificate: x509.Certificate) -> bool:
    if "signing_certificate_v2" in attributes:
        first = attributes["signing_certificate_v2"]["certs"][0]
        algorithm = _HASHES[first["hash_algorithm"]["algorithm"].native]
        return bool(first["cert_hash"].native == certificate.fingerprint(algorithm()))
    if "signing_certificate" in attributes:
        first = attributes["signing_certificate"]["certs"][0]
        # RFC 2634 fixes SHA-1 for the first version; it only names the certificate, the signature is checked anyway.
        return bool(first["cert_hash"].native == certificate.fingerprint(hashes.SHA1()))  # noqa: S303
    return False


def _check_signature(signer: Any, certificate: x509.Certificate) -> None:
    # Signed is the SET OF form of the attributes, not the [0] it is stored under (RFC 5652 section 5.4).
    content = signer["signed_attrs"].untag().dump()
    algorithm = _HASHES[signer["digest_algorithm"]["algorithm"].native]()
    signature = signer["signature"].native
    kind = signer["signature_algorithm"].signature_algo
    key = certificate.public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey) and kind == "ecdsa":
            key.verify(signature, content, ec.ECDSA(_named_hash(signer, algorithm)))
        elif isinstance(key, rsa.RSAPublicKey) and kind == "rsassa_pkcs1v15":
            key.verify(signature, content, padding.PKCS1v15(), _named_hash(signer, algorithm))
        elif isinstance(key, rsa.RSAPublicKey) and kind == "rsassa_pss":
            key.verify(signature, content, padding.PSS(padding.MGF1(algorithm), padding.PSS.AUTO), algorithm)
        else:
            raise VerificationError(f"时间戳的签名算法不受支持：{kind}")
    except InvalidSignature as exc:
        raise VerificationError("时间戳的签名无效") from exc


def _named_hash(signer: Any, default: hashes.HashAlgorithm) -> hashes.HashAlgorithm:
    """The hash the signature algorithm names; plain `rsaEncryption` names none and means the digest algorithm."""
    name = signer["signature_algorithm"]["algorithm"].native
    if name in ("rsassa_pkcs1v15", "rsa"):
        return default
    return _HASHES[signer["signature_algorithm"].hash_algo]()
