"""Tokens of an authority nobody here wrote: `openssl ts` with an RSA key, its certificate named by SHA-256 or SHA-1."""

from __future__ import annotations

import hashlib
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evidence.standalone.verify import OpensslTrust, RefusedError
from evidence.timestamping import build_request, verify_token
from evidence.verify import verify_package
from records.errors import NotFoundError, VerificationError

SHA256 = hashlib.sha256(b"manifest").hexdigest()
CONFIG = """
[req]
distinguished_name = dn
prompt = no
[dn]
CN = outside
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[leaf]
basicConstraints = critical, CA:false
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = one
[one]
serial = serial
signer_cert = leaf.pem
certs = root.pem
signer_key = leaf.key
signer_digest = {digest}
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
ess_cert_id_alg = {ess}
clock_precision_digits = 3
"""


def _authority(folder: Path, *, digest: str, ess: str) -> None:
    (folder / "c.cnf").write_text(CONFIG.format(digest=digest, ess=ess))
    (folder / "serial").write_text("01\n")
    base = ["openssl", "req", "-config", "c.cnf", "-newkey", "rsa:2048", "-nodes", "-subj"]
    for words in (
        [*base, "/CN=outside root", "-x509", "-extensions", "root", "-keyout", "root.key", "-out", "root.pem"],
        [*base, "/CN=outside stamp", "-keyout", "leaf.key", "-out", "leaf.csr"],
        [
            "openssl",
            "x509",
            "-req",
            "-in",
            "leaf.csr",
            "-CA",
            "root.pem",
            "-CAkey",
            "root.key",
            "-CAcreateserial",
            "-days",
            "9",
            "-extfile",
            "c.cnf",
            "-extensions",
            "leaf",
            "-out",
            "leaf.pem",
        ],
    ):
        subprocess.run(words, cwd=folder, check=True, capture_output=True)


def _stamp(folder: Path) -> bytes:
    (folder / "q.tsq").write_bytes(build_request(SHA256, nonce=99))
    words = ["openssl", "ts", "-reply", "-config", "c.cnf", "-section", "one", "-queryfile", "q.tsq", "-out", "r.tsr"]
    subprocess.run(words, cwd=folder, check=True, capture_output=True)
    return (folder / "r.tsr").read_bytes()


@pytest.mark.parametrize(("digest", "ess"), [("sha256", "sha256"), ("sha512", "sha256"), ("sha256", "sha1")])
def test_a_token_of_openssl_is_believed_by_both(digest: str, ess: str, tmp_path: Path) -> None:
    _authority(tmp_path, digest=digest, ess=ess)
    answer, anchors = _stamp(tmp_path), (tmp_path / "root.pem").read_text()
    token = verify_token(answer, SHA256, anchors_pem=anchors, nonce=99)
    assert (token.internal, token.policy, "outside stamp" in token.signer) == (False, "1.2.3.4.1", True)
    assert abs((token.gen_time - datetime.now(UTC)).total_seconds()) < 60
    found = OpensslTrust(anchors).token(answer, SHA256)
    assert (found.internal, found.gen_time[:19]) == (False, token.gen_time.isoformat()[:19])
    with pytest.raises(VerificationError):
        verify_token(answer, "0" * 64, anchors_pem=anchors)
    with pytest.raises(RefusedError):
        OpensslTrust(anchors).token(answer, "0" * 64)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="无法读取"):
        verify_package(tmp_path / "none.wacz", anchors_pem="", now=datetime.now(UTC))
