"""Forgeries of received files: both verifiers refuse each, for its reason."""

from __future__ import annotations

import copy
import functools
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from evidence.standalone.verify import FAILED, UPLOAD_FILES, OpensslTrust, canonical, examine
from evidence.verify import verify_package
from records.evidence import CheckResult, PackageKind
from tests.attacks.conftest import House
from tests.attacks.forging_uploads import CUSTODY, UPLOAD_FORGERIES, UploadForger, make_house, upload_forgery
from tests.evidence.uploads.samples import photo

_BY_OPENSSL = ("signature", "package-signature", "timestamp")
"""Checks whose words are those of the command."""
PHOTO, ARCHIVE = "files/0001.jpg", "files/0002.zip"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return make_house(tmp_path_factory.mktemp("uploads"))


@pytest.fixture
def forger(house: House) -> UploadForger:
    return UploadForger.of(house)


def _later(manifest: dict[str, Any], **by: float) -> str:
    ended = datetime.fromisoformat(manifest["finished_at"]).astimezone(UTC)
    return (ended + timedelta(**by)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


# --- without a key ------------------------------------------------------------------------------------------------------------


@upload_forgery("digests", "与清单不符：files/0001.jpg")
def original_swapped(f: Any, _: Any) -> bytes:
    f.members[PHOTO] = photo(with_place=False)
    return f.box()


@upload_forgery("signature", "签名与内容不符")
def original_swapped_and_everything_rehashed(f: Any, _: Any) -> bytes:
    f.replace_original(PHOTO, photo(with_place=False))
    return f.rehashed()


@upload_forgery("members", "有清单未列的文件：files/0003.jpg")
def original_slipped_in(f: Any, _: Any) -> bytes:
    f.members["files/0003.jpg"] = photo()
    f.rehash_datapackage()
    return f.box()


@upload_forgery("members", "清单所列文件缺失：files/0002.zip")
def original_left_out(f: Any, _: Any) -> bytes:
    del f.members[ARCHIVE]
    f.rehash_datapackage()
    return f.box()


@upload_forgery("signature", "证书不是由可信机构签发")
def all_signed_anew_by_a_stranger(f: Any, stranger: Any) -> bytes:
    f.recustody()
    return f.signed_by(stranger.signer)


@upload_forgery("members", "清单所列文件缺失：evidence/manifest.sig")
def signature_stripped(f: Any, _: Any) -> bytes:
    del f.members["evidence/manifest.sig"]
    f.rehash_datapackage()
    return f.box()


@upload_forgery("package-signature", "签名与内容不符")
def token_dropped(f: Any, _: Any) -> bytes:
    del f.members["evidence/timestamp-1.tsr"]
    f.rehash_datapackage()
    return f.box()


@upload_forgery("timestamp", "时间戳不是对这份清单加的")
def token_of_another_package(f: Any, _: Any) -> bytes:
    f.members["evidence/timestamp-1.tsr"] = f.other["evidence/timestamp-1.tsr"]
    f.rehash_datapackage()
    return f.box()


@upload_forgery("log", "条目不是这份清单的")
def log_proof_of_another_package(f: Any, _: Any) -> bytes:
    f.members["evidence/log-proof.json"] = f.other["evidence/log-proof.json"]
    f.rehash_datapackage()
    return f.box()


# --- by an insider who holds the keys: only content can be wrong ------------------------------------------------------------


@upload_forgery("log", "条目不是这份清单的")
def leaf_of_a_capture_for_received_files(f: Any, _: Any) -> bytes:
    f.insider()
    f.relog(f.house.signer, kind="capture")
    f.sign(f.house.signer, f.house.authority)
    return f.box()


@upload_forgery("custody", "所记接收的不是这份接收登记")
def register_rewritten_after_it_was_received(f: Any, _: Any) -> bytes:
    f.replace_original(PHOTO, photo(with_place=False))
    return f.insider(recustody=False)


@upload_forgery("custody", "没有接收记录")
def custody_that_never_received(f: Any, _: Any) -> bytes:
    first = f.members[CUSTODY].splitlines(keepends=True)[0]
    f.members[CUSTODY] = first
    f.edit_manifest(lambda m: m.update(custody_head_sha256=json.loads(first)["event_sha256"]))
    return f.insider(recustody=False)


@upload_forgery("custody", "与其校验值不符")
def giver_renamed_in_the_chain(f: Any, _: Any) -> bytes:
    f.members[CUSTODY] = f.members[CUSTODY].replace("李某".encode(), "赵某".encode())
    return f.insider(recustody=False)


@upload_forgery("files", "接收时的校验值与原件不符")
def digest_of_the_receipt_kept_for_other_bytes(f: Any, _: Any) -> bytes:
    f.members[PHOTO] = photo(with_place=False)
    return f.insider()


@upload_forgery("files", "所记种类与内容不符：files/0002.zip 应为 application/zip")
def archive_sold_as_a_photo(f: Any, _: Any) -> bytes:
    f.edit_files(lambda files: files[1].update(media_type="image/jpeg", mismatch=""))
    f.edit_manifest(lambda m: [a.update(media_type="image/jpeg") for a in m["artefacts"] if a["path"] == ARCHIVE])
    return f.insider()


@upload_forgery("files", "接收登记所列与原件不符")
def original_taken_out_of_the_register(f: Any, _: Any) -> bytes:
    f.edit_files(lambda files: files.pop())
    return f.insider()


@upload_forgery("files", "接收登记所列与原件不符")
def original_taken_out_with_the_register_kept(f: Any, _: Any) -> bytes:
    f.drop(ARCHIVE)
    return f.insider()


@upload_forgery("files", "接收时间不在接收过程之内")
def file_received_before_it_began(f: Any, _: Any) -> bytes:
    early = "2020-01-01T00:00:00Z"
    f.edit_files(lambda files: files[0].update(received_at=early))
    f.edit_manifest(lambda m: [a.update(made_at=early) for a in m["artefacts"] if a["path"] == PHOTO])
    return f.insider()


@upload_forgery("files", "接收登记不是这次接收的")
def register_of_another_receipt(f: Any, _: Any) -> bytes:
    f.members[UPLOAD_FILES] = f.other[UPLOAD_FILES]
    return f.insider()


@upload_forgery("files", "接收登记的字段与规定不符")
def register_with_a_field_more(f: Any, _: Any) -> bytes:
    f.edit_files(lambda files: files[0].update(note="可信"))
    return f.insider()


@upload_forgery("members", "文件位置与用途不符：evidence/extra.jpg")
def original_hidden_among_the_papers(f: Any, _: Any) -> bytes:
    f.members["evidence/extra.jpg"] = f.members[PHOTO]

    def add(m: dict[str, Any]) -> None:
        (mine,) = [a for a in m["artefacts"] if a["path"] == PHOTO]
        m["artefacts"] = sorted([*m["artefacts"], {**mine, "path": "evidence/extra.jpg"}], key=lambda a: a["path"])

    f.edit_manifest(add)
    return f.insider()


@upload_forgery("files", "接收登记的字段与规定不符")
def register_with_a_remark(f: Any, _: Any) -> bytes:
    f.members[UPLOAD_FILES] = canonical({**json.loads(f.members[UPLOAD_FILES]), "note": "可信"})
    return f.insider()


@upload_forgery("members", "文件位置与用途不符：evidence/files-2.json")
def second_register(f: Any, _: Any) -> bytes:
    f.members["evidence/files-2.json"] = f.members[UPLOAD_FILES]

    def add(m: dict[str, Any]) -> None:
        (mine,) = [a for a in m["artefacts"] if a["path"] == UPLOAD_FILES]
        m["artefacts"] = sorted([{**mine, "path": "evidence/files-2.json"}, *m["artefacts"]], key=lambda a: a["path"])
        m["artefacts"].reverse()  # so that the right one is looked at last

    f.edit_manifest(add)
    return f.insider()


@upload_forgery("manifest", "清单没有接收环境")
def received_by_nothing(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m["environment"].update(software=""))
    return f.insider()


@upload_forgery("manifest", "接收的结束时间早于开始时间")
def received_before_it_began(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m.update(started_at=_later(m, days=1)))
    return f.insider()


@upload_forgery("manifest", "没有写明是否正式件")
def neither_formal_nor_not(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m.update(formal="是"))
    return f.insider()


@upload_forgery("members", "原件编号不连续")
def number_of_an_original_skipped(f: Any, _: Any) -> bytes:
    f.members["files/0009.zip"] = f.members.pop(ARCHIVE)
    f.edit_files(lambda files: files[1].update(path="files/0009.zip"))
    f.edit_manifest(lambda m: [a.update(path="files/0009.zip") for a in m["artefacts"] if a["path"] == ARCHIVE])
    return f.insider()


@upload_forgery("members", "缺少必备文件：files")
def register_left_out(f: Any, _: Any) -> bytes:
    kept = f.members[UPLOAD_FILES]
    f.recustody()
    f.drop(UPLOAD_FILES)
    assert kept
    return f.insider(recustody=False)


@upload_forgery("state", "是否正式件与所记执法人员不符")
def internal_piece_sold_as_formal(f: Any, _: Any) -> bytes:
    f.members = f.other
    f.edit_manifest(lambda m: m.update(formal=True))
    return f.insider(recustody=False)


@upload_forgery("state", "是否正式件与所记执法人员不符")
def second_officer_with_the_card_of_the_first(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m["receipt"]["officers"][1].update(card_no=m["receipt"]["officers"][0]["card_no"]))
    return f.insider()


@upload_forgery("state", "没有写明材料来源")
def source_blanked(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m["receipt"].update(source="  "))
    return f.insider()


@upload_forgery("state", "取得时间晚于接收时间")
def obtained_after_it_was_received(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m["receipt"].update(obtained_at=_later(m, minutes=1)))
    return f.insider()


@upload_forgery("state", "清单称接收完整，但缺少")
def complete_with_a_paper_missing(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m.update(missing=["文书"]))
    return f.insider()


@upload_forgery("state", "不应出现在证据包中")
def failed_receipt_packed_as_evidence(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m.update(state="failed", missing=["全部"]))
    return f.insider()


@upload_forgery("manifest", "放过了必备文件")
def policy_that_asks_for_no_originals(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m["policy"].update(required=["files"]))
    return f.insider()


@upload_forgery("manifest", "清单的字段与规定不符")
def manifest_of_a_capture_under_this_format(f: Any, _: Any) -> bytes:
    f.edit_manifest(lambda m: m.update(url="https://shop.example/"))
    return f.insider()


@upload_forgery("agreement", "取证环境记录与证据清单所记不一致")
def environment_replaced(f: Any, _: Any) -> bytes:
    f.members["evidence/environment.json"] = canonical({"software": "wangjian 9"})
    return f.insider()


@upload_forgery("agreement", "sha256sums.txt 与证据清单不一致")
def list_of_digests_cut_short(f: Any, _: Any) -> bytes:
    f.members["evidence/sha256sums.txt"] = f.members["evidence/sha256sums.txt"].splitlines(keepends=True)[0]
    return f.insider(relist=False)


# --- they are refused ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(UPLOAD_FORGERIES))
def test_forgery_of_received_files_is_refused_by_both(
    name: str, forger: UploadForger, stranger: Any, package_path: Path
) -> None:
    check_id, reason, forge = UPLOAD_FORGERIES[name]
    package_path.write_bytes(forge(forger, stranger))
    now = datetime.now(UTC)
    report = verify_package(package_path, anchors_pem=forger.house.anchors_pem, now=now)
    told = {check.check_id: check.detail for check in report.checks if check.result is CheckResult.FAILED}
    assert not report.valid and reason in told.get(check_id, ""), told
    alone = examine(str(package_path), _asking_openssl(forger.house.anchors_pem), now)
    told = {step.check_id: step.detail for step in alone.steps if step.result == FAILED}
    assert not alone.valid and check_id in told, told
    assert check_id in _BY_OPENSSL or reason in told[check_id], told


@functools.cache
def _asking_openssl(anchors_pem: str) -> OpensslTrust:
    return OpensslTrust(anchors_pem)


def test_the_forger_of_received_files_makes_no_difference(forger: UploadForger, package_path: Path) -> None:
    """Taken apart and put together, signed anew by the office, it holds: the forgeries fail for their reason."""
    package_path.write_bytes(copy.deepcopy(forger).box())
    assert package_path.read_bytes() == forger.house.package
    package_path.write_bytes(forger.insider())
    now = datetime.now(UTC)
    report = verify_package(package_path, anchors_pem=forger.house.anchors_pem, now=now)
    assert report.valid and report.kind is PackageKind.UPLOAD, report.checks
    assert examine(str(package_path), _asking_openssl(forger.house.anchors_pem), now).valid


def test_there_are_enough_forgeries_of_received_files() -> None:
    assert len(UPLOAD_FORGERIES) >= 30
