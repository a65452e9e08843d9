"""Named forgeries of page proofs: each is refused by both verifiers, by the check that is there for it and in its words.

Most are made with the office's own keys, so that only the check they are aimed at can refuse them.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from evidence.standalone.verify import FAILED, UNCHECKED, OpensslTrust, examine
from evidence.verify import verify_package
from tests.attacks import forgeries_of_pages
from tests.attacks.forging_pages import NAMES, PAGE_FORGERIES, PageForger, Town
from tests.attacks.making import utc_now

assert forgeries_of_pages


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return Town.found(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def openssl(town: Town) -> OpensslTrust:
    """One for all: it remembers what the command said of a certificate, and starting a command is slow."""
    return OpensslTrust(town.anchors_pem)


def _said(path: Path, town: Town, openssl: OpensslTrust, *, result: str = FAILED) -> tuple[dict[str, str], ...]:
    """What each verifier says of the checks with that result."""
    now = utc_now()
    report = verify_package(path, anchors_pem=town.anchors_pem, now=now)
    alone = examine(str(path), openssl, now)
    assert report.valid == alone.valid
    by_library = {check.check_id: check.detail for check in report.checks if check.result.value == result}
    return by_library, {step.check_id: step.detail for step in alone.steps if step.result == result}


@pytest.mark.parametrize("name", sorted(PAGE_FORGERIES))
def test_forgery_of_a_page_is_refused_by_both(name: str, town: Town, openssl: OpensslTrust, tmp_path: Path) -> None:
    check_id, words, forge = PAGE_FORGERIES[name]
    path = tmp_path / "page.zip"
    path.write_bytes(forge(PageForger.of(town)))
    for said in _said(path, town, openssl):
        assert check_id in said, said
        assert re.search(words, said[check_id]), said


@pytest.mark.parametrize("name", NAMES)
def test_forger_itself_makes_no_difference(name: str, town: Town, openssl: OpensslTrust, tmp_path: Path) -> None:
    """Taken apart, given an earlier head and signed anew the page is believed: the forgeries fail for their reason."""
    path = tmp_path / "page.zip"
    path.write_bytes(PageForger.of(town, name).insider())
    assert _said(path, town, openssl) == ({}, {})
    forger = PageForger.of(town, name)
    forger.relog()
    path.write_bytes(forger.insider())
    assert _said(path, town, openssl) == ({}, {})


def test_page_under_a_head_without_a_stamp_is_not_believed(town: Town, openssl: OpensslTrust, tmp_path: Path) -> None:
    path = tmp_path / "page.zip"
    path.write_bytes(PageForger.of(town).head(stamped=False))
    for said in _said(path, town, openssl, result=UNCHECKED):
        assert "待加戳" in said["timestamp"]
    assert _said(path, town, openssl) == ({}, {})


def test_there_are_enough() -> None:
    assert len(PAGE_FORGERIES) >= 80
