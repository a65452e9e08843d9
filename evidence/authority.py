"""The bundled time-stamp authority, for demonstration and offices without one: its stamps are always 内部授时.

It stamps with this machine's own clock and proves nothing about that clock; its policy says so inside every token.
Standard: RFC 3161, RFC 5816.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from pathlib import Path

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from evidence.keys import Usage, open_key_pair
from evidence.standalone.verify import LOCAL_POLICY
from evidence.timestamping import SM3, Response, build_request
from records.errors import InvalidInputError
from records.ports import Clock

__all__ = ["LocalTimestampAuthority", "Sm3LocalTimestampAuthority"]

_SERIAL_BITS = 120


class LocalTimestampAuthority:
    """Implements records.ports.TimestampAuthority in this process; `answer` is the same for a request from outside."""

    def __init__(self, keys_dir: Path, *, clock: Clock, passphrase: str = "") -> None:
        usage = Usage(
            name="timestamp",
            root_title="网鉴内部授时根证书",
            leaf_title="网鉴内部授时（非法定时间戳服务）",
            organisation="网鉴内部授时",
            purpose=ExtendedKeyUsageOID.TIME_STAMPING,
        )
        pair = open_key_pair(keys_dir, usage, now=clock(), passphrase=passphrase)
        if not isinstance(pair.key, ec.EllipticCurvePrivateKey):
            raise InvalidInputError(f"内部授时的密钥应为 ECDSA：{keys_dir}", cure="删去 timestamp.* 后重试")
        self._key = pair.key
        self._clock = clock
        der = [certificate.public_bytes(serialization.Encoding.DER) for certificate in pair.certificates]
        self._certificates = [asn1_x509.Certificate.load(found) for found in der]

    @property
    def name(self) -> str:
        """As shown to people."""
        return "内部授时"

    @property
    def internal(self) -> bool:
        """Always."""
        return True

    def stamp(self, sha256: str) -> bytes:
        """The whole DER response over this imprint."""
        return self.answer(build_request(sha256, nonce=secrets.randbits(63)))

    def answer(self, request: bytes) -> bytes:
        """The response to a DER request; a rejection when it is not one, or its imprint is not SHA-256 or SM3."""
        try:
            asked = tsp.TimeStampReq.load(request, strict=True)
            imprint, nonce, wanted = asked["message_imprint"], asked["nonce"].native, asked["cert_req"].native
            size = len(imprint["hashed_message"].native)
            algorithm = imprint["hash_algorithm"]["algorithm"].native
        except (ValueError, TypeError):
            return _rejection("bad_data_format")
        if algorithm not in ("sha256", SM3) or size != 32:
            return _rejection("bad_alg")
        moment = self._clock()
        moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
        info = _token_info(imprint, nonce, moment=moment, signer=self._certificates[0])
        signed = self._sign(info, moment, with_certificates=bool(wanted))
        token = cms.ContentInfo({"content_type": "signed_data", "content": signed})
        answer = Response({"status": {"status": "granted"}, "time_stamp_token": token})
        return bytes(answer.dump())

    def _sign(self, info: bytes, moment: datetime, *, with_certificates: bool) -> cms.SignedData:
        leaf = self._certificates[0]
        identifier = {"hash_algorithm": {"algorithm": "sha256"}, "cert_hash": hashlib.sha256(leaf.dump()).digest()}
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": ["tst_info"]},
                {"type": "signing_time", "values": [cms.Time("utc_time", moment.replace(microsecond=0))]},
                {"type": "message_digest", "values": [hashlib.sha256(info).digest()]},
                {"type": "signing_certificate_v2", "values": [tsp.SigningCertificateV2({"certs": [identifier]})]},
            ]
        )
        sid = {"issuer": leaf.issuer, "serial_number": leaf.serial_number}
        signer = {
            "version": "v1",
            "sid": cms.SignerIdentifier({"issuer_and_serial_number": sid}),
            "digest_algorithm": {"algorithm": "sha256"},
            "signed_attrs": attributes,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            "signature": self._key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
        }
        fields = {
            "version": "v3",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(info)},
            "signer_infos": [signer],
        }
        if with_certificates:
            fields["certificates"] = self._certificates
        return cms.SignedData(fields)


class Sm3LocalTimestampAuthority(LocalTimestampAuthority):
    """The same, asked for a stamp over the SM3 imprint as well."""

    def stamp_sm3(self, sm3: str) -> bytes:
        """As `stamp`, over an SM3 imprint."""
        return self.answer(build_request(sm3, nonce=secrets.randbits(63), algorithm=SM3))


def _token_info(
    imprint: tsp.MessageImprint, nonce: int | None, *, moment: datetime, signer: asn1_x509.Certificate
) -> bytes:
    fields = {
        "version": "v1",
        "policy": LOCAL_POLICY,
        "message_imprint": imprint,
        "serial_number": secrets.randbits(_SERIAL_BITS),
        "gen_time": moment,
        "ordering": False,
        "tsa": asn1_x509.GeneralName("directory_name", signer.subject),
    }
    if nonce is not None:
        fields["nonce"] = nonce
    return bytes(tsp.TSTInfo(fields).dump())


def _rejection(reason: str) -> bytes:
    return bytes(Response({"status": {"status": "rejection", "fail_info": {reason}}}).dump())
