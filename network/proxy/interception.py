"""The throw-away authority of one run: it lets the proxy read what the browser and the origin say to each other.

Its keys live for one run in a folder of mode 0700 and are trusted by that run's browser only. It says nothing about
the origin: the origin's own certificate is checked and kept by `dialling`.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import ssl
import tempfile
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

__all__ = ["RunAuthority", "RunKey"]


class RunKey:
    """The key of the certificates one browser is shown; it can be made before the proxy is there."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())

    @property
    def spki_sha256(self) -> str:
        """What Chromium's `--ignore-certificate-errors-spki-list` wants: base64 of the digest of the key."""
        public = self.private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return base64.b64encode(hashlib.sha256(public).digest()).decode("ascii")


class RunAuthority:
    """Makes a TLS context for each host name asked for; everything it made is deleted by `close`."""

    def __init__(self, key: RunKey | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="wangjian-proxy-")
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._certificate = self._issue("WangJian throw-away CA", self._key.public_key(), host=None)
        self._run_key = key or RunKey()
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._lock = threading.Lock()

    @property
    def spki_sha256(self) -> str:
        """See RunKey."""
        return self._run_key.spki_sha256

    def context_for(self, host: str) -> ssl.SSLContext:
        """What the browser is shown for this host."""
        with self._lock:
            if host not in self._contexts:
                self._contexts[host] = self._make_context(host)
            return self._contexts[host]

    def close(self) -> None:
        """Delete the key."""
        self._folder.cleanup()

    def __enter__(self) -> RunAuthority:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _make_context(self, host: str) -> ssl.SSLContext:
        leaf = self._issue(host, self._run_key.private.public_key(), host=host)
        secret = self._run_key.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path = Path(self._folder.name) / f"{len(self._contexts)}.pem"
        path.write_bytes(secret + _pem(leaf) + _pem(self._certificate))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        context.set_alpn_protocols(["http/1.1"])
        return context

    def _issue(self, name: str, public_key: ec.EllipticCurvePublicKey, *, host: str | None) -> x509.Certificate:
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "WangJian throw-away CA")])
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])]))
            .issuer_name(issuer)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=2))
            .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
        )
        if host is not None:
            builder = builder.add_extension(x509.SubjectAlternativeName([_general_name(host)]), critical=False)
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        return builder.sign(self._key, hashes.SHA256())


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
