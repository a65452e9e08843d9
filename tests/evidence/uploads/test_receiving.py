"""Received files as evidence: sealed, verified, stored once, audited, destroyed by two, found when cut off."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from evidence.audit import audit_evidence
from evidence.comparing import open_side
from evidence.liveness import scratch_root
from evidence.preserving import recover_interrupted
from evidence.renewal import renew_package
from evidence.retention import Wish, ask_destruction, destroy
from evidence.standalone.verify import OpensslTrust, examine
from evidence.transparency import log_means
from evidence.uploads.intake import file_at
from evidence.uploads.means import UploadMeans
from evidence.uploads.opening import open_upload, stamp_pending_uploads
from evidence.uploads.receiving import receive
from evidence.verify import verify_package
from records.errors import ConflictError, InvalidInputError, NotFoundError, TimestampAwayError
from records.evidence import CaptureState, CustodyAction, PackageKind, TimestampState
from records.evidence_log import LeafKind
from tests.evidence.uploads.one_upload import means_of, request_for
from tests.evidence.uploads.samples import photo, utc_now, zipped

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def two(tmp_path):
    """A photo, and an archive that is called one."""
    (tmp_path / "照片.jpg").write_bytes(photo())
    (tmp_path / "发票.jpg").write_bytes(zipped({"账.txt": b"1"}))
    return tmp_path / "照片.jpg", tmp_path / "发票.jpg"


def packed(means: UploadMeans, capture, tmp_path: Path) -> Path:
    path = tmp_path / f"{capture.capture_id}-{capture.timestamp.name}.zip"
    path.write_bytes(means.blobs.get(capture.package.sha256))
    return path


def test_what_was_received_verifies_with_and_without_us(bring, two, upload_means, two_officers, tmp_path):
    capture = bring(*two, officers=two_officers)
    assert (capture.kind, capture.state, capture.timestamp) == (
        PackageKind.UPLOAD,
        CaptureState.COMPLETE,
        TimestampState.LOCAL,
    )
    path = packed(upload_means, capture, tmp_path)
    report = verify_package(path, anchors_pem=upload_means.anchors_pem, now=utc_now())
    assert report.valid and report.kind is PackageKind.UPLOAD and report.capture_id == capture.capture_id
    assert examine(str(path), OpensslTrust(upload_means.anchors_pem), utc_now()).valid
    with zipfile.ZipFile(path) as box:
        assert box.read("files/0001.jpg") == two[0].read_bytes()
        assert "wacz_version" not in box.read("datapackage.json").decode()
    manifest, files = open_upload(capture, upload_means.blobs)
    assert manifest.formal and files.files[1].mismatch.startswith("扩展名与内容不符")
    assert upload_means.log.find(LeafKind.UPLOAD, capture.capture_id) is not None
    assert [event.action for event in upload_means.evidence.custody(capture.capture_id)] == [
        CustodyAction.FOUND,
        CustodyAction.RECEIVED,
        CustodyAction.SEALED,
    ]


def test_one_officer_makes_an_internal_piece(bring, two, upload_means, two_officers):
    for officers in ((), two_officers[:1], (two_officers[0], two_officers[0])):
        assert not open_upload(bring(two[0], officers=officers), upload_means.blobs)[0].formal


def test_same_file_twice_is_stored_once_and_told(bring, two, upload_means, tmp_path):
    (tmp_path / "另名.txt").write_bytes(two[0].read_bytes())
    first = bring(two[0], tmp_path / "另名.txt")
    files = open_upload(first, upload_means.blobs)[1].files
    assert [one.path for one in files] == ["files/0001.jpg"] * 2 and files[1].mismatch
    second = bring(two[0])
    assert open_upload(second, upload_means.blobs)[1].files[0].same_as == first.capture_id
    assert len([one for one in upload_means.blobs.digests() if one == files[0].digests.sha256]) == 1
    assert verify_package(
        packed(upload_means, first, tmp_path), anchors_pem=upload_means.anchors_pem, now=utc_now()
    ).valid


def test_one_bad_file_and_nothing_is_received(bring, two, tmp_path, upload_means):
    (tmp_path / "空.txt").touch()
    with pytest.raises(InvalidInputError, match="空文件"):
        bring(two[0], tmp_path / "空.txt")
    (capture,) = upload_means.evidence.captures()
    assert capture.state is CaptureState.FAILED and "空文件" in capture.reason and capture.package is None
    assert not list(scratch_root().glob(f"{capture.capture_id}*"))


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"source": "  "}, "须写明材料来源"),
        ({"obtained_at": utc_now() + timedelta(days=1)}, "取得时间晚于现在"),
        ({"device": "a\u202eb"}, "可显示的文字"),
        ({"witness": "王" * 501}, "可显示的文字"),
    ],
)
def test_receipt_that_cannot_be_right_is_refused_before_anything(bring, two, upload_means, changes, words):
    with pytest.raises(InvalidInputError, match=words):
        bring(two[0], **changes)
    assert upload_means.evidence.captures() == ()


def test_words_with_full_width_spaces_are_taken(bring, two):
    assert bring(two[0], handed_by="王\u3000五", place="杭州市\u3000余杭区").state is CaptureState.COMPLETE


class _AwayAuthority:
    name, internal = "away", False

    def stamp(self, sha256: str) -> bytes:
        raise TimestampAwayError("授时机构没有应答")


def test_late_stamp_makes_a_new_package_and_renewal_another(bring, two, upload_means, tmp_path):
    authorities = upload_means.authorities
    away = replace(upload_means, authorities=(_AwayAuthority(),))
    capture = receive(request_for(*_incoming(two)), away)
    assert capture.timestamp is TimestampState.PENDING
    assert stamp_pending_uploads(away) == ()
    (stamped,) = stamp_pending_uploads(replace(away, authorities=authorities))
    assert stamped.timestamp is TimestampState.LOCAL and stamped.package != capture.package
    path = packed(upload_means, stamped, tmp_path)
    assert verify_package(path, anchors_pem=upload_means.anchors_pem, now=utc_now()).valid
    renew_package(path, tmp_path / "renewed.zip", log_means(upload_means))
    assert verify_package(tmp_path / "renewed.zip", anchors_pem=upload_means.anchors_pem, now=utc_now()).valid


def _incoming(paths):
    return tuple(map(file_at, paths))


def test_received_files_are_no_page_to_compare_or_draw(bring, two, upload_means, tmp_path):
    with pytest.raises(InvalidInputError, match="不是网页固证的证据包"):
        open_side(packed(upload_means, bring(two[0]), tmp_path))


def test_audit_follows_uploads_and_finds_what_was_changed(bring, two, upload_means, tmp_path):
    capture = bring(*two)
    assert audit_evidence(upload_means.blobs, upload_means.evidence).problems == ()
    sha256 = capture.package.sha256
    stored = tmp_path / "blobs" / sha256[:2] / sha256[2:4] / sha256
    content = bytearray(stored.read_bytes())
    content[content.index(b"\xff\xd8\xff") + 50] ^= 1
    os.chmod(stored, 0o600)
    stored.write_bytes(content)
    (problem,) = audit_evidence(upload_means.blobs, upload_means.evidence).problems
    assert capture.capture_id in problem and "已被改动" in problem


def test_two_destroy_originals_with_the_package_but_not_what_another_holds(bring, two, upload_means):
    first, second = bring(*two), bring(two[0])
    originals = [one.digests.sha256 for one in first.artefacts if one.role == "original"]
    later = log_means(replace(upload_means, clock=lambda: utc_now() + timedelta(days=4000)))
    ask_destruction(later, first, Wish(actor="甲", role="办案", reason="期满"), keep_days=3650)
    with pytest.raises(ConflictError):
        destroy(later, first, Wish(actor="甲", role="负责人", reason="期满"))
    destroy(later, first, Wish(actor="乙", role="负责人", reason="期满"))
    assert not upload_means.blobs.holds(first.package.sha256) and not upload_means.blobs.holds(originals[1])
    assert upload_means.blobs.holds(originals[0]) and upload_means.blobs.holds(second.package.sha256)
    with pytest.raises(NotFoundError):
        open_upload(first, upload_means.blobs)


def test_killed_in_the_middle_nothing_is_called_complete_and_again_finishes(tmp_path, two):
    """kill -9 while the second of two files is read; the first is in the store already, and is not kept twice."""
    command = [sys.executable, "-m", "tests.evidence.uploads.one_upload", str(tmp_path), str(two[0])]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert any(line == b"halfway\n" for line in process.stdout)
    process.kill()
    process.wait(30)
    process.stdin.close()
    process.stdout.close()
    means = means_of(tmp_path)
    (found,) = recover_interrupted(means.evidence, clock=utc_now)
    assert found.state is CaptureState.INTERRUPTED and found.package is None
    assert not list(scratch_root().glob(f"{found.capture_id}*"))
    stored = len(list(means.blobs.digests()))
    capture = receive(request_for(*_incoming(two)), means)
    assert capture.state is CaptureState.COMPLETE
    assert len(list(means.blobs.digests())) == stored + 2  # the second file and the package; the first is there
    report = verify_package(packed(means, capture, tmp_path), anchors_pem=means.anchors_pem, now=utc_now())
    assert report.valid and audit_evidence(means.blobs, means.evidence).problems == ()
