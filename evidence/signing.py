"""The organisation's seal: a key of its own under a small authority of its own, behind the port `Signer`."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from evidence.keys import KeyPair, Usage, open_key_pair
from evidence.rotating import finish_rotation
from evidence.trust import DOCUMENT_SIGNING
from records.ports import Clock

__all__ = ["KeySigner", "open_signer", "signing_usage"]

_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def signing_usage(organisation: str) -> Usage:
    """What the organisation's evidence key is for."""
    return Usage(
        name="evidence",
        root_title="网鉴证据签名根证书",
        leaf_title="网鉴证据签名",
        organisation=organisation,
        purpose=DOCUMENT_SIGNING,
    )


def open_signer(keys_dir: Path, *, organisation: str, clock: Clock, passphrase: str = "") -> KeySigner:
    """The organisation's signer; key and authority are made on first use, mode 0600.

    Raises:
        StorageFullError: The folder cannot be written.
        InvalidInputError: The files there are damaged, or the passphrase is wrong.
    """
    usage = signing_usage(organisation)
    finish_rotation(keys_dir, usage)
    return KeySigner(open_key_pair(keys_dir, usage, now=clock(), passphrase=passphrase))


class KeySigner:
    """Implements records.ports.Signer: ECDSA P-256, or RSA-PSS when the organisation brought such a key."""

    def __init__(self, pair: KeyPair) -> None:
        self._pair = pair

    @property
    def algorithm(self) -> str:
        """`ecdsa-p256-sha256` or `rsa-pss-sha256`."""
        return "ecdsa-p256-sha256" if isinstance(self._pair.key, ec.EllipticCurvePrivateKey) else "rsa-pss-sha256"

    @property
    def certificate_pem(self) -> str:
        """The certificate, then its issuers up to the root."""
        return self._pair.pem

    def sign(self, content: bytes) -> bytes:
        """Sign; of the two ECDSA signatures that would verify, always the one with the smaller s."""
        key = self._pair.key
        if isinstance(key, ec.EllipticCurvePrivateKey):
            r, s = decode_dss_signature(key.sign(content, ec.ECDSA(hashes.SHA256())))
            return encode_dss_signature(r, min(s, _P256_ORDER - s))
        scheme = padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size)
        return key.sign(content, scheme, hashes.SHA256())
