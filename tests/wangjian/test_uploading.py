"""`wangjian evidence upload|list|show`: files received at the command line, with their papers."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from records.errors import ExitCode, InvalidInputError, NotFoundError, StorageFullError
from records.evidence import PackageKind
from records.leads import Case
from tests.evidence.uploads.samples import photo
from wangjian.auditing import audit_everything
from wangjian.cli.case_exports import case_export, evidence_export
from wangjian.cli.custody import evidence_custody
from wangjian.cli.preserving import evidence_show, evidence_verify
from wangjian.cli.uploading import evidence_list, evidence_upload
from wangjian.settings import load_settings
from wangjian.wiring import open_services

BY = ["张三:浙A001", "李四：浙A002"]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    (tmp_path / "现场.jpg").write_bytes(photo())
    return tmp_path / "现场.jpg"


def test_received_shown_verified_listed_and_audited(data_dir: Path, picture: Path, tmp_path: Path, capsys) -> None:
    package = tmp_path / "材料.zip"
    code = evidence_upload(
        [picture], "当事人手机照片", BY, handed_by="王某", obtained_at="2026-01-02T10:00", output=package, data_dir=data_dir,
        as_json=True,
    )  # fmt: skip
    out = capsys.readouterr().out
    answer = json.loads(out[out.index("{\n") :])  # a command's own log goes elsewhere
    assert code == ExitCode.DONE and answer["formal"] and answer["files"][0]["name"] == "现场.jpg"
    assert evidence_verify(package, data_dir=data_dir) == ExitCode.DONE
    assert "接收 upload_" in capsys.readouterr().out
    assert evidence_show(package, data_dir=data_dir) == ExitCode.DONE
    shown = capsys.readouterr().out
    assert "当事人提交；王某" in shown and "正式件" in shown and "30.25" not in shown
    assert evidence_list(kind=PackageKind.UPLOAD, data_dir=data_dir, as_json=True) == ExitCode.DONE
    (row,) = json.loads(capsys.readouterr().out)
    assert evidence_custody(row["capture_id"], data_dir=data_dir) == ExitCode.DONE
    assert "接收" in capsys.readouterr().out
    with zipfile.ZipFile(package) as box:
        names = set(box.namelist())
    assert {"evidence/receiving-record.pdf", "evidence/receiving-record.docx", "files/0001.jpg"} <= names
    with open_services(load_settings(data_dir=data_dir)) as services:
        assert audit_everything(services, full=True).problems == ()


def test_who_is_neither_account_nor_named_with_a_card_is_refused(data_dir: Path, picture: Path) -> None:
    with pytest.raises(InvalidInputError, match="没有这个在用的账号"):
        evidence_upload([picture], "照片", ["nobody"], data_dir=data_dir)


def test_lead_that_is_not_there_is_refused_before_anything_is_kept(data_dir: Path, picture: Path) -> None:
    with pytest.raises(NotFoundError):
        evidence_upload([picture], "照片", BY, lead="lead_nobody", data_dir=data_dir)
    with open_services(load_settings(data_dir=data_dir)) as services:
        assert services.evidence.captures() == () and not list(services.blobs.digests())


def test_package_is_never_written_over_a_file(data_dir: Path, picture: Path) -> None:
    with pytest.raises(InvalidInputError, match="已有这个文件"):
        evidence_upload([picture], "照片", BY, output=picture, data_dir=data_dir)
    assert picture.read_bytes() == photo()


def test_received_files_go_out_with_their_case(data_dir: Path, picture: Path, tmp_path: Path) -> None:
    with open_services(load_settings(data_dir=data_dir)) as services:
        case = Case(case_id="case_1", title="虚假宣传", opened_at=services.clock())
        services.leads.save_case(case, expected_version=0)
    assert evidence_upload([picture], "照片", BY, case="case_1", data_dir=data_dir) == ExitCode.DONE
    case_export("case_1", output=tmp_path / "案件", data_dir=data_dir)
    (package,) = (tmp_path / "案件").glob("**/upload_*.zip")
    assert evidence_verify(package, data_dir=data_dir) == ExitCode.DONE
    whole = tmp_path / "案卷.zip"
    whole.write_text("旧")
    assert evidence_export("case_1", output=whole, data_dir=data_dir) == ExitCode.DONE
    with zipfile.ZipFile(whole) as handed_over:
        inside = {Path(name).relative_to("case_1").as_posix() for name in handed_over.namelist()}
    there = {
        path.relative_to(tmp_path / "案件").as_posix() for path in (tmp_path / "案件").rglob("*") if path.is_file()
    }
    assert inside == there
    assert list(tmp_path.glob(".案卷-*")) == []


def test_case_cannot_be_written_where_no_folder_is(data_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(StorageFullError, match="目录不存在"):
        evidence_export("case_1", output=tmp_path / "无" / "案卷.zip", data_dir=data_dir)
