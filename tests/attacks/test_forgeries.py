"""Named forgeries of a package: each is refused by both verifiers, by the check that is there for it.

`outsider` forgeries have every digest made right again but no key; `insider` ones are signed and stamped with the
office's own keys, so that only the cross-checks of content can refuse them.
"""

from __future__ import annotations

import copy
import functools
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from evidence.standalone.verify import FAILED, OpensslTrust, examine
from evidence.verify import verify_package
from records.evidence import CheckResult
from tests.attacks.forgeries import BOMBS, FORGERIES

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", sorted(FORGERIES))
def test_forgery_is_refused_by_both_verifiers(name: str, forger: Any, stranger: Any, package_path: Path) -> None:
    check_id, forge = FORGERIES[name]
    package_path.write_bytes(forge(forger, stranger))
    now = datetime.now(UTC)
    report = verify_package(package_path, anchors_pem=forger.house.anchors_pem, now=now)
    assert not report.valid
    failed = {check.check_id for check in report.checks if check.result is CheckResult.FAILED}
    assert check_id in failed, [(c.check_id, c.result.value, c.detail) for c in report.checks]
    assert all(check.detail for check in report.checks if check.result is CheckResult.FAILED)
    if name in BOMBS:
        return
    alone = examine(str(package_path), _asking_openssl(forger.house.anchors_pem), now)
    assert not alone.valid
    assert check_id in {step.check_id for step in alone.steps if step.result == FAILED}, alone.steps


@functools.cache
def _asking_openssl(anchors_pem: str) -> OpensslTrust:
    """One for all: it remembers what the command said of a certificate, and starting a command is slow."""
    return OpensslTrust(anchors_pem)


def test_there_are_enough_forgeries() -> None:
    assert len(FORGERIES) >= 180


def test_the_forger_itself_makes_no_difference(forger: Any, package_path: Path) -> None:
    """Taken apart and put together, signed anew by the office, the package holds: the forgeries fail for their reason."""
    package_path.write_bytes(copy.deepcopy(forger).box())
    assert package_path.read_bytes() == forger.house.package
    package_path.write_bytes(forger.insider())
    now = datetime.now(UTC)
    report = verify_package(package_path, anchors_pem=forger.house.anchors_pem, now=now)
    assert report.valid, report.checks
    assert examine(str(package_path), OpensslTrust(forger.house.anchors_pem), now).valid


def test_every_byte_that_is_not_content_counts(house: Any, tmp_path: Path) -> None:
    """Headers and directory in full, where a lenient reader would look away: each byte of them, one after another."""
    path = tmp_path / "changed.wacz"
    start = house.package.find(b"PK\x01\x02")
    for at in [*range(50), *range(start, len(house.package), 7)]:
        package = bytearray(house.package)
        package[at] ^= 0x01
        path.write_bytes(package)
        assert not verify_package(path, anchors_pem=house.anchors_pem, now=datetime.now(UTC)).valid, at
