"""现场拍照 from a telephone: received as files, digests at once, the server's time, and no word of what was not kept."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from records.evidence import PackageKind
from tests.evidence.uploads.samples import photo

HOSTILE = "<script>alert(1)</script>"
SCREENS = Path(__file__).parents[2] / "test-results" / "screens" / "phone"


def _send(client, token, *files, **words):
    form = {"csrf_token": token, "note": "货架上的蜂胶", "place": "文三路 88 号"} | words
    return client.post("/evidence/photo", data=form, files=[("files", one) for one in files])


@pytest.mark.parametrize(
    ("login", "status"), [("banan", 200), ("jiancha", 403), ("shenji", 403), ("guanli", 403), ("", 303)]
)
def test_only_who_may_receive_photographs(quiet_office, client_of, login, status):
    client = client_of(quiet_office, login)
    assert client.get("/evidence/photo").status_code == status
    assert client.get("/evidence/photo/capture_hz").status_code == (404 if status == 200 else status)


def test_photographs_are_sealed_with_the_servers_time_and_shown_by_their_digests(office, client_of, csrf):
    client = client_of(office)
    taken = (f"{HOSTILE}.jpg", photo()), ("2.jpg", photo() + b"2")
    answer = _send(
        client, csrf(client), *taken, ("", b""), lead_id=office.ids["lead"], obtained_at="2001-01-01T00:00",
        note=f"货架{HOSTILE}",
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    page = client.get(answer.headers["location"]).text
    for _, content in taken:
        assert hashlib.sha256(content).hexdigest() in page
    assert "2 张已接收并封存" in page and "内部监测件" in page and HOSTILE not in page
    assert "2001-01-01" not in page
    (capture,) = [one for one in office.services.evidence.captures() if one.kind is PackageKind.UPLOAD]
    assert capture.lead_id == office.ids["lead"]
    assert f"?lead={office.ids['lead']}" in page


@pytest.mark.parametrize(
    ("words", "files", "told"),
    [
        ({}, (), "没有要接收的文件"),
        ({"note": " "}, (("a.jpg", b"1"),), "须写明材料来源"),
        ({"lead_id": "keine"}, (("a.jpg", b"1"),), "没有"),
    ],
)
def test_refusal_keeps_what_was_said_and_nothing_else(office, client_of, csrf, words, files, told):
    client = client_of(office)
    answer = _send(client, csrf(client), *files, **words)
    assert answer.status_code in (404, 422) and told in answer.text and 'value="文三路 88 号"' in answer.text
    assert all(one.kind is PackageKind.CAPTURE for one in office.services.evidence.captures())


def test_form_without_token_or_from_elsewhere_receives_nothing(office, client_of, csrf):
    client = client_of(office)
    assert _send(client, "wrong", ("a.jpg", b"1")).status_code == 403
    answer = client.post(
        "/evidence/photo", data={"csrf_token": csrf(client)}, headers={"origin": "http://evil.example"}
    )
    assert answer.status_code == 403
    assert all(one.kind is PackageKind.CAPTURE for one in office.services.evidence.captures())


@pytest.mark.browser
def test_on_a_telephone_photographs_survive_a_lost_line_on_the_page_alone(office, visit):
    page = visit(office, width=390, height=844)
    page.goto(f"/evidence/photo?lead={office.ids['lead']}")
    camera, album = page.locator("[data-take]").all()
    camera.set_input_files({"name": "一.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    album.set_input_files([{"name": "二.jpg", "mimeType": "image/jpeg", "buffer": photo() + b"2"}])
    expect(page.locator("[data-photos] li")).to_have_count(2)
    expect(page.locator("[data-photos] code").first).to_have_text(re.compile(r"^([0-9a-f]{8} ){7}[0-9a-f]{8}$"))
    page.get_by_label("拍的是什么").fill("货架上的蜂胶")
    page.get_by_label("地点").fill("文三路 88 号")
    page.context.set_offline(True)
    page.get_by_role("button", name="上传并封存").click()
    expect(page.get_by_text("没有连上服务器，照片没有上传，也没有保存在任何地方")).to_be_visible()
    expect(page.locator("[data-photos] li")).to_have_count(2)
    page.context.set_offline(False)
    page.get_by_role("button", name="上传并封存").click()
    expect(page.get_by_role("heading", name="2 张已接收并封存")).to_be_visible()
    expect(page.get_by_text("与发送前手机上算的一致")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / "photo-taken.png", full_page=True)
    assert [one for one in page.complaints if "ERR_INTERNET_DISCONNECTED" not in one] == []
