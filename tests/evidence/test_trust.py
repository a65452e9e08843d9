"""A certificate that is none is told as none, however it is broken."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from evidence.authority import LocalTimestampAuthority
from evidence.signing import open_signer
from evidence.timestamping import verify_token
from evidence.trust import load_anchors, read_certificates
from records.errors import VerificationError

_NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
_VERSION_3 = bytes.fromhex("a003020102")
_NO_VERSION = bytes.fromhex("a003020103")


def test_certificate_of_no_known_version_is_no_certificate(tmp_path: Path) -> None:
    pem = open_signer(tmp_path / "keys", organisation="测试单位", clock=lambda: _NOW).certificate_pem
    good = x509.load_pem_x509_certificates(pem.encode())[0].public_bytes(Encoding.DER)
    assert _VERSION_3 in good
    bad = base64.encodebytes(good.replace(_VERSION_3, _NO_VERSION, 1))
    assert read_certificates(b"-----BEGIN CERTIFICATE-----\n" + bad + b"-----END CERTIFICATE-----\n") == ()


def test_token_with_such_a_certificate_is_refused_in_words(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    authority = LocalTimestampAuthority(keys, clock=lambda: _NOW)
    sha256 = "ab" * 32
    answer = authority.stamp(sha256)
    anchors = load_anchors(keys)
    verify_token(answer, sha256, anchors_pem=anchors)
    with pytest.raises(VerificationError):
        verify_token(answer.replace(_VERSION_3, _NO_VERSION), sha256, anchors_pem=anchors)
