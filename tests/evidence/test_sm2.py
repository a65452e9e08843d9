"""A second signature by SM2 is made when it is configured, and refused by both verifiers when anything of it is wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from evidence.signing import open_signer
from evidence.sm2 import Sm2Signer, check_sm2_signature, open_sm2_signer
from evidence.standalone.verify import FAILED, Box, OpensslTrust, RefusedError, UncheckedError, examine
from evidence.trust import load_anchors
from evidence.verify import verify_package
from records.errors import InvalidInputError, VerificationError
from records.evidence import CheckResult
from tests.attacks.conftest import Forger, House
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


@pytest.mark.parametrize("signature", [b"", b"x", b"\x30\x06\2\1\0\2\1\0", b"\x30\x84\xff\xff\xff\xff", b"\0" * 70])
def test_what_is_no_signature_at_all_is_refused(keys: Path, signature: bytes) -> None:
    chain = open_sm2_signer(keys, organisation="测试局", clock=utc_now).certificate_pem.encode()
    with pytest.raises(VerificationError, match="不符"):
        check_sm2_signature(chain, signature, CONTENT, anchors_pem=load_anchors(keys), at=utc_now())


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
    for signature, words in _ill_formed(signer):
        path.with_suffix(".changed").write_bytes(_with_sm2_signature(path.read_bytes(), signature, office, anchors))
        for details in _sm2_refusals(path.with_suffix(".changed"), anchors):
            assert any(words in detail for detail in details), (signature, details)


def _ill_formed(signer: Sm2Signer) -> list[tuple[bytes, str]]:
    """Signatures of the right numbers written otherwise, of no numbers, and one that is only of something else."""
    right, form = signer.sign(CONTENT), "写法"
    r_length = right[3]
    padded = b"\x30" + bytes([right[1] + 1]) + b"\2" + bytes([r_length + 1]) + b"\0" + right[4:]
    nothing = (b"", b"x", b"\x30", b"\x30\0", b"\x30\x06\2\1\0\2\1\0", b"\x30\x80" + right[2:] + b"\0\0")
    broken = (right + b"\0", right[:-1], right[:2] + b"\2\xff" + right[4:], padded, *nothing)
    return [(right, "不符"), *((one, form) for one in broken)]


def _with_sm2_signature(package: bytes, signature: bytes, office: Office, anchors: str) -> bytes:
    forger = Forger.of(House(office.signer, office.authority, anchors, package, b""))
    forger.members["evidence/manifest.sm2.sig"] = signature
    forger.rehash_datapackage()
    return forger.box()


def _sm2_refusals(path: Path, anchors: str) -> list[list[str]]:
    by_library = verify_package(path, anchors_pem=anchors, now=utc_now()).checks
    alone = examine(str(path), OpensslTrust(anchors), utc_now()).steps
    return [
        [check.detail for check in by_library if (check.check_id, check.result) == ("sm2-signature", "failed")],
        [step.detail for step in alone if (step.check_id, step.result) == ("sm2-signature", FAILED)],
    ]
