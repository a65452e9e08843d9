"""What leaves the store by the command line is in the custody chain, to whom and why."""

from __future__ import annotations

import json

import pytest

from records.chain import check_chain
from records.errors import ExitCode, InvalidInputError, NotFoundError, VerificationError
from records.evidence import Capture, CaptureState, CustodyAction
from tests.wangjian.test_auditing import _seal
from wangjian.cli.custody import Handing, evidence_custody, evidence_hand, evidence_renew
from wangjian.cli.preserving import evidence_verify
from wangjian.custody_notes import note_export, note_renewal
from wangjian.settings import load_settings
from wangjian.wiring import open_services, utc_now


@pytest.fixture
def sealed(data_dir, tmp_path):
    with open_services(load_settings(data_dir=data_dir)) as services:
        _seal(services, 1, tmp_path)
    return data_dir


def test_export_is_written_down_and_the_head_is_stamped(sealed) -> None:
    with open_services(load_settings(data_dir=sealed)) as services:
        capture = services.evidence.capture("capture_1")
        event = note_export(services, capture, actor="张三", reason="写出")
        assert (event.action, event.origin, event.subject_sha256) == ("导出", "命令行", capture.package.sha256)
        assert [head.size for head in services.evidence_log.heads()] == [1]
        note_export(services, capture, actor="张三", reason="再写出")
        assert len(services.evidence_log.heads()) == 1


def test_handing_over_says_to_whom(sealed, capsys) -> None:
    assert (
        evidence_hand("capture_1", "某市公安局", reason="移送涉嫌犯罪", operator="张三", data_dir=sealed)
        == ExitCode.DONE
    )
    assert evidence_hand("capture_1", "某区法院", how=Handing.COPY, operator="张三", data_dir=sealed) == ExitCode.DONE
    assert "已登记：移交给 某市公安局：移送涉嫌犯罪" in capsys.readouterr().out
    evidence_custody("capture_1", data_dir=sealed, as_json=True)
    events = json.loads(capsys.readouterr().out)["events"]
    assert [event["action"] for event in events] == ["固证", "封存", "移交", "交付"]
    evidence_custody("capture_1", data_dir=sealed)
    assert "交付给 某区法院" in capsys.readouterr().out
    with open_services(load_settings(data_dir=sealed)) as services:
        assert len(list(check_chain(services.evidence.custody()))) == 4


def test_handing_to_nobody_or_of_nothing_is_refused(sealed) -> None:
    with pytest.raises(InvalidInputError, match="给谁"):
        evidence_hand("capture_1", " ", data_dir=sealed)
    with pytest.raises(NotFoundError):
        evidence_hand("capture_9", "某市公安局", data_dir=sealed)
    with open_services(load_settings(data_dir=sealed)) as services:
        failed = Capture(
            capture_id="capture_2", url="http://x/", state=CaptureState.FAILED, operator="张三", started_at=utc_now()
        )
        services.evidence.save_capture(failed)
    with pytest.raises(InvalidInputError, match="没有证据包"):
        evidence_hand("capture_2", "某市公安局", data_dir=sealed)
    with open_services(load_settings(data_dir=sealed)) as services:
        assert CustodyAction.TRANSFERRED not in [event.action for event in services.evidence.custody()]


def test_renewal_of_what_cannot_be_believed_or_over_another_file_is_refused(sealed, tmp_path) -> None:
    package = tmp_path / "package.wacz"  # the one that was sealed: a capture without its network data
    with pytest.raises(VerificationError, match="核验通过"):
        evidence_renew(package, tmp_path / "new.wacz", data_dir=sealed)
    with pytest.raises(InvalidInputError, match="已有这个文件"):
        evidence_renew(package, package, data_dir=sealed)
    with open_services(load_settings(data_dir=sealed)) as services:
        event = note_renewal(services, package, "0" * 64, actor="张三")
        assert (event.action, event.capture_id) == ("续期", "capture_1")


def test_verifying_a_file_is_noted_where_it_is_known(sealed, tmp_path, capsys) -> None:
    with open_services(load_settings(data_dir=sealed)) as services:
        package = services.evidence.capture("capture_1").package
        content = services.blobs.get(package.sha256)
    (tmp_path / "copy.wacz").write_bytes(content)
    evidence_verify(tmp_path / "copy.wacz", data_dir=sealed)
    (tmp_path / "changed.wacz").write_bytes(content[:-1])
    evidence_verify(tmp_path / "changed.wacz", data_dir=sealed)  # says not even whose it is: nothing to note
    evidence_verify(tmp_path / "copy.wacz", data_dir=tmp_path / "elsewhere")
    assert not (tmp_path / "elsewhere").exists(), "a court's machine gets no data folder"
    with open_services(load_settings(data_dir=sealed)) as services:
        last = list(check_chain(services.evidence.custody()))
    assert [event.action for event in last].count(CustodyAction.VERIFIED) == 1
    assert last[-1].subject_sha256 == package.sha256
    assert "copy.wacz" in last[-1].reason
