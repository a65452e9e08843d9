"""Keys are made once, kept to their owner, and believed only for what they are for."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.authority import LocalTimestampAuthority
from evidence.keys import KeyPair
from evidence.signing import KeySigner, open_signer
from evidence.trust import DOCUMENT_SIGNING, chain_to_anchor, check_signature, load_anchors, read_certificates
from records.errors import InvalidInputError, StorageFullError, VerificationError

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
NOW = datetime(2026, 3, 15, tzinfo=UTC)


def _open(folder: Path, passphrase: str = "") -> KeySigner:
    return open_signer(folder, organisation="测试局", clock=lambda: NOW, passphrase=passphrase)


def test_keys_are_made_once_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    first = _open(keys).certificate_pem
    assert _open(keys).certificate_pem == first
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    for path in keys.glob("*.key"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not list(keys.glob("*.new"))


def test_two_at_once_get_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: _open(tmp_path / "keys").certificate_pem, range(8)))
    assert len(found) == 1


def test_a_passphrase_protects_the_key(tmp_path: Path) -> None:
    _open(tmp_path, "secret")
    assert b"ENCRYPTED" in (tmp_path / "evidence.key").read_bytes()
    assert _open(tmp_path, "secret").sign(b"x")
    for wrong in ("", "other"):
        with pytest.raises(InvalidInputError, match="KEY_PASSPHRASE"):
            _open(tmp_path, wrong)


@pytest.mark.parametrize("name", ["evidence.key", "evidence.pem"])
def test_damaged_files_are_named(name: str, tmp_path: Path) -> None:
    _open(tmp_path)
    (tmp_path / name).write_text("rubbish")
    with pytest.raises(InvalidInputError, match=name):
        _open(tmp_path)


def test_an_unusable_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("a file")
    with pytest.raises(StorageFullError, match="密钥目录"):
        _open(tmp_path / "keys")


@settings(max_examples=30, deadline=None)
@given(content=st.binary(max_size=100))
def test_signatures_fit_and_are_the_smaller_twin(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    signer = _open(tmp_path_factory.getbasetemp() / "keys-of-property")
    signature = signer.sign(content)
    leaf = read_certificates(signer.certificate_pem)[0]
    check_signature(leaf, signature, content)
    assert decode_dss_signature(signature)[1] <= P256_ORDER // 2
    with pytest.raises(VerificationError):
        check_signature(leaf, signature, content + b"x")


def test_an_organisation_may_bring_an_rsa_key(tmp_path: Path) -> None:
    certificates = read_certificates(_open(tmp_path).certificate_pem)
    signer = KeySigner(KeyPair(key=rsa.generate_private_key(65537, 2048), certificates=certificates))
    assert signer.algorithm == "rsa-pss-sha256"
    assert len(signer.sign(b"x")) == 256
    assert _open(tmp_path).algorithm == "ecdsa-p256-sha256"


def test_anchors_authorise_only_what_they_are_for(tmp_path: Path) -> None:
    signer = _open(tmp_path)
    LocalTimestampAuthority(tmp_path, clock=lambda: NOW)
    leaf, root = read_certificates(signer.certificate_pem)
    stamp_leaf, stamp_root = read_certificates((tmp_path / "timestamp.pem").read_text())
    assert chain_to_anchor(leaf, [], [root], purpose=DOCUMENT_SIGNING, at=NOW) == (leaf, root)
    with pytest.raises(VerificationError):
        chain_to_anchor(leaf, [root], [stamp_root], purpose=DOCUMENT_SIGNING, at=NOW)
    with pytest.raises(VerificationError):
        chain_to_anchor(stamp_leaf, [], [stamp_root], purpose=DOCUMENT_SIGNING, at=NOW)
    stamping = ExtendedKeyUsageOID.TIME_STAMPING
    assert chain_to_anchor(stamp_leaf, [], [stamp_root], purpose=stamping, at=NOW) == (stamp_leaf, stamp_root)
    with pytest.raises(VerificationError, match="有效期"):
        chain_to_anchor(leaf, [], [root], purpose=DOCUMENT_SIGNING, at=datetime(2060, 1, 1, tzinfo=UTC))


def test_anchors_are_ours_and_those_added_by_hand(tmp_path: Path) -> None:
    _open(tmp_path)
    assert len(read_certificates(load_anchors(tmp_path))) == 1
    LocalTimestampAuthority(tmp_path, clock=lambda: NOW)
    (tmp_path / "anchors").mkdir()
    (tmp_path / "anchors/outside.pem").write_text((tmp_path / "timestamp-ca.pem").read_text().strip())
    assert len(read_certificates(load_anchors(tmp_path))) == 3
    (tmp_path / "anchors/rubbish.pem").write_text("rubbish")
    with pytest.raises(InvalidInputError, match="rubbish"):
        load_anchors(tmp_path)
    assert load_anchors(tmp_path / "nothing") == ""
