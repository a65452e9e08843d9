"""Named forgeries of renewed packages: each is refused by both verifiers, by the check that is there for it."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from evidence.standalone.verify import FAILED, OpensslTrust, examine
from evidence.verify import verify_package
from tests.attacks.forgeries_of_renewals import RENEWAL_FORGERIES, Archive, RenewalForger
from tests.attacks.forging_pages import at_another_time
from tests.attacks.making import utc_now


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return Archive.found(tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="module")
def openssl(archive: Archive) -> OpensslTrust:
    """One for all: it remembers what the command said of a certificate, and starting a command is slow."""
    return OpensslTrust(archive.anchors_pem)


def _failed(path: Path, archive: Archive, openssl: OpensslTrust) -> tuple[dict[str, str], ...]:
    now = utc_now()
    report = verify_package(path, anchors_pem=archive.anchors_pem, now=now)
    alone = examine(str(path), openssl, now)
    assert report.valid == alone.valid
    by_library = {check.check_id: check.detail for check in report.checks if check.result.value == FAILED}
    return by_library, {step.check_id: step.detail for step in alone.steps if step.result == FAILED}


@pytest.mark.parametrize("name", sorted(RENEWAL_FORGERIES))
def test_forgery_of_a_renewal_is_refused_by_both(
    name: str, archive: Archive, openssl: OpensslTrust, tmp_path: Path
) -> None:
    check_id, words, forge = RENEWAL_FORGERIES[name]
    forger = RenewalForger(archive)
    forge(forger)
    forger.write(tmp_path / "renewed.wacz")
    for said in _failed(tmp_path / "renewed.wacz", archive, openssl):
        assert check_id in said, said
        assert re.search(words, said[check_id]), said


def test_forger_itself_makes_no_difference(archive: Archive, openssl: OpensslTrust, tmp_path: Path) -> None:
    """Renewed and stamped by the forger's own hand, twice and by clocks a little apart, the package is believed."""
    forger = RenewalForger(archive)
    forger.before()
    forger.renew(1, utc_now())
    forger.stamp()
    forger.renew(2, utc_now())
    forger.stamp(2, at_another_time(archive.office.authority, -timedelta(minutes=1)))
    forger.write(tmp_path / "renewed.wacz")
    assert _failed(tmp_path / "renewed.wacz", archive, openssl) == ({}, {})


def test_there_are_enough() -> None:
    assert len(RENEWAL_FORGERIES) >= 30
