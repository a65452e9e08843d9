"""A second signature by SM2 is made when it is configured, and refused by both verifiers when anything of it is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from evidence.signing import open_signer
from evidence.sm2 import check_sm2_signature, open_sm2_signer
from evidence.standalone.verify import Box, OpensslTrust, RefusedError, UncheckedError, examine
from evidence.trust import load_anchors
from evidence.verify import verify_package
from records.errors import InvalidInputError, VerificationError
from records.evidence import CheckResult
from tests.attacks.making import Office, Shape, make_package, utc_now

CONTENT = "证据清单".encode()


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    open_sm2_signer(folder, organisation="测试局", clock=utc_now)
    return folder


def _moment() -> str:
    return utc_now().strftime("%Y-%m-%dT%H:%M:%SZ")


def test_signature_holds_by_library_and_by_command(keys: Path) -> None:
    signer, anchors = open_sm2_signer(keys, organisation="别的", clock=utc_now), load_anchors(keys)
    chain, signature = signer.certificate_pem.encode(), signer.sign(CONTENT)
    assert signer.algorithm == "sm2-sm3"
    told = check_sm2_signature(chain, signature, CONTENT, anchors_pem=anchors, at=utc_now())
    assert "测试局" in told
    assert "测试局" in OpensslTrust(anchors).sm2_signature(CONTENT, signature, chain, at=_moment())
    assert (keys / "evidence-sm2.key").stat().st_mode & 0o777 == 0o600


def test_wrong_signatures_are_refused_by_both(keys: Path, tmp_path: Path) -> None:
    signer, anchors = open_sm2_signer(keys, organisation="测试局", clock=utc_now), load_anchors(keys)
    other = open_sm2_signer(tmp_path, organisation="测试局", clock=utc_now)
    chain, signature = signer.certificate_pem.encode(), signer.sign(CONTENT)
    for content, signed, certificates, words in (
        (CONTENT + b"x", signature, chain, "不符"),
        (CONTENT, signature[:-1] + bytes([signature[-1] ^ 1]), chain, "不符"),
        (CONTENT, other.sign(CONTENT), chain, "不符"),
        (CONTENT, other.sign(CONTENT), other.certificate_pem.encode(), "可信机构"),
    ):
        with pytest.raises(VerificationError, match=words):
            check_sm2_signature(certificates, signed, content, anchors_pem=anchors, at=utc_now())
        with pytest.raises(RefusedError, match=words):
            OpensslTrust(anchors).sm2_signature(content, signed, certificates, at=_moment())
    with pytest.raises(VerificationError, match="有效期"):
        check_sm2_signature(chain, signature, CONTENT, anchors_pem=anchors, at=utc_now() + timedelta(days=4000))
    for garbage in (b"", b"x", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        with pytest.raises(VerificationError, match="无法读取"):
            check_sm2_signature(garbage, signature, CONTENT, anchors_pem=anchors, at=utc_now())


def test_certificate_of_another_kind_is_refused(keys: Path, tmp_path: Path) -> None:
    ecdsa = open_signer(tmp_path, organisation="测试局", clock=utc_now)
    with pytest.raises(VerificationError, match="不符"):
        check_sm2_signature(
            ecdsa.certificate_pem.encode(), ecdsa.sign(CONTENT), CONTENT, anchors_pem=load_anchors(keys), at=utc_now()
        )


def test_without_a_root_of_its_kind_nobody_vouches(keys: Path, tmp_path: Path) -> None:
    signer = open_sm2_signer(keys, organisation="测试局", clock=utc_now)
    chain, signature = signer.certificate_pem.encode(), signer.sign(CONTENT)
    open_signer(tmp_path, organisation="测试局", clock=utc_now)
    anchors = load_anchors(tmp_path)
    with pytest.raises(LookupError):
        check_sm2_signature(chain, signature, CONTENT, anchors_pem=anchors, at=utc_now())
    with pytest.raises(UncheckedError, match="国密根证书"):
        OpensslTrust(anchors).sm2_signature(CONTENT, signature, chain, at=_moment())


def test_key_under_a_passphrase_opens_with_it_alone(tmp_path: Path) -> None:
    made = open_sm2_signer(tmp_path, organisation="测试局", clock=utc_now, passphrase="口令")
    again = open_sm2_signer(tmp_path, organisation="测试局", clock=utc_now, passphrase="口令")
    assert made.certificate_pem == again.certificate_pem
    with pytest.raises(InvalidInputError, match="密钥无法打开"):
        open_sm2_signer(tmp_path, organisation="测试局", clock=utc_now, passphrase="别的")


def test_package_carries_both_signatures(tmp_path: Path) -> None:
    office = Office.open(tmp_path)
    signer = open_sm2_signer(tmp_path / "keys", organisation="测试局", clock=utc_now)
    anchors = load_anchors(tmp_path / "keys")
    office = replace(office, means=replace(office.means, sm2_signer=signer, anchors_pem=anchors))
    path = tmp_path / "package.wacz"
    make_package(path, Shape(), office)
    report = verify_package(path, anchors_pem=anchors, now=utc_now())
    assert report.valid, report.checks
    assert "国密" in next(check.detail for check in report.checks if check.check_id == "sm2-signature")
    assert examine(str(path), OpensslTrust(anchors), utc_now()).valid
    without = verify_package(path, anchors_pem=office.anchors_pem, now=utc_now())
    unchecked = [check.check_id for check in without.checks if check.result is CheckResult.UNCHECKED]
    assert (without.valid, unchecked) == (False, ["sm2-signature"])
    with path.open("rb") as file:
        assert "evidence/manifest.sm2.sig" in Box(file, path.stat().st_size).members
