"""A token is believed only when everything about it is right; RFC 3161 answers made wrong in one way each."""

from __future__ import annotations

import hashlib
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence import authority as authority_module
from evidence.authority import LocalTimestampAuthority
from evidence.keys import Usage, open_key_pair
from evidence.standalone.verify import LOCAL_POLICY
from evidence.timestamping import HttpTimestampAuthority, Response, build_request, read_time, verify_token
from evidence.trust import DOCUMENT_SIGNING, load_anchors
from records.errors import TimestampAwayError, VerificationError

NOW = datetime(2026, 3, 15, 8, 30, 12, 345678, tzinfo=UTC)
SHA256 = hashlib.sha256(b"manifest").hexdigest()


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def authority(keys: Path) -> LocalTimestampAuthority:
    return LocalTimestampAuthority(keys, clock=lambda: NOW)


@pytest.fixture(scope="module")
def anchors(keys: Path, authority: LocalTimestampAuthority) -> str:
    return load_anchors(keys)


@pytest.fixture(scope="module")
def stamped(authority: LocalTimestampAuthority) -> bytes:
    return authority.stamp(SHA256)


def test_a_right_token_says_time_policy_and_signer(authority: LocalTimestampAuthority, anchors: str) -> None:
    token = verify_token(authority.stamp(SHA256), SHA256, anchors_pem=anchors, policies=[LOCAL_POLICY])
    assert token.gen_time == NOW.replace(microsecond=345000)
    assert (token.policy, token.internal) == (LOCAL_POLICY, True)
    assert "内部授时" in token.signer
    assert authority.internal
    assert read_time(authority.stamp(SHA256)) == token.gen_time


def test_openssl_agrees(authority: LocalTimestampAuthority, anchors: str, tmp_path: Path) -> None:
    (tmp_path / "a.pem").write_text(anchors)
    (tmp_path / "r.tsr").write_bytes(authority.stamp(SHA256))
    run = ["openssl", "ts", "-verify", "-in", "r.tsr", "-CAfile", "a.pem", "-attime", str(int(NOW.timestamp()))]
    assert subprocess.run([*run, "-digest", SHA256], cwd=tmp_path, capture_output=True).returncode == 0
    assert subprocess.run([*run, "-digest", "0" * 64], cwd=tmp_path, capture_output=True).returncode == 1


def test_openssl_can_ask_with_sm3(authority: LocalTimestampAuthority, tmp_path: Path) -> None:
    ask = ["openssl", "ts", "-query", "-sm3", "-digest", "ab" * 32, "-cert"]
    asked = subprocess.run(ask, capture_output=True, check=True).stdout
    answer = Response.load(authority.answer(asked))
    assert answer["status"]["status"].native == "granted"


@pytest.mark.parametrize("request_bytes", [b"", b"rubbish", b"\x30\x80"])
def test_what_is_no_request_is_rejected(request_bytes: bytes, authority: LocalTimestampAuthority) -> None:
    answer = authority.answer(request_bytes)
    assert Response.load(answer)["status"]["status"].native == "rejection"
    with pytest.raises(VerificationError, match="没有授予"):
        verify_token(answer, SHA256, anchors_pem="")
    with pytest.raises(VerificationError):
        read_time(answer)


def test_an_unknown_digest_is_rejected(authority: LocalTimestampAuthority) -> None:
    imprint = {"hash_algorithm": {"algorithm": "sha1"}, "hashed_message": b"x" * 20}
    asked = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint}).dump()
    assert Response.load(authority.answer(asked))["status"]["status"].native == "rejection"


def test_another_imprint_nonce_or_policy_is_refused(authority: LocalTimestampAuthority, anchors: str) -> None:
    answer = authority.answer(build_request(SHA256, nonce=7))
    assert verify_token(answer, SHA256, anchors_pem=anchors, nonce=7).internal
    with pytest.raises(VerificationError, match="不是对这份清单"):
        verify_token(answer, "0" * 64, anchors_pem=anchors)
    with pytest.raises(VerificationError, match="随机数"):
        verify_token(answer, SHA256, anchors_pem=anchors, nonce=8)
    with pytest.raises(VerificationError, match="策略"):
        verify_token(answer, SHA256, anchors_pem=anchors, policies=["1.2.3"])


def test_an_unpinned_authority_is_refused(authority: LocalTimestampAuthority, tmp_path: Path) -> None:
    LocalTimestampAuthority(tmp_path, clock=lambda: NOW)
    with pytest.raises(VerificationError, match="可信机构"):
        verify_token(authority.stamp(SHA256), SHA256, anchors_pem=load_anchors(tmp_path))
    with pytest.raises(VerificationError, match="可信机构"):
        verify_token(authority.stamp(SHA256), SHA256, anchors_pem="")


def test_a_token_outside_the_validity_of_its_certificate_is_refused(keys: Path, anchors: str) -> None:
    later = LocalTimestampAuthority(keys, clock=lambda: NOW + timedelta(days=365 * 6))
    with pytest.raises(VerificationError, match="有效期"):
        verify_token(later.stamp(SHA256), SHA256, anchors_pem=anchors)


@pytest.mark.parametrize("purpose", [DOCUMENT_SIGNING, ExtendedKeyUsageOID.CODE_SIGNING])
def test_a_certificate_for_another_purpose_cannot_stamp(purpose: Any, tmp_path: Path) -> None:
    usage = Usage(name="timestamp", root_title="r", leaf_title="l", organisation="o", purpose=purpose)
    open_key_pair(tmp_path, usage, now=NOW)
    wrong = LocalTimestampAuthority(tmp_path, clock=lambda: NOW)
    with pytest.raises(VerificationError, match="用途"):
        verify_token(wrong.stamp(SHA256), SHA256, anchors_pem=load_anchors(tmp_path))


Change = Callable[[Any], None]


def _changed(answer: bytes, change: Change) -> bytes:
    loaded = tsp.TimeStampResp.load(answer)
    change(loaded["time_stamp_token"]["content"])
    return bytes(loaded.dump(force=True))


def _no_signer(signed: Any) -> None:
    signed["signer_infos"] = []


def _two_signers(signed: Any) -> None:
    first = signed["signer_infos"][0]
    second = first.copy()
    second["signature"] = b"other"
    signed["signer_infos"] = [first, second]


def _no_certificates(signed: Any) -> None:
    signed["certificates"] = cms.CertificateSet([])


def _other_serial(signed: Any) -> None:
    signed["signer_infos"][0]["sid"].chosen["serial_number"] = 5


def _by_key_identifier(signed: Any) -> None:
    signed["signer_infos"][0]["sid"] = cms.SignerIdentifier("subject_key_identifier", core.OctetString(b"x" * 20))


def _other_signature(signed: Any) -> None:
    signature = signed["signer_infos"][0]["signature"].native
    signed["signer_infos"][0]["signature"] = signature[:-1] + bytes([signature[-1] ^ 1])


def _without(name: str) -> Change:
    def change(signed: Any) -> None:
        kept = [found for found in signed["signer_infos"][0]["signed_attrs"] if found["type"].native != name]
        signed["signer_infos"][0]["signed_attrs"] = cms.CMSAttributes(kept)

    return change


def _attribute_twice(signed: Any) -> None:
    kept = list(signed["signer_infos"][0]["signed_attrs"])
    signed["signer_infos"][0]["signed_attrs"] = cms.CMSAttributes([*kept, kept[0]])


def _weak_digest(signed: Any) -> None:
    signed["signer_infos"][0]["digest_algorithm"] = {"algorithm": "sha1"}


def _other_content(signed: Any) -> None:
    info = tsp.TSTInfo.load(signed["encap_content_info"]["content"].contents)
    info["gen_time"] = NOW - timedelta(days=400)
    signed["encap_content_info"]["content"] = core.ParsableOctetString(info.dump(force=True))


def _other_type(signed: Any) -> None:
    signed["encap_content_info"] = {"content_type": "data", "content": core.ParsableOctetString(b"x")}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_no_signer, "一个签名者"),
        (_two_signers, "一个签名者"),
        (_no_certificates, "没有其签名证书"),
        (_other_serial, "没有其签名证书"),
        (_by_key_identifier, "颁发者和序列号"),
        (_other_signature, "签名无效"),
        (_without("content_type"), "内容类型"),
        (_without("message_digest"), "缺少摘要"),
        (_without("signing_certificate_v2"), "ESSCertID"),
        (_attribute_twice, "重复"),
        (_weak_digest, "不受支持"),
        (_other_content, "被改动"),
        (_other_type, "不是时间戳"),
    ],
)
def test_a_token_wrong_in_one_way_is_refused(
    change: Change, words: str, authority: LocalTimestampAuthority, anchors: str
) -> None:
    answer = _changed(authority.stamp(SHA256), change)
    with pytest.raises(VerificationError, match=words):
        verify_token(answer, SHA256, anchors_pem=anchors)


def test_a_certificate_bound_to_another_is_refused(
    keys: Path, authority: LocalTimestampAuthority, anchors: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ESSCertID names another certificate than the SignerInfo does."""

    class Elsewhere:
        def __getattr__(self, name: str) -> Any:
            return getattr(hashlib, name)

        def sha256(self, content: bytes) -> Any:
            leaf = authority._certificates[0].dump()
            return hashlib.sha256(b"another" if content == leaf else content)

    monkeypatch.setattr(authority_module, "hashlib", Elsewhere())
    with pytest.raises(VerificationError, match="ESSCertID"):
        verify_token(authority.stamp(SHA256), SHA256, anchors_pem=anchors)


def test_a_spoofed_certificate_in_the_bag_is_never_the_signer(
    authority: LocalTimestampAuthority, anchors: str, tmp_path: Path
) -> None:
    """GHSA-3xxc-pwj6-jgrj: the signer is the one SignerInfo names, wherever it lies in the bag."""
    stranger = LocalTimestampAuthority(tmp_path, clock=lambda: NOW)

    def inject(signed: Any) -> None:
        own = [found.chosen for found in signed["certificates"]]
        signed["certificates"] = cms.CertificateSet([stranger._certificates[0], *own])

    answer = _changed(authority.stamp(SHA256), inject)
    expected = verify_token(authority.stamp(SHA256), SHA256, anchors_pem=anchors).signer
    assert verify_token(answer, SHA256, anchors_pem=anchors).signer == expected
    assert isinstance(stranger._certificates[0], asn1_x509.Certificate)


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=400))
def test_rubbish_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(VerificationError):
        verify_token(content, SHA256, anchors_pem="")


# A changed byte may make a certificate the library reads with a warning; what it then says is what is tested.
@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_changed_byte_never_changes_what_a_token_says(data: st.DataObject, stamped: bytes, anchors: str) -> None:
    answer = bytearray(stamped)
    at = data.draw(st.integers(0, len(answer) - 1))
    answer[at] ^= data.draw(st.integers(1, 255))
    try:
        token = verify_token(bytes(answer), SHA256, anchors_pem=anchors)
    except VerificationError:
        return
    assert (token.gen_time, token.policy) == (NOW.replace(microsecond=345000), LOCAL_POLICY)


@contextmanager
def _served(reply: Callable[[bytes], tuple[int, bytes]]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, content = reply(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_an_outside_authority_is_asked_over_http(authority: LocalTimestampAuthority, anchors: str) -> None:
    with _served(lambda asked: (200, authority.answer(asked))) as url:
        outside = HttpTimestampAuthority(url)
        assert (outside.internal, outside.name) == (False, url)
        assert verify_token(outside.stamp(SHA256), SHA256, anchors_pem=anchors).internal


def test_an_outside_authority_that_fails_is_away(authority: LocalTimestampAuthority) -> None:
    old = authority.stamp(SHA256)
    for status, content in ((500, b""), (200, b"rubbish"), (200, old), (200, b"0" * 2_000_000)):
        with _served(lambda _, s=status, c=content: (s, c)) as url, pytest.raises(TimestampAwayError):
            HttpTimestampAuthority(url).stamp(SHA256)
    with pytest.raises(TimestampAwayError, match="没有应答"):
        HttpTimestampAuthority("http://127.0.0.1:9/", seconds=1).stamp(SHA256)
