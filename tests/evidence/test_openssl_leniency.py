"""The openssl command and the library read more than they should, each in its way; both verifiers refuse the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from evidence.standalone.verify import FAILED, OpensslTrust, digest_statement, examine
from evidence.verify import verify_package
from tests.attacks.conftest import Forger, House, digests
from tests.attacks.making import Office, Shape, make_package, utc_now

TOKEN, CERTIFICATES = "evidence/timestamp-1.tsr", "evidence/certificates.pem"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    folder = tmp_path_factory.mktemp("house")
    office = Office.open(folder)
    make_package(folder / "package.wacz", Shape(), office)
    office.records.close()
    return House(office.signer, office.authority, office.anchors_pem, (folder / "package.wacz").read_bytes(), b"")


def _without_a_line_of_the_issuer(pem: bytes) -> bytes:
    lines = pem.splitlines(keepends=True)
    del lines[-6]
    return b"".join(lines)


def _with_an_unreadable_certificate(pem: bytes) -> bytes:
    return pem + b"-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n"


@pytest.mark.parametrize(
    ("member", "change", "check_id"),
    [
        (TOKEN, lambda token: token + b"\0", "timestamp"),
        (TOKEN, lambda token: token + token, "timestamp"),
        (TOKEN, lambda _: b"\x30", "timestamp"),
        (TOKEN, lambda _: b"", "timestamp"),
        (CERTIFICATES, _without_a_line_of_the_issuer, "signature"),
        (CERTIFICATES, _with_an_unreadable_certificate, "signature"),
        (CERTIFICATES, lambda pem: pem[:-300], "signature"),
        (CERTIFICATES, lambda pem: b"x\n" + pem, "signature"),
    ],
)
def test_both_verifiers_refuse(
    house: House, tmp_path: Path, member: str, change: Callable[[bytes], bytes], check_id: str
) -> None:
    forger = Forger.of(house)
    forger.members[member] = change(forger.members[member])
    if member == CERTIFICATES:
        (tmp_path / "p").write_bytes(forger.insider())
    else:
        forger.rehash_datapackage()
        sha256 = digests(forger.members["datapackage.json"])["sha256"]
        forger.set_digest(signature=house.signer.sign(digest_statement(sha256)).hex())
        (tmp_path / "p").write_bytes(forger.box())
    report = verify_package(tmp_path / "p", anchors_pem=house.anchors_pem, now=utc_now())
    alone = examine(str(tmp_path / "p"), OpensslTrust(house.anchors_pem), utc_now())
    assert check_id in {check.check_id for check in report.checks if check.result == "failed"}
    assert check_id in {step.check_id for step in alone.steps if step.result == FAILED}
    assert {check.check_id for check in report.checks if check.result == "failed"} == {
        step.check_id for step in alone.steps if step.result == FAILED
    }
