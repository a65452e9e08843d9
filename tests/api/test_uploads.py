"""Files received through the API: sealed, scoped, masked, limited, and given out as bytes."""

from __future__ import annotations

import pytest

from evidence.verify import verify_package
from records.evidence import CustodyAction, PackageKind
from tests.evidence.uploads.samples import photo

FORM = {"source": "当事人微信聊天记录", "way": "当事人提交", "handed_by": "李某", "obtained_at": "2026-01-02T10:00"}


def send(client, *files, **words):
    return client.post("/api/v1/uploads", data=FORM | words, files=[("files", one) for one in files])


@pytest.fixture
def sent(office, client_of):
    """A photo received by the officer of Hangzhou for the lead of his region."""
    client = client_of(office)
    answer = send(client, ("C:\\手机\\IMG.jpg", photo()), ("注意.html", b"<html><script>"), lead_id=office.ids["lead"])
    assert answer.status_code == 201, answer.text
    return client, answer.json()["capture_id"]


def test_what_is_sent_is_sealed_and_verifies(office, sent, tmp_path):
    client, upload_id = sent
    capture = office.services.evidence.capture(upload_id)
    assert (capture.kind, capture.lead_id, capture.operator) == (PackageKind.UPLOAD, office.ids["lead"], "banan")
    package = client.get(f"/api/v1/captures/{upload_id}/package")
    (tmp_path / "p.zip").write_bytes(package.content)
    report = verify_package(
        tmp_path / "p.zip", anchors_pem=office.services.trust_anchors_pem, now=office.services.clock()
    )
    failed = [check for check in report.checks if check.result.value != "passed" and check.check_id != "timestamp"]
    assert not failed and report.kind is PackageKind.UPLOAD


def test_names_are_stripped_and_kinds_told(sent):
    client, upload_id = sent
    answer = client.get(f"/api/v1/uploads/{upload_id}").json()
    assert [one["name"] for one in answer["files"]] == ["IMG.jpg", "注意.html"]
    assert [one["media_type"] for one in answer["files"]] == ["image/jpeg", "text/html"]
    assert answer["manifest"]["receipt"]["handed_by"] == "李某" and not answer["manifest"]["formal"]
    assert answer["manifest"]["receipt"]["obtained_at"] == "2026-01-02T02:00:00Z"


def test_place_of_a_photo_is_for_those_who_may_read_personal_data(office, sent, client_of):
    client, upload_id = sent
    path = f"/api/v1/uploads/{upload_id}"
    assert client.get(path).json()["files"][0]["personal"]["拍摄位置（照片自带）"] == "30.250000, 120.160000"
    others = client_of(office, "jiancha").get(path).json()
    assert set(others["files"][0]["personal"].values()) == {"（有，已遮盖）"} and "30.25" not in str(others)


def test_original_arrives_as_bytes_and_nothing_else(office, sent, client_of):
    client, upload_id = sent
    answer = client.get(f"/api/v1/uploads/{upload_id}/files/2")
    assert answer.content == b"<html><script>"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert (
        answer.headers["x-content-type-options"] == "nosniff" and "sandbox" in answer.headers["content-security-policy"]
    )
    assert list(office.services.evidence.custody(upload_id))[-1].action is CustodyAction.EXPORTED
    assert client.get(f"/api/v1/uploads/{upload_id}/files/9").status_code == 404
    assert client_of(office, "jiancha").get(f"/api/v1/uploads/{upload_id}/files/1").status_code == 403


@pytest.mark.parametrize(
    "words, files",
    [
        ({}, ()),
        ({"source": " "}, (("a", b"1"),)),
        ({"obtained_at": "昨天"}, (("a", b"1"),)),
        ({"obtained_at": "2999-01-01"}, (("a", b"1"),)),
        ({"way": "捡的"}, (("a", b"1"),)),
        ({"second": "banan"}, (("a", b"1"),)),
        ({"second": "没有"}, (("a", b"1"),)),
        ({}, (("empty", b""),)),
        ({}, (("large", b"1" * 1_100_000),)),
    ],
)
def test_what_cannot_be_received_is_refused_in_words(office, client_of, words, files):
    answer = send(client_of(office), *files, **words)
    assert answer.status_code == 422 and answer.json()["detail"]


def test_no_body_is_read_for_a_stranger_or_a_role_that_may_not(office, client_of):
    assert send(client_of(office, ""), ("a", b"1")).status_code == 401
    assert send(client_of(office, "jiancha"), ("a", b"1")).status_code == 403
    client = client_of(office)
    del client.headers["X-CSRF-Token"]
    assert send(client, ("a", b"1")).status_code == 403
    assert not office.services.evidence.captures(lead_id="") or all(
        one.kind is PackageKind.CAPTURE for one in office.services.evidence.captures()
    )


def test_lead_of_another_region_is_not_there(office, client_of):
    account = office.services.accounts.account_by_login("banan")
    office.services.accounts.save_account(account.model_copy(update={"region_code": "3301"}))
    client = client_of(office)
    assert send(client, ("a", b"1"), lead_id=office.ids["lead_chengdu"]).status_code == 404
    assert send(client, ("a", b"1"), lead_id=office.ids["lead"]).status_code == 201
