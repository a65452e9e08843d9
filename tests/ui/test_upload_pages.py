"""上传材料: without a script, from a telephone, for a lead; what was received is shown and given out as bytes."""

from __future__ import annotations

import pytest

from offices.audit import AuditAction
from records.evidence import CaptureState, PackageKind
from records.leads import Case
from records.people import Role
from tests.evidence.uploads.samples import photo, zipped

HOSTILE = '<script>alert("1")</script>.html'


def send(client, token, *files, **words):
    form = {"csrf_token": token, "source": "当事人微信聊天记录", "obtained_at": "2026-01-02T10:00"}
    return client.post("/evidence/upload", data=form | words, files=[("files", one) for one in files])


@pytest.fixture
def received(office, client_of, csrf):
    client = client_of(office)
    files = (("照片.jpg", photo()), ("发票.jpg", zipped({"账<b>.txt": b"1"})), (HOSTILE, b"<script>"))
    answer = send(client, csrf(client), *files, ("", b""), lead_id=office.ids["lead"])
    assert answer.status_code == 303, answer.text
    return client, answer.headers["location"]


def test_form_is_reached_from_lead_and_evidence_and_needs_no_script(office, client_of):
    client = client_of(office)
    assert f"/evidence/upload?lead={office.ids['lead']}" in client.get(f"/leads/{office.ids['lead']}").text
    assert 'href="/evidence/upload"' in client.get("/evidence").text
    form = client.get(f"/evidence/upload?lead={office.ids['lead']}").text
    assert 'capture="environment"' in form and 'enctype="multipart/form-data"' in form and "<script>" not in form
    assert f'name="lead_id" value="{office.ids["lead"]}"' in form


def test_what_was_sent_is_shown_with_what_the_reader_must_know(office, received):
    client, place = received
    page = client.get(place).text
    assert "已接收并封存" in page and "内部监测件" in page
    assert "扩展名与内容不符：名为 .jpg，内容是 ZIP 压缩包" in page and "不在控制台内打开" in page
    assert "30.250000, 120.160000" in page
    assert "<script>alert" not in page and "账<b>" not in page
    (capture,) = [one for one in office.services.evidence.captures() if one.kind is PackageKind.UPLOAD]
    assert (capture.state, capture.lead_id) == (CaptureState.COMPLETE, office.ids["lead"])
    assert office.services.audit.audit()[-1].action in (AuditAction.PERSONAL_READ, AuditAction.EVIDENCE_READ)
    assert AuditAction.UPLOAD_RECEIVED in [event.action for event in office.services.audit.audit()]
    assert "接收材料" in client.get("/evidence").text


def test_place_of_a_photo_is_masked_for_who_may_not_read_it(office, received, client_of):
    page = client_of(office, "jiancha").get(received[1]).text
    assert "（有，已遮盖）" in page and "30.25" not in page and "下载原件" not in page


def test_original_is_saved_and_never_shown(received):
    client, place = received
    answer = client.get(place.split("?")[0] + "/files/3")
    assert answer.content == b"<script>" and answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; sandbox")


def test_package_is_checked_and_downloaded_like_a_capture(received, csrf):
    client, place = received
    place = place.split("?")[0]
    assert client.get(place + "/package").headers["content-disposition"].endswith('.zip"')
    report = client.post(place + "/verify", data={"csrf_token": csrf(client)}).text
    assert "原件与接收登记一致" in report


@pytest.mark.parametrize(
    "words, files, told",
    [
        ({}, (), "没有要接收的文件"),
        ({"source": " "}, (("a", b"1"),), "须写明材料来源"),
        ({"obtained_at": "2999-01-01T00:00"}, (("a", b"1"),), "取得时间晚于现在"),
        ({}, (("空.txt", b""),), "空文件"),
        ({"second": "nobody"}, (("a", b"1"),), "没有这位执法人员"),
    ],
)
def test_refusal_keeps_what_was_filled_in(office, client_of, csrf, words, files, told):
    client = client_of(office)
    answer = send(client, csrf(client), *files, **({"witness": "赵见证"} | words))
    assert answer.status_code == 422 and told in answer.text and 'value="赵见证"' in answer.text


def test_more_than_the_limit_is_refused(office, client_of, csrf):
    client = client_of(office)
    answer = send(client, csrf(client), ("大", b"1" * 1_100_000))
    assert answer.status_code == 413 and "超过一次" in answer.text


def test_no_form_without_the_right_or_the_token(office, client_of, csrf):
    assert client_of(office, "jiancha").get("/evidence/upload").status_code == 403
    assert "/evidence/upload" not in client_of(office, "jiancha").get("/evidence").text
    client = client_of(office)
    assert send(client, "wrong", ("a", b"1")).status_code == 403
    headers = {"origin": "http://evil.example"}
    answer = client.post("/evidence/upload", data={"csrf_token": csrf(client)}, headers=headers)
    assert answer.status_code == 403
    assert all(one.kind is PackageKind.CAPTURE for one in office.services.evidence.captures())


def test_two_officers_with_cards_make_a_formal_record(office, client_of, csrf):
    accounts = office.services.accounts
    for login, card_no in (("banan", "浙A1"), ("fuze", "浙A2")):
        accounts.save_account(accounts.account_by_login(login).model_copy(update={"card_no": card_no}))
    client = client_of(office)
    assert '<option value="fuze">' in client.get("/evidence/upload").text
    place = send(client, csrf(client), ("a.txt", b"1"), second="fuze").headers["location"]
    assert "正式件" in client.get(place).text and accounts.account_by_login("fuze").roles == (Role.CHIEF,)


def test_files_for_a_case_stand_on_its_page_for_those_who_see_it(office, client_of, csrf):
    case = Case(case_id="case_1", title="虚假宣传", lead_ids=(office.ids["lead"],), opened_at=office.services.clock())
    office.services.leads.save_case(case, expected_version=0)
    client = client_of(office)
    assert "/evidence/upload?case=case_1" in client.get("/cases/case_1").text
    place = send(client, csrf(client), ("a.txt", b"1"), case_id="case_1").headers["location"].split("?")[0]
    assert place in client.get("/cases/case_1").text
    assert client_of(office, "hangzhou").get(place).status_code == 200
    office.services.leads.save_case(
        case.model_copy(update={"lead_ids": (office.ids["lead_chengdu"],), "version": 1}), expected_version=1
    )
    assert client_of(office, "hangzhou").get(place).status_code == 404
    assert send(client, csrf(client), ("a.txt", b"1"), case_id="case_none").status_code == 422
