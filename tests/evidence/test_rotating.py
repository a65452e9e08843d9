"""A signing key changed: before and after verify by both verifiers, and the old key is worth nothing later."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from evidence.rotating import finish_rotation, rotate_key, signing_keys
from evidence.signing import KeySigner, open_signer, signing_usage
from evidence.standalone.verify import OpensslTrust, examine
from evidence.trust import load_anchors
from evidence.verify import LibraryTrust, verify_package
from records.errors import InvalidInputError, NotFoundError
from tests.attacks.making import Office, Shape, make_package, utc_now

USAGE = signing_usage("测试局")


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    open_signer(tmp_path / "keys", organisation="测试局", clock=utc_now)
    return tmp_path / "keys"


def _signer(keys: Path) -> KeySigner:
    return open_signer(keys, organisation="测试局", clock=utc_now)


def _failed(path: Path, anchors: str) -> set[str]:
    report = verify_package(path, anchors_pem=anchors, now=utc_now())
    outcome = examine(str(path), OpensslTrust(anchors), utc_now())
    mine = {check.check_id for check in report.checks if check.result == "failed"}
    assert mine == {step.check_id for step in outcome.steps if step.result == "failed"}
    assert report.valid == outcome.valid == (not mine)
    return mine


def test_before_and_after_verify_and_the_old_key_does_not(tmp_path: Path) -> None:
    office = Office.open(tmp_path)
    keys = tmp_path / "keys"
    make_package(tmp_path / "before.wacz", Shape(), office)
    rotate_key(keys, USAGE, now=utc_now(), ends=utc_now())
    anchors, signer = load_anchors(keys), _signer(keys)
    assert signer.certificate_pem != office.signer.certificate_pem
    later = replace(office, means=replace(office.means, signer=signer, anchors_pem=anchors), signer=signer)
    make_package(tmp_path / "after.wacz", Shape(seed=1), later)
    make_package(tmp_path / "stolen.wacz", Shape(seed=2), office)  # whoever has the old key, stamped now
    assert _failed(tmp_path / "after.wacz", anchors) == set()
    assert {"signature", "package-signature"} <= _failed(tmp_path / "stolen.wacz", anchors)
    assert _failed(tmp_path / "stolen.wacz", office.anchors_pem) == set(), "roots from before do not know yet"
    ended = anchors.replace(_end_of(anchors), (utc_now() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert _failed(tmp_path / "before.wacz", ended) == set()


def _end_of(anchors: str) -> str:
    return next(line.split()[2] for line in anchors.splitlines() if line.startswith("wangjian-key-ends"))


def test_keys_are_listed_with_their_periods(keys: Path) -> None:
    first = signing_keys(keys, USAGE)
    assert [one.current for one in first] == [True]
    ends = utc_now().replace(microsecond=0)
    made = rotate_key(keys, USAGE, now=utc_now(), ends=ends)
    second = signing_keys(keys, USAGE)
    assert [(one.sha256, one.current) for one in second] == [(made.sha256, True), (first[0].sha256, False)]
    assert second[1].until == ends
    rotate_key(keys, USAGE, now=utc_now(), ends=ends + timedelta(hours=1))
    assert len(signing_keys(keys, USAGE)) == 3
    assert load_anchors(keys).count("wangjian-key-ends") == 2


@pytest.mark.parametrize("lost", ["key", "pem", "end"])
def test_cut_off_anywhere_it_is_finished_or_taken_back(keys: Path, lost: str) -> None:
    """As a process that dies leaves it: before the new key is in its place nothing changed, after that all does."""
    old, before = _signer(keys).certificate_pem, keys.with_name("before")
    shutil.copytree(keys, before)
    rotate_key(keys, USAGE, now=utc_now(), ends=utc_now())
    new = _signer(keys).certificate_pem
    line = (keys / "evidence-ended.txt").read_bytes()
    if lost == "key":  # all written, the key not yet in its place
        shutil.copy(keys / "evidence.key", before / "evidence-next.key")
    else:
        shutil.copy(keys / "evidence.key", before / "evidence.key")
    if lost != "end":  # "end": the chain is in its place too, only the note remains
        shutil.copy(keys / "evidence.pem", before / "evidence-next.pem")
    else:
        shutil.copy(keys / "evidence.pem", before / "evidence.pem")
        shutil.copy(keys / "evidence-ended.txt", before / "evidence-ended.txt")
    (before / "evidence-next.end").write_bytes(line)
    signer = _signer(before)
    assert signer.certificate_pem == (old if lost == "key" else new)
    LibraryTrust(load_anchors(before)).signature(
        b"x", signer.sign(b"x"), signer.certificate_pem.encode(), utc_now().isoformat()
    )
    assert not list(before.glob("evidence-next.*"))
    assert ("wangjian-key-ends" in load_anchors(before)) == (lost != "key")
    finish_rotation(before, USAGE)


def test_what_cannot_be_rotated_is_said(keys: Path, tmp_path: Path) -> None:
    (keys / "evidence-ca.key").unlink()
    with pytest.raises(InvalidInputError, match="不在本机"):
        rotate_key(keys, USAGE, now=utc_now(), ends=utc_now())
    (tmp_path / "none").mkdir()
    with pytest.raises(NotFoundError, match="还没有签名密钥"):
        signing_keys(tmp_path / "none", USAGE)


def test_line_that_cannot_be_read_is_not_passed_over(keys: Path) -> None:
    anchors = load_anchors(keys)
    for line in (
        "wangjian-key-ends: x\n",
        f"wangjian-key-ends: {'a' * 64} tomorrow\n",
        f" wangjian-key-ends:{'a' * 64}\n",
    ):
        with pytest.raises(InvalidInputError):
            LibraryTrust(line + anchors)
    LibraryTrust(f"wangjian-key-ends: {'a' * 64} 2026-11-20T00:00:00Z\r\n" + anchors)
