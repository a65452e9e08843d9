"""Where an authority can, a second stamp is over the SM3 imprint; both verifiers hold it to the SM3 digest."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.authority import LocalTimestampAuthority, Sm3LocalTimestampAuthority
from evidence.stamping import stamp
from evidence.standalone.verify import Box, OpensslTrust, RefusedError, UncheckedError, examine
from evidence.timestamping import verify_token
from evidence.trust import load_anchors
from evidence.verify import verify_package
from records.digests import digests_of
from records.errors import TimestampAwayError, VerificationError
from tests.attacks.making import Office, Shape, make_package, utc_now

CONTENT = digests_of("清单".encode())
OTHER = digests_of(b"another")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def token(keys: Path) -> bytes:
    return Sm3LocalTimestampAuthority(keys, clock=utc_now).stamp_sm3(CONTENT.sm3)


def test_sm3_stamp_holds_for_its_digest_alone(keys: Path, token: bytes) -> None:
    anchors = load_anchors(keys)
    assert verify_token(token, CONTENT.sha256, sm3=CONTENT.sm3, anchors_pem=anchors).internal
    assert OpensslTrust(anchors).token(token, CONTENT.sha256, CONTENT.sm3).internal
    for sha256, sm3 in ((CONTENT.sha256, OTHER.sm3), (CONTENT.sm3, CONTENT.sha256)):
        with pytest.raises(VerificationError, match="不是对这份清单"):
            verify_token(token, sha256, sm3=sm3, anchors_pem=anchors)
        with pytest.raises(RefusedError):
            OpensslTrust(anchors).token(token, sha256, sm3)
    with pytest.raises(VerificationError, match="摘要算法"):
        verify_token(token, CONTENT.sha256, anchors_pem=anchors)
    with pytest.raises(UncheckedError, match="SM3"):
        OpensslTrust(anchors).token(token, CONTENT.sha256)


def test_those_that_can_are_asked_for_both(keys: Path) -> None:
    both, one = Sm3LocalTimestampAuthority(keys, clock=utc_now), LocalTimestampAuthority(keys, clock=utc_now)
    anchors = load_anchors(keys)
    assert len(stamp(CONTENT, (one,), anchors_pem=anchors).answers) == 1
    assert len(stamp(CONTENT, (one, both), anchors_pem=anchors).answers) == 3
    assert len(stamp(CONTENT, (both,) * 6, anchors_pem=anchors).answers) == 9
    assert stamp(CONTENT, (), anchors_pem=anchors).answers == ()


def test_package_with_both_stamps_verifies(tmp_path: Path) -> None:
    office = Office.open(tmp_path)
    both = Sm3LocalTimestampAuthority(tmp_path / "keys", clock=utc_now)
    path = tmp_path / "package.wacz"
    make_package(path, Shape(tokens=2), replace(office, authority=_Once(both)))
    report = verify_package(path, anchors_pem=office.anchors_pem, now=utc_now())
    assert report.valid, report.checks
    assert examine(str(path), OpensslTrust(office.anchors_pem), utc_now()).valid
    with path.open("rb") as file:
        box = Box(file, path.stat().st_size)
        second = box.read("evidence/timestamp-2.tsr")
        manifest = digests_of(box.read("evidence/manifest.json"))
    with pytest.raises(VerificationError, match="摘要算法"):
        verify_token(second, manifest.sha256, anchors_pem=office.anchors_pem)


class _Once:
    """Counts as two authorities to the maker, of which only the first stamps by SHA-256 and only the second by SM3."""

    name, internal = "内部授时", True

    def __init__(self, authority: Sm3LocalTimestampAuthority) -> None:
        self._authority = authority
        self._asked: set[str] = set()
        self._lock = threading.Lock()

    def stamp(self, sha256: str) -> bytes:
        return self._once("sha256", sha256) or self._away()

    def stamp_sm3(self, sm3: str) -> bytes:
        return self._once("sm3", sm3) or self._away()

    def _once(self, kind: str, digest: str) -> bytes:
        with self._lock:  # authorities are asked at once
            if kind in self._asked:
                return b""
            self._asked.add(kind)
        return self._authority.stamp(digest) if kind == "sha256" else self._authority.stamp_sm3(digest)

    def _away(self) -> bytes:
        raise TimestampAwayError("已授过")
