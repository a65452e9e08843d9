"""What the verifier says when it cannot believe, cannot read, or reads what is no record."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import pem

from evidence.keys import KeyPair
from evidence.signing import KeySigner
from evidence.standalone.verify import RefusedError
from evidence.verify import LibraryTrust, verify_package
from records.errors import NotFoundError
from records.evidence import CheckResult, VerificationReport
from tests.attacks.conftest import Forger, House
from tests.attacks.making import Office, Shape, make_package

NOW = "2026-11-20T00:00:00Z"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    folder = tmp_path_factory.mktemp("office")
    office = Office.open(folder)
    make_package(folder / "package.wacz", Shape(), office)
    office.records.close()
    package = (folder / "package.wacz").read_bytes()
    return House(office.signer, office.authority, office.anchors_pem, package, b"")


def _report(package: bytes, folder: Path, *, anchors_pem: str) -> VerificationReport:
    path = folder / "package.wacz"
    path.write_bytes(package)
    return verify_package(path, anchors_pem=anchors_pem, now=datetime.now(UTC))


def _results(report: VerificationReport) -> dict[str, CheckResult]:
    return {check.check_id: check.result for check in report.checks}


def test_without_anchors_nobody_is_believed_and_nothing_else_fails(house: House, tmp_path: Path) -> None:
    report = _report(house.package, tmp_path, anchors_pem="")
    results = _results(report)
    assert not report.valid
    assert {name for name, result in results.items() if result is CheckResult.UNCHECKED} == {
        *("signature", "package-signature", "timestamp", "log")
    }
    assert CheckResult.FAILED not in results.values()


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="无法读取"):
        verify_package(tmp_path, anchors_pem="", now=datetime.now(UTC))


def test_a_manifest_that_is_no_record_fails_though_it_is_signed(house: House, tmp_path: Path) -> None:
    forger = Forger.of(house)
    forger.edit_manifest(
        lambda manifest: manifest.update(navigation=[[200, "x"]], custody_head_sha256="0" * 64, state="odd")
    )
    report = _report(forger.insider(), tmp_path, anchors_pem=house.anchors_pem)
    assert (report.valid, report.capture_id, report.capture_state) == (False, "", None)
    assert _results(report)["manifest"] is CheckResult.FAILED


def test_certificates_and_tokens_that_are_none_are_refused(house: House) -> None:
    trust = LibraryTrust(house.anchors_pem)
    with pytest.raises(RefusedError, match="无法读取"):
        trust.signature(b"x", b"y", b"no certificate", NOW)
    with pytest.raises(RefusedError):
        trust.token(b"rubbish", "0" * 64)


def test_a_certificate_for_time_stamps_seals_nothing(house: House) -> None:
    chain = b"".join(pem.armor("CERTIFICATE", one.dump()) for one in house.authority._certificates)
    timely = KeySigner(KeyPair(key=house.authority._key, certificates=house.signer._pair.certificates))
    with pytest.raises(RefusedError, match="用途"):
        LibraryTrust(house.anchors_pem).signature(b"x", timely.sign(b"x"), chain, NOW)
