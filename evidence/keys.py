"""Keys and small authorities kept in the keys folder: made on first use, mode 0600, optionally under a passphrase."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from evidence.trust import read_certificates
from records.errors import InvalidInputError, StorageFullError

__all__ = ["KeyPair", "PrivateKey", "Usage", "issue_leaf", "locked", "open_key_pair", "secret_pem", "write_private"]

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

_ROOT_YEARS = 20
_LEAF_YEARS = 5
_BACKDATED = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a pair of authority and leaf is for. Files are `NAME-ca.key`, `NAME-ca.pem`, `NAME.key`, `NAME.pem`."""

    name: str
    root_title: str
    leaf_title: str
    organisation: str
    purpose: x509.ObjectIdentifier


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPair:
    """A leaf key with its certificate first and its issuers after it."""

    key: PrivateKey
    certificates: tuple[x509.Certificate, ...]

    @property
    def pem(self) -> str:
        """The chain as PEM."""
        return "".join(c.public_bytes(serialization.Encoding.PEM).decode("ascii") for c in self.certificates)


def open_key_pair(keys_dir: Path, usage: Usage, *, now: datetime, passphrase: str = "") -> KeyPair:
    """Read the pair, or make it (with its own small authority) when there is none yet.

    Raises:
        StorageFullError: The folder cannot be written.
        InvalidInputError: The files are damaged, or the passphrase is wrong.
    """
    key_path, chain_path = keys_dir / f"{usage.name}.key", keys_dir / f"{usage.name}.pem"
    try:
        keys_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(keys_dir):
            if not (key_path.is_file() and chain_path.is_file()):
                _make(keys_dir, usage, now=now, passphrase=passphrase)
        return KeyPair(key=_read_key(key_path, passphrase), certificates=_read_chain(chain_path))
    except OSError as exc:
        raise StorageFullError(f"密钥目录不可用：{keys_dir}（{exc.strerror}）", cure="检查目录权限与剩余空间") from exc


@contextmanager
def locked(keys_dir: Path) -> Iterator[None]:
    """Keys are made by one process at a time."""
    with (keys_dir / ".lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make(keys_dir: Path, usage: Usage, *, now: datetime, passphrase: str) -> None:
    root_key, leaf_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _certificate(usage, now=now, subject_key=root_key, issuer_key=root_key, root=True)
    leaf = _certificate(usage, now=now, subject_key=leaf_key, issuer_key=root_key, root=False)
    root_pem, leaf_pem = (c.public_bytes(serialization.Encoding.PEM) for c in (root, leaf))
    write_private(keys_dir / f"{usage.name}-ca.key", secret_pem(root_key, passphrase))
    write_private(keys_dir / f"{usage.name}-ca.pem", root_pem)
    write_private(keys_dir / f"{usage.name}.key", secret_pem(leaf_key, passphrase))
    # The chain is written last: with it the pair is whole.
    write_private(keys_dir / f"{usage.name}.pem", leaf_pem + root_pem)


def issue_leaf(keys_dir: Path, usage: Usage, *, now: datetime, passphrase: str) -> KeyPair:
    """A new leaf under the authority that lies there; nothing is written.

    Raises:
        InvalidInputError: The authority's key is not there, or cannot be opened.
    """
    root_path = keys_dir / f"{usage.name}-ca.key"
    if not root_path.is_file():
        cure = "由签发机构换发证书后，替换 keys 目录中的密钥与证书"
        raise InvalidInputError(f"根证书的密钥不在本机：{root_path}", cure=cure, path=str(root_path))
    root_key, root = _read_key(root_path, passphrase), _read_chain(keys_dir / f"{usage.name}-ca.pem")[0]
    if not isinstance(root_key, ec.EllipticCurvePrivateKey):
        raise InvalidInputError(f"根证书的密钥种类不受支持：{root_path}", cure="由签发机构换发", path=str(root_path))
    key = ec.generate_private_key(ec.SECP256R1())
    leaf = _certificate(usage, now=now, subject_key=key, issuer_key=root_key, root=False)
    return KeyPair(key=key, certificates=(leaf, root))


def _certificate(
    usage: Usage,
    *,
    now: datetime,
    subject_key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    root: bool,
) -> x509.Certificate:
    public, issuer = subject_key.public_key(), issuer_key.public_key()
    key_usage = x509.KeyUsage(
        digital_signature=not root,
        content_commitment=not root,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=root,
        crl_sign=root,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(_name(usage, usage.root_title if root else usage.leaf_title))
        .issuer_name(_name(usage, usage.root_title))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + timedelta(days=365 * (_ROOT_YEARS if root else _LEAF_YEARS)))
        .add_extension(x509.BasicConstraints(ca=root, path_length=0 if root else None), critical=True)
        .add_extension(key_usage, critical=True)
        # Critical, and nothing else beside it: RFC 3161 section 2.3 asks it of a time-stamp certificate.
        .add_extension(x509.ExtendedKeyUsage([usage.purpose]), critical=not root)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def _name(usage: Usage, title: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, usage.organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, title[:64]),
        ]
    )


def secret_pem(key: ec.EllipticCurvePrivateKey, passphrase: str) -> bytes:
    """The private key as PEM, under the passphrase when there is one."""
    protection: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        protection = serialization.BestAvailableEncryption(passphrase.encode("utf-8"))
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection)


def write_private(path: Path, content: bytes) -> None:
    """Write a file nobody else may read, whole or not at all."""
    fresh = path.with_suffix(path.suffix + ".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _read_key(path: Path, passphrase: str) -> PrivateKey:
    content = path.read_bytes()
    protected = b"ENCRYPTED" in content
    try:
        key = serialization.load_pem_private_key(content, passphrase.encode("utf-8") if protected else None)
    except (ValueError, TypeError) as exc:
        cure = "检查 WANGJIAN_EVIDENCE__KEY_PASSPHRASE" if protected else "从备份恢复密钥目录"
        raise InvalidInputError(f"密钥无法打开：{path}", cure=cure, path=str(path)) from exc
    if not isinstance(key, (ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey)):
        raise InvalidInputError(f"密钥种类不受支持：{path}", cure="使用 ECDSA P-256 或 RSA 密钥", path=str(path))
    return key


def _read_chain(path: Path) -> tuple[x509.Certificate, ...]:
    found = read_certificates(path.read_bytes())
    if not found:
        raise InvalidInputError(f"证书无法读取：{path}", cure="从备份恢复密钥目录", path=str(path))
    return found
